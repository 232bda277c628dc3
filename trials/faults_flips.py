"""Bits flipped and files cut off, in every file that an answer is made from: seen before an answer, or harmless."""

import logging
import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from answer.errors import ReaderProblem
from answer.reader import FOLDER as READER
from answer.reader import load_reader
from index import IndexProblem, Model, build, find_model, load, load_library, load_unread, snapshot_folder
from index.compiled import compiled_encoder, encoders_folder, load_compiled
from index.current import order
from index.live import read_candidate
from index.snapshot import read_manifest
from index.verify import verify_index
from trials.faults_children import Shown, in_child
from trials.faults_material import MODEL, answers, build_number, cheap

_CUT = 0.2  # of the harms; in the others a bit is flipped
_WAYS_OUT = ("Run: python -m index", "Build it again: python -m index", "Restore models/reader", "run: python -m index")


def try_flips(room: Path, count: int, draws: random.Random, *, models: bool = True) -> Shown:
    """Harm one file after the other.

    Args:
        room: An empty folder.
        count: How many harms, spread evenly over the files.
        draws: What chance decides by.
        models: Whether the compiled model and the reader are harmed too.
    """
    ended = in_child(lambda: _try(room, count, draws, models=models))
    if ended.trouble or ended.signal:
        return Shown("bits and lengths", "", [f"{ended.trouble} signal {ended.signal}"])
    came, wrong, files = ended.said
    said = (
        f"{came.get('detected', 0)} of {count} seen, with the file's name and what mends it; "
        f"{came.get('harmless', 0)} harmless, the answers the same to the last digit ({came['harmless in']}); "
        f"{len(wrong)} neither; in {files} files"
    )
    return Shown("bits flipped, files cut off", said, wrong)


def _try(room: Path, count: int, draws: random.Random, *, models: bool) -> tuple[dict[str, Any], list[str], int]:
    logging.disable(logging.NOTSET)
    home = room / "home"
    home.mkdir(parents=True)
    (home / "corpus").mkdir()
    (home / "corpus" / "odd.xyz").write_text("what kind of file is this?")
    for number in (100_001, 100_002):
        build_number(home, number)
    build_number(home, 100_003, publish=False)
    targets = _targets(home, room, models=models)
    came: Counter[str] = Counter()
    wrong: list[str] = []
    harmless = set()
    for at in range(count):
        path, check = targets[at % len(targets)]
        said, seen = _harmed(path, check, draws)
        if seen is None:
            came["harmless"] += 1
            harmless.add(path.name)
        elif path.name in seen and any(way in seen for way in _WAYS_OUT):
            came["detected"] += 1
        else:
            wrong.append(f"{path.name}, {said}: {seen}")
    return {**came, "harmless in": ", ".join(sorted(harmless))}, wrong, len(targets)


def _targets(home: Path, room: Path, *, models: bool) -> list[tuple[Path, Callable[[], str | None]]]:
    """Each file with what sees that it was harmed: it returns what was said, or None where nothing has changed."""
    folder = home / "build" / "index"
    live = snapshot_folder(folder, order(folder)[0])
    whole = _all_read(folder)

    def index() -> str | None:
        verified = [finding.said for finding in verify_index(folder, room / "none") if not finding.good]
        try:
            if _all_read(folder) != whole:
                return "it answers otherwise"
        except IndexProblem as error:
            return str(error) if verified else f"not verified: {error}"
        return f"verified otherwise: {verified}" if verified else None

    files = [*sorted(live.iterdir()), folder / "CURRENT", folder / "CANDIDATE"]
    found: list[tuple[Path, Callable[[], str | None]]] = [(path, index) for path in files]
    [cache] = (home / "build" / "cache").glob("*.db")
    found.append((cache, _CacheCheck(home, room / "again")))
    if models:
        found += [*_compiled(room), *_reader(room)]
    return found


def _all_read(folder: Path) -> object:
    """All that answers and pages are made from."""
    snapshot = load(folder)
    path = snapshot_folder(folder, order(folder)[0])
    return answers(snapshot), read_manifest(folder), load_library(path), load_unread(path), read_candidate(folder)


class _CacheCheck:
    """Builds with a damaged cache: the index must be the same to the byte."""

    def __init__(self, home: Path, again: Path) -> None:
        self._home = home
        self._again = again
        self._fingerprint = self._build()

    def __call__(self) -> str | None:
        found = self._build()
        return None if found == self._fingerprint else f"built with it, the fingerprint is {found}"

    def _build(self) -> str:
        shutil.rmtree(self._again, ignore_errors=True)
        shutil.copytree(self._home / "build" / "cache", self._again / "cache")
        build(self._home / "corpus", self._again / "index", MODEL, encoder=cheap)
        return read_manifest(self._again / "index").fingerprint


class _Heard(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


def _compiled(room: Path) -> list[tuple[Path, Callable[[], str | None]]]:
    model: Model = find_model()
    compiled_encoder(model)
    home = room / "encoders" / model.sha256[:16]
    shutil.copytree(encoders_folder() / home.name, home)
    heard = _Heard()
    logging.getLogger("index.compiled").addHandler(heard)
    logging.getLogger("index.compiled").propagate = False

    def check() -> str | None:
        heard.said.clear()
        found = load_compiled(model, home.parent)
        return None if found else " ".join(heard.said)

    return [(path, check) for path in sorted(home.iterdir())]


def _reader(room: Path) -> list[tuple[Path, Callable[[], str | None]]]:
    home = room / "reader"
    shutil.copytree(READER, home)

    def check() -> str | None:
        try:
            load_reader(home)
        except ReaderProblem as error:
            return str(error)
        return None

    return [(home / "manifest.json", check), (home / "reader.onnx", check)]


def _harmed(path: Path, check: Callable[[], str | None], draws: random.Random) -> tuple[str, str | None]:
    """Harm a file, see what is said, and mend it."""
    content = path.read_bytes()
    if not content or draws.random() < _CUT:
        length = draws.randrange(len(content)) if content else 0
        said, harmed = f"cut off at {length} of {len(content)}", content[:length]
    else:
        place, bit = draws.randrange(len(content)), draws.randrange(8)
        said = f"bit {bit} of byte {place} of {len(content)}"
        harmed = content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :]
    path.write_bytes(harmed)
    try:
        return said, check()
    finally:
        path.write_bytes(content)
