"""The register: what the documents commit to, as rows.

Covered: milestones, indicators with their targets, figures in tables, targets, results and money in sentences,
dated commitments. Each row stands in the text at its spans. Not covered: what the modules named below do not.
"""

from dataclasses import asdict
from typing import Any

from ingest.commitments import find_commitments
from ingest.corpus import Corpus, ReadDocument
from ingest.figure_tables import find_figures
from ingest.milestones import find_indicators, find_milestones
from ingest.prose_figures import find_prose_figures
from ingest.quotes import quote_at
from ingest.target_rows import TargetRow, make_row


def find_register(read: ReadDocument, *, strict: bool = False) -> list[TargetRow]:
    """What a document commits to and reports.

    Args:
        read: The document.
        strict: Whether a figure that does not stand where it was read, which is a fault of this program, is raised
            as ValueError. Else the row is left out: one sentence must not take a whole index with it.

    Returns:
        Rows in order of the places where they stand.
    """
    document, blocks = read.document, read.blocks
    items = [*find_milestones(document, blocks), *find_indicators(document, blocks)]
    held = {span for item in items for span in item.spans}
    prose = [block for block in blocks if not held.intersection(block.spans)]
    in_prose = [*find_prose_figures(document, prose), *find_commitments(document, prose)]
    found = [*items, *find_figures(document, blocks), *in_prose]
    rows: list[TargetRow] = []
    for finding in found:
        try:
            rows.append(make_row(document, finding))
        except ValueError:
            if strict:
                raise
    return sorted(rows, key=lambda row: (row.spans[-1], row.spans))


def find_registers(corpus: Corpus) -> list[TargetRow]:
    """The rows of every document of a corpus, in the documents' order."""
    return [row for read in corpus.documents for row in find_register(read)]


def register_record(row: TargetRow, text: str) -> dict[str, Any]:
    """A row as JSON has it, with the quote that stands at its spans.

    Args:
        row: The row.
        text: The text of the row's document.
    """
    record = asdict(row)
    document, headings, spans = record.pop("doc_id"), list(record.pop("headings")), record.pop("spans")
    return {
        **record,
        "document": document,
        "headings": headings,
        "spans": [list(span) for span in spans],
        "quote": quote_at(text, row.spans),
    }
