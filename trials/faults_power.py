"""Power cuts, simulated: what the disk may hold at every moment of a build, a swap, a way back and a prune.

The disk surely has a file's bytes as they were when the file was last synced, and a folder's names as they were when
the folder was. Of what was written since it may have all, nothing, or some: a file empty, cut off, full of zeros; a
name made, replaced or removed, or not, in whichever order. ``Recorder`` watches every operation on files under a
folder and keeps both; ``disks`` draws from them what may stand there when power comes back.

References:
    Pillai et al., "All File Systems Are Not Created Equal: On the Complexity of Crafting Crash-Consistent
    Applications", OSDI 2014.
"""

import hashlib
import os
import random
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

_EVENTS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate"}
Disk = dict[str, bytes | None]  # each path with its bytes, or None for a folder
Names = dict[int, dict[str, int]]  # for each folder, by number: its names, each with the number of what it names


@dataclass(frozen=True, slots=True)
class Step:
    """One change of names that the disk may lack.

    Attributes:
        removed: The folder and the name that goes, or None.
        added: The folder, the name and what it is a name of from now on, or None.
    """

    removed: tuple[int, str] | None
    added: tuple[int, str, int] | None

    @property
    def folder(self) -> int:
        """The folder that must be synced for the disk to have it."""
        return self.added[0] if self.added else self.removed[0] if self.removed else -1


@dataclass(frozen=True, slots=True)
class Moment:
    """What there is at one moment.

    Attributes:
        names: What the disk surely has of folders.
        steps: What was done to folders since, in order.
        synced: What the disk surely has of files.
        written: All that was written to files.
        done: Whether the work had ended, and said so.
    """

    names: Names
    steps: tuple[Step, ...]
    synced: dict[int, bytes]
    written: dict[int, bytes]
    done: bool


class Recorder:
    """Watches a folder; what stands there in the beginning is on the disk.

    Args:
        root: The folder.
        left_out: Whether the syncing of a path is to be left out, as a fault of the program would.
    """

    def __init__(self, root: Path, left_out: Callable[[Path], bool] = lambda _: False) -> None:
        self.moments: list[Moment] = []
        self._root = root
        self._left_out = left_out
        self._numbers: dict[int, int] = {}  # inode to number: inodes are used again, numbers are not
        self._last = 0
        self._kept: Names = {}
        self._steps: list[Step] = []
        self._synced: dict[int, bytes] = {}
        self._written: dict[int, bytes] = {}
        self._names: Names = {}
        self._rename: tuple[str, str] | None = None
        self._look()
        self._kept, self._steps = {at: dict(names) for at, names in self._names.items()}, []
        self._synced = dict(self._written)
        self.moments.clear()
        self._note()

    def before(self, event: str, arguments: tuple[object, ...]) -> None:
        """Something is about to be done: see what the one before it did."""
        self._look()
        if event == "os.rename":
            self._rename = (os.path.abspath(str(arguments[0])), os.path.abspath(str(arguments[1])))  # noqa: PTH100

    def synced(self, handle: int) -> None:
        """What a handle is open on has been synced."""
        self._look()
        number = self._numbers.get(os.fstat(handle).st_ino)
        path = Path(f"/proc/self/fd/{handle}").readlink()
        if number is None or self._left_out(path):
            return
        if number in self._names:
            self._kept[number] = dict(self._names[number])
            self._steps = [step for step in self._steps if step.folder != number]
        else:
            self._synced[number] = self._written[number]
        self._note()

    def end(self) -> None:
        """The work is done."""
        self._look()
        self._note(done=True)

    def _note(self, *, done: bool = False) -> None:
        kept = {at: dict(names) for at, names in self._kept.items()}
        self.moments.append(Moment(kept, tuple(self._steps), dict(self._synced), dict(self._written), done))

    def _look(self) -> None:
        """See what there is now, and what was done since the last look."""
        names: Names = {}
        there: dict[int, int] = {}
        written = dict(self._written)
        self._walk(str(self._root), names, there, written)
        self._numbers = there
        steps = self._changes(names)
        self._names = names
        if steps or any(self._written.get(at) != content for at, content in written.items()):
            self._written = written
            self._steps += steps
            self._note()

    def _walk(self, folder: str, names: Names, there: dict[int, int], written: dict[int, bytes]) -> int:
        number = self._number(os.lstat(folder).st_ino, there)
        names[number] = {}
        for entry in sorted(os.scandir(folder), key=lambda each: each.name):
            if stat.S_ISDIR(entry.stat(follow_symlinks=False).st_mode):
                names[number][entry.name] = self._walk(entry.path, names, there, written)
            else:
                at = self._number(entry.stat(follow_symlinks=False).st_ino, there)
                names[number][entry.name] = at
                written[at] = Path(entry.path).read_bytes()
        return number

    def _number(self, inode: int, there: dict[int, int]) -> int:
        known = self._numbers.get(inode) or there.get(inode)
        if known is None:
            known = self._last = self._last + 1
        there[inode] = known
        return known

    def _changes(self, names: Names) -> list[Step]:
        gone = {(at, name, what) for at, held in self._names.items() for name, what in held.items()}
        come = {(at, name, what) for at, held in names.items() for name, what in held.items()}
        gone, come = gone - come, come - gone
        steps = []
        if self._rename:
            target = Path(self._rename[1]).name
            moved = next(((old, new) for new in come for old in gone if old[2] == new[2] and new[1] == target), None)
            if moved:
                old, new = moved
                steps.append(Step((old[0], old[1]), new))
                gone = {each for each in gone if each != old and each[:2] != new[:2]}
                come = come - {new}
                self._rename = None
        steps += [Step((at, name), None) for at, name, _ in sorted(gone)]
        steps += [Step(None, each) for each in sorted(come)]
        return steps


