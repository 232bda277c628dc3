"""Any number of passages that read nearly as the corpus does: its sentences at random, with slips of all kinds.

The first ``REAL`` passages are of two or three sentences from anywhere. Each beyond is another wording of one of those:
the same sentences with other slips. So each has near neighbours, as passages of one organisation's documents have, and
which it is another wording of is known. A passage is the same each time it is asked for, whatever came before.
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from ingest import Document, Passage, Section, Unit, read_corpus
from ingest.packing import Piece, make_passage

REAL = 50_000  # passages whose vectors are embedded; those beyond have vectors moved a little
PER_DOCUMENT = 100
_FEWEST, _MOST = 5, 22  # words of a sentence that is taken
_GAP = "\n\n"
_DROPPED, _SWAPPED, _MISSPELT, _CHANGED = 0.03, 0.03, 0.03, 0.5  # of words; the last of those with a figure


def sentences_of(corpus: Path) -> list[str]:
    """The sentences of the documents in a folder, each once, neither the shortest nor the longest.

    Raises:
        CorpusError: If the corpus cannot be read.
    """
    found: dict[str, None] = {}
    for read in read_corpus(corpus).documents:
        for passage in read.passages:
            for unit in passage.units:
                if unit.kind in ("sentence", "item"):
                    found[" ".join(" ".join(read.document.text[start:end] for start, end in unit.spans).split())] = None
    return [text for text in found if _FEWEST <= len(text.split()) <= _MOST]


class Wordings:
    """Passages by their numbers, each a list of sentences.

    Args:
        sentences: What they are made of.
        seed: Another seed gives other passages.
        real: How many are not another's wording.
    """

    def __init__(self, sentences: Sequence[str], seed: int = 0, real: int = REAL) -> None:
        self._sentences = [sentence.split() for sentence in sentences]
        self._seed = seed
        self.real = real

    def __call__(self, number: int) -> list[str]:
        """The sentences of a passage."""
        base = number % self.real
        chosen = Random(f"{self._seed} {base}")
        sentences = [chosen.choice(self._sentences) for _ in range(chosen.choice((2, 2, 3)))]
        return [" ".join(with_slips(words, Random(f"{self._seed} {base} {number}"))) for words in sentences]


def with_slips(words: Sequence[str], random: Random) -> list[str]:
    """Some words with a few dropped, swapped, misspelt, and other figures; at least one word."""
    kept: list[str] = []
    for word in words:
        chance = random.random()
        if chance < _DROPPED and len(words) > 1 and (kept or word is not words[-1]):
            continue
        if any(letter.isdigit() for letter in word) and random.random() < _CHANGED:
            word = "".join(random.choice("0123456789") if c.isdigit() else c for c in word)  # noqa: PLW2901
        elif chance > 1 - _MISSPELT and len(word) > 3:
            at = random.randrange(1, len(word) - 2)
            word = word[:at] + word[at + 1] + word[at] + word[at + 2 :]  # noqa: PLW2901
        kept.append(word)
        if chance > 1 - _MISSPELT - _SWAPPED and chance <= 1 - _MISSPELT and len(kept) > 1:
            kept[-2:] = kept[:-3:-1]
    return kept or list(words[-1:])


def documents_of(wordings: Wordings, count: int) -> Iterator[tuple[Document, list[Passage]]]:
    """Documents of ``PER_DOCUMENT`` passages each, and those, until there are so many passages."""
    for number, first in enumerate(range(0, count, PER_DOCUMENT)):
        yield _document(f"made-{number:06}", [wordings(at) for at in range(first, min(first + PER_DOCUMENT, count))])


def _document(doc_id: str, passages: Sequence[Sequence[str]]) -> tuple[Document, list[Passage]]:
    text = _GAP.join(map(" ".join, passages))
    section = Section((), 0, len(text))
    made, start = [], 0
    for sentences in passages:
        units, at = [], start
        for sentence in sentences:
            units.append(Unit("sentence", ((at, at + len(sentence)),)))
            at += len(sentence) + 1
        words = sum(len(sentence.split()) for sentence in sentences)
        made.append(make_passage(doc_id, text, section, [Piece(tuple(units), ((start, at - 1),), words)]))
        start = at - 1 + len(_GAP)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    document = Document(doc_id, doc_id, "", None, "", "unknown", "", sha256, text, (), (section,))
    return document, made
