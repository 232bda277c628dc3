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
    offsets = np.array(fold_spans(document.text, passage.spans).offsets, np.int64)
    own = encoding.starts >= over
    found[own] = _units_at(passage, offsets[encoding.starts[own] - over])
    return found


def _units_at(passage: Passage, offsets: NDArray[np.int64]) -> NDArray[np.int16]:
    """The number of the unit that has each offset: a header's own, though each of its rows has it too, or the first."""
    found = np.full(len(offsets), OVER, np.int16)
    backwards = [*reversed(list(enumerate(passage.units)))]
    for number, unit in sorted(backwards, key=lambda each: each[1].kind == "header"):  # the last that has it counts
        for start, end in unit.spans:
            found[(start <= offsets) & (offsets < end)] = number
    return found
