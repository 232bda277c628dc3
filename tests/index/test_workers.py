"""Workers: whoever does the work, however it ends, the snapshot is the same."""

import multiprocessing
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from index import BuildFailed, Changes, Model, build, find_model, read_manifest
from index.errors import IndexProblem
from index.processes import Processes
from index.workers import AHEAD, Workers
from ingest import CorpusError
from tests.conftest import ROOT
from tests.index import errands

AT_WORK = 2
with_ray = pytest.mark.skipif(
    find_spec("ray") is None, reason="Ray is not installed: pip install -r requirements-scale.txt"
)


@pytest.fixture(scope="module", params=["processes", pytest.param("ray", marks=with_ray)])
def crew(request: pytest.FixtureRequest) -> Iterator[Workers]:
    """Two other processes, or two workers of a Ray cluster on this machine."""
    if request.param == "processes":
        with Processes(AT_WORK) as processes:
            yield processes
    else:
        from index.cluster import LOCAL, Cluster

        with Cluster(LOCAL, AT_WORK) as cluster:
            yield cluster


@pytest.fixture
def many(small_corpus: Path) -> Path:
    """A corpus of more passages than are embedded at a time, some of which say the same."""
    for i in range(30):
        parts = [
            f"{k} Part\n\nBranch {i} lent {i * k + 900} books in {1990 + k}; readers like it." for k in range(1, 13)
        ]
        text = "\n\n".join([f"Branch {i}", *parts, "13 Last\n\nAll branches are closed on the first day."])
        (small_corpus / f"branch-{i}.txt").write_text(text + "\n", "utf-8")
    return small_corpus


@pytest.fixture
def expected(many: Path, tmp_path: Path, letter_model: Model) -> str:
    """The fingerprint of that corpus as this process alone builds it."""
    build(many, tmp_path / "alone" / "index", letter_model, encoder=errands.letters)
    return read_manifest(tmp_path / "alone" / "index").fingerprint


def built_by(workers: Workers, corpus: Path, home: Path, model: Model, **how: Any) -> tuple[Changes, str]:
    changes = build(corpus, home / "index", model, workers=workers, **{"encoder": errands.letters, **how})
    return changes, read_manifest(home / "index").fingerprint


def test_what_is_said_comes_in_order_however_long_each_takes(crew: Workers) -> None:
    assert list(crew.map(errands.square_unevenly, range(40))) == [n * n for n in range(40)]


def test_nothing_to_do_says_nothing(crew: Workers) -> None:
    assert list(crew.map(errands.square, [])) == []


def test_no_more_is_read_of_the_source_than_is_under_way(crew: Workers) -> None:
    taken = []
    source = (taken.append(number) or number for number in count())  # type: ignore[func-returns-value]
    said = crew.map(errands.square, source)
    for number in range(50):
        assert next(said) == number * number
        assert len(taken) <= number + 1 + AHEAD * AT_WORK
    said.close()  # type: ignore[attr-defined]


def test_what_a_dead_worker_had_is_done_again(crew: Workers, tmp_path: Path) -> None:
    assert list(crew.map(partial(errands.die_once, tmp_path), range(20))) == [n * n for n in range(20)]
    assert len(list(tmp_path.glob("tried-*"))) == 4


def test_work_of_which_workers_die_every_time_ends_the_build(crew: Workers) -> None:
    said = []
    with pytest.raises(BuildFailed, match="memory enough"):
        said.extend(crew.map(errands.die_of_seven, range(20)))
    assert list(crew.map(errands.square, range(5))) == [0, 1, 4, 9, 16]


def test_a_function_that_fails_ends_the_work_with_its_error(crew: Workers) -> None:
    said = []
    with pytest.raises(ValueError, match=r"^seven cannot be done"):
        for one in crew.map(errands.fail_at_seven, range(100)):
            said.append(one)
    assert said == list(range(7))
    assert list(crew.map(errands.square, range(5))) == [0, 1, 4, 9, 16]


