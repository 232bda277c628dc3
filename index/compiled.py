"""A model compiled once to a graph, and run from then on without torch: how questions and passages are embedded.

The graph is kept in a folder of its own, ``build/encoders`` or what CHAPTER_ENCODERS names, known by the digest of the
model's weights. It computes in bytes where these agree with single precision on a sample when it is made, else in
single precision; which of the two is kept with it, and with every index made by it. Where a model cannot be compiled,
or the graph does not say what the model says, it runs through torch.
"""

import hashlib
import logging
import os
import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.agreement import Agreement, agreement, checked_with, learnt_from
from index.bert import Bert, in_bytes, in_single, reach_of, read_bert
from index.durable import make_folder, sync_file, sync_folder, write_durably
from index.encoder import (
    DEFAULT_SHA256,
    SINGLE,
    Encoder,
    Encoding,
    Model,
    as_states,
    load_torch_encoder,
)
from index.errors import BUILD_COMMAND
from index.exported import exported, tokenizer_of
from index.in_bytes import adds_widely
from index.sealed import sealed, unsealed
from index.unsent import send_nothing

if TYPE_CHECKING:
    from onnx import ModelProto

FORMAT = 3
GRAPH, WEIGHTS, TOKENIZER, SETTINGS = "graph.onnx", "graph.weights", "tokenizer.json", "compiled.json"
BYTES = "bytes-1"  # another number where a change of the graph changes what it says: indexes and caches go by it
# What a graph must reach to be used: in single precision held against torch, in bytes against single precision.
LIMITS = {
    SINGLE: Agreement(least=0.9999, mean=0.9999, overlap=0.98, apart=2),
    BYTES: Agreement(least=0.995, mean=0.999, overlap=0.97, apart=5),  # docs/decisions.md, "In bytes"
}
_INLINE = 1024  # bytes: a constant of fewer stays in the graph, since onnxruntime computes shapes from those
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """What is known of a compiled model.

    Attributes:
        format: How its files are laid out.
        model_sha256: The digest of the weights it was made from.
        files: The digest of each of its files.
        own: The word pieces that the model adds or cannot read, by number.
        precision: What it computes in.
        agreement: How far it agreed, when it was made, with single precision; if it computes in that, with torch, or
            None where that was not asked, as the tests ask it of the default model.
        onnxruntime: The version that the graph was made ready for.
    """

    format: int
    model_sha256: str
    files: Mapping[str, str]
    own: tuple[int, ...]
    precision: str
    agreement: Agreement | None
    onnxruntime: str


class CompiledEncoder:
    """An Encoder over a graph; safe to share among threads, each of which computes with one thread of its own.

    Args:
        home: The folder of its files.
        settings: What is known of the model.
    """

    def __init__(self, home: Path, settings: Settings) -> None:
        send_nothing()
        from onnxruntime import InferenceSession  # imported here: who does not embed need not wait
        from tokenizers import Tokenizer

        self.settings = settings
        self._session = InferenceSession(str(home / GRAPH), _one_thread(), providers=["CPUExecutionProvider"])
        self._tokenizer: Tokenizer = Tokenizer.from_file(str(home / TOKENIZER))
        self._workers = ThreadPoolExecutor(os.cpu_count())

    @property
    def precision(self) -> str:
        """What it computes in."""
        return self.settings.precision

    def encode(self, texts: Sequence[str], on_done: Callable[[int], None] | None = None) -> list[Encoding]:
        """Encode texts, as ``Encoder.encode`` says: each by itself, so that none hangs on another, all processors."""
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))  # so that all end at nearly the same time
        wanted = [texts[i] for i in order]
        # One text stays in the thread that asks: a question does not wait for passages that are being embedded.
        done = map(self._encode, wanted) if len(wanted) == 1 else self._workers.map(self._encode, wanted)
        found: dict[int, Encoding] = {}
        for at, encoding in zip(order, done, strict=True):
            found[at] = encoding
            if on_done:
                on_done(1)
        return [found[i] for i in range(len(texts))]

    def pieces(self, text: str) -> list[int]:
        """The word pieces that the graph reads of a text, by number, those that the model adds among them."""
        return list(self._tokenizer.encode(text).ids)

    def _encode(self, text: str) -> Encoding:
        read: Any = self._tokenizer.encode(text)
        pieces = np.array(read.ids, np.int64)
        states: Any
        vector: Any
        states, vector = self._session.run(["states", "vector"], {"pieces": pieces})
        kept = ~np.isin(pieces, self.settings.own)
        starts = np.array([start for start, _ in read.offsets], np.int32)
        return Encoding(
            vector / np.linalg.norm(vector), pieces[kept].astype(np.int32), starts[kept], as_states(states[kept])
        )


