"""What the pages share, loaded once for all sessions, and the way from one page to another.

While the server starts, the index and the models are loaded, so that whoever opens the page first need not wait.
"""

import asyncio
import gc
import logging
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Thread
from typing import Literal

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from answer import (
    Assistant,
    MadeWith,
    ModelSettingsError,
    ModelWriter,
    Reader,
    ReaderProblem,
    load_reader,
    reader_digest,
)
from desk import (
    DEFAULT_URL,
    Action,
    NotAllowed,
    Person,
    Questions,
    RoleError,
    Roles,
    Store,
    StoreError,
    allow,
    events,
    may,
)
from desk.evaluating import Evaluating
from desk.keeping import Keeping, KeepingError
from desk.limits import QUESTIONS_A_MINUTE, LimitError, Rate
from desk.metrics import index_in_use
from desk.page_pictures import picture_of
from desk.reindex import Places, Reindexing
from desk.roles import EVERYBODY
from desk.runs import Runs
from desk.suggestions import Suggestions
from desk.targets import RegisterRow, register_rows
from eval.evaluate import Folders
from index import (
    DEFAULT_MODEL,
    Encoder,
    Manifest,
    Model,
    Shelved,
    Snapshot,
    StaleIndex,
    check_matches,
    compiled_encoder,
    find_model,
    load_library,
    one_thread_a_question,
    read_manifest,
    snapshot_folder,
    snapshot_name,
)
from index.engines import engine_address, open_index
from ingest import CorpusError, Document
from ingest.readers.pdf_picture import PagePicture
from ui import chat, documents, evaluation, maintain, review, targets
from ui.opening import Resources
from ui.plain import as_label
from ui.visitor import draw_login, draw_who, visitor

# Each page: its title and its address, who may see it, and what draws it.
PAGES: tuple[tuple[str, str, Action, Callable[[Resources], None]], ...] = (
    ("Ask", "ask", "ask", chat.show),
    ("Targets", "targets", "ask", targets.show),
    ("Documents", "documents", "ask", documents.show),
    ("Review", "review", "review", review.show),
    ("Evaluation", "evaluation", "evaluate", evaluation.show),
    ("Maintain", "maintain", "maintain", maintain.show),
)
_FIRST_QUESTION = "What are the priorities?"  # any will do
_PATIENCE = 10.0  # seconds
_AHEAD = 2_000  # passages
_log = logging.getLogger(__name__)
FAVICON = Path(__file__).with_name("favicon.svg")  # a file: Streamlit fetches its own icons from the network


@st.cache_resource(show_spinner=False)
def cached_model(name: str) -> Model:
    """Where a model's files are. Its weights are read once to know them by their digest."""
    return find_model(name)


@st.cache_resource(show_spinner=False, max_entries=1)
def cached_encoder(sha256: str, _model: Model) -> Encoder:
    """A loaded model, known by the digest of its weights."""
    return compiled_encoder(_model)


@st.cache_resource(show_spinner=False, max_entries=1)
def cached_assistant(
    fingerprint: str, sha256: str, _snapshot: Snapshot, _encoder: Encoder, _writer: ModelWriter | None
) -> Assistant:
    """Who answers from a snapshot, known by its fingerprint and the digest of the model's weights."""
    return Assistant(_snapshot, _encoder, cached_reader(), _writer)


@st.cache_resource(show_spinner=False)
def cached_reader() -> Reader:
    """The learned reader; raises ReaderProblem if it is not as it was published."""
    return load_reader()


@st.cache_resource(show_spinner=False)
def cached_writer() -> ModelWriter | None:
    """The language model that may write, as the environment names it when the page is first opened."""
    return ModelWriter.from_environment(os.environ)


@st.cache_resource(show_spinner=False, max_entries=1)
def cached_snapshot(folder: Path, fingerprint: str) -> Snapshot:
    """A snapshot in memory, known by its fingerprint: a new index is seen at the next run of the page."""
    return open_index(folder, engine_address(os.environ))


@st.cache_resource(show_spinner=False, max_entries=1)
def cached_library(folder: Path, fingerprint: str) -> Mapping[str, Shelved]:
    """What a snapshot knows of its documents beside their passages, known by its fingerprint.

    Raises:
        IndexProblem: If it cannot be read, or another index was made live since the fingerprint was read.
    """
    found = load_library(snapshot_folder(folder, snapshot_name(folder) or ""))
    if read_manifest(folder).fingerprint != fingerprint:
        raise StaleIndex("the index was built anew while this page was opened. Open the page again")
    return found


