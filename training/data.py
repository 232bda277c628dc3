"""Public question sets, to what the reader learns from.

A question makes a group: a passage that answers it or was written to seem so, and passages that words find for it.
Each unit of each is marked as answering or not.

    SQuAD 2.0    the paragraph asked about; the sentence that holds the answer, or none
    Doc2Dial     the section the turn is grounded in; the sentences of the grounding
    ClapNQ       the passage asked about; the sentences its annotators chose, or none
    our own      training/questions.jsonl: questions over passages of these sets in the words that staff use

Covered: the folders of the sets (corpus.jsonl, queries.jsonl, qrels.tsv; checked on read). Not covered: answers whose
words do not stand in the passage; these questions are left out.
"""

import hashlib
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from answer.reader import Readable
from index import tokenize
from index.lexical import LexicalIndex
from ingest import fold
from ingest.sentences import split_sentences
from training.errors import TrainingError

SetName = Literal["squad2", "doc2dial", "clapnq", "organisations"]
SETS: tuple[SetName, ...] = ("squad2", "doc2dial", "clapnq")  # the public ones
OWN = Path(__file__).parent / "questions.jsonl"
FILES = ("corpus.jsonl", "queries.jsonl", "qrels.tsv")
HELD_OUT = 0.25
# Of four seeds the one that holds out nearest a quarter of each set's questions; chosen on counts, before any training.
_SPLIT_SEED = "reader 1 "
_FEWEST_WORDS = 5  # a turn of a conversation shorter than this says too little by itself
_LONGEST_HEADING = 12  # words
_CANDIDATES = 8  # the passages that are not the one asked about are drawn from so many of the best by words
_ALIKE = 0.5  # share of words in common from which two passages may say the same


@dataclass(frozen=True, slots=True)
class Labelled:
    """A passage with the units that answer.

    Attributes:
        passage: The passage.
        answers: The places of the units that answer; none if it does not.
        every: Whether all of these answer; else any of them may be the one that was meant.
    """

    passage: Readable
    answers: tuple[int, ...] = ()
    every: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """A question with passages.

    Attributes:
        question: As asked, or with the turn before it.
        passages: The one asked about, then others that do not answer as far as is known.
        document: The document asked about, by which it is held out or not.
        set: The set it is of.
    """

    question: str
    passages: tuple[Labelled, ...]
    document: str
    set: SetName


@dataclass(frozen=True, slots=True)
class Line:
    """A passage of a set."""

    document: str
    title: str
    text: str


def held_out(document: str) -> bool:
    """Whether a document is kept from training, for measuring.

    The rule: some 25 % by sha256 of the document's name as the set has it, up to a "#" (Doc2Dial numbers the versions
    of one page after it, and all go one way). It hangs on the name alone, so whoever measures can apply it.

    Example:
        >>> held_out("Normans"), held_out("Yuan_dynasty")
        (True, False)
    """
    digest = hashlib.sha256((_SPLIT_SEED + document.split("#", maxsplit=1)[0]).encode()).digest()
    return int.from_bytes(digest[:8], "big") < HELD_OUT * 2**64


def read_groups(folder: Path, name: SetName, *, keep: Callable[[str], bool], negatives: int, seed: int) -> list[Group]:
    """The groups of a set.

    Args:
        folder: Its folder.
        name: Which set it is.
        keep: Tells of a document's name whether it is wanted; passages of others are not drawn from either.
        negatives: How many passages beside the one asked about, at most.
        seed: For which of the passages that words find are taken.

    Returns:
        Groups in the order of queries.jsonl; a question whose answer cannot be found in its passage is left out.

    Raises:
        TrainingError: If a file is missing or not as it should be.
    """
    lines, pool = _passages(folder, keep)
    finder = Finder(pool)
    gold = _qrels(folder / "qrels.tsv")
    groups = []
    for id_, where, row in _rows(folder / "queries.jsonl"):
        asked = row.get("asked_about") or next(iter(gold.get(id_, ())), None)
        if asked not in lines:
            raise TrainingError(f"{where}: no passage it is asked about. Give 'asked_about' or a line of qrels.tsv")
        if asked not in pool:
            continue
        rng = random.Random(f"{seed} {id_}")
        question = _question(name, row, rng)
        labelled = label(pool[asked], references_of(row), every=name != "squad2")
        if question is None or (labelled.answers == ()) == bool(row["answerable"]):
            continue
        others = finder.others(question, asked, references_of(row), negatives, rng)
        passages = (labelled, *(Labelled(readable(pool[other])) for other in others))
        groups.append(Group(question, passages, lines[asked].document, name))
    return groups


