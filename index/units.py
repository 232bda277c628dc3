"""Which unit of a passage each word piece of its indexed text is of."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.encoder import Encoding
from ingest import Document, Passage, fold_spans

OVER = -1  # of no unit: a heading, a lead-in carried over


def units_of(
    passages: Sequence[Passage], encodings: Sequence[Encoding], texts: Sequence[str], documents: Mapping[str, Document]
) -> list[NDArray[np.int16]]:
    """For each passage, for each word piece that the model read of it, the number of its unit, or ``OVER``.

    Args:
        passages: The passages.
        encodings: What the model read of each.
        texts: What it was given of each: words over the passage, then the passage's text at the end, or for a single
            row of a table how it reads.
        documents: The passages' documents, by id.
    """
    return [
        _of_passage(passage, encoding, text, documents[passage.doc_id])
        for passage, encoding, text in zip(passages, encodings, texts, strict=True)
    ]


def _of_passage(passage: Passage, encoding: Encoding, text: str, document: Document) -> NDArray[np.int16]:
    found = np.full(len(encoding.starts), OVER, np.int16)
    if not text.endswith(passage.text):  # a row as it reads, its header and its label with it
        found[:] = 0
        return found
    over = len(text) - len(passage.text)
    offsets = fold_spans(document.text, passage.spans).offsets
    for at, start in enumerate(encoding.starts.tolist()):
        if start >= over:
            found[at] = _unit_at(passage, offsets[start - over])
    return found


def _unit_at(passage: Passage, offset: int) -> int:
    """The number of the unit that has an offset; a header's own, though each of its rows has it too."""
    having = [n for n, u in enumerate(passage.units) if any(start <= offset < end for start, end in u.spans)]
    return next((n for n in having if passage.units[n].kind == "header"), having[0] if having else OVER)
