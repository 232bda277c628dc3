"""What is fuzzed, and what must hold of whatever comes in.

A target makes an input of a chance and reads it as the program would, but for the process that a document is read in:
what that process says is taken apart as its parent does it. It returns a word for what came of the input, and raises
``Wrong`` where something does not hold that always should; any other exception is a fault too.
"""

import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from answer import Answer, Assistant, MadeWith, PackError, QuestionError, export_pack, verify_pack
from answer.__main__ import _answer_lines
from answer.question import understand
from answer.record import answer_record, read_question
from eval.questions import QuestionsError, row_of
from index import Model, build, load
from index.records import passage_from, to_line
from ingest import CatalogueError, Document, UnreadableDocument, find_register, find_terms, fold, quote_at, stands
from ingest.catalogue import parse_catalogue
from ingest.corpus import ReadDocument, document_of
from ingest.documents import Span
from ingest.readers import Reading
from ingest.readers.child import answer_of
from ingest.readers.limits import LIMITS, _said, named, read_here
from ingest.readers.registry import _READERS
from ingest.readers.wire import from_json, to_json
from ingest.register import register_record
from tests.conftest import CATALOGUE, FERRY, LIBRARY, LetterEncoder
from trials import fuzz_inputs as inputs
from trials.fuzz_markup import made_html, made_markdown
from trials.fuzz_pdf import made_pdf
from trials.fuzz_word import made_docx, zipped
from trials.fuzz_words import changed_bytes, made_text

Json = Any  # of whatever shape
_LONGEST_MESSAGE = 2_000  # characters


class Wrong(Exception):
    """Something does not hold that always should. The message says what."""


@dataclass(frozen=True, slots=True)
class Target:
    """Something that is fuzzed.

    Attributes:
        name: What it is called.
        times: How many inputs the long form has.
        make: An input of a chance.
        read: Reads it and says in a word what came of it.
    """

    name: str
    times: int
    make: Callable[[Random], bytes]
    read: Callable[[bytes], str]


def _must(true: object, what: str) -> None:
    if not true:
        raise Wrong(what)


def _check_message(error: Exception) -> None:
    said = str(error)
    _must(said.strip(), "an error says nothing")
    _must(len(said) < _LONGEST_MESSAGE, f"an error is {len(said):,} characters long")
    _must("Traceback" not in said and 'File "' not in said, "an error shows a traceback")
    said.encode()


# Documents


def _reads(name: str) -> Callable[[bytes], str]:
    reader = _READERS[Path(name).suffix]

    def read(content: bytes) -> str:
        try:
            reading = from_json(_said(answer_of(named(reader), content, LIMITS), b"reading", LIMITS))
        except UnreadableDocument as error:
            _check_message(error)
            return "failed" if "the reader failed on it" in str(error) else "unreadable"
        _must(any(c.isalnum() for c in reading.text), "a reading has no word")
        check_document(document_of(name, content, reading, {}))
        return "read"

    return read


def check_document(read: ReadDocument) -> None:
    """Raise Wrong if what was read does not hold together: every rule of docs/architecture.md."""
    text = read.document.text
    text.encode()
    _check_blocks(read)
    _check_sections(read.document)
    for passage in read.passages:
        _check_spans(text, passage.spans)
        if passage.kind != "row":
            _must(passage.text == quote_at(text, passage.spans), "a passage does not read as its spans do")
        for unit in passage.units:
            _check_spans(text, unit.spans)
            _must(stands(text, unit.spans, quote_at(text, unit.spans)), "a unit does not stand in the text")
        _must(passage_from(to_line(passage)) == passage, "a passage does not come back as it was written")
    _must(len({p.passage_id for p in read.passages}) == len(read.passages), "two passages have one id")
    for row in find_register(read, strict=True):
        json.dumps(register_record(row, text), ensure_ascii=False).encode()
    for term in find_terms(read):
        quote = quote_at(text, term.spans)
        _must(term.term in quote and stands(text, term.spans, quote), "a term does not stand where it is defined")
        json.dumps(asdict(term), ensure_ascii=False).encode()


def _check_blocks(read: ReadDocument) -> None:
    text, blocks = read.document.text, read.blocks
    _must([b.start for b in blocks] == sorted(b.start for b in blocks), "blocks are not in order")
    held = sorted(span for b in blocks for span in (*b.spans, *((b.marker,) if b.marker else ())))
    _must(all(a[1] <= b[0] for a, b in pairwise(held)), "blocks overlap")
    at = 0
    for start, end in [*held, (len(text), len(text))]:
        _must(not any(c.isalnum() for c in text[at:start]), "a letter is in no block")
        at = max(at, end)
    for block in blocks:
        for cell in block.cells:
            if cell.spans:
                _check_spans(text, cell.spans)


