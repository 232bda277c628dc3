"""Faults to plant, one at a time, in what answers: each a way in which a real change could go wrong.

A fault is either in what is asked with (the index, the encoder, the documents read from the corpus) or a function of
the product replaced while the questions are asked. `expected` names measures of which at least one must shut the gate.
"""

import random
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pytest

import answer.assistant
import answer.compose
import answer.question
from answer import Answer, Assistant, Citation, Readable, Reader, Statement
from index import ARMS, HYBRID, Encoder, Encoding, Hit, Snapshot, Weights, index_text, tokenize
from index.dense import DenseIndex
from index.encoder import as_states
from index.lexical import LexicalIndex
from index.passages import Passages
from index.vocabulary import Vocabulary
from ingest import Document, fold

Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class Asking:
    """What questions are asked with."""

    snapshot: Snapshot
    encoder: Encoder
    documents: Mapping[str, Document]
    reader: Reader
    assistant: Callable[[Snapshot, Encoder | None, Reader | None], Assistant] = Assistant


@dataclass(frozen=True)
class Fault:
    """A fault: how it is planted, and the measures of which at least one must shut the gate."""

    name: str
    plant: Callable[[Asking, Patch], Asking]
    expected: tuple[str, ...]


def without_document(asking: Asking, _: Patch) -> Asking:
    gone = "specialist-crime-directorate-2007"
    kept = [i for i, p in enumerate(asking.snapshot.passages) if p.doc_id != gone]
    documents = {k: d for k, d in asking.snapshot.documents.items() if k != gone}
    return replace(asking, snapshot=replace(of_passages(asking.snapshot, kept), documents=documents))


def without_headings(asking: Asking, _: Patch) -> Asking:
    """The heading paths lost by the splitter; the vectors, which still know them, stay."""
    bare = tuple(replace(p, headings=()) for p in asking.snapshot.passages)
    lexical = LexicalIndex.from_tokens(tokenize(index_text(p)) for p in bare)
    return replace(asking, snapshot=replace(asking.snapshot, passages=Passages.of(bare), lexical=lexical))


def stale(asking: Asking, _: Patch) -> Asking:
    """The corpus moved on and the index was not built anew: in one document every 7 became an 8."""
    changed = {**asking.documents}
    moved = changed["met-business-plan-2018-21"]
    changed[moved.doc_id] = replace(moved, text=moved.text.replace("7", "8"))
    return replace(asking, documents=changed, assistant=Remembering)


class OtherModel:
    """Encodings of the right size from another space: each text's own, at random."""

    def __init__(self, dim: int, precision: str) -> None:
        self._dim = dim
        self.precision = precision

    def encode(self, texts: Sequence[str], on_done: Callable[[int], None] | None = None) -> list[Encoding]:
        return [self._encoding(text) for text in texts]

    def _encoding(self, text: str) -> Encoding:
        chance = np.random.default_rng(random.Random(text).randrange(2**32))
        words = text.split()
        vector = chance.normal(size=self._dim).astype(np.float32)
        pieces = chance.integers(1000, 30_000, len(words)).astype(np.int32)
        states = as_states(chance.normal(size=(len(words), self._dim)).astype(np.float32))
        starts = np.array([found.start() for found in re.finditer(r"\S+", text)], np.int32)
        return Encoding(vector / np.linalg.norm(vector), pieces, starts, states)


def wrong_model(asking: Asking, _: Patch) -> Asking:
    return replace(asking, encoder=OtherModel(asking.snapshot.dense.dim, asking.snapshot.manifest.precision))


def of_passages(snapshot: Snapshot, kept: Sequence[int]) -> Snapshot:
    passages = tuple(snapshot.passages[i] for i in kept)
    vectors = snapshot.dense.vectors[list(kept)]
    lexical = LexicalIndex.from_tokens(tokenize(index_text(p)) for p in passages)
    dense, late = DenseIndex.from_vectors(vectors), snapshot.late.of(kept)
    parts = {"lexical": lexical, "dense": dense, "late": late, "vocabulary": Vocabulary.of(passages)}
    return replace(snapshot, passages=Passages.of(passages), **parts)


def searching(change: Callable[..., list[Hit]]) -> Callable[[Asking, Patch], Asking]:
    """Another search, given the real one as its first argument."""
    real = answer.assistant.search_encoded

    def plant(asking: Asking, patch: Patch) -> Asking:
        patch.setattr(answer.assistant, "search_encoded", lambda *a, **k: change(real, *a, **k))
        return asking

    return plant


def replaced(module: Any, name: str, with_what: Any) -> Callable[[Asking, Patch], Asking]:
    """A function or constant of the product replaced."""

    def plant(asking: Asking, patch: Patch) -> Asking:
        patch.setattr(module, name, with_what)
        return asking

    return plant


class Remembering(Assistant):
    """Answers once what it is asked of a snapshot, for faults that leave what answers as it is."""

    _said: ClassVar[dict[tuple[Any, ...], Answer]] = {}

    def answer(
        self, text: str, history: Sequence[str] = (), documents: Collection[str] | None = None, *, refuse: bool = True
    ) -> Answer:
        key = (id(self.snapshot), text, tuple(history), tuple(documents or ()), refuse)
        if key not in self._said:
            self._said[key] = super().answer(text, history, documents, refuse=refuse)
        return self._said[key]


def answering(change: Callable[[Answer], Answer]) -> Callable[[Asking, Patch], Asking]:
    """Every answer that is given changed on its way out."""

    class Faulty(Remembering):
        def answer(self, *args: Any, **kwargs: Any) -> Answer:
            said = super().answer(*args, **kwargs)
            return said if said.status == "not_found" else change(said)

    return lambda asking, _: replace(asking, assistant=Faulty)


