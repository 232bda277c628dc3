"""Open the index for a page, or say what stops it and offer the way out.

An index that is missing is built; one that was made from other documents answers and says so; one that
is damaged, of another format or made with another model does not answer until it is built anew.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from answer import Assistant, ReaderProblem
from index import (
    DamagedIndex,
    Encoder,
    IndexProblem,
    Manifest,
    Model,
    NoIndex,
    Snapshot,
    StaleIndex,
    build,
    read_manifest,
)
from ingest import CorpusError
from ui.plain import as_label


@dataclass(frozen=True, slots=True)
class Resources:
    """What every page shares, each loaded once for all sessions (``app.py`` sees to that).

    Attributes:
        corpus: The folder of documents.
        index: The folder of the index.
        find_model: Finds the embedding model's files.
        encoder: Loads a model; takes seconds the first time.
        assistant: Who answers from a snapshot, with its model loaded.
        snapshot: Reads the snapshot of a manifest.
        staleness: What differs between a manifest and the corpus as it is now; None if nothing does.
    """

    corpus: Path
    index: Path
    find_model: Callable[[], Model]
    encoder: Callable[[Model], Encoder]
    assistant: Callable[[Snapshot, Model], Assistant]
    snapshot: Callable[[Manifest], Snapshot]
    staleness: Callable[[Manifest, Model], str | None]


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
            _build(resources, model)
            manifest = read_manifest(resources.index)
        if manifest.model_sha256 != model.sha256:
            _say_unusable(f"The index was made with the model {manifest.model}, not {model.name}.", resources, model)
            return None
        snapshot = resources.snapshot(manifest)
    except (IndexProblem, CorpusError) as error:
        _say_stopped(error, resources)
        return None
    stale = resources.staleness(manifest, model)
    if stale:
        st.warning(f"It still answers, but from the documents as they were. {as_label(_sentence(stale))}")
        _offer_update(resources, model)
    return Opened(snapshot, model)


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
        _say_unusable(str(error), resources, resources.find_model())
    else:
        st.error(as_label(_sentence(str(error))))
        st.button("Try again", key="try-again")


def _say_unusable(message: str, resources: Resources, model: Model) -> None:
    st.error(f"It cannot answer until the index is updated. {as_label(_sentence(message))}")
    _offer_update(resources, model)


def _offer_update(resources: Resources, model: Model) -> None:
    if st.button("Update the index now", key="update-index"):
        try:
            _build(resources, model)
        except (IndexProblem, CorpusError) as error:
            st.error(as_label(_sentence(str(error))))
        else:
            st.rerun()


def _build(resources: Resources, model: Model) -> None:
    """Build the index, showing how far it is."""
    place = st.empty()
    with place.container(border=True):
        st.text("Preparing the documents for searching. This is done once, and again when a document changes.")
        bar = st.progress(0.0, text="Reading documents")

        def progress(what: str, done: int, of: int) -> None:
            bar.progress(min(done / of, 1.0) if of else 0.0, text=as_label(f"{what}: {done} of {of}"))

        build(resources.corpus, resources.index, model, progress=progress, encoder=resources.encoder)
    place.empty()


def _sentence(message: str) -> str:
    """A message of an error as a sentence of the page; one that ends with a command ends there."""
    ended = message.endswith((".", "?", "!")) or "Run: " in message
    return f"{message[:1].upper()}{message[1:]}{'' if ended else '.'}"