def _check_sections(document: Document) -> None:
    sections = document.sections
    _must(all(a.end == b.start for a, b in pairwise(sections)), "sections do not follow each other")
    _must(all(fold(h) == h for s in sections for h in s.headings), "a heading is not folded")


def _check_spans(text: str, spans: Sequence[Span]) -> None:
    _must(spans, "there is no span")
    _must(all(0 <= s < e <= len(text) for s, e in spans), "a span is not in the text")


def _wire(content: bytes) -> str:
    try:
        from_json(content)
    except ValueError as error:
        _must(str(error).startswith("this is no reading"), "another error than it says")
        return "refused"
    return "read"


def _made_wire(chance: Random) -> bytes:
    reading = _plain_reading()
    return changed_bytes(chance, changed_bytes(chance, to_json(reading)))


@cache
def _plain_reading() -> Reading:
    return read_here(_READERS[".md"], inputs.real("markdown"))


# Questions


@cache
def assistant() -> Assistant:
    """A small assistant with an encoder that counts letters; made by the process that asks it."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    (folder / "corpus").mkdir()
    for name, text in (("ferry.txt", FERRY), ("library.txt", LIBRARY), ("catalogue.toml", CATALOGUE)):
        (folder / "corpus" / name).write_text(text, "utf-8")
    build(folder / "corpus", folder / "index", Model("letters", folder, "0" * 64), encoder=lambda _: LetterEncoder())
    return Assistant(load(folder / "index"), LetterEncoder())


def _asked_of(content: bytes) -> tuple[str, list[str]]:
    """A question and those before it."""
    last, *before = content.decode("utf-8", "replace").split("\x1e")
    return last, before


def _made_question(chance: Random) -> bytes:
    said = [inputs.asked(chance) for _ in range(1 + chance.choice((0, 0, 0, 1, 3)))]
    return "\x1e".join(said).encode("utf-8", "replace")


def _understood(content: bytes) -> str:
    text, history = _asked_of(content)
    try:
        question = understand(text, history, documents=assistant().snapshot.documents)
    except QuestionError as error:
        _check_message(error)
        return "refused"
    question.standalone.encode()
    _must(all(weight > 0 for weight in question.weights.values()), "a word weighs nothing")
    return "understood"


def _answered(content: bytes) -> str:
    text, history = _asked_of(content)
    try:
        answer = assistant().answer(text, history)
    except QuestionError as error:
        _check_message(error)
        return "refused"
    check_answer(answer)
    return answer.status


def check_answer(answer: Answer) -> None:
    """Raise Wrong if an answer breaks one of the rules that all answers keep."""
    documents = assistant().snapshot.documents
    numbers = [c.number for c in answer.citations]
    _must(numbers == list(range(1, len(numbers) + 1)), "citations are not numbered from 1")
    for c in answer.citations:
        _must(stands(documents[c.doc_id].text, c.spans, c.quote), "a quote does not stand")
    used = {n for s in answer.statements for n in s.citations}
    _must(used == set(numbers) and all(s.citations for s in answer.statements), "a statement has no proof")
    _must((answer.status == "not_found") == (not answer.statements), "a refusal with statements")
    _must(0 <= answer.confidence <= 1, "a confidence that is no probability")
    json.dumps(answer_record("1", answer, documents, 0.0), ensure_ascii=False).encode()


_LINE: dict[str, object] = {"id": "q1", "question": "What is the budget?", "history": ["Who?"], "documents": ["ferry"]}


def _made_lines(chance: Random) -> bytes:
    lines = []
    for _ in range(chance.randint(1, 3)):
        line = dict(_LINE, question=inputs.asked(chance), id=chance.choice(("q1", "", "\u2028", "\x00", "a" * 500)))
        lines.append(inputs.made_json(chance, line))
    return chance.choice((b"\n", b"\n", b"\r\n", b"\n\n", b"\n \n")).join(lines)


def _json_lines(content: bytes) -> str:
    out = io.StringIO()
    with redirect_stdout(out):
        _answer_lines(assistant(), io.BytesIO(content))
    given = [line for line in content.split(b"\n") if line.decode("utf-8", "replace").strip()]
    said = [json.loads(line) for line in out.getvalue().split("\n")[:-1]]
    out.getvalue().encode()
    _must(len(said) == len(given), f"{len(given)} lines are answered with {len(said)}")
    for line, record in zip(given, said, strict=True):
        try:
            asked = read_question(line.decode("utf-8", "replace"))
        except QuestionError as error:
            _check_message(error)
            _must(record["id"] is None and record["error"], "a line that is no question is answered with no error")
            continue
        _must(record["id"] == asked.id, "answers are not in the order of the questions")
        _must("error" in record or record["abstained"] == (record["status"] == "not_found"), "an answer lacks a field")
    return "errors" if all("error" in r for r in said) else "answers"


# Files that people write


def _catalogue(content: bytes) -> str:
    stems = ("a", "b", "plan.v2", "caf\u00e9", "..", "etc")
    try:
        entries = parse_catalogue(content, Path("corpus"), stems)
    except CatalogueError as error:
        _check_message(error)
        return "refused"
    for stem, entry in entries.items():
        _must(stem in stems, "an entry for no document")
        _must({entry.part_of, entry.superseded_by} <= {*stems, None} - {stem}, "an entry that names no other document")
        json.dumps(asdict(entry), ensure_ascii=False).encode()
    return "read"


_ROW: dict[str, object] = {
    "id": "f1",
    "question": "How many passengers?",
    "kind": "figure",
    "history": [],
    "documents": [],
    "answerable": True,
    "evidence": [{"document": "ferry", "quote": "carried 4,210 passengers"}],
    "facts": [["4,210"]],
    "reference": "4,210",
    "split": "dev",
    "notes": "",
}


def _eval_row(content: bytes) -> str:
    try:
        row_of("questions.jsonl, line 1", content.decode("utf-8", "replace"), assistant().snapshot.documents)
    except QuestionsError as error:
        _check_message(error)
        return "refused"
    return "read"


@cache
def _exported() -> bytes:
    answer = assistant().answer("What are the ferry's objectives?")
    snapshot = assistant().snapshot
    return export_pack(answer, snapshot.documents, MadeWith.of(snapshot.manifest), made="2026-11-23T12:00:00+00:00")


def _made_pack(chance: Random) -> bytes:
    """A pack changed as bytes, or in what it says, with its checksums made to fit."""
    if chance.random() < 0.4:
        return changed_bytes(chance, _exported())
    with zipfile.ZipFile(io.BytesIO(_exported())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    record = json.loads(parts["pack.json"])
    for _ in range(chance.randint(1, 2)):
        _change_somewhere(chance, record)
    parts["pack.json"] = json.dumps(record).encode()
    if chance.random() < 0.1:
        parts["pack.json"] = changed_bytes(chance, parts["pack.json"])
    sums = (f"{hashlib.sha256(parts[name]).hexdigest()}  {name}\n" for name in ("pack.json", "README.txt"))
    parts["SHA256SUMS"] = "".join(sums).encode()
    return zipped(parts)


def _change_somewhere(chance: Random, record: Json) -> None:
    """Change a value somewhere in a record."""
    while True:
        keys: Iterable[Any] = record.keys() if isinstance(record, dict) else range(len(record))
        if not (known := list(keys)):
            return
        key = chance.choice(known)
        if not isinstance(record[key], dict | list) or not record[key] or chance.random() < 0.2:
            record[key] = chance.choice(
                (None, True, -1, 10**25, 1.5, 1e308, "", "a", "\ud800", [], {}, [[0, 1]], [[5, 2]], "\x1b[31m", [None])
            )
            return
        record = record[key]


def _pack(content: bytes) -> str:
    try:
        found = verify_pack(content, assistant().snapshot.documents)
    except PackError as error:
        _check_message(error)
        return "refused"
    for finding in found:
        f"{finding.about}: {finding.said}".encode("utf-8", "surrogatepass")
    return "proved" if all(finding.holds for finding in found) else "changed"


TARGETS = (
    Target("text", 70_000, inputs.mixed("text", made_text), _reads("plan.txt")),
    Target("html", 44_000, inputs.mixed("html", made_html), _reads("plan.html")),
    Target("markdown", 34_000, inputs.mixed("markdown", made_markdown), _reads("plan.md")),
    Target("word", 40_000, inputs.mixed("docx", made_docx, 0.05), _reads("plan.docx")),
    Target("pdf", 12_000, inputs.mixed("pdf", made_pdf, 0.1), _reads("plan.pdf")),
    Target("wire", 4_000, _made_wire, _wire),
    Target("question", 6_000, _made_question, _understood),
    Target("answer", 4_000, _made_question, _answered),
    Target("lines", 4_000, _made_lines, _json_lines),
    Target("catalogue", 4_000, inputs.made_catalogue, _catalogue),
    Target("row", 2_000, lambda chance: inputs.made_json(chance, _ROW), _eval_row),
    Target("pack", 2_000, _made_pack, _pack),
)
READERS = ("text", "html", "markdown", "word", "pdf")


def target_of(name: str) -> Target:
    """The target of a name; raises KeyError if there is none."""
    return {target.name: target for target in TARGETS}[name]


def fewer(target: Target, share: float) -> Target:
    """A target with a share of its inputs, at least one."""
    return replace(target, times=max(1, round(target.times * share)))
