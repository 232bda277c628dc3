"""What tests of several stages share: an encoder to work out on paper, a small corpus, and the real index."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from index import Model, Vectors, build, find_model

os.environ["HF_HUB_OFFLINE"] = "1"  # read by the hub's client when it is first imported, which is later than this
# A busy machine is no fault of the code, and a check that guards a change must not differ from run to run.
settings.register_profile("here", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("here")

ROOT = Path(__file__).parent.parent

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
    """An Encoder whose vectors are counts of the letters a to z, at unit length: cosines can be worked out by hand."""

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str], on_done: Callable[[int], None] | None = None) -> Vectors:
        self.encoded.extend(texts)
        counts = np.array([[t.lower().count(chr(97 + i)) for i in range(26)] for t in texts], np.float32)
        counts[~counts.any(axis=1)] = 1
        if on_done:
            on_done(len(texts))
        return (counts / np.linalg.norm(counts, axis=1, keepdims=True)).reshape(len(texts), 26)


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
    """The index of the project's own corpus, built once for all tests with the real model (some 30 s)."""
    folder = tmp_path_factory.mktemp("real") / "index"
    build(ROOT / "corpus", folder, find_model())
    return folder
