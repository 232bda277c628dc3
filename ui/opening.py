"""Open the index for a page, or say what stops it and offer the way out.

An index that is missing is built; one that was made from other documents answers and says so; one that
is damaged, of another format or made with another model does not answer until it is built anew.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from answer import Assistant, MadeWith, ReaderProblem
from desk import Person, Questions, Store, may
from desk.evaluating import Evaluating
from desk.holdings import HoldingsError
from desk.keeping import Keeping
from desk.limits import Rate
from desk.reindex import Reindexing, ReindexRefused
from desk.runs import Runs
from desk.suggestions import Suggestions
from desk.targets import RegisterRow
from index import (
    DamagedIndex,
    Encoder,
    IndexProblem,
    Manifest,
    Model,
    NoIndex,
    Progress,
    Shelved,
    Snapshot,
    StaleIndex,
    build,
    load_unread,
    read_manifest,
    snapshot_folder,
    snapshot_name,
)
from ingest import CorpusError, Document
from ingest.readers.pdf_picture import PagePicture
from ui.plain import as_label
from ui.told import sentence


@dataclass(frozen=True, slots=True)
class Resources:
    """What every page shares, each loaded once for all sessions (ui/front.py sees to that).

    Attributes:
        person: Who is at the page.
        corpus: The folder of documents.
        index: The folder of the index.
        find_model: Finds the embedding model's files.
        encoder: Loads a model; takes seconds the first time.
        assistant: Who answers from a snapshot, with its model loaded.
        snapshot: Reads the snapshot of a manifest.
        library: Reads what that snapshot knows of its documents beside their passages, by id; may raise IndexProblem.
        made_with: What an answer from the index of a manifest is made with.
        suggestions: Who finds questions to go on with.
        store: Where questions and answers are kept; None where they cannot be.
        store_problem: Why they cannot be; empty where they can.
        keeping: Which of them are kept there.
        rate: How often one may ask.
        register: The rows of a snapshot's register, as the desk has them; may raise IndexProblem.
        page_picture: Draws a page of a PDF, by its physical number; raises NoPicture if it cannot be drawn.
        questions: Where the evaluation's questions are.
        staleness: What differs between a manifest and the corpus as it is now; None if nothing does.
        runs: The evaluation's runs.
        evaluating: The evaluation that is run from the page.
        reindexing: The work of bringing the index up to date, one for all sessions.
    """

    person: Person
    corpus: Path
    index: Path
    find_model: Callable[[], Model]
    encoder: Callable[[Model], Encoder]
    assistant: Callable[[Snapshot, Model], Assistant]
    snapshot: Callable[[Manifest], Snapshot]
    library: Callable[[Manifest], Mapping[str, Shelved]]
    made_with: Callable[[Manifest], MadeWith]
    suggestions: Callable[[Assistant, Mapping[str, Shelved]], Suggestions]
    store: Store | None
    store_problem: str
    keeping: Keeping
    rate: Rate
    register: Callable[[Snapshot], tuple[RegisterRow, ...]]
    page_picture: Callable[[Document, int], PagePicture]
    questions: Questions
    staleness: Callable[[Manifest, Model], str | None]
    runs: Runs
    evaluating: Evaluating
    reindexing: Callable[[], Reindexing]


@dataclass(frozen=True, slots=True)
class Opened:
    """An index that may answer, and the model it was built with."""

    snapshot: Snapshot
    model: Model


def open_index(resources: Resources) -> Opened | None:
    """Open the index, building it if there is none; shows what is wrong with it.

    Returns:
        The index, or None where nothing can be answered: then the page has said why.
    """
    try:
        model = resources.find_model()
        try:
            manifest = read_manifest(resources.index)
        except NoIndex:
            _build_first(resources, model)
            manifest = read_manifest(resources.index)
        if manifest.model_sha256 != model.sha256:
            _say_unusable(f"The index was made with the model {manifest.model}, not {model.name}.", resources)
            return None
        if manifest.precision != (here := resources.encoder(model).precision):
            made = f"The index was made in the precision “{manifest.precision}”"
            _say_unusable(f"{made}, and the model computes in “{here}” here.", resources)
            return None
        with st.spinner("Opening the index…"):
            snapshot = resources.snapshot(manifest)
    except (IndexProblem, CorpusError) as error:
        _say_stopped(error, resources)
        return None
    stale = resources.staleness(manifest, model)
    if stale:
        st.warning(f"It still answers, but from the documents as they were. {as_label(sentence(stale))}")
        _offer_update(resources)
    return Opened(snapshot, model)


def read_library(resources: Resources) -> Mapping[str, Shelved]:
    """What the live index knows of its documents, by id; nothing where it cannot be read."""
    try:
        return resources.library(read_manifest(resources.index))
    except IndexProblem:
        return {}


def read_unread(resources: Resources) -> Mapping[str, str]:
    """Why each file that the live index has not read was not, by its name, as far as that is known."""
    try:
        return load_unread(snapshot_folder(resources.index, snapshot_name(resources.index) or ""))
    except IndexProblem:
        return {}


def load_assistant(resources: Resources, opened: Opened) -> Assistant | None:
    """Load the model and make ready to answer, or say why that cannot be; then None."""
    try:
        return resources.assistant(opened.snapshot, opened.model)
    except (IndexProblem, ReaderProblem) as error:
        _say_stopped(error, resources)
        return None


def _say_stopped(error: Exception, resources: Resources) -> None:
    """Say what stops the index from answering, with the button that may help."""
    if isinstance(error, StaleIndex | DamagedIndex):
        _say_unusable(str(error), resources)
    else:
        st.error(as_label(sentence(str(error))))
        st.button("Try again", key="try-again")


def _say_unusable(message: str, resources: Resources) -> None:
    st.error(f"It cannot answer until the index is updated. {as_label(sentence(message))}")
    _offer_update(resources)


def _offer_update(resources: Resources) -> None:
    """The button that updates the index at once, for those who may; for others whom to ask."""
    if not may(resources.person, "maintain"):
        st.text("You need not do anything. To have it updated, ask whoever maintains these documents.")
        return
    if st.button("Update the index now", key="update-index"):
        try:
            with _progress() as progress:
                resources.reindexing().update_at_once(resources.person, progress)
        except (IndexProblem, CorpusError, HoldingsError, ReindexRefused) as error:
            st.error(as_label(sentence(str(error))))
        else:
            st.rerun()


def _build_first(resources: Resources, model: Model) -> None:
    """Build the index where there is none: nobody decides anything by it, so anybody may cause it."""
    with _progress() as progress:
        build(resources.corpus, resources.index, model, progress=progress, encoder=resources.encoder)


@contextmanager
def _progress() -> Iterator[Progress]:
    """A box that shows how far a build is, and goes when it has ended."""
    place = st.empty()
    with place.container(border=True):
        st.text("Preparing the documents for searching. This is done once, and again when a document changes.")
        bar = st.progress(0.0, text="Reading documents")

        def progress(what: str, done: int, of: int) -> None:
            bar.progress(min(done / of, 1.0) if of else 0.0, text=as_label(f"{what}: {done} of {of}"))

        yield progress
    place.empty()
