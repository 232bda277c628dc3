"""A candidate: built and checked and not live, until it is published; whatever happens on the way."""

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from index import (
    BuildRefused,
    Changes,
    DamagedIndex,
    Model,
    build,
    candidate,
    discard,
    load,
    load_snapshot,
    publish,
    roll_back,
    snapshot_folder,
    snapshot_name,
)
from tests.conftest import ROOT, LetterEncoder

Builder = Callable[..., Changes]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "build" / "index"


@pytest.fixture
def make(small_corpus: Path, folder: Path, letter_model: Model) -> Builder:
    """Build after a change that gives the library another number of books."""

    def build_with(books: int, *, live: bool) -> Changes:
        library = small_corpus / "library.txt"
        library.write_text(f"Library report\n\nThe library lent {books} books in 2018.\n", "utf-8")
        return build(small_corpus, folder, letter_model, encoder=lambda _: LetterEncoder(), publish=live)

    return build_with


def answers_with(folder: Path, books: int) -> bool:
    return any(f"lent {books} books" in p.text for p in load(folder).passages)


def test_a_candidate_is_whole_and_says_what_is_new_while_the_live_index_answers_as_before(
    make: Builder, folder: Path
) -> None:
    make(900, live=True)
    changes = make(950, live=False)
    found = candidate(folder)

    assert found
    assert found.changes == changes
    assert (changes.updated, changes.unchanged) == (("library",), ("ferry",))
    assert found.base == snapshot_name(folder)
    assert answers_with(folder, 900)
    assert any("950 books" in p.text for p in load_snapshot(snapshot_folder(folder, found.name)).passages)


def test_publishing_makes_it_live_and_keeps_the_one_before(make: Builder, folder: Path) -> None:
    make(900, live=True)
    make(950, live=False)

    assert publish(folder) == snapshot_name(folder)
    assert answers_with(folder, 950)
    assert candidate(folder) is None
    roll_back(folder)
    assert answers_with(folder, 900)


def test_the_first_index_of_all_may_be_a_candidate(make: Builder, folder: Path) -> None:
    make(900, live=False)
    assert snapshot_name(folder) is None

    publish(folder)
    assert answers_with(folder, 900)


def test_discarding_drops_it_and_nothing_else(make: Builder, folder: Path) -> None:
    make(900, live=True)
    before = snapshot_name(folder)
    make(950, live=False)
    name = discard(folder)

    assert candidate(folder) is None
    assert not snapshot_folder(folder, name).exists()
    assert snapshot_name(folder) == before
    assert answers_with(folder, 900)


def test_a_new_candidate_takes_the_place_of_the_old(make: Builder, folder: Path) -> None:
    make(900, live=True)
    make(950, live=False)
    make(960, live=False)
    publish(folder)

    assert answers_with(folder, 960)
    assert len(list((folder / "snapshots").iterdir())) == 2


def test_there_is_no_candidate_where_nothing_changed(make: Builder, folder: Path) -> None:
    make(900, live=True)
    make(950, live=False)

    assert not make(900, live=False).built
    assert candidate(folder) is None


def ended_by_a_build(make: Builder, _folder: Path) -> None:
    make(970, live=True)


def ended_by_going_back(_make: Builder, folder: Path) -> None:
    roll_back(folder)


@pytest.mark.parametrize("end", [ended_by_a_build, ended_by_going_back])
def test_it_ends_when_another_snapshot_becomes_live(
    make: Builder, folder: Path, end: Callable[[Builder, Path], None]
) -> None:
    make(890, live=True)
    make(900, live=True)
    make(950, live=False)
    end(make, folder)

    assert candidate(folder) is None
    with pytest.raises(BuildRefused, match=r"no candidate.*--candidate"):
        publish(folder)
    with pytest.raises(BuildRefused, match="no candidate"):
        discard(folder)


