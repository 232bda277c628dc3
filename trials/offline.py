"""`python -m trials.offline [COMMAND …]`: run something where no network is, and count what tries to leave.

The command (the whole test run, where none is named) runs in a network namespace of its own that has the loopback and
nothing else. The kernel counts what is sent to anywhere else there, whatever sends it: "OutNoRoutes", for both versions
of IP. It counts as much where a route is only asked for, as Chromium does before each address it opens, by a connection
that sends nothing; so that one address has a route into a device that leads nowhere, and what is sent there is counted
at the device. Linux only, with `ip` and `unshare`; root, or a system that lets anybody make a namespace.
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
_ASKED_FOR = "2001:4860:4860::8888"  # by Chromium, to learn whether the machine has a newer address of its own
_ASIDE, _NOWHERE = "aside", "nowhere"  # a device, and where it leads
_STEPS = tuple(
    map(
        str.split,
        (
            "link set lo up",
            f"link add {_ASIDE} type veth peer name {_NOWHERE}",
            f"link set {_ASIDE} up",
            f"link set {_NOWHERE} up",
            f"-6 route add {_ASKED_FOR}/128 dev {_ASIDE}",
            f"-6 neigh add {_ASKED_FOR} lladdr 02:00:00:00:00:01 dev {_ASIDE} nud permanent",
        ),
    )
)


def missing() -> str:
    """What of the machine is missing to make such a place; empty if nothing is."""
    for tool in ("ip", "unshare"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed"
    make = [*_unshared(), "ip", *_STEPS[1]]
    tried = subprocess.run(make, capture_output=True, text=True, check=False)  # noqa: S603
    return f"this system does not let one be made: {tried.stderr.strip()}" if tried.returncode else ""


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
    for step in _STEPS:
        subprocess.run(["ip", *step], check=True)  # noqa: S603, S607
    before = _tried()
    for family, address in (*_ELSEWHERE, (socket.AF_INET6, _ASKED_FOR)):
        with socket.socket(family, socket.SOCK_DGRAM) as one, suppress(OSError):
            one.sendto(b"x", (address, 9))
    counted = _tried()
    if counted != before + len(_ELSEWHERE) + 1:
        raise RuntimeError(f"{len(_ELSEWHERE) + 1} packets were sent and {counted - before} counted")
    status = subprocess.run([sys.executable, *command], check=False).returncode  # noqa: S603
    os.write(tell, f"{status} {_tried() - counted}".encode())


def _tried() -> int:
    """How often something was sent that no route leads to, or aside."""
    names, counts = (line.split() for line in Path("/proc/net/snmp").read_text().splitlines()[:2])
    newer = dict(line.split() for line in Path("/proc/net/snmp6").read_text().splitlines())
    aside = dict(line.split() for line in Path(f"/proc/net/dev_snmp6/{_ASIDE}").read_text().splitlines())
    sent_aside = int(aside["Ip6OutRequests"]) - int(aside["Ip6OutMcastPkts"])  # the kernel's own are all to many
    return int(dict(zip(names, counts, strict=True))["OutNoRoutes"]) + int(newer["Ip6OutNoRoutes"]) + sent_aside


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
