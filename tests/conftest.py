"""What tests of several stages share: an encoder to work out on paper, a small corpus, and the real index."""

import os
import re
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from hypothesis import settings

from index import Encoding, Model, Vectors, build, find_model
from index.encoder import as_states

os.environ["HF_HUB_OFFLINE"] = "1"  # read by the hub's client when it is first imported, which is later than this
# A busy machine is no fault of the code, and a check that guards a change must not differ from run to run.
settings.register_profile("here", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("here")

ROOT = Path(__file__).parent.parent
# One compiled model for all tests, those in other folders and processes too.
os.environ.setdefault("CHAPTER_ENCODERS", str(ROOT / "build" / "encoders"))

FERRY = """Ferry plan

1 Targets

In 2019-20 the ferry carried 4,210 passengers against a target of 4,000.

Our objectives are to:

- keep the ferry running;
- paint the hull; and
- train two skippers.

2 Money

The budget for the ferry is £12 million in 2020-21. The harbour board is responsible for it.
"""
LIBRARY = """Library report

The library lent 900 books in 2018. Fines were abolished because they kept children away.

Milestones:

Quarter 2, 2018-19: open the reading room.
"""
CATALOGUE = """[ferry]
title = "Ferry Plan"
publisher = "Island Council"
published = "2019"
covers = "2019-20 to 2020-21"

[library]
title = "Library Report"
publisher = "Island Council"
published = "2018-05-01"
status = "archived"
"""


class LetterEncoder:
    """An Encoder whose vectors are counts of the letters a to z, at unit length: cosines can be worked out by hand.

    Its word pieces are the words, numbered by their letters.
    """

    precision = "single"

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str], on_done: Callable[[int], None] | None = None) -> list[Encoding]:
        self.encoded.extend(texts)
        if on_done:
            on_done(len(texts))
        return [self._encoding(text) for text in texts]

    def _encoding(self, text: str) -> Encoding:
        words = text.lower().split()
        pieces = np.array([zlib.crc32(word.encode()) % 2**31 for word in words], np.int32)
        starts = np.array([found.start() for found in re.finditer(r"\S+", text)], np.int32)
        return Encoding(counts_of([text])[0], pieces, starts, as_states(counts_of(words)))


def counts_of(texts: Sequence[str]) -> Vectors:
    """(n_texts, 26), float32, unit length: how often each letter stands in each text; all alike where none does."""
    counts = np.array([[t.lower().count(chr(97 + i)) for i in range(26)] for t in texts], np.float32).reshape(-1, 26)
    counts[~counts.any(axis=1)] = 1
    return counts / np.linalg.norm(counts, axis=1, keepdims=True)


@pytest.fixture(scope="session", autouse=True)
def review_database(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What the tests ask is not kept among what people asked."""
    os.environ["CHAPTER_DATABASE"] = f"sqlite:///{tmp_path_factory.mktemp('desk') / 'review.db'}"


@pytest.fixture
def letters() -> LetterEncoder:
    return LetterEncoder()


@pytest.fixture
def letter_model(tmp_path: Path) -> Model:
    return Model("letters", tmp_path, "0" * 64)


@pytest.fixture
def small_corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "ferry.txt").write_text(FERRY, "utf-8")
    (folder / "library.txt").write_text(LIBRARY, "utf-8")
    (folder / "catalogue.toml").write_text(CATALOGUE, "utf-8")
    return folder


@pytest.fixture(scope="session")
def real_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of the project's own corpus, built once for all tests and all their processes (some 30 s)."""
    run = tmp_path_factory.getbasetemp()
    folder = (run.parent if "PYTEST_XDIST_WORKER" in os.environ else run) / "real" / "index"
    folder.parent.mkdir(exist_ok=True)
    with FileLock(folder.parent / "building"):
        if not folder.is_dir():
            build(ROOT / "corpus", folder, find_model())
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest file first: where files are shared out among processes, none waits for it at the end."""
    items.sort(key=lambda item: item.path.name != "test_faults.py")
