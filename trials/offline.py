"""`python -m trials.offline [COMMAND …]`: run something where no network is, and count what tries to leave.

The command (the whole test run, where none is named) runs in a network namespace of its own that has the loopback and
nothing else. The kernel counts what is sent to anywhere else there, whatever sends it: "OutNoRoutes", for both versions
of IP. Linux only, with `ip` and `unshare`; root, or a system that lets anybody make a namespace.
"""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

_INSIDE = "CHAPTER_TRIAL_INSIDE"
_WHOLE = ("-m", "pytest", "-q", "--numprocesses", "2", "--dist", "loadfile", "--no-loadscope-reorder")
_ELSEWHERE = ((socket.AF_INET, "198.51.100.1"), (socket.AF_INET6, "2001:db8::1"))  # addresses that are nobody's


def missing() -> str:
    """What of the machine is missing to make such a place; empty if nothing is."""
    for tool in ("ip", "unshare"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed"
    tried = subprocess.run([*_unshared(), "true"], capture_output=True, check=False)  # noqa: S603
    return "" if tried.returncode == 0 else "this system lets nobody but root make a network namespace"


def run(command: Sequence[str]) -> tuple[int, int]:
    """Run a command of Python's where no network is.

    Returns:
        Its exit status, and how often something tried to leave.

    Raises:
        RuntimeError: If such a place cannot be made, or counts nothing there.
    """
    if why := missing():
        raise RuntimeError(f"there is no place without a network to be had: {why}")
    told, tell = os.pipe()
    inside = [*_unshared(), sys.executable, "-m", "trials.offline", *command]
    environment = {**os.environ, _INSIDE: str(tell)}
    with os.fdopen(told) as said:
        subprocess.run(inside, env=environment, pass_fds=[tell], check=False)  # noqa: S603  what whoever runs this names
        os.close(tell)
        came = said.read()
    if not came:
        raise RuntimeError("the place could not be made, or does not count what tries to leave")
    status, tried = map(int, came.split())
    return status, tried


def _unshared() -> list[str]:
    return ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]


def _inside(command: Sequence[str], tell: int) -> None:
    """See that what tries to leave is counted, run the command, and tell what came of it."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)  # noqa: S607
    before = _tried()
    for family, address in _ELSEWHERE:
        with socket.socket(family, socket.SOCK_DGRAM) as one, suppress(OSError):
            one.sendto(b"x", (address, 9))
    counted = _tried()
    if counted != before + len(_ELSEWHERE):
        raise RuntimeError(f"{len(_ELSEWHERE)} packets were sent and {counted - before} counted")
    status = subprocess.run([sys.executable, *command], check=False).returncode  # noqa: S603
    os.write(tell, f"{status} {_tried() - counted}".encode())


def _tried() -> int:
    """How often something was sent that no route leads to."""
    names, counts = (line.split() for line in Path("/proc/net/snmp").read_text().splitlines()[:2])
    newer = dict(line.split() for line in Path("/proc/net/snmp6").read_text().splitlines())
    return int(dict(zip(names, counts, strict=True))["OutNoRoutes"]) + int(newer["Ip6OutNoRoutes"])


def main(command: Sequence[str]) -> None:
    """Run a command of Python's, or the whole test run, and say what tried to leave."""
    given = list(command) or list(_WHOLE)
    if tell := os.environ.pop(_INSIDE, ""):
        _inside(given, int(tell))
        return
    status, tried = run(given)
    print(f"exit status {status}; packets that tried to leave: {tried}")  # noqa: T201
    if status or tried:
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
