"""How far two encoders agree, over a fixed sample of texts: by this a faster one is let in or not.

The sample, index/sample.txt, is one text a line, from documents and questions of invented organisations
(training/organisations, those that the reader learns from): every second line is learnt from, the others are checked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoder import Encoder, Vectors

_SAMPLE = Path(__file__).parent / "sample.txt"
_ODD = (
    "x",
    "",
    "How many officers will there be by 2021, and what will they cost?",
    "Naïve café — £1,234.5m (2018–21); “quoted” 北京 \u200b end",
    "The harbour board paints the hull of the ferry and trains two skippers each year. " * 40,
)
_NEAREST = 10


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two encoders agree.

    Attributes:
        least: The least cosine between what they say of the same text.
        mean: The mean of these cosines.
        overlap: Of the ten texts nearest to each text by the one, the share that is among the ten by the other; the
            mean over all texts.
        apart: Of 127: how far a token's vector by the one lies from that by the other, in any direction, at most.
    """

    least: float
    mean: float
    overlap: float
    apart: int

    def within(self, limit: "Agreement") -> bool:
        """Whether this is as good as a limit in all four."""
        return (
            self.least >= limit.least
            and self.mean >= limit.mean
            and self.overlap >= limit.overlap
            and self.apart <= limit.apart
        )

    def __str__(self) -> str:
        return (
            f"cosine {self.least:.5f} at least and {self.mean:.5f} on average, ranking {self.overlap:.3f}, "
            f"tokens by {self.apart} of 127"
        )


def learnt_from() -> list[str]:
    """The texts from which it is learnt how far numbers reach."""
    return ["", "?", *_lines()[::2]]  # where there is next to nothing to read, the model's own marks reach furthest


def checked_with() -> list[str]:
    """The texts by which encoders are compared: others, and some that are odd."""
    return [*_ODD, *_lines()[1::2]]


def agreement(one: Encoder, other: Encoder, texts: Sequence[str]) -> Agreement:
    """How far two encoders agree over some texts.

    Raises:
        ValueError: If they read a text otherwise: other word pieces, or others' places.
    """
    mine, its = one.encode(texts), other.encode(texts)
    apart = 0
    for text, a, b in zip(texts, mine, its, strict=True):
        if a.pieces.tolist() != b.pieces.tolist() or a.starts.tolist() != b.starts.tolist():
            raise ValueError(f"the graph's tokenizer does not read “{text[:40]}” as the model's does")
        apart = max(apart, int(np.abs(a.states.astype(int) - b.states.astype(int)).max(initial=0)))
    ours, theirs = (np.stack([each.vector for each in of]) for of in (mine, its))
    cosines = (ours * theirs).sum(axis=1)
    shared = [len(a & b) / len(a) for a, b in zip(_nearest(ours), _nearest(theirs), strict=True)]
    return Agreement(float(cosines.min()), float(cosines.mean()), float(np.mean(shared)), apart)


def _nearest(vectors: Vectors) -> list[set[int]]:
    """For each text, which others are nearest to it."""
    scores: NDArray[np.float32] = vectors @ vectors.T
    np.fill_diagonal(scores, -np.inf)
    most = min(_NEAREST, len(vectors) - 1)
    return [set(row[:most].tolist()) for row in np.argsort(-scores, axis=1, kind="stable")]


def _lines() -> list[str]:
    return _SAMPLE.read_text("utf-8").splitlines()