_watching: list[Recorder] = []


def _audited(event: str, arguments: tuple[object, ...]) -> None:
    if _watching and event in _EVENTS:
        recorder = _watching.pop()  # what it does itself is not to be watched
        try:
            recorder.before(event, arguments)
        finally:
            _watching.append(recorder)


_hooked = False


@contextmanager
def recorded(root: Path, left_out: Callable[[Path], bool] = lambda _: False) -> Iterator[Recorder]:
    """Watch a folder while something is done to it in this thread; yields what watches."""
    global _hooked  # noqa: PLW0603  an audit hook cannot be taken away again
    if not _hooked:
        sys.addaudithook(_audited)
        _hooked = True
    recorder = Recorder(root, left_out)
    real = os.fsync

    def fsync(handle: int) -> None:
        real(handle)
        watching = _watching[:]
        _watching.clear()
        recorder.synced(handle)
        _watching.extend(watching)

    os.fsync = fsync  # type: ignore[assignment]
    _watching.append(recorder)
    try:
        yield recorder
    finally:
        _watching.clear()
        os.fsync = real
    recorder.end()


def disks(moment: Moment, draws: random.Random, most: int) -> Iterator[Disk]:
    """What may stand on the disk after a power cut.

    Args:
        moment: When power was cut.
        draws: What chance decides by.
        most: How many to draw beside the three that are always tried: only what was synced, all that was written, and
            all names with only those bytes that were synced.
    """
    for names, whole in ((False, False), (True, True), (True, False)):
        yield _disk(moment, lambda _, has=names: has, partial(_content, moment, whole=whole))  # type: ignore[misc]
    for _ in range(most):
        yield _disk(moment, lambda _: draws.random() < 0.5, lambda at: _drawn(moment, at, draws))


def write_disk(disk: Disk, folder: Path) -> None:
    """Make a folder what a disk holds."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path, content in disk.items():
        if content is None:
            (folder / path).mkdir()
        else:
            (folder / path).write_bytes(content)


def digest_of_disk(disk: Disk, left_out: Callable[[str], bool]) -> str:
    """What tells two disks apart, but for paths that do not matter."""
    found = hashlib.sha256()
    for path, content in sorted(disk.items()):
        if not left_out(path):
            found.update(f"{path}\0{-1 if content is None else len(content)}\0".encode())
            found.update(content or b"")
    return found.hexdigest()


def _disk(moment: Moment, has: Callable[[Step], bool], content: Callable[[int], bytes]) -> Disk:
    names = {at: dict(held) for at, held in moment.names.items()}
    for step in moment.steps:
        if has(step):
            if step.removed:
                names.setdefault(step.removed[0], {}).pop(step.removed[1], None)
            if step.added:
                names.setdefault(step.added[0], {})[step.added[1]] = step.added[2]
    found: Disk = {}

    def walk(folder: int, path: str) -> None:
        for name, what in names.get(folder, {}).items():
            if what in moment.written:
                found[f"{path}{name}"] = content(what)
            else:
                found[f"{path}{name}"] = None
                walk(what, f"{path}{name}/")

    walk(min(moment.names), "")
    return found


def _content(moment: Moment, at: int, whole: bool) -> bytes:
    return moment.written[at] if whole else moment.synced.get(at, b"")


def _drawn(moment: Moment, at: int, draws: random.Random) -> bytes:
    """What a file may hold: as it was synced, as it was written, or between the two."""
    synced, written = moment.synced.get(at, b""), moment.written[at]
    if synced == written:
        return written
    end = draws.randrange(len(written) + 1)
    zeros = bytes(len(written) - end)
    return draws.choice([synced, written, written[:end], written[:end] + zeros, synced[:end] + written[end:]])