def test_one_that_was_built_beside_another_live_index_counts_for_nothing(make: Builder, folder: Path) -> None:
    """As it is where a process was killed between making it live and ending it."""
    make(900, live=True)
    make(950, live=False)
    left = (folder / "CANDIDATE").read_bytes()
    publish(folder)
    (folder / "CANDIDATE").write_bytes(left)

    assert candidate(folder) is None
    make(960, live=False)
    assert candidate(folder)


def test_one_that_another_index_overtook_counts_for_nothing(make: Builder, folder: Path, tmp_path: Path) -> None:
    """As it is where a process was killed after a direct build became live, and before the candidate was dropped."""
    make(900, live=True)
    make(950, live=False)
    found = candidate(folder)
    assert found
    left = (folder / "CANDIDATE").read_bytes()
    shutil.copytree(snapshot_folder(folder, found.name), tmp_path / "left")
    make(960, live=True)
    (folder / "CANDIDATE").write_bytes(left)
    shutil.copytree(tmp_path / "left", snapshot_folder(folder, found.name))

    assert candidate(folder) is None


@pytest.mark.parametrize("content", ["", "{", "null", '{"name": "x", "base": null}'])
def test_a_damaged_note_of_it_is_no_candidate(make: Builder, folder: Path, content: str) -> None:
    make(900, live=True)
    make(950, live=False)
    (folder / "CANDIDATE").write_text(content)

    assert candidate(folder) is None
    assert answers_with(folder, 900)


def test_a_damaged_candidate_is_not_published(make: Builder, folder: Path) -> None:
    make(900, live=True)
    make(950, live=False)
    found = candidate(folder)
    assert found
    (snapshot_folder(folder, found.name) / "lexical-weights.npy").write_text("[]")

    with pytest.raises(DamagedIndex, match=r"lexical-weights\.npy"):
        publish(folder)
    assert answers_with(folder, 900)


@pytest.mark.parametrize("step", [publish, discard, roll_back])
def test_nothing_is_swapped_while_a_build_runs(make: Builder, folder: Path, step: Callable[[Path], str]) -> None:
    make(900, live=True)
    make(950, live=False)
    with FileLock(folder / "lock"), pytest.raises(BuildRefused, match="another build"):
        step(folder)

    assert answers_with(folder, 900)
    assert candidate(folder)


CHILD = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from index import Model, build, discard, publish, roll_back
from tests.conftest import LetterEncoder
corpus, folder = Path({corpus!r}), Path({folder!r})
print("started", flush=True)
for books in range({first}, {first} + 1000):  # no number twice, so that every build has something to do
    text = "Library report\\n\\nThe library lent {{}} books in 2018.\\n".format(books)
    (corpus / "library.txt").write_text(text, "utf-8")
    build(corpus, folder, Model("letters", Path("."), "0" * 64), encoder=lambda _: LetterEncoder(), publish=False)
    if books % 3 == 0:
        discard(folder)
    else:
        publish(folder)
    if books % 5 == 0:
        roll_back(folder)
"""


def test_killed_at_random_moments_the_index_loads_and_the_candidate_is_whole_or_not_there(
    make: Builder, small_corpus: Path, folder: Path
) -> None:
    make(900, live=True)
    moments = random.Random(6)
    live = {snapshot_name(folder)}
    for run in range(1, 7):
        code = CHILD.format(root=str(ROOT), corpus=str(small_corpus), folder=str(folder), first=1000 * run)
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert process.stdout
        assert process.stdout.readline() == "started\n"
        time.sleep(moments.uniform(0.05, 1.0))
        process.kill()
        process.communicate(timeout=60)

        assert "books" in " ".join(p.text for p in load(folder).passages)
        found = candidate(folder)
        if found:
            assert load_snapshot(snapshot_folder(folder, found.name)).passages
        live.add(snapshot_name(folder))

    assert len(live) > 2, "nothing became live before a kill: the test shows nothing"
    make(50_000, live=False)
    publish(folder)
    assert answers_with(folder, 50_000)
    assert len(list((folder / "snapshots").iterdir())) == 2
