"""What a process costs is seen whole: its children's memory and work too."""

import os
import sys
import time
from pathlib import Path

import pytest

from benchmarks.peers.process_tree import ProcessFailed, measured, others_watched

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it reads /proc")

MB = 10**6
# A process that holds 50 MB, touched, and keeps a processor busy for so many seconds of its own time.
WORK = "import time\nheld = bytearray(b'x') * 50_000_000\nwhile time.process_time() < 0.5: pass\n"
PARENT = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {WORK!r}], check=True)\n"
TWO = (
    f"import subprocess, sys\nall_ = [subprocess.Popen([sys.executable, '-c', {WORK!r}]) for _ in range(2)]\n"
    "[one.wait() for one in all_]\n"
)


def python(code: str) -> list[str]:
    return [sys.executable, "-S", "-c", code]


def test_an_idle_process_takes_next_to_nothing(tmp_path: Path) -> None:
    cost = measured(python("import time; time.sleep(0.5)"), cwd=tmp_path)

    assert cost.cpu < 0.3
    assert 0.5 <= cost.wall < 10
    assert MB < cost.peak < 50 * MB


@pytest.mark.parametrize(
    ("code", "busy", "held"),
    [
        pytest.param(WORK, 0.5, 50, id="its own"),
        pytest.param(PARENT, 0.5, 50, id="a child's"),
        pytest.param(TWO, 1.0, 100, id="two children's, together"),
    ],
)
def test_work_and_memory_are_seen(tmp_path: Path, code: str, busy: float, held: int) -> None:
    cost = measured(python(code), cwd=tmp_path)

    assert busy <= cost.cpu < busy + 1.5
    assert held * MB <= cost.peak < (held + 80) * MB


def test_memory_that_was_given_back_counts(tmp_path: Path) -> None:
    cost = measured(python("held = bytearray(b'x') * 50_000_000; del held; import time; time.sleep(0.3)"), cwd=tmp_path)

    assert cost.peak >= 50 * MB


def test_the_work_of_children_is_not_that_of_others(tmp_path: Path) -> None:
    cores = os.cpu_count() or 1
    busy = "import time\nwhile time.process_time() < 1: pass"
    one = f"subprocess.Popen([sys.executable, '-S', '-c', {busy!r}])"
    code = f"import subprocess, sys\nall_ = [{one} for _ in range({cores})]\n"

    began = time.perf_counter()
    with others_watched() as others:
        cost = measured(python(code + "[one.wait() for one in all_]"), cwd=tmp_path)
    ours = cost.cpu / (time.perf_counter() - began)

    assert cost.cpu >= cores
    assert 0 <= others[0] <= cores - ours + 0.2


def test_a_process_that_fails_says_its_last(tmp_path: Path) -> None:
    with pytest.raises(ProcessFailed, match=r"ended with 3: the reason$"):
        measured(python("print('the reason'); raise SystemExit(3)"), cwd=tmp_path)


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProcessFailed, match="no-such-program cannot be started"):
        measured([str(tmp_path / "no-such-program")], cwd=tmp_path)


def test_a_process_that_does_not_end_is_ended_with_its_children(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "open('child', 'w').write(str(child.pid)); time.sleep(60)\n"
    )
    with pytest.raises(ProcessFailed, match="was ended after 2 s"):
        measured(python(code), cwd=tmp_path, patience=2)

    assert ended(int((tmp_path / "child").read_text()))


def ended(pid: int) -> bool:
    for _ in range(50):
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.1)
    return False
