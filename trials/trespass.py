"""`python -m trials.trespass`: attempts to read, write or act where one may not; none succeeds, each is logged.

What somebody may not do is tried on the functions that do it, which is what a page that was tampered with would call;
and on the page as it is served, over HTTP and over its own connection. After each attempt the files, the documents,
the index, the verdicts and the conversations are looked at: an attempt has succeeded if it gave something back or
changed any of them.
"""

import hashlib
import http.client
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from websockets.sync.client import connect

from answer import Assistant, MadeWith
from benchmarks.page_load import Session, stream_address
from benchmarks.page_server import served_page
from desk import Judged, Person, Questions, Store, audit_pack, decide, events, make_question, open_case, queue
from desk.asking import ask
from desk.evaluating import Evaluating
from desk.holdings import Holdings
from desk.narrowing import Narrowed
from desk.reindex import Places, Reindexing
from desk.uploads import named, read_upload
from eval.evaluate import Folders
from index import Encoder, Model, build, load, read_manifest
from ingest import Entry

STAFF = Person("Staff", "staff", "issuer staff")
OTHER = Person("Other", "staff", "issuer other")
REVIEWER = Person("Reviewer", "reviewer", "issuer reviewer")
MAINTAINER = Person("Maintainer", "maintainer", "issuer maintainer")
SECRET = "the-secret-of-this-machine"  # noqa: S105  stands in a file outside the corpus
PAGES = ("ask", "targets", "documents", "review", "evaluation", "maintain")
_CORPUS = {
    "ferry.txt": "Ferry plan\n\nIn 2019-20 the ferry carried 4,210 passengers against a target of 4,000.\n",
    "library.txt": "Library report\n\nFines were abolished because they kept children away.\n",
}
_QUESTION = "How many passengers did the ferry carry?"
_AUTH = '[auth]\nclient_id = "x"\nclient_secret = "y"\ncookie_secret = "z"\n' + (
    'redirect_uri = "http://127.0.0.1/oauth2callback"\nserver_metadata_url = "http://127.0.0.1:9/none"\n'
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt.

    Attributes:
        name: What is tried.
        act: Tries it; what it gives back, or "" where it gives nothing.
    """

    name: str
    act: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt: why it counts as having succeeded (empty if it has not), and whether it was logged."""

    attempt: str
    succeeded: str
    logged: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk in use, whose files are all in one folder.

    Attributes:
        home: The folder.
        places: Where everything is.
        store: The review database.
        holdings: The documents.
        reindexing: What updates the index.
        assistant: Who answers.
        model: The embedding model.
        asked: The id of an answer that another asked for; its conversation was not deleted.
        talk: The id of that conversation.
        deleted: The id of an answer whose owner deleted it, and which was flagged before.
    """

    home: Path
    places: Places
    store: Store
    holdings: Holdings
    reindexing: Reindexing
    assistant: Assistant
    model: Model
    asked: str
    talk: str
    deleted: str


def set_up(home: Path, model: Model, encoder: Encoder) -> Desk:
    """A desk with two documents, an index with one before it, and questions of somebody else's."""
    evaluation = home / "eval"
    folders = Folders(evaluation / "questions.jsonl", home / "runs", evaluation / "accepted", evaluation / "gate.toml")
    places = Places(home / "corpus", home / "build" / "index", folders)
    for folder in (places.corpus, evaluation):
        folder.mkdir(parents=True)
    for name, text in _CORPUS.items():
        (places.corpus / name).write_text(text, "utf-8")
    (home / "secret.txt").write_text(SECRET, "utf-8")
    holdings = Holdings(places.corpus, places.kept)
    build(places.corpus, places.index, model, encoder=lambda _: encoder)
    holdings.add(MAINTAINER, "minutes.txt", b"Minutes\n\nThe board met in May 2031.\n")
    build(places.corpus, places.index, model, encoder=lambda _: encoder)
    assistant = Assistant(load(places.index), encoder)
    turn = ask(assistant, _QUESTION, (), Narrowed(None, ""), MadeWith.of(assistant.snapshot.manifest))
    store = Store.open(f"sqlite:///{home}/review.db")
    talk, asked = store.keep(None, OTHER, turn)
    gone, deleted = store.keep(None, OTHER, turn)
    store.flag(deleted, OTHER, "It is wrong")
    store.delete_conversation(gone, OTHER)
    reindexing = Reindexing(places, lambda: model)
    return Desk(home, places, store, holdings, reindexing, assistant, model, asked, talk, deleted)


def of_roles(desk: Desk) -> Iterator[Attempt]:
    """What a role does not allow, called as a page that was tampered with would."""
    entry, manifest = Entry("Mine"), read_manifest(desk.places.index)
    questions = Questions(desk.places.evaluation.questions, desk.home / "eval" / "candidates.jsonl")
    evaluating = Evaluating(desk.places.evaluation)
    review: dict[str, Callable[[Person], object]] = {
        "see the queue": lambda p: queue(desk.store, p),
        "open a case": lambda p: open_case(desk.store, p, desk.asked),
        "decide": lambda p: decide(desk.store, p, desk.asked, "me", [Judged(1, "supported")]),
        "get an audit pack": lambda p: audit_pack(open_case(desk.store, p, desk.asked), "2026"),
        "make an evaluation question": lambda p: make_question(
            desk.store, p, desk.asked, questions, desk.assistant.snapshot.documents
        ),
        "run the evaluation": lambda p: evaluating.start(p, desk.assistant, desk.places.corpus, desk.model),
        "stop the evaluation": evaluating.stop,
    }
    maintain: dict[str, Callable[[Person], object]] = {
        "add a document": lambda p: desk.holdings.add(p, "mine.txt", b"Mine"),
        "replace a document": lambda p: desk.holdings.replace(p, "ferry", "ferry.txt", b"Mine"),
        "withdraw a document": lambda p: desk.holdings.withdraw(p, "ferry"),
        "change the catalogue": lambda p: desk.holdings.catalogue(p, "ferry", entry),
        "undo a change": desk.holdings.undo,
        "bring documents back": lambda p: desk.holdings.restore(p, manifest),
        "keep the documents": desk.holdings.keep,
        "write into the journal": lambda p: desk.holdings.note(p, "published", "by me"),
        "read an upload": lambda p: read_upload(p, desk.holdings, "mine.txt", b"Mine"),
        "re-index": desk.reindexing.start,
        "stop a re-index": desk.reindexing.stop,
        "publish": lambda p: desk.reindexing.publish(p, "because"),
        "drop the candidate": lambda p: desk.reindexing.discard(p, restore=True),
        "roll back": desk.reindexing.go_back,
        "bring the corpus back": desk.reindexing.restore,
    }
    for person, allowed in ((STAFF, {**review, **maintain}), (REVIEWER, maintain)):
        for name, act in allowed.items():
            yield Attempt(f"{person.role}: {name}", _of(act, person))


def _of(act: Callable[[Person], object], person: Person) -> Callable[[], object]:
    return lambda: act(person)


def of_others(desk: Desk) -> Iterator[Attempt]:
    """What is another's, or was deleted, or is guessed."""
    store = desk.store
    yield Attempt("another's conversation: read", lambda: store.conversation(desk.talk, STAFF))
    yield Attempt("another's conversation: delete", lambda: store.delete_conversation(desk.talk, STAFF))
    yield Attempt("another's conversation: read as a reviewer", lambda: store.conversation(desk.talk, REVIEWER))
    yield Attempt("a deleted answer: open", lambda: store.asked(desk.deleted, STAFF))
    yield Attempt("a deleted answer: open as its owner", lambda: store.asked(desk.deleted, OTHER))
    for guess in ("", "1", "' OR 1=1 --", "../review.db", desk.asked[:-1], desk.asked.swapcase(), f"{desk.asked} "):
        yield Attempt(f"a guessed link: {guess!r}", _opened(store, guess))
    yield Attempt("a guessed link: flag", lambda: store.flag("x' OR '1'='1", STAFF, "It is wrong"))


def _opened(store: Store, asked_id: str) -> Callable[[], object]:
    return lambda: store.asked(asked_id, STAFF)


def of_paths(desk: Desk) -> Iterator[Attempt]:
    """Names that lead elsewhere, by somebody who may change documents."""
    for name in ("../secret.txt", "/tmp/secret.txt", "..\\secret.txt", "C:\\x.txt", "a\0.txt", "..", ".hidden.txt", ""):  # noqa: S108
        yield Attempt(f"add a document as {name!r}", _added(desk, name))
    for doc_id in ("../secret", "/etc/passwd", "..", "catalogue"):
        yield Attempt(f"withdraw {doc_id!r}", _withdrawn(desk, doc_id))
        yield Attempt(f"replace {doc_id!r}", _replaced(desk, doc_id))
    for name in ("../../etc/cron.d/x.txt", "..\\..\\x.txt", "/etc/x.txt"):
        yield Attempt(f"upload {name!r} over {name!r}", _uploaded(desk, name))


def _added(desk: Desk, name: str) -> Callable[[], object]:
    return lambda: desk.holdings.add(MAINTAINER, name, b"Mine")


def _withdrawn(desk: Desk, doc_id: str) -> Callable[[], object]:
    return lambda: desk.holdings.withdraw(MAINTAINER, doc_id)


def _replaced(desk: Desk, doc_id: str) -> Callable[[], object]:
    return lambda: desk.holdings.replace(MAINTAINER, doc_id, "x.txt", b"Mine")


def _uploaded(desk: Desk, name: str) -> Callable[[], object]:
    def act() -> object:
        incoming = read_upload(MAINTAINER, desk.holdings, name, b"Mine\n\nThe board met.\n")
        return "" if incoming.name == "x.txt" else named(desk.holdings, incoming, incoming.name)

    return act


HTTP = (
    ("GET", "/../secret.txt"),
    ("GET", "/app/static/../../secret.txt"),
    ("GET", "/app/static/%2e%2e/%2e%2e/secret.txt"),
    ("GET", "/media/../../../secret.txt"),
    ("GET", "/media/..%2f..%2fsecret.txt"),
    ("GET", "/static/..%5c..%5csecret.txt"),
    ("GET", "/component/../../secret.txt"),
    ("GET", "/~/%00/secret.txt"),
    ("GET", "//etc//passwd/../../secret.txt"),
    ("GET", "/_stcore/upload_file/../../secret.txt"),
    ("PUT", "/_stcore/upload_file/no-session/no-file"),
    ("DELETE", "/_stcore/upload_file/no-session/no-file"),
    ("POST", "/_stcore/script-health-check"),
    ("GET", "/.streamlit/secrets.toml"),
    ("GET", "/corpus/../secret.txt"),
)


def over_http(address: str, home: Path) -> Iterator[Attempt]:
    """Paths that lead elsewhere, asked of the page as it is served."""
    for method, path in HTTP:
        yield Attempt(f"{method} {path}", _requested(address, method, path))
    yield Attempt(f"GET {home}/secret.txt", _requested(address, "GET", f"/..{home}/secret.txt"))


def _requested(address: str, method: str, path: str) -> Callable[[], object]:
    def act() -> object:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            connection.endheaders()
            answer = connection.getresponse()
            body = answer.read().decode("utf-8", "replace")
        finally:
            connection.close()
        # The page's own frame answers at an address that is none: it is not what was asked for.
        framed = method == "GET" and '<div id="root">' in body
        return "" if answer.status >= 400 or framed else f"{answer.status}: {body[:200]}"

    return act


def without_login(address: str) -> Iterator[Attempt]:
    """Each page, and a question, over the page's own connection, by somebody who has not logged in."""
    for page in PAGES:
        yield Attempt(f"without a login: {page}", _looked(address, page))
    yield Attempt("without a login: a question", _looked(address, "", _QUESTION))


def _looked(address: str, page: str, question: str = "") -> Callable[[], object]:
    def act() -> object:
        with connect(stream_address(address), max_size=None) as stream:
            session = Session(stream, chat_input="$$ID-ask")
            session.run(page=page)
            session.run(question, page=page)
            shown = session.shown()
        return shown if any(word in shown for word in ("ferry", "Ferry", "4,210", "cv-")) else ""

    return act


def tried(attempts: Iterable[Attempt], desk: Desk, log: Path) -> list[Outcome]:
    """Make attempts one after the other, and see what came of each."""
    found = []
    for attempt in attempts:
        before, lines = _world(desk), _refusals(log)
        try:
            given = attempt.act()
            succeeded = f"it gave {str(given)[:200]}" if given else ""
        except Exception:  # noqa: BLE001  however it was refused
            succeeded = ""
        if not succeeded and _world(desk) != before:
            succeeded = "something is not as it was"
        found.append(Outcome(attempt.name, succeeded, _refusals(log) > lines))
    return found


def _refusals(log: Path) -> int:
    lines = log.read_text("ascii").splitlines() if log.exists() else []
    return sum(json.loads(line)["event"] in ("refused", "login wanted") for line in lines)


def _world(desk: Desk) -> dict[str, str]:
    """All that must stay as it is: files by their digests, and what can be seen in the review database."""
    world = {}
    for path in sorted(desk.home.rglob("*")):
        if path.is_file() and path.suffix not in (".log", ".lock", ".db-wal", ".db-shm", ".db") and path.name != "lock":
            world[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
    case = open_case(desk.store, REVIEWER, desk.asked)
    world["case"] = repr((case.flags, case.decisions, case.row_id))
    lists = [queue(desk.store, REVIEWER, chosen).total for chosen in ("open", "flagged", "decided", "all")]
    world["queue"] = repr(lists)
    world["talk"] = repr([kept.asked_id for kept in desk.store.conversation(desk.talk, OTHER)])
    return world


@contextmanager
def _page(desk: Desk, log: Path, secrets: Path | None = None) -> Iterator[str]:
    settings = {
        "CHAPTER_CORPUS": str(desk.places.corpus),
        "CHAPTER_INDEX": str(desk.places.index),
        "CHAPTER_DATABASE": f"sqlite:///{desk.home}/review.db",
        "CHAPTER_LOG": str(log),
    }
    if secrets is not None:
        secrets.write_text(_AUTH, "utf-8")
        settings["STREAMLIT_SECRETS_FILES"] = str(secrets)
    with served_page(**settings) as address:
        yield address


def try_everything(home: Path, model: Model, encoder: Encoder) -> list[Outcome]:
    """Make every attempt there is on a desk in a folder of its own."""
    events.stop_log()
    desk = set_up(home / "desk", model, encoder)
    log = home / "chapter.log"
    events.start_log({"CHAPTER_LOG": str(log)})
    try:
        found = tried([*of_roles(desk), *of_others(desk), *of_paths(desk)], desk, log)
    finally:
        events.stop_log()
    with _page(desk, home / "page.log") as address:
        found += tried(over_http(address, desk.home), desk, home / "page.log")
    with _page(desk, home / "login.log", home / "secrets.toml") as address:
        found += tried(without_login(address), desk, home / "login.log")
    desk.store.close()
    return found


def main() -> None:
    """Make every attempt, and print what came of them."""
    from index import find_model, load_encoder

    model = find_model()
    with TemporaryDirectory() as home:
        found = try_everything(Path(home), model, load_encoder(model))
    succeeded = [one for one in found if one.succeeded]
    unlogged = [one for one in found if not one.logged]
    print(f"{len(found)} attempts: {len(succeeded)} succeeded, {len(found) - len(unlogged)} were logged")  # noqa: T201
    for one in succeeded:
        print(f"succeeded: {one.attempt}: {one.succeeded}")  # noqa: T201
    for one in unlogged:
        print(f"not logged: {one.attempt}")  # noqa: T201
    if succeeded or unlogged:
        sys.exit(1)


if __name__ == "__main__":
    main()
