"""The audit pack: an answer with all that proves it, in one zip, and the proof run again.

    pack.json     what was asked and said, the documents as they were, what it was made with, the verdicts
    README.txt    the same for a person to read, and how to prove it
    SHA256SUMS    the checksums of both

Covered: each quote is held against its document anew, by the quote rule, and each statement against its quotes; each
document against the file that it was read from; and a pack of which anything was changed without its checksum.
Not covered: a pack made up anew, checksums and all, around quotes that do stand. Who asked, when, and what a reviewer
decided is as good as the place where the pack was kept.
"""

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any, Literal
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from answer.assistant import Answer
from answer.citations import Citation
from answer.compose import Statement, check_statements
from answer.errors import PackError
from answer.record import answer_record
from index import Manifest
from ingest import Document, QuoteError, Span, find_quote, stands

FORMAT = 1
PACK, README, SUMS = "pack.json", "README.txt", "SHA256SUMS"
MOST_BYTES = 20 * 1024 * 1024  # of a pack, and of each part of it unpacked: an answer takes a thousandth of that
_WAY_OUT = "Ask whoever gave it to you for the pack as it was exported"

Verdict = Literal["supported", "partly", "not supported"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reviewer decided of a statement, and when.

    Attributes:
        statement: Which of the answer's, from 1; 0 for a refusal as a whole.
        verdict: What was decided.
        note: Why, or empty.
        reviewer: Who decided.
        decided: When, as ISO 8601 with its offset.
    """

    statement: int
    verdict: Verdict
    note: str
    reviewer: str
    decided: str


@dataclass(frozen=True, slots=True)
class MadeWith:
    """What an answer was made with.

    Attributes:
        index: The index' fingerprint.
        model: The embedding model's name.
        model_sha256: The sha256 of its weights.
        reader_sha256: The sha256 of the learned reader's graph; None if there was none.
        libraries: The versions of the libraries that shaped the index.
    """

    index: str
    model: str
    model_sha256: str
    reader_sha256: str | None
    libraries: Mapping[str, str]

    @classmethod
    def of(cls, manifest: Manifest, reader: str | None = None) -> "MadeWith":
        """What an answer from the index of a manifest was made with; ``reader`` as ``reader_sha256``."""
        return cls(manifest.fingerprint, manifest.model, manifest.model_sha256, reader, dict(manifest.libraries))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was held against the documents.

    Attributes:
        about: What: "citation 1", "statement 2", "document plan".
        holds: Whether it is still as the pack has it.
        said: What was found, in a sentence.
    """

    about: str
    holds: bool
    said: str


def export_pack(
    answer: Answer,
    documents: Mapping[str, Document],
    made_with: MadeWith,
    *,
    made: str,
    decisions: Sequence[Decision] = (),
) -> bytes:
    """An answer as an audit pack; the same of the same, to the byte.

    Args:
        answer: The answer.
        documents: The documents it cites, as they were when it was given.
        made_with: What it was made with.
        made: When the pack is made, as ISO 8601 with its offset.
        decisions: What reviewers decided of its statements, oldest first.
    """
    record = answer_record("1", answer, documents, 0.0)
    for gone in ("id", "latency_ms", "hits"):
        del record[gone]
    cited = sorted({citation.doc_id for citation in answer.citations})
    pack = {
        "format": FORMAT,
        "made": made,
        "answer": {**record, "statements": [asdict(statement) for statement in answer.statements]},
        "documents": {doc_id: _identity(documents[doc_id]) for doc_id in cited},
        "made_with": asdict(made_with),
        "decisions": [asdict(decision) for decision in decisions],
    }
    parts = {PACK: f"{json.dumps(pack, indent=1)}\n".encode()}
    parts[README] = _for_a_person(answer, documents, made, decisions).encode("utf-8", "replace")
    parts[SUMS] = "".join(f"{_sum_line(name, content)}\n" for name, content in parts.items()).encode()
    return _zipped(parts)


def verify_pack(content: bytes, documents: Mapping[str, Document]) -> list[Finding]:
    """Prove a pack again, from documents as they are now.

    Args:
        content: The pack.
        documents: The documents by id, as read from the corpus.

    Returns:
        A finding for each document, citation and statement of the pack; it is proved if all of them hold.

    Raises:
        PackError: If it is no pack, or was changed since it was made.
    """
    pack = _read(content)
    citations, statements = _citations(pack), _statements(pack)
    found = [_document(doc_id, was, documents.get(doc_id)) for doc_id, was in pack["documents"].items()]
    found += [_quote(citation, documents.get(citation.doc_id)) for citation in citations]
    return found + [_statement(number, one, citations) for number, one in enumerate(statements, start=1)]


def _identity(document: Document) -> dict[str, Any]:
    return {
        "title": document.title,
        "publisher": document.publisher,
        "published": document.published,
        "status": document.status,
        "url": document.url,
        "sha256": document.sha256,
        "text_sha256": _sha256(document.text.encode("utf-8", errors="surrogatepass")),
    }


def _document(doc_id: str, was: Mapping[str, Any], document: Document | None) -> Finding:
    about = f"document {doc_id}"
    if document is None:
        return Finding(about, False, f"it is not in the corpus any more (“{was['title']}”, sha256 {was['sha256']})")
    now = _identity(document)
    if now["sha256"] != was["sha256"]:
        return Finding(about, False, f"its file is another one now: sha256 {now['sha256']}, and was {was['sha256']}")
    if now["text_sha256"] != was["text_sha256"]:
        return Finding(about, False, "its file is the same, and is read in another way than it was")
    other = [
        f"{name} {now[name] or 'unknown'} (was {was[name] or 'unknown'})"
        for name in ("title", "publisher", "published", "status")
        if now[name] != was[name]
    ]
    changed = f"; the catalogue has changed: {', '.join(other)}" if other else ""
    return Finding(about, True, f"its file is the same{changed}")


def _quote(citation: Citation, document: Document | None) -> Finding:
    about = f"citation {citation.number}"
    if document is None:
        return Finding(about, False, f"there is no document {citation.doc_id} to hold its quote against")
    if stands(document.text, citation.spans, citation.quote):
        return Finding(about, True, f"its quote stands in {citation.doc_id} where it stood")
    places = ", ".join(f"characters {start} to {end}" for start, end in find_quote(document.text, citation.quote)[:3])
    moved = f"it stands at {places} now" if places else "nowhere does it stand as a whole now"
    return Finding(about, False, f"its quote does not stand in {citation.doc_id} where it stood; {moved}")


def _statement(number: int, statement: Statement, citations: Sequence[Citation]) -> Finding:
    about = f"statement {number}"
    if statement.rewritten:
        return Finding(about, True, "a language model wrote it; only its quotes can be held against the documents")
    try:
        check_statements([statement], citations)
    except QuoteError as error:
        return Finding(about, False, str(error))
    return Finding(about, True, f"its words are in the quote that it cites: [{statement.citations[0]}]")


def _read(content: bytes) -> dict[str, Any]:
    """What a pack says, its checksums checked and its fields there."""
    parts = _unzipped(content)
    sums = parts[SUMS].decode("utf-8", "replace").splitlines()
    for name in (PACK, README):
        if _sum_line(name, parts[name]) not in sums:
            raise PackError(f"{name} in the pack is not what was exported: its checksum is another. {_WAY_OUT}")
    try:
        pack = json.loads(parts[PACK])
        json.dumps(
            pack, ensure_ascii=False
        ).encode()  # half of a character can be neither shown nor held against a text
        if pack["format"] != FORMAT:
            raise PackError(f"the pack has format {pack['format']}, and this version reads {FORMAT}")
        for was in pack["documents"].values():
            [was[name] for name in ("title", "publisher", "published", "status", "sha256", "text_sha256")]
        [pack["answer"][name] for name in ("question", "citations", "statements")]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PackError(f"{PACK} in the pack does not have what a pack has: {_shortly(error)}. {_WAY_OUT}") from error
    return pack  # type: ignore[no-any-return]  # checked above


def _citations(pack: Mapping[str, Any]) -> list[Citation]:
    try:
        found = [
            Citation(int(c["number"]), str(c["document"]), tuple(c["headings"]), c["page"], _spans(c), str(c["quote"]))
            for c in pack["answer"]["citations"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise PackError(f"a citation in the pack cannot be read: {_shortly(error)}. {_WAY_OUT}") from error
    if [citation.number for citation in found] != list(range(1, len(found) + 1)):
        raise PackError(f"the citations in the pack are not numbered from 1. {_WAY_OUT}")
    return found


def _spans(citation: Mapping[str, Any]) -> tuple[Span, ...]:
    return tuple((int(start), int(end)) for start, end in citation["spans"])


def _statements(pack: Mapping[str, Any]) -> list[Statement]:
    many = len(pack["answer"]["citations"])
    try:
        found = [Statement(**{**s, "citations": tuple(s["citations"])}) for s in pack["answer"]["statements"]]
        if not all(s.citations and all(1 <= n <= many for n in s.citations) for s in found):
            raise ValueError("a statement cites what is not there")
        if not all(isinstance(s.text, str) for s in found):
            raise ValueError("the words of a statement are no text")
    except (ValueError, KeyError, TypeError) as error:
        raise PackError(f"a statement in the pack cannot be read: {_shortly(error)}. {_WAY_OUT}") from error
    return found


def _unzipped(content: bytes) -> dict[str, bytes]:
    """The parts of a pack, none larger than a pack's may be."""
    if len(content) > MOST_BYTES:
        raise PackError(f"it has {len(content):,} bytes; a pack has at most {MOST_BYTES:,}")
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = [part.filename for part in archive.infolist()]
            if sorted(names) != sorted((PACK, README, SUMS)):
                held = ", ".join(repr(name[:40])[1:-1] for name in names[:5]) or "no parts"
                raise PackError(f"it is no audit pack: it has {held}. {_WAY_OUT}")
            parts = {}
            for name in names:
                with archive.open(name) as part:
                    parts[name] = part.read(MOST_BYTES + 1)
    # zipfile's words for a packing it does not know, or a password; zlib's and EOFError come from damage.
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise PackError(f"it is no audit pack, or it is damaged: {_shortly(error)}. {_WAY_OUT}") from error
    if large := [name for name, part in parts.items() if len(part) > MOST_BYTES]:
        raise PackError(f"{large[0]} in it unpacks to more than {MOST_BYTES:,} bytes")
    return parts


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            # One time for all: the earliest that a zip can say. When it was made stands in it.
            archive.writestr(ZipInfo(name), part, ZIP_DEFLATED)
    return out.getvalue()


def _shortly(error: Exception) -> str:
    return repr(error)[:200]


def _sum_line(name: str, content: bytes) -> str:
    """As sha256sum writes it."""
    return f"{_sha256(content)}  {name}"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _for_a_person(answer: Answer, documents: Mapping[str, Document], made: str, decisions: Sequence[Decision]) -> str:
    """The pack as text: what was asked and said, each quote with its place, what was decided, how to prove it."""
    lines = ["AUDIT PACK", f"Made {made}", "", f"Question: {answer.question}"]
    if answer.standalone_question != answer.question:
        lines.append(f"Searched for: {answer.standalone_question}")
    lines += ["", answer.text or "Not in the documents."]
    lines += ["", answer.reason] if answer.reason else []
    for citation in answer.citations:
        document = documents[citation.doc_id]
        page = [document.page_name(citation.page)] if citation.page is not None else []
        spans = "characters " + ", ".join(f"{start} to {end}" for start, end in citation.spans)
        where = "; ".join([document.title, *(" ".join(h.split()) for h in citation.headings), *page, spans])
        lines += ["", f"[{citation.number}] {where}", f"    {citation.quote}"]
    for decision in decisions:
        note = f" ({decision.note})" if decision.note else ""
        said = f"{decision.verdict}{note}, {decision.reviewer}, {decision.decided}"
        about = f"Statement {decision.statement}" if decision.statement else "That it is not in the documents"
        lines += ["", f"{about}: {said}"]
    return "\n".join([*lines, "", "To prove each quote again: python -m answer verify PACK", ""])
