"""Power is cut at any moment: what was synced, and whatever the disk has besides, is the old index or the new."""

import random
from fnmatch import fnmatch
from pathlib import Path

import pytest

from trials.faults_power import Step, disks, recorded
from trials.faults_power_cuts import WORKS, Work, cut_power


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.name)
def test_what_comes_back_is_the_old_index_or_the_new(work: Work, tmp_path: Path) -> None:
    found = cut_power(work, tmp_path, random.Random(8), most=4)

    assert found.wrong == []
    assert found.moments >= 3
    assert found.different >= 2
    assert work.new in found.answered


WORK = {work.name: work for work in WORKS}


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        pytest.param("a second build", "passages.jsonl", id="a file's bytes"),
        pytest.param("a second build", "lexical-weights.npy", id="those of a mapped file"),
        pytest.param("a second build", "manifest.json", id="the manifest's bytes"),
        pytest.param("a second build", ".building-*", id="the names in a snapshot"),
        pytest.param("a second build", "snapshots", id="the snapshot's name"),
        pytest.param("a second build", "CURRENT.new", id="the bytes of what says which is live"),
        pytest.param("a second build", "index", id="its name"),
        pytest.param("a build that prunes", "index", id="its name, before another goes"),
        pytest.param("the first build", "home", id="the name of the folder for all that is built"),
        pytest.param("the first build", "build", id="the name of the index' folder"),
        pytest.param("publishing it", "CURRENT.new", id="the bytes of what says which is published"),
        pytest.param("rolling back", "index", id="its name, on the way back"),
    ],
)
def test_each_syncing_that_is_left_out_is_found(name: str, fault: str, tmp_path: Path) -> None:
    found = cut_power(WORK[name], tmp_path, random.Random(8), 4, lambda path: fnmatch(path.name, fault))

    assert found.wrong


def test_the_disk_has_what_was_synced_and_maybe_more(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    with recorded(root) as recorder:
        (root / "a").write_text("new")

    last = recorder.moments[-1]
    may_stand = [disk.get("a") for disk in disks(last, random.Random(1), 200)]

    assert last.steps == (Step(None, (1, "a", 2)),)
    assert may_stand[:3] == [None, b"new", b""]
    assert {None, b"", b"new", b"n", b"n\0\0", b"ne\0"} <= set(may_stand)
