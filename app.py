"""The front door: `streamlit run app.py`. Navigation and cached resources, nothing else.

CHAPTER_CORPUS, CHAPTER_INDEX and CHAPTER_MODEL name another folder of documents, another index and
another embedding model; the folders are relative to where the command is run. CHAPTER_LLM_BASE_URL,
CHAPTER_LLM_MODEL and CHAPTER_LLM_API_KEY name a language model that may write (answer/llm.py).
"""

import os
from pathlib import Path

import streamlit as st

from answer import Assistant, ModelSettingsError, ModelWriter, Reader, load_reader
from index import (
    DEFAULT_MODEL,
    Encoder,
    Manifest,
    Model,
    Snapshot,
    StaleIndex,
    check_matches,
    find_model,
    load,
    load_encoder,
)
from ingest import CorpusError
from ui import chat
from ui.opening import Resources
from ui.plain import as_label

FAVICON = Path(__file__).parent / "ui" / "favicon.svg"  # a file: Streamlit fetches its own icons from the network


@st.cache_resource(show_spinner=False)
def cached_model(name: str) -> Model:
    """Where a model's files are. Its weights are read once to know them by their digest."""
    return find_model(name)


@st.cache_resource(show_spinner=False, max_entries=1)
def cached_encoder(sha256: str, _model: Model) -> Encoder:
    """A loaded model, known by the digest of its weights."""
    return load_encoder(_model)


@st.cache_resource(show_spinner=False, max_entries=2)
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


@st.cache_resource(show_spinner="Opening the index…", max_entries=2)
def cached_snapshot(folder: Path, fingerprint: str) -> Snapshot:
    """A snapshot in memory, known by its fingerprint: a new index is seen at the next run of the page."""
    return load(folder)


@st.cache_data(show_spinner=False, max_entries=16)
def cached_staleness(
    corpus: Path, seen: tuple[tuple[str, int, int], ...], fingerprint: str, _manifest: Manifest, _model: Model
) -> str | None:
    """What differs between an index and its corpus; the documents are read only when a file's time or size changed."""
    try:
        check_matches(_manifest, corpus, _model)
    except (StaleIndex, CorpusError) as error:
        return str(error)
    return None


def open_resources() -> Resources:
    """What the pages share, as the environment names it.

    Raises:
        ModelSettingsError: If it names a language model by halves.
    """
    corpus = Path(os.environ.get("CHAPTER_CORPUS", "corpus"))
    index = Path(os.environ.get("CHAPTER_INDEX", "build/index"))
    model_name = os.environ.get("CHAPTER_MODEL", DEFAULT_MODEL)
    writer = cached_writer()

    def encoder(model: Model) -> Encoder:
        return cached_encoder(model.sha256, model)

    def snapshot(manifest: Manifest) -> Snapshot:
        found = cached_snapshot(index, manifest.fingerprint)
        if found.manifest.fingerprint != manifest.fingerprint:  # built anew between reading the one and the other
            cached_snapshot.clear(index, manifest.fingerprint)
        return found

    def staleness(manifest: Manifest, model: Model) -> str | None:
        return cached_staleness(corpus, _seen(corpus), manifest.fingerprint, manifest, model)

    return Resources(
        corpus=corpus,
        index=index,
        find_model=lambda: cached_model(model_name),
        encoder=encoder,
        assistant=lambda snapshot, model: cached_assistant(
            snapshot.manifest.fingerprint, model.sha256, snapshot, encoder(model), writer
        ),
        snapshot=snapshot,
        staleness=staleness,
    )


def _seen(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """The files of a folder with their times and sizes; of a folder that cannot be read, none."""
    try:
        return tuple(sorted((f.name, f.stat().st_mtime_ns, f.stat().st_size) for f in os.scandir(folder)))
    except OSError:
        return ()


def main() -> None:
    """Draw the page that is asked for."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # nothing is fetched while the page runs
    st.set_page_config(page_title="Chapter & Verse", page_icon=str(FAVICON))
    try:
        resources = open_resources()
    except ModelSettingsError as error:
        st.error(as_label(f"It cannot start: {error}."))
        return
    st.navigation([st.Page(lambda: chat.show(resources), title="Ask", url_path="ask", default=True)]).run()


if __name__ == "__main__":
    main()