def read_own(bench: Path, *, keep: Callable[[str], bool], negatives: int, seed: int, path: Path = OWN) -> list[Group]:
    """The groups of our own questions.

    A line names a passage of a set and the numbers of the units (``unit_spans``) that answer, if any: the passages
    themselves stay with their sets.

    Args:
        bench: The folder of the sets.
        keep: Tells of a document's name whether it is wanted.
        negatives: How many passages beside the one asked about, at most.
        seed: For which of the passages that words find are taken.
        path: The file of questions.

    Returns:
        Groups in the order of the file.

    Raises:
        TrainingError: If a set or the file cannot be read, or a line names what is not there.
    """
    sets = {name: _passages(bench / name, keep) for name in SETS}
    finders = {name: Finder(pool) for name, (_, pool) in sets.items()}
    groups = []
    for number, (where, row) in enumerate(_objects(path)):
        name = row.get("set")
        if name not in sets:
            raise TrainingError(f"{where}: field 'set' must be one of {', '.join(SETS)}")
        asked, question = _text(where, row, "passage"), _text(where, row, "question")
        lines, pool = sets[name]
        if asked not in lines:
            raise TrainingError(f"{where}: {name} has no passage '{asked}'")
        if asked not in pool:
            continue
        labelled = Labelled(readable(pool[asked]), tuple(row.get("answers", ())), bool(row.get("every", True)))
        if not all(isinstance(at, int) and 0 <= at < len(labelled.passage.units) for at in labelled.answers):
            raise TrainingError(f"{where}: field 'answers' must hold numbers of units, from 0")
        said = [[labelled.passage.units[at]] for at in labelled.answers]
        others = finders[name].others(question, asked, said, negatives, random.Random(f"{seed} own {number}"))
        passages = (labelled, *(Labelled(readable(pool[other])) for other in others))
        groups.append(Group(question, passages, pool[asked].document, name))
    return groups


def _passages(folder: Path, keep: Callable[[str], bool]) -> tuple[dict[str, Line], dict[str, Line]]:
    """All passages of a set by id, and those of documents that are wanted."""
    lines = {
        id_: Line(_text(where, row, "doc"), str(row.get("title") or ""), _text(where, row, "text"))
        for id_, where, row in _rows(folder / "corpus.jsonl")
    }
    pool = {id_: line for id_, line in lines.items() if keep(line.document)}
    if not pool:
        raise TrainingError(f"{folder} has no passage of a document that is wanted. Give the whole set")
    return lines, pool


def digests(folder: Path) -> dict[str, str]:
    """The sha256 of each file of a set that is read."""
    return {name: digest(folder / name) for name in FILES}


def digest(path: Path) -> str:
    """The sha256 of a file.

    Raises:
        TrainingError: If it cannot be read.
    """
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise TrainingError(f"{path} cannot be read ({error}). Give --bench the folder of the sets") from error


def readable(line: Line) -> Readable:
    """A passage as the reader reads it: its title over its sentences."""
    return Readable(_title(line.title), tuple(line.text[start:end] for start, end in unit_spans(line.text)))


