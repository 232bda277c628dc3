"""A folder in BEIR's form: passages, questions, and which passage is relevant to which question. Checked on read.

    corpus.jsonl     {"_id", "text"} a line; "title" and "doc" (the document it is a paragraph of) where given
    queries.jsonl    {"_id", "text"} a line; where given: "scope" (the document to look in), "history" (what was said
                     before, oldest first), "first_turn", "answerable", "answers" (a list, or lists by passage)
    qrels.tsv        query-id, corpus-id, score, tabs between; or qrels/test.tsv

Other fields are passed over. A score of 0 or less says that a passage is not relevant.

Covered: a queries.jsonl with questions of other splits, which are left out: those without a relevant passage that do
not say whether they are answerable. Not covered: corpora of millions, since all is read at once.

References:
    Thakur, Reimers, Rücklé, Srivastava and Gurevych, "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of
    Information Retrieval Models", NeurIPS 2021, arXiv:2104.08663.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.questions import QuestionsError

CORPUS, QUERIES = "corpus.jsonl", "queries.jsonl"
QRELS = ("qrels.tsv", "qrels/test.tsv")
_HEADER = ["query-id", "corpus-id", "score"]
_COLUMNS = len(_HEADER)
# "user: Where do I sign?": who spoke, in the form of conversations; a turn without it is the user's.
_SPEAKER = re.compile(r"(?:(?<!\s)\s+)?(user|agent|system|assistant)\s*:\s*", re.IGNORECASE)


class BeirError(QuestionsError):
    """A BEIR folder is not as it should be. The message names the file, the line, the field and the way out."""


@dataclass(frozen=True, slots=True)
class BeirPassage:
    """A line of the corpus; where it names no document it is one by itself, under its own id."""

    passage_id: str
    doc_id: str
    title: str
    text: str

    @property
    def body(self) -> str:
        """What is indexed under its title: its text, or the title itself where there is no text."""
        return self.text if self.text.strip() else self.title


@dataclass(frozen=True, slots=True)
class BeirQuestion:
    """A question with what is known of its answer.

    Attributes:
        id: Unique in its set.
        text: As asked.
        scope: The id of the one document to look in; None for all.
        earlier: The user's questions before it in the conversation, oldest first.
        answerable: Whether the set says so; where it does not say, whether it has a relevant passage.
        references: Answers that people gave.
        relevant: The relevant passages' ids with their grades, from 1.
        first_turn: Whether it opens its conversation; None where the set does not say.
    """

    id: str
    text: str
    scope: str | None
    earlier: tuple[str, ...]
    answerable: bool
    references: tuple[str, ...]
    relevant: Mapping[str, int]
    first_turn: bool | None


@dataclass(frozen=True, slots=True)
class BeirSet:
    """A set as read.

    Attributes:
        name: The folder's name.
        passages: In the corpus' order.
        questions: In the order of queries.jsonl, without those of other splits.
        pairs: How many pairs of question and relevant passage there are.
        other_splits: How many questions were left out.
        digests: The sha256 of each file.
    """

    name: str
    passages: tuple[BeirPassage, ...]
    questions: tuple[BeirQuestion, ...]
    pairs: int
    other_splits: int
    digests: Mapping[str, str]


def read_set(folder: Path) -> BeirSet:
    """Read a folder in BEIR's form.

    Raises:
        BeirError: If a file is missing or anything in one is not as the form says.
    """
    if not folder.is_dir():
        raise BeirError(f"{folder} is not a folder. Give one with {CORPUS}, {QUERIES} and {' or '.join(QRELS)}")
    qrels_path = next((folder / name for name in QRELS if (folder / name).is_file()), None)
    if qrels_path is None:
        raise BeirError(f"{folder} has neither {' nor '.join(QRELS)}. Write one: {', '.join(_HEADER)}, tabs between")
    contents = {path.name: _read(path) for path in (folder / CORPUS, folder / QUERIES, qrels_path)}
    passages = _passages(folder / CORPUS, contents[CORPUS])
    rows = _unique(folder / QUERIES, contents[QUERIES])
    qrels = _qrels(qrels_path, contents[qrels_path.name], rows, {p.passage_id for p in passages})
    doc_ids = {p.doc_id for p in passages}
    kept = [
        _question(where, record, qrels.get(id_, {}), doc_ids)
        for id_, (where, record) in rows.items()
        if id_ in qrels or record.get("answerable") is not None
    ]
    if not kept:
        raise BeirError(
            f"{folder / QUERIES}: no question is named in {qrels_path.name}. Give the qrels of these queries"
        )
    return BeirSet(
        name=folder.resolve().name,
        passages=passages,
        questions=tuple(kept),
        pairs=sum(len(question.relevant) for question in kept),
        other_splits=len(rows) - len(kept),
        digests={name: hashlib.sha256(content).hexdigest() for name, content in contents.items()},
    )


def sample(questions: Sequence[BeirQuestion], limit: int | None) -> list[BeirQuestion]:
    """So many of the questions, always the same ones, in the order given; all of them without a limit.

    They are those whose ids have the lowest sha256: it hangs on neither the order of the file nor the neighbours of a
    question, and a smaller sample is a part of a larger.
    """
    if limit is None or limit >= len(questions):
        return list(questions)
    chosen = {q.id for q in sorted(questions, key=lambda q: hashlib.sha256(q.id.encode()).hexdigest())[:limit]}
    return [q for q in questions if q.id in chosen]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BeirError(f"{path} cannot be read: {error.strerror or error}. A BEIR folder needs it") from error


def _lines(path: Path, content: bytes) -> Iterator[tuple[str, str]]:
    """The lines of a file that are not blank, each with its name; only a line feed ends one, as JSON Lines has it."""
    try:
        lines = content.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise BeirError(f"{path} is not UTF-8 ({error}). Save it as UTF-8") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield f"{path}, line {number}", line.rstrip("\r")


def _unique(path: Path, content: bytes) -> dict[str, tuple[str, dict[str, Any]]]:
    """The objects of a JSON Lines file by "_id", each with the name of its line."""
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for where, line in _lines(path, content):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BeirError(f"{where}: not JSON ({error}). Write one object a line") from error
        if not isinstance(record, dict):
            raise BeirError(f'{where}: not an object. Write {{"_id": …, "text": …}}')
        id_ = _text(where, record, "_id")
        if not isinstance(record.get("text"), str):
            raise BeirError(f"{where}: field 'text' must be there, as text")
        if id_ in found:
            raise BeirError(f"{where}: field '_id' is '{id_}', as on {found[id_][0]}. Rename one")
        found[id_] = where, record
    return found


def _text(where: str, record: Mapping[str, Any], name: str) -> str:
    value = record.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BeirError(f"{where}: field '{name}' must be there, as text that is not empty")
    return value


def _passages(path: Path, content: bytes) -> tuple[BeirPassage, ...]:
    passages = []
    for id_, (where, record) in _unique(path, content).items():
        title = record.get("title") or ""
        if not isinstance(title, str):
            raise BeirError(f"{where}: field 'title', where it is given, must be text")
        doc_id = id_ if record.get("doc") is None else _text(where, record, "doc")
        passages.append(BeirPassage(id_, doc_id, title, record["text"]))
    if not any(p.body.strip() for p in passages):
        raise BeirError(f"{path} has no passage with a text. Write at least one line")
    return tuple(passages)


def _qrels(path: Path, content: bytes, queries: Mapping[str, object], passages: set[str]) -> dict[str, dict[str, int]]:
    """For each question that has a relevant passage, those passages with their grades."""
    qrels: dict[str, dict[str, int]] = {}
    for at, (where, line) in enumerate(_lines(path, content)):
        cells = line.split("\t")
        if at == 0 and cells == _HEADER:
            continue
        if len(cells) != _COLUMNS:
            raise BeirError(f"{where}: {len(cells)} columns. Write {', '.join(_HEADER)}, tabs between")
        query, passage, score = cells
        if query not in queries:
            raise BeirError(f"{where}: query-id '{query}' is not in {QUERIES}. Add the query, or leave out the line")
        if passage not in passages:
            raise BeirError(
                f"{where}: corpus-id '{passage}' is not in {CORPUS}. Add the passage, or leave out the line"
            )
        if not re.fullmatch(r"-?\d+", score.strip()):
            raise BeirError(f"{where}: score '{score}' is not a whole number. Write 1 for a relevant passage")
        if passage in qrels.get(query, {}):
            raise BeirError(f"{where}: '{query}' and '{passage}' stand in an earlier line too. Leave one out")
        if int(score) > 0:
            qrels.setdefault(query, {})[passage] = int(score)
    return qrels


def _question(where: str, record: Mapping[str, Any], relevant: Mapping[str, int], doc_ids: set[str]) -> BeirQuestion:
    text = _text(where, record, "text")
    for name in ("answerable", "first_turn"):
        if not isinstance(record.get(name), bool | None):
            raise BeirError(f"{where}: field '{name}', where it is given, must be true or false")
    answerable = record.get("answerable")
    if answerable is False and relevant:
        raise BeirError(f"{where}: field 'answerable' is false, but the qrels name a passage. Change one of them")
    scope = record.get("scope")
    if scope is not None and scope not in doc_ids:
        raise BeirError(
            f"{where}: field 'scope' is '{scope}', which is no document of {CORPUS}. Name one, or write null"
        )
    return BeirQuestion(
        id=record["_id"],
        text=text,
        scope=scope,
        earlier=_earlier(text, _texts(where, "history", record.get("history"))),
        answerable=bool(relevant) if answerable is None else answerable,
        references=_references(where, record.get("answers")),
        relevant=relevant,
        first_turn=record.get("first_turn"),
    )


def _texts(where: str, name: str, value: object) -> list[str]:
    if value is None:
        return []
    if not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
        raise BeirError(f"{where}: field '{name}', where it is given, must be a list of texts")
    return value


def _references(where: str, answers: object) -> tuple[str, ...]:
    """The answers, once each: a list of them, or a list for each passage."""
    lists = list(answers.values()) if isinstance(answers, dict) else [answers]
    texts = [text for each in lists for text in _texts(where, "answers", each)]
    return tuple(dict.fromkeys(text for text in texts if text.strip()))


def _earlier(text: str, history: Sequence[str]) -> tuple[str, ...]:
    """What the user said before, without the others' turns and without the question itself at the end."""
    turns = [turn for turn in history if (found := _SPEAKER.match(turn)) is None or found[1].lower() == "user"]
    said = [_SPEAKER.sub("", turn, count=1).strip() for turn in turns]
    if said and said[-1] == text.strip():
        said.pop()
    return tuple(turn for turn in said if turn)
