"""A small index in a Milvus Lite, and the same one in memory."""

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index import Model, Snapshot, build, load
from index.engines import Address, MilvusIndex, publish_to_milvus
from tests.conftest import LetterEncoder

MISSING = [name for name in ("pymilvus", "milvus_lite") if importlib.util.find_spec(name) is None]
NO_MILVUS = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)} (requirements-scale.txt)")
# File names that would end a quoted text, begin another expression, or look like a pattern.
HOSTILE = ('it\'s "here"', "back\\slash", "a] or place >= 0 or document in [0", "100%_*", "naïve – 報告", "{0}")
TOPICS = "harbour school bridge museum forest clinic market stadium theatre orchard".split()


def fill(corpus: Path, *, books: int = 40) -> None:
    """A corpus of some documents, the names of some of them hostile; one says how many books there are."""
    corpus.mkdir(exist_ok=True)
    (corpus / "catalogue.toml").write_text("", "utf-8")
    for number, doc_id in enumerate(["library", *TOPICS[:4], *HOSTILE]):
        about = [TOPICS[(number + n) % len(TOPICS)] for n in range(3)]
        (corpus / f"{doc_id}.txt").write_text(
            f"Plan of the {about[0]}\n\n1 Aims\n\nThe {about[0]} will have {books + number} books in 2019. "
            f"The {about[1]} closes.\n\n- paint the {about[2]};\n- open the {about[0]}; and\n- buy boats.\n\n"
            f"2 Money\n\nThe budget of the {about[1]} is £{number + 1} million in 2020-21.\n",
            "utf-8",
        )


Maker = Callable[[int], Snapshot]


def maker(folder: Path) -> Maker:
    """Builds the index of a corpus with so many books, in a folder."""

    def make(books: int) -> Snapshot:
        fill(folder / "plans", books=books)
        build(folder / "plans", folder / "index", Model("letters", folder, "0" * 64), encoder=lambda _: LetterEncoder())
        return load(folder / "index")

    return make


@pytest.fixture
def made(tmp_path: Path) -> Maker:
    return maker(tmp_path)


@pytest.fixture
def address(tmp_path: Path) -> Address:
    """A Milvus Lite that is not there yet."""
    return Address(str(tmp_path / "engine.db"), "plans")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return maker(tmp_path_factory.mktemp("made"))(40)


@pytest.fixture(scope="module")
def remote(snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusIndex]:
    """The snapshot, as it is in a Milvus Lite."""
    address = Address(str(tmp_path_factory.mktemp("lite") / "engine.db"), "plans")
    publish_to_milvus(snapshot, address)
    opened = MilvusIndex.open(address)
    yield opened
    opened.close()