def test_the_snapshot_is_the_same_to_the_byte(
    crew: Workers, many: Path, tmp_path: Path, letter_model: Model, expected: str
) -> None:
    told: list[tuple[str, int, int]] = []

    changes, fingerprint = built_by(crew, many, tmp_path / "by", letter_model, progress=lambda *step: told.append(step))

    assert fingerprint == expected
    embedding = [done for what, done, of in told if what == "Embedding passages"]
    assert embedding == sorted(embedding)
    assert len(embedding) > 3
    assert embedding[-1] == changes.passages
    assert [done for what, done, _ in told if what == "Reading documents"] == list(range(33))


def test_the_snapshot_is_the_same_with_the_model_itself(crew: Workers, small_corpus: Path, tmp_path: Path) -> None:
    model = find_model()
    (small_corpus / "partners.txt").write_bytes((ROOT / "corpus" / "met-forward-two-met-partners.txt").read_bytes())
    build(small_corpus, tmp_path / "alone" / "index", model)
    build(small_corpus, tmp_path / "by" / "index", model, workers=crew)

    assert (
        read_manifest(tmp_path / "by" / "index").fingerprint == read_manifest(tmp_path / "alone" / "index").fingerprint
    )


def test_a_worker_killed_while_it_embeds_changes_nothing(
    crew: Workers, many: Path, tmp_path: Path, letter_model: Model, expected: str
) -> None:
    _, fingerprint = built_by(crew, many, tmp_path / "by", letter_model, encoder=errands.mortal_letters)

    assert (letter_model.folder / "died").exists()
    assert fingerprint == expected


@pytest.mark.parametrize("stage", ["Reading documents", "Embedding passages"])
def test_processes_killed_from_outside_change_nothing(
    stage: str, many: Path, tmp_path: Path, letter_model: Model, expected: str
) -> None:
    killed: list[int | None] = []
    others = multiprocessing.active_children()

    def kill(what: str, done: int, _of: int) -> None:
        if what == stage and done and len(killed) < 3:
            for child in multiprocessing.active_children():
                if child not in others:
                    child.kill()
                    killed.append(child.pid)

    with Processes(AT_WORK) as processes:
        _, fingerprint = built_by(processes, many, tmp_path / "by", letter_model, progress=kill)

    assert len(killed) >= 3
    assert fingerprint == expected


def test_passages_that_say_the_same_are_embedded_once(crew: Workers, many: Path, tmp_path: Path) -> None:
    model = Model("letters", tmp_path, "0" * 64)

    changes, _ = built_by(crew, many, tmp_path / "by", model, encoder=errands.noted_letters)

    embedded = [line for path in tmp_path.glob("embedded-*") for line in path.read_text("utf-8").splitlines()]
    assert len(embedded) == len(set(embedded)) == changes.embedded


