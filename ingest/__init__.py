"""Files to documents to passages, each of them spans of the source text."""

from ingest.corpus import Corpus, ReadDocument, catalogue_digest, corpus_files, read_corpus
from ingest.currency import spoken_date, standing, standing_word
from ingest.documents import Block, Document, Page, Section, Span, Status
from ingest.errors import CatalogueError, CorpusError, QuoteError, UnreadableDocument
from ingest.lists import is_date_alone
from ingest.packing import Passage, PassageKind, Unit, UnitKind
from ingest.quotes import Folded, find_quote, fold, fold_spans, quote_at, stands
from ingest.sentences import split_sentences
from ingest.twins import same_text

__all__ = [
    "Block",
    "CatalogueError",
    "Corpus",
    "CorpusError",
    "Document",
    "Folded",
    "Page",
    "Passage",
    "PassageKind",
    "QuoteError",
    "ReadDocument",
    "Section",
    "Span",
    "Status",
    "Unit",
    "UnitKind",
    "UnreadableDocument",
    "catalogue_digest",
    "corpus_files",
    "find_quote",
    "fold",
    "fold_spans",
    "is_date_alone",
    "quote_at",
    "read_corpus",
    "same_text",
    "split_sentences",
    "spoken_date",
    "standing",
    "standing_word",
    "stands",
]