def encoders_folder() -> Path:
    """Where compiled models are kept."""
    return Path(os.environ.get("CHAPTER_ENCODERS", "build/encoders"))


def load_encoder(model: Model, folder: Path | None = None) -> Encoder:
    """Load a model: compiled where it has been (some tenths of a second), else through torch (seconds).

    Args:
        model: Which.
        folder: Where compiled models are kept, if not where ``encoders_folder`` says.

    Raises:
        ModelProblem: If its files cannot be loaded.
    """
    return load_compiled(model, folder or encoders_folder()) or load_torch_encoder(model)


def compiled_encoder(model: Model, folder: Path | None = None) -> Encoder:
    """Load a model as ``load_encoder`` does, and compile it first where it has not been.

    That takes some seconds for the default model, and tens for one that torch's exporter writes.

    Raises:
        ModelProblem: If its files cannot be loaded. That it cannot be compiled is written to the log: it then runs
            through torch.
    """
    folder = folder or encoders_folder()
    found = load_compiled(model, folder)
    if found:
        return found
    try:
        return _compile(model, folder)
    except Exception as error:  # noqa: BLE001  an exporter fails in as many ways as there are models; torch remains
        _log.warning("the model '%s' is not compiled, so it runs more slowly: %s", model.name, error)
        return load_torch_encoder(model)


def load_compiled(model: Model, folder: Path) -> CompiledEncoder | None:
    """Load a compiled model, or None where there is none that is whole and made for these libraries."""
    home = _home(folder, model)
    try:
        settings = _read(home)  # first, since what is of another version need not be whole
        if (settings.format, settings.model_sha256, settings.onnxruntime) != (FORMAT, model.sha256, _runtime()):
            return None
        return CompiledEncoder(home, check_compiled(home))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        said = "the compiled model in %s cannot be used, so it runs more slowly (%s). To mend it, run: %s"
        _log.warning(said, home, error, BUILD_COMMAND)
        return None


def check_compiled(home: Path) -> Settings:
    """The settings of a compiled model, if every file in its folder is as it was written.

    Raises:
        OSError, ValueError, TypeError: If one is not, or is missing.
    """
    settings = _read(home)
    for name, sha256 in settings.files.items():
        if _digest(home / name) != sha256:
            raise ValueError(f"{name} is not as it was written")
    return settings