@st.cache_resource(show_spinner=False, max_entries=32)
def cached_page_picture(sha256: str, page: int, _corpus: Path, _document: Document) -> PagePicture:
    """A page of a PDF as a picture, known by the digest of its file; raises NoPicture if it cannot be drawn."""
    return picture_of(_corpus, _document, page)


@st.cache_resource(show_spinner="Reading the targets…", max_entries=1)
def cached_register(
    fingerprint: str, _library: Mapping[str, Shelved], _documents: Mapping[str, Document]
) -> tuple[RegisterRow, ...]:
    """The register's rows of a snapshot, known by its fingerprint."""
    return register_rows(_library, _documents)


@st.cache_resource(show_spinner=False, max_entries=1)
def cached_suggestions(fingerprint: str, _assistant: Assistant, _library: Mapping[str, Shelved]) -> Suggestions:
    """Who finds questions to go on with in a snapshot, known by its fingerprint."""
    return Suggestions(_assistant, _library)


@st.cache_resource(show_spinner=False, max_entries=1)
def cached_store(url: str) -> Store:
    """Where questions and answers are kept; raises StoreError if that cannot be opened."""
    return Store.open(url)


@st.cache_resource(show_spinner=False)
def cached_rate(setting: str) -> Rate:
    """How often one may ask, counted over all sessions; raises LimitError where that is set to no number."""
    return Rate.from_environment({QUESTIONS_A_MINUTE: setting})


@st.cache_resource(show_spinner=False, max_entries=16)
def cached_staleness(
    corpus: Path, seen: tuple[tuple[str, int, int], ...], fingerprint: str, _manifest: Manifest, _model: Model
) -> str | None:
    """What differs between an index and its corpus; the documents are read only when a file's time or size changed."""
    try:
        check_matches(_manifest, corpus, _model)
    except (StaleIndex, CorpusError) as error:
        return str(error)
    return None


@st.cache_resource(show_spinner=False)
def cached_runs(folders: Folders) -> Runs:
    """The evaluation's runs; what was read of them is kept for all sessions."""
    return Runs(folders)


@st.cache_resource(show_spinner=False)
def cached_evaluating(folders: Folders) -> Evaluating:
    """The evaluation that is run from the page: one for all sessions."""
    return Evaluating(folders)


@st.cache_resource(show_spinner=False)
def cached_reindexing(places: Places, model_name: str) -> Reindexing:
    """The work of bringing the index up to date. It loads a model of its own: it goes on beside the answers."""
    return Reindexing(places, lambda: find_model(model_name))


def open_resources(person: Person) -> Resources:
    """What the pages share, as the environment names it, for the person at the page.

    Raises:
        ModelSettingsError: If it names a language model by halves.
        KeepingError: If it does not say which questions are kept in a way there is.
        LimitError: If it limits how often one may ask by what is no number.
    """
    corpus = Path(os.environ.get("CHAPTER_CORPUS", "corpus"))
    index = Path(os.environ.get("CHAPTER_INDEX", "build/index"))
    model_name = os.environ.get("CHAPTER_MODEL", DEFAULT_MODEL)
    evaluation = Path(os.environ.get("CHAPTER_EVALUATION", "eval"))
    folders = _evaluation_folders(evaluation)
    writer = cached_writer()
    store, store_problem = _open_store(os.environ.get("CHAPTER_DATABASE", DEFAULT_URL))
    return Resources(
        person=person,
        corpus=corpus,
        index=index,
        find_model=lambda: cached_model(model_name),
        encoder=_encoder,
        assistant=lambda snapshot, model: cached_assistant(
            snapshot.manifest.fingerprint, model.sha256, snapshot, _encoder(model), writer
        ),
        snapshot=lambda manifest: _snapshot(index, manifest),
        library=lambda manifest: cached_library(index, manifest.fingerprint),
        register=lambda snapshot: cached_register(
            snapshot.manifest.fingerprint, cached_library(index, snapshot.manifest.fingerprint), snapshot.documents
        ),
        page_picture=lambda document, page: cached_page_picture(document.sha256, page, corpus, document),
        made_with=_made_with,
        suggestions=lambda assistant, library: cached_suggestions(
            assistant.snapshot.manifest.fingerprint, assistant, library
        ),
        store=store,
        store_problem=store_problem,
        keeping=Keeping.from_environment(os.environ),
        rate=cached_rate(os.environ.get(QUESTIONS_A_MINUTE, "")),
        questions=Questions(folders.questions, evaluation / "candidates.jsonl"),
        staleness=lambda manifest, model: cached_staleness(
            corpus, _seen(corpus), manifest.fingerprint, manifest, model
        ),
        runs=cached_runs(folders),
        evaluating=cached_evaluating(folders),
        reindexing=lambda: cached_reindexing(Places(corpus, index, folders), model_name),
    )


