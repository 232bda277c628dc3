"""Kill -9 at random moments of builds, swaps, ways back and prunes: what is left must load, verify and answer."""

import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from index import candidate, discard, find_model, load, load_encoder, publish, roll_back, search, snapshot_folder
from index.compiled import compiled_encoder
from index.current import order
from index.live import prune
from index.snapshot import load_whole
from index.verify import verify_index
from trials.faults_children import Shown, in_child
from trials.faults_material import build_number, number_of, sound
from trials.faults_power_cuts import keeping

FIRST = 100_001
_BEYOND = 1.05  # a moment may be so much later than the work took when it was left alone
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work that is killed.

    Attributes:
        before: Makes the index ready for it; is given a new number.
        act: Does it; is given another new number.
        new: What the live index says afterwards: of the numbers before it (the live one's first), and the two new ones.
    """

    before: Callable[[Path, int], object]
    act: Callable[[Path, int], object]
    new: Callable[[list[int], int, int], int]


def _index(home: Path) -> Path:
    return home / "build" / "index"


def _kept_more(home: Path, number: int) -> None:
    with keeping(4):
        build_number(home, number)
        roll_back(_index(home))
        roll_back(_index(home))


def _nothing(_home: Path, _number: int) -> None:
    return None


def _propose(home: Path, number: int) -> None:
    build_number(home, number, publish=False)


KINDS = {
    "build": Kind(_nothing, build_number, lambda _now, _one, two: two),
    "candidate": Kind(_nothing, _propose, lambda now, _one, _two: now[0]),
    "publish": Kind(_propose, lambda home, _: publish(_index(home)), lambda _now, one, _two: one),
    "discard": Kind(_propose, lambda home, _: discard(_index(home)), lambda now, _one, _two: now[0]),
    "roll back": Kind(build_number, lambda home, _: roll_back(_index(home)), lambda now, _one, _two: now[1]),
    "prune": Kind(_kept_more, lambda home, _: prune(_index(home), 2), lambda now, _one, _two: now[0]),
}


def kept_numbers(home: Path) -> list[int]:
    """What each snapshot that is kept says, the live one's first; all of them and the candidate must be whole."""
    folder = _index(home)
    live = sound(folder)
    kept = [number_of(load_whole(snapshot_folder(folder, name))) for name in order(folder)]
    waiting = candidate(folder)
    if waiting:
        number_of(load_whole(snapshot_folder(folder, waiting.name)))
    if kept[0] != live or not all(each.good for each in verify_index(folder, home / "no-encoders")):
        raise ValueError(f"it answers {live}, and what it keeps is {kept}")
    return kept


def _did(act: Callable[[Path, int], object], home: Path, number: int) -> bool:
    act(home, number)
    return True


def try_kills(room: Path, count: int, draws: random.Random) -> Shown:
    """Kill work at random moments, so often that it was at it.

    Args:
        room: An empty folder.
        count: How many must have been at work.
        draws: What chance decides by.
    """
    home, number = room / "home", FIRST + 10
    home.mkdir()
    wrong: list[str] = []
    came: Counter[str] = Counter()
    for first in (FIRST, FIRST + 1):
        if trouble := in_child(partial(_did, build_number, home, first)).trouble:
            return Shown("kills", "nothing could be built", [trouble])
    lengths: dict[str, float] = {}
    while came["killed"] < count and len(wrong) < 10:
        name = draws.choice(list(KINDS))
        kind, number = KINDS[name], number + 2
        ready = in_child(partial(_did, kind.before, home, number))
        now = in_child(lambda: kept_numbers(home))
        if ready.trouble or now.trouble:
            wrong.append(f"before {name}: {ready.trouble}{now.trouble}")
            continue
        allowed = {now.said[0], kind.new(now.said, number, number + 1)}
        after = draws.uniform(0, lengths[name] * _BEYOND) if name in lengths else None
        ended = in_child(partial(_did, kind.act, home, number + 1), after)
        if ended.trouble:
            wrong.append(f"{name}: {ended.trouble}")
        if not ended.signal:
            lengths[name] = ended.seconds
        then = in_child(lambda: kept_numbers(home))
        if then.trouble or then.said[0] not in allowed:
            wrong.append(f"{name}, killed after {after} s: {then.trouble or f'it says {then.said}, not {allowed}'}")
        if not ended.signal:
            came["ended"] += 1
            continue
        came["killed"] += 1
        came[name] += 1
        if not then.trouble and len(allowed) == 2:
            came["old" if then.said[0] == now.said[0] else "new"] += 1
    each = ", ".join(f"{name} {came[name]}" for name in KINDS)
    said = (
        f"{came['killed'] - len(wrong)} of {came['killed']} load, verify and answer ({each}; of those that change what "
        f"is live the old one answered {came['old']} times and the new one {came['new']}; {came['ended']} more had "
        "ended before the kill)"
    )
    return Shown("killed at random moments", said, wrong)


def try_real_kills(room: Path, count: int, draws: random.Random) -> Shown:
    """As ``try_kills``, with `python -m index` over the project's own documents and model."""
    home, at_work, new = room / "real", 0, 0
    wrong: list[str] = []
    shutil.copytree(ROOT / "corpus", home / "corpus")
    command = [
        sys.executable, "-m", "index", "--corpus", str(home / "corpus"), "--folder", str(_index(home)),
    ]  # fmt: skip
    in_child(lambda: compiled_encoder(find_model()).precision)
    length, number, live = 0.0, FIRST, None
    while at_work < count and len(wrong) < 5:
        number += 1
        said = f"The trial\n\nThe secret number of this trial is {number}, and no other.\n"
        (home / "corpus" / "trial.txt").write_text(said, "utf-8")
        began = time.perf_counter()
        quiet = {"cwd": ROOT, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        with subprocess.Popen(command, **quiet) as process:  # type: ignore[call-overload]  # noqa: S603  our own
            if live is not None:
                time.sleep(draws.uniform(0, length * _BEYOND))
                process.kill()
            _, err = process.communicate()
        if live is None or process.returncode == 0:
            length = time.perf_counter() - began
        then = in_child(lambda: _real_number(home))
        if then.trouble or then.said not in {live, number} or process.returncode not in (0, -9):
            wrong.append(f"the real command: {then.trouble or then.said} {err.decode(errors='replace')[-200:]}")
        if live is not None and process.returncode == -9:
            at_work += 1
            new += then.said == number
        live = then.said
    said = f"{at_work - len(wrong)} of {at_work} load, verify and answer ({new} of them as the new one)"
    return Shown("`python -m index` killed likewise", said, wrong)


def _real_number(home: Path) -> int:
    folder = _index(home)
    for finding in verify_index(folder, home / "no-encoders"):
        if not finding.good:
            raise ValueError(finding.said)
    [hit] = search(load(folder), load_encoder(find_model()), "the secret number of this trial", limit=1)
    return int(hit.passage.text.partition("trial is ")[2].partition(",")[0])