def no_follow_ups(asking: Asking, patch: Patch) -> Asking:
    real = answer.assistant.understand
    patch.setattr(answer.assistant, "understand", lambda text, _history, *rest: real(text, (), *rest))
    return asking


class Backwards:
    """A reader whose every score has the wrong sign."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def read(self, question: str, passages: Sequence[Readable]) -> list[list[float]]:
        return [[-score for score in scores] for scores in self._reader.read(question, passages)]


def no_mending(asking: Asking, patch: Patch) -> Asking:
    patch.setattr(answer.assistant.Speller, "mend", lambda _self, text: text)
    return asking


def each_citation(change: Callable[[Citation], Citation]) -> Callable[[Answer], Answer]:
    return lambda said: replace(said, citations=tuple(change(c) for c in said.citations))


def shifted_quote(said: Answer) -> Answer:
    """Quotes and the statements made of them begin a character late."""
    return replace(
        said,
        citations=tuple(replace(c, quote=c.quote[1:]) for c in said.citations),
        statements=tuple(replace(s, text=s.text[1:]) for s in said.statements),
    )


def first_number_plus_one(statement: Statement) -> Statement:
    text = re.sub(r"\d+", lambda found: str(int(found[0]) + 1), statement.text, count=1)
    return replace(statement, text=text)


def cut_to(most: int) -> Callable[[Answer], Answer]:
    """A long answer given only in part: its text too, which has a line for each statement and for each source."""

    def cut(said: Answer) -> Answer:
        gone = [fold(s.text) for s in said.statements[most:]]
        lines = [line for line in said.text.splitlines() if not any(text in fold(line) for text in gone)]
        return replace(said, statements=said.statements[:most], text="\n".join(lines))

    return cut


def without_titles_dates(document: Document) -> str:
    return f"{document.title.split('(')[0].strip()}{', ' + document.status if document.status != 'current' else ''}"


def second_first(real: Callable[..., list[Hit]], *args: Any, **kwargs: Any) -> list[Hit]:
    """The best hit lost: the list begins at the second."""
    hits = real(*args, **kwargs)[1:]
    return [replace(hit, rank=rank) for rank, hit in enumerate(hits, start=1)]


def from_zero(said: Answer) -> Answer:
    return replace(said, hits=tuple(replace(hit, rank=hit.rank - 1) for hit in said.hits))


def with_weights(weights: Weights) -> Callable[..., list[Hit]]:
    return lambda real, *args, **kwargs: real(*args, **{**kwargs, "weights": weights})


FAULTS = (
    Fault("the first hit is lost in fusion", searching(second_first), ("MRR@10", "nDCG@10")),
    Fault("ranks run from 0", answering(from_zero), ("well-formed",)),
    Fault("words are all it goes by", searching(with_weights(ARMS["lexical"])), ("MRR@10", "R@10", "Success@5")),
    Fault("pooled meaning is all it goes by", searching(with_weights(ARMS["dense"])), ("MRR@10", "answer accuracy")),
    Fault("late interaction is off", searching(with_weights(HYBRID._replace(late=0.0))), ("MRR@10", "nDCG@10")),
    Fault("only three hits are kept", searching(lambda real, *a, **k: real(*a, **k)[:3]), ("R@10", "evidence@10")),
    Fault("headings are dropped", without_headings, ("MRR@10", "R@10", "answer accuracy", "lexical R@10")),
    Fault("one document is missing", without_document, ("R@10", "answer accuracy", "evidence@10")),
    Fault("the index is stale", stale, ("verbatim rate",)),
    Fault("questions go through another model", wrong_model, ("dense R@10",)),
    Fault("quotes are shifted by a character", answering(shifted_quote), ("verbatim rate",)),
    Fault(
        "spans are shifted by a character",
        answering(each_citation(lambda c: replace(c, spans=tuple((s + 1, e + 1) for s, e in c.spans)))),
        ("verbatim rate",),
    ),
    Fault(
        "the last citation is dropped",
        answering(lambda said: replace(said, citations=said.citations[:-1])),
        ("statement coverage", "ALCE citation recall"),
    ),
    Fault("it never abstains", replaced(answer.assistant, "refused", lambda _: False), ("abstention recall",)),
    Fault("it always abstains", replaced(answer.assistant, "refused", lambda _: True), ("answer accuracy",)),
    Fault("dates are dropped", replaced(answer.compose, "source_line", without_titles_dates), ("dated value",)),
    Fault(
        "superseded documents are not marked",
        replaced(answer.compose, "source_line", lambda d: f"{d.title}, published {d.published}"),
        ("superseded value marked",),
    ),
    Fault(
        "a number is changed by one",
        answering(lambda said: replace(said, statements=tuple(first_number_plus_one(s) for s in said.statements))),
        ("number fidelity",),
    ),
    Fault("lists are cut to three items", answering(cut_to(3)), ("fact recall", "answer accuracy", "well-formed")),
    Fault("follow-ups are not resolved", no_follow_ups, ("follow-up kept", "answer accuracy, follow_up")),
    Fault(
        "the reader's scores are turned round",
        lambda asking, _: replace(asking, reader=Backwards(asking.reader)),
        ("answer accuracy", "area under risk"),
    ),
    Fault(
        "spelling is not mended",
        no_mending,
        # Slips stand in questions of every kind, and the reader makes up for some of those of the kind "misspelt".
        ("variant found", "answer accuracy, misspelt", "answer accuracy"),
    ),
    Fault(
        "it is always sure",
        answering(lambda said: replace(said, confidence=1.0)),
        ("calibration error", "area under risk"),
    ),
)
