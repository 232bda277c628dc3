"""How the passages of a snapshot write: each form of a word, for spelling, and the acronyms that they spell out.

Both are counted while an index is built, one passage after the other, so that nobody who answers has to read them all.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from ingest import Passage
from ingest.acronyms import find_spelt_out, is_short_form, spelt_at_head

VOCABULARY = "vocabulary.json"
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How some passages write.

    Attributes:
        forms: Each word as it is written, capitals and all, in their texts and headings, and how often.
        acronyms: Acronyms, each with words that it stands for, as they are written, each pair once.
    """

    forms: Mapping[str, int]
    acronyms: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, passages: Iterable[Passage]) -> "Vocabulary":
        """How some passages write."""
        counted = VocabularyBuilder()
        for passage in passages:
            counted.add(passage)
        return counted.vocabulary()

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """What ``VocabularyBuilder.dump`` wrote; raises ValueError, KeyError or TypeError if it is not that."""
        read = json.loads(content)
        return cls(read["forms"], tuple((acronym, meaning) for acronym, meaning in read["acronyms"]))

    def dump(self) -> bytes:
        """The vocabulary as JSON; the same passages give the same bytes."""
        record = {"forms": dict(sorted(self.forms.items())), "acronyms": self.acronyms}
        return (json.dumps(record, ensure_ascii=False) + "\n").encode()


class VocabularyBuilder:
    """Counts how passages write, told of one after the other."""

    def __init__(self) -> None:
        self._forms: Counter[str] = Counter()
        self._acronyms: dict[tuple[str, str], None] = {}

    def add(self, passage: Passage) -> None:
        """The next passage."""
        for text in (passage.text, *passage.headings):
            self._forms.update(WORD.findall(text))
        for found in find_spelt_out(passage.text):
            self._acronyms[passage.text[slice(*found.term)], passage.text[slice(*found.meaning)]] = None
        if any(unit.kind == "entry" for unit in passage.units):
            name, _, meaning = passage.text.partition(" ")
            name = name.rstrip(":")
            if is_short_form(name):
                self._acronyms[name, spelt_at_head(name, meaning)] = None

    def vocabulary(self) -> Vocabulary:
        """How those passages write."""
        return Vocabulary(self._forms, tuple(self._acronyms))