def _encoder(model: Model) -> Encoder:
    return cached_encoder(model.sha256, model)


def _snapshot(index: Path, manifest: Manifest) -> Snapshot:
    found = cached_snapshot(index, manifest.fingerprint)
    index_in_use(found.manifest.fingerprint, len(found.passages))
    if found.manifest.fingerprint != manifest.fingerprint:  # built anew between reading the one and the other
        cached_snapshot.clear(index, manifest.fingerprint)
    return found


def _open_store(url: str) -> tuple[Store | None, str]:
    """The store, or why there is none: asking does not need it."""
    try:
        return cached_store(url), ""
    except StoreError as error:
        return None, str(error)


def _made_with(manifest: Manifest) -> MadeWith:
    """What an answer from the index of a manifest is made with; without a reader, that there was none."""
    try:
        return MadeWith.of(manifest, reader_digest())
    except ReaderProblem:
        return MadeWith.of(manifest)


def _evaluation_folders(home: Path) -> Folders:
    """Where the evaluation has its questions and keeps its runs."""
    runs = Path(os.environ.get("CHAPTER_RUNS", "build/eval"))
    return Folders(home / "questions.jsonl", runs, home / "accepted", home / "gate.toml")


def _seen(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """The files of a folder with their times and sizes; of a folder that cannot be read, none."""
    try:
        return tuple(sorted((f.name, f.stat().st_mtime_ns, f.stat().st_size) for f in os.scandir(folder)))
    except OSError:
        return ()


def main() -> None:
    """Draw the page that is asked for."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # nothing is fetched while the page runs
    with events.request():
        _draw()


def _draw() -> None:
    st.set_page_config(page_title="Chapter & Verse", page_icon=str(FAVICON))
    try:
        person = visitor(Roles.from_environment(os.environ))
        if person is None:
            events.happened("login wanted")
            draw_login()
            return
        resources = open_resources(person)
    except (ModelSettingsError, RoleError, KeepingError, LimitError) as error:
        st.error(as_label(f"It cannot start: {error}."))
        return
    st.navigation([_page(page, resources) for page in PAGES]).run()
    draw_who(person)


def _page(page: tuple[str, str, Action, Callable[[Resources], None]], resources: Resources) -> StreamlitPage:
    """A page as the navigation has it; one that somebody may not see is in no list, and says so at its address."""
    title, path, action, show = page
    theirs = may(resources.person, action)

    def draw() -> None:
        try:
            allow(resources.person, action)
        except NotAllowed as error:
            st.title(title, anchor=False)
            st.error(as_label(f"This page is not for you: {error}."))
        else:
            show(resources)

    visibility: Literal["visible", "hidden"] = "visible" if theirs else "hidden"
    return st.Page(draw, title=title, url_path=path, default=show is chat.show, visibility=visibility)


def warm_up() -> None:
    """Load what answers, and look for an answer once: some things are read at the first question.

    What cannot be loaded is left to the page, which says why.
    """
    try:
        import altair  # noqa: F401  the charts' library, which takes half a second

        resources = open_resources(EVERYBODY)
        manifest = read_manifest(resources.index)
        assistant = resources.assistant(resources.snapshot(manifest), resources.find_model())
        resources.suggestions(assistant, resources.library(manifest))
        assistant.judge(_FIRST_QUESTION)  # which asks no language model
        assistant.read_ahead(_AHEAD)
        gc.freeze()  # what is loaded here is not looked through for garbage again
    except Exception as error:  # noqa: BLE001  nobody is at the page yet who could be told
        _log.info("nothing is loaded before the page is opened: %s", error)


@asynccontextmanager
async def starting(_app: st.App) -> AsyncIterator[None]:
    """Listen once all is loaded, or after a while: what is still being loaded would hold up the page."""
    one_thread_a_question()
    thread = Thread(target=warm_up, name="warm-up", daemon=True)
    thread.start()
    await asyncio.to_thread(thread.join, _PATIENCE)
    yield
