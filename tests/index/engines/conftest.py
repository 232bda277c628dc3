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
HOSTILE = ("it's \"here\"", "back\\slash", "a] or place >= 0 or document in [0", "100%_*", "naïve – 報告", "{0}")
TOPICS = "harbour school bridge museum forest clinic market stadium theatre orchard".split()


def fill(corpus: Path, *, books: int = 40) -> None:
    """A corpus of some documents, the names of some of them hostile; one says how many books there are."""
    corpus.mkdir(exist_ok=True)
    (corpus / "catalogue.toml").write_text("", "utf-8")
    for number, doc_id in enumerate(["library", *TOPICS[:4], *HOSTILE]):
        about = [TOPICS[(number + n) % len(TOPICS)] for n in range(3)]
        (corpus / f"{doc_id}.txt").write_text(
            f"Plan of the {about[0]}\n\n1 Aims\n\nThe {about[0]} will have {books + number} books in 2019. "
            f"The {about[1]} closes.\n\n- paint the {about[2]};\n- open the {about[0]} on Sundays; and\n- buy boats.\n\n"
            f"2 Money\n\nThe budget of the {about[1]} is £{number + 1} million in 2020-21.\n",
            "utf-8",
        )


@pytest.fixture
def made(tmp_path: Path, letter_model: Model) -> Callable[[int], Snapshot]:
    """Builds the index of a corpus with so many books."""

    def make(books: int) -> Snapshot:
        fill(tmp_path / "plans", books=books)
        build(tmp_path / "plans", tmp_path / "index", letter_model, encoder=lambda _: LetterEncoder())
        return load(tmp_path / "index")

    return make


@pytest.fixture
def address(tmp_path: Path) -> Address:
    """A Milvus Lite that is not there yet."""
    return Address(str(tmp_path / "engine.db"), "plans")


@pytest.fixture
def snapshot(made: Callable[[int], Snapshot]) -> Snapshot:
    return made(40)


@pytest.fixture
def remote(snapshot: Snapshot, address: Address) -> Iterator[MilvusIndex]:
    """The snapshot, as it is in a Milvus Lite."""
    publish_to_milvus(snapshot, address)
    opened = MilvusIndex.open(address)
    yield opened
    opened.close()