def test_an_unreadable_file_is_reported_by_whoever_reads(crew: Workers, many: Path, tmp_path: Path) -> None:
    (many / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    (many / "folder.txt").mkdir()

    changes, _ = built_by(crew, many, tmp_path / "by", Model("letters", tmp_path, "0" * 64))

    assert set(changes.unread) == {"broken.pdf", "folder.txt"}


def test_a_corpus_that_changes_under_its_readers_is_not_built(crew: Workers, many: Path, tmp_path: Path) -> None:
    """So it is with a machine of a cluster that has other files in the folder, or none."""

    def change(what: str, done: int, _of: int) -> None:
        if what == "Reading documents" and done == 1:
            (many / "library.txt").unlink()

    with pytest.raises(CorpusError, match=r"library\.txt.*same files"):
        built_by(crew, many, tmp_path / "by", Model("letters", tmp_path, "0" * 64), progress=change)


def test_no_process_is_left_by_work_that_is_broken_off() -> None:
    before = multiprocessing.active_children()
    with pytest.raises(KeyboardInterrupt), Processes(AT_WORK) as processes:
        for _ in processes.map(errands.square, count()):
            raise KeyboardInterrupt
    assert multiprocessing.active_children() == before


def test_what_cannot_be_sent_is_an_error_and_no_silence() -> None:
    with Processes(1) as processes, pytest.raises(Exception, match="pickle"):
        list(processes.map(errands.give_what_cannot_be_sent, [1]))


BUILD = """
from pathlib import Path
from index import Model, build
from index.processes import Processes
from tests.index import errands
def told(what, done, of):
    print(what, done, flush=True)
if __name__ == "__main__":
    with Processes(2) as processes:
        build(Path({corpus!r}), Path({folder!r}), Model("letters", Path({home!r}), "0" * 64),
              encoder=errands.noted_letters, workers=processes, progress=told)
"""


def test_a_build_that_was_killed_goes_on_where_it_stopped_and_leaves_no_process(
    many: Path, tmp_path: Path, letter_model: Model, expected: str
) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        BUILD.format(corpus=str(many), folder=str(tmp_path / "by" / "index"), home=str(tmp_path)), "utf-8"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout
        next(line for line in process.stdout if re.match(r"Embedding passages [1-9]", line))
        process.kill()
    at_work = [int(path.name.split("-")[1]) for path in tmp_path.glob("embedded-*")]
    assert at_work
    gone = wait_until(lambda: not any(map(runs, at_work)))
    (cache,) = (tmp_path / "by" / "cache").glob("*.db")
    with closing(sqlite3.connect(cache)) as kept:
        (done,) = kept.execute("SELECT count(*) FROM encodings").fetchone()
    for path in tmp_path.glob("embedded-*"):
        path.unlink()

    with Processes(AT_WORK) as processes:
        changes, fingerprint = built_by(processes, many, tmp_path / "by", letter_model, encoder=errands.noted_letters)

    embedded = sum(len(path.read_text("utf-8").splitlines()) for path in tmp_path.glob("embedded-*"))
    assert gone
    assert done >= 50
    assert embedded == changes.embedded
    assert 0 < changes.embedded <= changes.passages - done
    assert fingerprint == expected


def test_without_ray_the_command_says_what_to_install(tmp_path: Path) -> None:
    hidden = tmp_path / "ray.py"
    hidden.write_text("raise ImportError('no Ray here')")
    process = subprocess.run(
        [sys.executable, "-m", "index", "--ray", "local", "--folder", str(tmp_path / "index")],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        check=False,
    )

    assert process.returncode == 2
    assert "pip install -r requirements-scale.txt" in process.stderr
    assert "Traceback" not in process.stderr


@with_ray
def test_a_cluster_that_does_not_answer_is_an_error_with_a_way_out() -> None:
    from index.cluster import Cluster

    with pytest.raises(IndexProblem, match="does not answer"):
        Cluster("nonsense")


PEAK = """
import resource, sys
from pathlib import Path
from index import Model, build
from tests.index import errands
build(Path({corpus!r}), Path({folder!r}), Model("letters", Path("."), "0" * 64), encoder=errands.letters)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is told in KiB on Linux alone")
def test_memory_does_not_grow_with_the_corpus(tmp_path: Path) -> None:
    peaks = {}
    for documents in (30, 200):
        corpus = tmp_path / f"corpus-{documents}"
        corpus.mkdir()
        for i in range(documents):
            lines = [f"Branch {i} lent {i * k} books to its readers in the year {k}. " * 12 for k in range(12)]
            (corpus / f"branch-{i}.txt").write_text("\n\n".join(lines), "utf-8")
        code = PEAK.format(corpus=str(corpus), folder=str(tmp_path / str(documents) / "index"))
        process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
        peaks[documents] = int(process.stdout) / 1024

    assert peaks[200] - peaks[30] < 25, peaks


def runs(pid: int) -> bool:
    """Whether a process is there and no mere record of one that has ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def wait_until(true: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    return true()