def unit_spans(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text stand; a line end ends one too."""
    return [
        (found.start() + start, found.start() + end)
        for found in re.finditer(r"[^\n]+", text)
        for start, end in split_sentences(found[0])
    ]


def label(line: Line, references: Sequence[Sequence[str]], *, every: bool) -> Labelled:
    """Mark the units of a passage that hold an answer.

    Args:
        line: The passage.
        references: Answers, each of one or several stretches of text.
        every: What ``Labelled.every`` is to say.

    Returns:
        The passage; without answers if none is found, or if each of three or more units has one, which tells nothing.
    """
    spans = unit_spans(line.text)
    found = answering(line.text, spans, references)
    told = len(found) < len(spans) or len(spans) < 3
    return Labelled(readable(line), found if told else (), every)


def answering(text: str, spans: Sequence[tuple[int, int]], references: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """The places of the spans that hold an answer: they share half of the shorter of the two with it.

    An answer is sought as whole words; white space counts for nothing. Each place where it stands counts.

    Args:
        text: A passage.
        spans: Where its units stand.
        references: Answers, each of one or several stretches of text.
    """
    found = [place for reference in references for part in reference for place in _places(text, part)]
    return tuple(
        at
        for at, (start, end) in enumerate(spans)
        if any(2 * (min(end, b) - max(start, a)) >= min(end - start, b - a) for a, b in found)
    )


class Finder:
    """Finds passages for a question by words, as BM25 ranks them.

    Args:
        pool: The passages by id.
    """

    def __init__(self, pool: Mapping[str, Line]) -> None:
        self._ids = list(pool)
        self._texts = [fold(pool[id_].text) for id_ in self._ids]
        words = [tokenize(f"{line.title}\n{line.text}") for line in pool.values()]
        self._index = LexicalIndex.from_tokens(words)
        self._words = [frozenset(each) for each in words]
        self._place = {id_: at for at, id_ in enumerate(self._ids)}

    def others(
        self, question: str, asked: str, references: Sequence[Sequence[str]], most: int, rng: random.Random
    ) -> list[str]:
        """Draw, from the best passages for a question, some that do not answer and are not like the asked one."""
        gold = self._words[self._place[asked]]
        parts = [fold(part) for reference in references for part in reference]
        scores = self._index.scores(tokenize(question))
        found: list[str] = []
        for at in scores.argsort(kind="stable")[::-1]:
            if len(found) == _CANDIDATES or scores[at] <= 0:
                break
            alike = len(gold & self._words[at]) / max(1, min(len(gold), len(self._words[at]))) >= _ALIKE
            if self._ids[at] != asked and not alike and not any(part in self._texts[at] for part in parts):
                found.append(self._ids[at])
        return rng.sample(found, min(most, len(found)))


def vary(group: Group, rng: random.Random) -> Group:
    """A group as somebody else might have put it: the question typed carelessly, its passages bare or as lists.

    The questions of staff come without question marks, in lower case and with slips; the passages of a strategy come
    under headings or not, and as items.
    """
    question = group.question
    if rng.random() < 0.3:
        question = question.rstrip("?. ")
    if rng.random() < 0.25:
        question = question.lower()
    if rng.random() < 0.1:
        question = slip(question, rng)
    bare, headed, listed = rng.random() < 0.4, rng.random() < 0.5, rng.random() < 0.15
    passages = group.passages
    if group.set == "organisations":  # these have their headings over them and their lists as lists
        bare, headed, listed = False, False, False
    if headed:
        passages = tuple(under_its_heading(p) for p in passages)
    if bare:
        passages = tuple(replace(p, passage=replace(p.passage, context="")) for p in passages)
    if listed:
        passages = tuple(replace(p, passage=_listed(p.passage)) for p in passages)
    return replace(group, question=question, passages=passages)


def under_its_heading(labelled: Labelled) -> Labelled:
    """A passage whose first unit is a heading (short, no sentence, no answer), with that over it and not in it."""
    passage = labelled.passage
    if len(passage.units) < 2 or 0 in labelled.answers or not _is_heading(passage.units[0]):
        return labelled
    context = f"{passage.context}. {passage.units[0]}" if passage.context else passage.units[0]
    return replace(
        labelled, passage=Readable(context, passage.units[1:]), answers=tuple(at - 1 for at in labelled.answers)
    )


def _is_heading(unit: str) -> bool:
    return len(unit.split()) <= _LONGEST_HEADING and unit[-1] not in ".:;,"


def slip(text: str, rng: random.Random) -> str:
    """A text with one slip of the keyboard in a word of five letters or more: two letters swapped, or one left out."""
    words = [found.span() for found in re.finditer(r"[A-Za-z]{5,}", text)]
    if not words:
        return text
    start, end = rng.choice(words)
    at = rng.randrange(start + 1, end - 1)
    swapped = text[at + 1] + text[at]
    return text[:at] + (swapped if rng.random() < 0.5 else text[at + 1]) + text[at + 2 :]


def _listed(passage: Readable) -> Readable:
    return replace(passage, units=tuple(_as_item(unit) for unit in passage.units))


def _as_item(sentence: str) -> str:
    item = sentence.rstrip(" .;") or sentence
    return item[0].lower() + item[1:]


def _title(title: str) -> str:
    return title.replace("_", " ").strip()


def _question(name: SetName, row: Mapping[str, Any], rng: random.Random) -> str | None:
    """What is asked; None for a turn that says nothing without what went before."""
    text = str(row["text"]).strip()
    if name != "doc2dial" or row.get("first_turn"):
        return text
    said = [turn.removeprefix("user: ").strip() for turn in row.get("history", []) if turn.startswith("user: ")][:-1]
    short = len(text.split()) < _FEWEST_WORDS
    if said and (short or rng.random() < 1 / 3):
        return f"{said[-1]} {text}" if len(f"{said[-1]} {text}".split()) >= _FEWEST_WORDS else None
    return None if short else text


def references_of(row: Mapping[str, Any]) -> list[list[str]]:
    """The answers, each as the stretches it is made of; the sentences chosen where the set has them."""
    chosen = row.get("selected_sentences")
    if chosen:
        return [[part for part in each if part.strip()] for each in chosen]
    return [[answer] for answer in row.get("answers", []) if answer.strip()]


def _places(text: str, part: str) -> Iterator[tuple[int, int]]:
    """Where a stretch stands in a text, at the beginning of a word and up to the end of one."""
    words = [re.escape(word) for word in part.split()]
    for found in re.finditer(r"(?<!\w)" + r"\s+".join(words) + r"(?!\w)", text):
        yield found.span()


def _rows(path: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The objects of a set's file, each with its id and the name of its line."""
    for where, row in _objects(path):
        if path.name == "queries.jsonl" and not isinstance(row.get("answerable"), bool):
            raise TrainingError(f"{where}: field 'answerable' must be true or false")
        yield _text(where, row, "_id"), where, row


def _objects(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a JSON Lines file, each with the name of its line."""
    try:
        content = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingError(f"{path} cannot be read ({error}). Give --bench the folder of the sets") from error
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise TrainingError(f"{where}: not JSON ({error}). Write one object a line") from error
        if not isinstance(row, dict):
            raise TrainingError(f"{where}: not an object. Write {{…}}")
        yield where, row


def _text(where: str, row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise TrainingError(f"{where}: field '{name}' must be there, as text that is not empty")
    return value


def _qrels(path: Path) -> dict[str, list[str]]:
    try:
        lines = path.read_text("utf-8").splitlines()[1:]
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingError(f"{path} cannot be read ({error}). Give --bench the folder of the sets") from error
    gold: dict[str, list[str]] = defaultdict(list)
    for number, line in enumerate(lines, start=2):
        cells = line.split("\t")
        if len(cells) != 3:
            raise TrainingError(f"{path}, line {number}: {len(cells)} columns. Write query-id, corpus-id, score")
        if cells[2].strip() != "0":
            gold[cells[0]].append(cells[1])
    return gold