def _compile(model: Model, folder: Path) -> CompiledEncoder:
    """Compile a model, see that it says what the model says, and keep it.

    Raises:
        ValueError: If no graph agrees with the model.
        OSError: If it cannot be kept.
    """
    make_folder(folder)
    making = folder / f".making-{secrets.token_hex(4)}"
    making.mkdir()
    try:
        bert = read_bert(model.folder)
        made = (bert and _written(model, bert, making)) or _exported(model, making)
        sync_folder(made)
        home = _home(folder, model)
        shutil.rmtree(home, ignore_errors=True)  # one that could not be used
        made.replace(home)
        sync_folder(folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return CompiledEncoder(home, _read(home))


def _written(model: Model, bert: Bert, making: Path) -> Path | None:
    """The folder of the fastest graph of a BERT that agrees with it, or None if none does.

    What its files say was read as we understand them: of the default model the tests hold that against torch, any
    other is held against torch here.
    """
    plain = Settings(FORMAT, model.sha256, {}, bert.own, SINGLE, None, _runtime())
    single = _kept(making / SINGLE, plain, in_single(bert), bert.tokenizer)
    if model.sha256 != DEFAULT_SHA256 and not _agrees(making / SINGLE, single, load_torch_encoder(model)):
        return None
    reach = reach_of(making / SINGLE / GRAPH, [single.pieces(text) for text in learnt_from()])
    small = _kept(making / BYTES, replace(plain, precision=BYTES), in_bytes(bert, reach), bert.tokenizer)
    return making / (BYTES if _agrees(making / BYTES, small, single) else SINGLE)


def _exported(model: Model, making: Path) -> Path:
    """The folder of the graph that torch's exporter writes.

    Raises:
        ValueError: If it does not agree with the model.
    """
    slow = load_torch_encoder(model)
    home = making / "exported"
    home.mkdir()
    exported(slow.model, home / GRAPH)
    own = tuple(slow.model.tokenizer.all_special_ids)
    plain = Settings(FORMAT, model.sha256, {}, own, SINGLE, None, _runtime())
    if not _agrees(home, _kept(home, plain, None, tokenizer_of(slow.model)), slow):
        raise ValueError("what its graph says is not what the model says")
    return home


def _kept(home: Path, settings: Settings, graph: "ModelProto | None", tokenizer: bytes) -> CompiledEncoder:
    """Write the files of a compiled model, but for a graph that is there, and load it."""
    home.mkdir(exist_ok=True)
    if graph is not None:
        import onnx  # imported here: only who compiles needs it

        # The weights in a file of their own, which onnxruntime maps and so reads only as far as it needs to.
        onnx.save_model(graph, home / GRAPH, save_as_external_data=True, location=WEIGHTS, size_threshold=_INLINE)
        (home / WEIGHTS).chmod((home / GRAPH).stat().st_mode)  # which onnx keeps from others
    write_durably(home / TOKENIZER, tokenizer)
    whole = replace(settings, files={path.name: _digest(path) for path in sorted(home.iterdir())})
    for name in whole.files:
        sync_file(home / name)
    write_durably(home / SETTINGS, sealed(asdict(whole)))
    return CompiledEncoder(home, whole)


def _agrees(home: Path, found: CompiledEncoder, other: Encoder) -> bool:
    """Whether a compiled model agrees with another as its precision must; if it does, that is noted with it."""
    reached = agreement(found, other, checked_with())
    _log.info("the model in %s: %s", found.precision, reached)
    if not reached.within(LIMITS[found.precision]):
        return False
    write_durably(home / SETTINGS, sealed(asdict(replace(found.settings, agreement=reached))))
    return True


def _read(home: Path) -> Settings:
    """The settings of a compiled model; raises OSError, ValueError or TypeError if they are not whole."""
    try:
        recorded = unsealed((home / SETTINGS).read_bytes(), [field.name for field in fields(Settings)])
    except ValueError as error:
        raise ValueError(f"{SETTINGS}: {error}") from error
    reached = recorded["agreement"]
    agreed = None if reached is None else Agreement(**reached)
    return Settings(**{**recorded, "own": tuple(recorded["own"]), "agreement": agreed})


def _one_thread() -> Any:  # noqa: ANN401  onnxruntime has no types
    """Settings by which a graph computes with one thread: docs/decisions.md, "One thread for one question"."""
    send_nothing()
    from onnxruntime import SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # that a graph made ready here is meant for here need not be said
    if not adds_widely():
        options.add_session_config_entry("session.x64quantprecision", "1")  # the longer way, as the reader's
    return options


def _home(folder: Path, model: Model) -> Path:
    return folder / model.sha256[:16]


def _runtime() -> str:
    return version("onnxruntime")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
