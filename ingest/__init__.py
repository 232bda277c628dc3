"""Files to documents to passages, each of them spans of the source text."""

from ingest.catalogue import CATALOGUE, STATUSES, Entry, parse_catalogue, read_catalogue, table_name
from ingest.corpus import (
    Corpus,
    CorpusFile,
    Left,
    ReadDocument,
    Unread,
    catalogue_digest,
    corpus_files,
    each_document,
    guess_title,
    is_document_name,
    parse_document,
    present_files,
    read_corpus,
)
from ingest.currency import spoken_date, standing, standing_word
from ingest.documents import Block, Cell, Document, Page, Section, Span, Status
from ingest.errors import CatalogueError, CorpusError, QuoteError, UnreadableDocument
from ingest.glossary import Term, find_terms
from ingest.inside import read_inside
from ingest.lists import is_date_alone
from ingest.packing import Passage, PassageKind, Unit, UnitKind
from ingest.quotes import Folded, find_in, find_quote, fold, fold_spans, quote_at, stands
from ingest.readers import check_size, readable_kinds
from ingest.register import find_register
from ingest.sentences import split_sentences
from ingest.target_rows import TargetRow
from ingest.twins import TwinFinder, same_text

__all__ = [
    "CATALOGUE",
    "STATUSES",
    "Block",
    "CatalogueError",
    "Cell",
    "Corpus",
    "CorpusError",
    "CorpusFile",
    "Document",
    "Entry",
    "Folded",
    "Left",
    "Page",
    "Passage",
    "PassageKind",
    "QuoteError",
    "ReadDocument",
    "Section",
    "Span",
    "Status",
    "TargetRow",
    "Term",
    "TwinFinder",
    "Unit",
    "UnitKind",
    "Unread",
    "UnreadableDocument",
    "catalogue_digest",
    "check_size",
    "corpus_files",
    "each_document",
    "find_in",
    "find_quote",
    "find_register",
    "find_terms",
    "fold",
    "fold_spans",
    "guess_title",
    "is_date_alone",
    "is_document_name",
    "parse_catalogue",
    "parse_document",
    "present_files",
    "quote_at",
    "read_catalogue",
    "read_corpus",
    "read_inside",
    "readable_kinds",
    "same_text",
    "split_sentences",
    "spoken_date",
    "standing",
    "standing_word",
    "stands",
    "table_name",
]
