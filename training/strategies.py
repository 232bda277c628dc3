"""Invented organisations, to what the reader learns from: strategy documents with questions, read as they are served.

A folder of training/organisations holds a corpus, as corpus/ does, and questions.jsonl in the form of the evaluation's.
What is asked of one is learnt from its passages as ingest makes them: sentences, list items and table rows under their
headings. No organisation there exists, and none of their text is anybody else's.

Covered: questions whose evidence stands in several passages; questions that nothing answers. Not covered: what a right
answer must say (`facts`): the reader marks units.
"""

import hashlib
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from answer.reader import Readable, as_read
from index import index_text, tokenize
from index.lexical import LexicalIndex
from ingest import Corpus, CorpusError, Passage, Span, Unit, find_quote, quote_at, read_corpus
from training.data import Group, Labelled, digest
from training.errors import TrainingError

ORGANISATIONS = Path(__file__).parent / "organisations"
QUESTIONS = "questions.jsonl"
# Chosen by name, before anything was trained or measured. Of these the reader learns nothing:
FITTED = ("council", "courts", "health", "university")  # weights of evidence and confidence are fitted to them,
UNSEEN = ("aviation", "benefits", "housing")  # and to these nothing is; no setting is chosen on them either
# Of these kinds all that answers is wanted; of the others each place that answers will do.
_ALL_OF_IT = frozenset({"list", "comparison", "actual_target", "no_year", "conflict", "ambiguous"})
_MOST_ANSWERING = 3  # passages of a question that answer
_CANDIDATES = 6  # the passages that do not are drawn from so many of the best by words


def organisations(folder: Path = ORGANISATIONS) -> list[Path]:
    """The folders of the organisations, in order of their names.

    Raises:
        TrainingError: If there is none.
    """
    found = sorted(path.parent for path in folder.glob(f"*/{QUESTIONS}"))
    if not found:
        raise TrainingError(f"{folder} has no folder with {QUESTIONS} in it. Restore it as it was published")
    return found


def digest_of(folder: Path = ORGANISATIONS) -> str:
    """The sha256 over all files of the organisations that are learnt from, by name and content."""
    lines = [
        f"{path.relative_to(folder).as_posix()} {digest(path)}\n"
        for organisation in organisations(folder)
        if is_learnt_from(organisation.name)
        for path in sorted(organisation.iterdir())
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def is_learnt_from(name: str) -> bool:
    """Whether the reader may learn from an organisation."""
    return name not in {*FITTED, *UNSEEN}


def read_strategies(
    folder: Path = ORGANISATIONS, *, keep: Callable[[str], bool], negatives: int, seed: int
) -> list[Group]:
    """The groups of all organisations.

    Args:
        folder: Where they are.
        keep: Tells of an organisation's name whether it is wanted.
        negatives: How many passages that do not answer a question has, at most.
        seed: For which of the passages that words find are taken.

    Returns:
        Groups in the order of the organisations and their files; a question whose evidence is in no unit is left out.

    Raises:
        TrainingError: If an organisation cannot be read, or evidence does not stand once in its document.
    """
    wanted = [path for path in organisations(folder) if keep(path.name)]
    return [group for path in wanted for group in _Organisation(path).groups(negatives, seed)]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where evidence stands."""

    doc_id: str
    span: Span


class _Organisation:
    """One organisation's passages, and its questions over them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        corpus = _corpus(folder)
        self._documents = {item.document.doc_id: item.document for item in corpus.documents}
        self._passages = [passage for item in corpus.documents for passage in item.passages]
        self._index = LexicalIndex.from_tokens(tokenize(index_text(passage)) for passage in self._passages)

    def groups(self, negatives: int, seed: int) -> list[Group]:
        """What its questions teach."""
        found = []
        for where, row in _rows(self._folder / QUESTIONS):
            question = " ".join([*row["history"][-1:], row["question"]])
            places = [self._place(where, evidence) for evidence in row["evidence"]]
            chance = random.Random(f"{seed} {self._folder.name} {row['id']}")
            passages = self._labelled(question, places, negatives, chance, every=row["kind"] in _ALL_OF_IT)
            if passages and bool(places) == bool(passages[0].answers):
                found.append(Group(question, tuple(passages), self._folder.name, "organisations"))
        return found

    def _place(self, where: str, evidence: dict[str, str]) -> _Place:
        document = self._documents.get(evidence["document"])
        if document is None:
            raise TrainingError(f"{where}: there is no document '{evidence['document']}' in {self._folder}")
        spans = find_quote(document.text, evidence["quote"])
        if len(spans) != 1:
            raise TrainingError(f"{where}: its evidence stands {len(spans)} times in {document.doc_id}. Quote it once")
        return _Place(document.doc_id, spans[0])

    def _labelled(
        self, question: str, places: Sequence[_Place], negatives: int, chance: random.Random, *, every: bool
    ) -> list[Labelled]:
        """The passages that answer, then some that words find and that do not."""
        marked = [(passage, self._answers(passage, places)) for passage in self._passages]
        answering = [at for at, (_, answers) in enumerate(marked) if answers]
        answering = sorted(chance.sample(answering, min(_MOST_ANSWERING, len(answering))))
        scores = self._index.scores(tokenize(question))
        best = [int(at) for at in (-scores).argsort(kind="stable") if scores[at] > 0]
        others = [at for at in best if not self._near(self._passages[at], places)][:_CANDIDATES]
        others = chance.sample(others, min(negatives + (not places), len(others)))
        return [Labelled(self._as_read(marked[at][0]), marked[at][1], every) for at in [*answering, *others]]

    def _answers(self, passage: Passage, places: Sequence[_Place]) -> tuple[int, ...]:
        return tuple(
            at
            for at, unit in enumerate(passage.units)
            if any(place.doc_id == passage.doc_id and _holds(unit, place.span) for place in places)
        )

    def _near(self, passage: Passage, places: Sequence[_Place]) -> bool:
        """Whether a passage touches evidence: it may answer in part, and is no example of one that does not."""
        return any(
            place.doc_id == passage.doc_id
            and any(start < place.span[1] and place.span[0] < end for start, end in passage.spans)
            for place in places
        )

    def _as_read(self, passage: Passage) -> Readable:
        text = self._documents[passage.doc_id].text
        return as_read(passage, [unit.reading or quote_at(text, unit.spans) for unit in passage.units])


def _holds(unit: Unit, span: Span) -> bool:
    """Whether a unit and a span share half of the shorter of the two; a header says nothing by itself."""
    shared = sum(max(0, min(end, span[1]) - max(start, span[0])) for start, end in unit.spans)
    length = sum(end - start for start, end in unit.spans)
    return unit.kind != "header" and 2 * shared >= min(length, span[1] - span[0]) > 0


def _corpus(folder: Path) -> Corpus:
    try:
        corpus = read_corpus(folder)
    except CorpusError as error:
        raise TrainingError(f"{folder} cannot be read: {error}") from error
    return corpus


def _rows(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """The questions of a file, each with the name of its line."""
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        where = f"{path}, line {number}"
        try:
            row = json.loads(line)
            if missing := {"id", "question", "kind", "history", "evidence"} - row.keys():
                raise ValueError(f"without {', '.join(sorted(missing))}")
        except (ValueError, AttributeError) as error:
            raise TrainingError(f"{where}: not a question as eval/questions.jsonl has them ({error!r})") from error
        found.append((where, row))
    return found
