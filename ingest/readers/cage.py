"""What a process that reads a stranger's file cannot do any more: reach a network, other files, other programs.

Three walls, each as far as the system has it, none of which needs to be root:

- Linux' Landlock (5.13 and later) lets it open files of Python and of the system's libraries, and no other; native
  code is held too. From 6.7 on it makes no TCP connection either.
- A network of its own, in which there is nothing (Linux, where users may have namespaces).
- A hook on what Python itself does (PEP 578), everywhere. It stops a library that was talked into something and not
  code that runs in its place, which can go around it: defence in depth and no more.

Not covered: on macOS and Windows, and on a Linux that has neither of the first two, native code that a file takes over.
"""

import ctypes
import os
import platform
import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

# What is started besides: pages that are pictures are read by it (ingest/readers/ocr.py).
_PROGRAM = "tesseract"
# What libraries read when they are loaded and used; nothing of it is anybody's secret.
_OF_THE_SYSTEM = ("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/fonts", "/etc/localtime", "/etc/alternatives")
_OF_THE_DEVICES = ("/dev/null", "/dev/urandom", "/dev/zero", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system")
_REFUSED = frozenset(
    "os.system os.exec os.posix_spawn os.spawn os.fork os.forkpty os.startfile pty.spawn ctypes.dlopen"
    " pickle.find_class os.remove os.rename os.mkdir os.rmdir os.chmod os.chown os.link os.symlink os.truncate"
    " shutil.rmtree webbrowser.open urllib.Request ftplib.connect smtplib.connect".split()
)
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_NO_NEW_PRIVILEGES = 38
# Landlock's calls have one number on every processor; its bits, by the version that knows them first.
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_FILES = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
_TCP = 0b11
_RUN_AND_READ = 0b1101  # execute, read a file, read a folder
_READ_AND_WRITE = 0b110
_OF_A_FILE = 0b111 | 1 << 14 | 1 << 15  # what can be allowed of a file that is no folder


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def confine() -> None:
    """Build the walls around this process and all that it starts. They cannot be taken down again.

    To be called when what reads is loaded, and before there is a second thread.
    """
    program = shutil.which(_PROGRAM)
    readable = [str(place) for place in _readable(program) if place.exists()]
    if sys.platform == "linux" and platform.python_implementation() == "CPython":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)  # refused where users may have no namespaces
        _landlock(libc, readable)
    sys.addaudithook(_Hook(readable, program))


def _readable(program: str | None) -> list[Path]:
    """The files and folders that Python, its libraries, the readers and Tesseract are made of."""
    own = [Path(__file__).resolve().parents[1], Path(sys.prefix), Path(sys.base_prefix), Path(sys.exec_prefix)]
    # A package that is installed for one user only, or a test's, is on the path and nowhere of these.
    own += [Path(place) for place in sys.path if Path(place).name in ("site-packages", "dist-packages")]
    own += [Path(program).resolve().parents[1]] if program else []
    own += [Path(data)] if (data := os.environ.get("TESSDATA_PREFIX")) else []
    return [place.resolve() for place in own] + [Path(place) for place in (*_OF_THE_SYSTEM, *_OF_THE_DEVICES)]


def _landlock(libc: ctypes.CDLL, readable: Sequence[str]) -> None:
    """Let this process open those files and what is in those folders, and nothing else; nothing on an older system."""
    version = libc.syscall(_CREATE, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return
    files = sum(bits for since, bits in _FILES.items() if version >= since)
    ruleset = _Ruleset(files, _TCP if version >= 4 else 0)
    size = ctypes.sizeof(ruleset) if version >= 4 else 8
    rules = libc.syscall(_CREATE, ctypes.byref(ruleset), ctypes.c_size_t(size), 0)
    if rules < 0:
        return
    try:
        for place in readable:
            wanted = _READ_AND_WRITE if place == os.devnull else _RUN_AND_READ
            with suppress(OSError):
                parent = os.open(place, os.O_PATH | os.O_CLOEXEC)
                allowed = wanted & (files if Path(place).is_dir() else files & _OF_A_FILE)
                libc.syscall(_ADD, rules, 1, ctypes.byref(_Beneath(allowed, parent)), 0)
                os.close(parent)
        if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0:
            libc.syscall(_RESTRICT, rules, 0)
    finally:
        os.close(rules)


class _Hook:
    """Refuses what Python is asked to do outside the walls."""

    def __init__(self, readable: Sequence[str], program: str | None) -> None:
        self._readable = tuple(readable)
        self._program = program

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if event in _REFUSED or event.startswith("socket."):
            raise PermissionError(f"what reads a file may not do this: {event}")
        if event == "subprocess.Popen" and os.fspath(args[0]) != self._program:
            raise PermissionError("what reads a file may not start a program")
        if event == "open" and isinstance(args[0], str | bytes | os.PathLike):
            self._check_open(os.fsdecode(args[0]), args[2])

    def _check_open(self, path: str, flags: object) -> None:
        if path == os.devnull:
            return
        if isinstance(flags, int) and flags & _WRITES:
            raise PermissionError("what reads a file may not write one")
        place = os.path.realpath(path)
        if not any(place == known or place.startswith(known.rstrip(os.sep) + os.sep) for known in self._readable):
            raise PermissionError("what reads a file may not open another")
