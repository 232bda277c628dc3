"""`python -m tests.trials.stand_in_targets`: targets with faults planted, fuzzed; what was found of them, as JSON."""

import json
import os
import signal
import sys
import time
from random import Random

from trials.fuzz_targets import Target, Wrong
from trials.fuzz_worker import fuzz


def _make(chance: Random) -> bytes:
    return str(chance.randrange(1000)).encode()


def _read(content: bytes) -> str:
    """Input 3 crashes, 5 hangs, 7 breaks a rule, 9 recurses, 11 wants too much memory; the others are read."""
    at = _NUMBERS.index(content)
    if at == 3:
        os.kill(os.getpid(), signal.SIGSEGV)
    if at == 5:
        time.sleep(60)
    if at == 7:
        raise Wrong("a rule is broken")
    if at == 9:
        return _read(content) + ""
    if at == 11:
        return str(len(bytearray(4 * 1024**3)))
    sys.stdout.write("printed by a library\n")
    return "read"


TIMES, SEED = 14, 1
_NUMBERS = [_make(Random(f"{SEED} stand-in {n}")) for n in range(TIMES)]


def main() -> None:
    """Fuzz the stand-in and print what was found."""
    figures = fuzz(Target("stand-in", TIMES, _make, _read), SEED, seconds=1.0)
    found = {fault.number: fault.said for fault in figures.faults}
    same = all(fault.content == _NUMBERS[fault.number] for fault in figures.faults)
    sys.stdout.write(json.dumps({"inputs": figures.inputs, "found": found, "same": same}))


if __name__ == "__main__":
    main()
