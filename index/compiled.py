"""A model compiled once to a graph, and run from then on without torch: how questions and passages are embedded.

The graph is kept in a folder of its own, ``build/encoders`` or what CHAPTER_ENCODERS names, known by the digest of the
model's weights. It is used only if it agreed with the model itself on a sample when it was made; where it does not,
or cannot be made, the model runs through torch.
"""

import hashlib
import json
import logging
import os
import secrets
import shutil
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.encoder import Encoder, Encoding, Model, SentenceTransformerEncoder, as_states, load_torch_encoder
from index.snapshot import sync_folder, write_durably

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

FORMAT = 1
GRAPH, TOKENIZER, SETTINGS = "graph.onnx", "tokenizer.json", "compiled.json"
LEAST_COSINE = 0.9999  # between what the graph and the model say of a text
MOST_APART = 2  # of 127: how far a token's vector may lie from the model's, in any direction
_BATCH = 8  # docs/decisions.md, "Batch size"
_SAMPLE = (
    "x",
    "",
    "How many officers will there be by 2021, and what will they cost?",
    "Naïve café — £1,234.5m (2018–21); “quoted” 北京 \u200b end",
    "The harbour board paints the hull of the ferry and trains two skippers each year. " * 40,
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """What is known of a compiled model.

    Attributes:
        format: How its files are laid out.
        model_sha256: The digest of the weights it was made from.
        graph_sha256: That of its graph.
        tokenizer_sha256: That of its tokenizer's file.
        window: The most word pieces it reads of a text, its own marks among them.
        padding: The word piece that stands for nothing.
        own: The word pieces that the model adds or cannot read, by number.
        cosine: The least cosine of a text of the sample by the graph with the same by the model.
        onnxruntime: The version that the graph was made ready for.
    """

    format: int
    model_sha256: str
    graph_sha256: str
    tokenizer_sha256: str
    window: int
    padding: int
    own: tuple[int, ...]
    cosine: float
    onnxruntime: str


class CompiledEncoder:
    """An Encoder over a graph; safe to share among threads, each of which computes with one thread of its own.

    Args:
        session: The graph, with inputs ``pieces`` and ``mask``, (n_texts, n_pieces) int64, and outputs ``states``,
            (n_texts, n_pieces, dim), and ``vector``, (n_texts, dim).
        tokenizer: The model's tokenizer, which cuts to the model's window and does not pad.
        settings: What is known of the model.
    """

    def __init__(self, session: "InferenceSession", tokenizer: "Tokenizer", settings: Settings) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._settings = settings
        self._workers = ThreadPoolExecutor(os.cpu_count())

    def encode(self, texts: Sequence[str], on_done: Callable[[int], None] | None = None) -> list[Encoding]:
        """Encode texts, as ``Encoder.encode`` says; texts of like length share a batch, batches the processors."""
        order = sorted(range(len(texts)), key=lambda i: (len(texts[i]), i))
        batches = [order[at : at + _BATCH] for at in range(0, len(order), _BATCH)]
        wanted = [[texts[i] for i in batch] for batch in batches]
        # One batch stays in the thread that asks: a question does not wait for passages that are being embedded.
        done = map(self._encode, wanted) if len(batches) == 1 else self._workers.map(self._encode, wanted)
        found: dict[int, Encoding] = {}
        for batch, encodings in zip(batches, done, strict=True):
            found.update(zip(batch, encodings, strict=True))
            if on_done:
                on_done(len(batch))
        return [found[i] for i in range(len(texts))]

    def _encode(self, texts: Sequence[str]) -> list[Encoding]:
        """One batch."""
        read = self._tokenizer.encode_batch(list(texts))
        pieces = np.full((len(read), max(len(one.ids) for one in read)), self._settings.padding, np.int64)
        mask = np.zeros_like(pieces)
        for at, one in enumerate(read):
            pieces[at, : len(one.ids)] = one.ids
            mask[at, : len(one.ids)] = 1
        states: Any
        vectors: Any
        states, vectors = self._session.run(["states", "vector"], {"pieces": pieces, "mask": mask})
        return [self._encoding(*each) for each in zip(read, states, vectors, strict=True)]

    def _encoding(self, read: Any, states: Any, vector: Any) -> Encoding:  # noqa: ANN401  tokenizers has no types
        pieces = np.array(read.ids, np.int32)
        kept = ~np.isin(pieces, self._settings.own)
        starts = np.array([start for start, _ in read.offsets], np.int32)
        return Encoding(
            vector / np.linalg.norm(vector), pieces[kept], starts[kept], as_states(states[: len(pieces)][kept])
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
    """Load a model as ``load_encoder`` does, and compile it first where it has not been: some tens of seconds, once.

    Raises:
        ModelProblem: If its files cannot be loaded. That it cannot be compiled is written to the log: it then runs
            through torch.
    """
    folder = folder or encoders_folder()
    found = load_compiled(model, folder)
    if found:
        return found
    slow = load_torch_encoder(model)
    try:
        return _compile(model, slow, folder)
    except Exception as error:  # noqa: BLE001  an exporter fails in as many ways as there are models; torch remains
        _log.warning("the model '%s' is not compiled, so it runs more slowly: %s", model.name, error)
        return slow


def load_compiled(model: Model, folder: Path) -> CompiledEncoder | None:
    """Load a compiled model, or None where there is none that is whole and made for these libraries."""
    home = _home(folder, model)
    try:
        fields = json.loads((home / SETTINGS).read_text("utf-8"))
        settings = Settings(**{**fields, "own": tuple(fields["own"])})
        if (settings.format, settings.model_sha256, settings.onnxruntime) != (FORMAT, model.sha256, _runtime()):
            return None
        graph = _whole(home / GRAPH, settings.graph_sha256)
        tokenizer = _whole(home / TOKENIZER, settings.tokenizer_sha256)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        _log.warning("the compiled model in %s cannot be used, so it runs more slowly: %s", home, error)
        return None
    return _opened(graph, tokenizer, settings)


def _opened(graph: bytes, tokenizer: bytes, settings: Settings) -> CompiledEncoder:
    from onnxruntime import InferenceSession  # imported here: who does not embed need not wait
    from tokenizers import Tokenizer

    session = InferenceSession(graph, _one_thread(), providers=["CPUExecutionProvider"])
    return CompiledEncoder(session, Tokenizer.from_str(tokenizer.decode("utf-8")), settings)


def _compile(model: Model, slow: SentenceTransformerEncoder, folder: Path) -> CompiledEncoder:
    """Compile a model, see that it says what the model says, and keep it.

    Raises:
        ValueError: If the graph does not agree with the model.
        OSError: If it cannot be kept.
    """
    loaded = slow.model
    folder.mkdir(parents=True, exist_ok=True)
    making = folder / f".making-{secrets.token_hex(4)}"
    making.mkdir()
    try:
        graph = _graph(loaded, making)
        tokenizer = _tokenizer(loaded)
        plain: Any = loaded.tokenizer
        settings = Settings(
            FORMAT,
            model.sha256,
            hashlib.sha256(graph).hexdigest(),
            hashlib.sha256(tokenizer).hexdigest(),
            int(loaded.max_seq_length or plain.model_max_length),
            int(plain.pad_token_id or 0),
            tuple(plain.all_special_ids),
            1.0,
            _runtime(),
        )
        compiled = _opened(graph, tokenizer, settings)
        cosine = agreement(compiled, slow)
        written = {**asdict(settings), "cosine": cosine}
        write_durably(making / GRAPH, graph)
        write_durably(making / TOKENIZER, tokenizer)
        write_durably(making / SETTINGS, json.dumps(written, indent=1).encode())
        sync_folder(making)
        home = _home(folder, model)
        shutil.rmtree(home, ignore_errors=True)  # one that could not be used
        making.replace(home)
        sync_folder(folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return compiled


def agreement(one: Encoder, other: Encoder, texts: Sequence[str] = _SAMPLE) -> float:
    """The least cosine between what two encoders say of the same text.

    Raises:
        ValueError: If they read a text otherwise, or what they say is further apart than ``LEAST_COSINE`` and
            ``MOST_APART`` allow.
    """
    cosines = []
    for text, mine, its in zip(texts, one.encode(texts), other.encode(texts), strict=True):
        if mine.pieces.tolist() != its.pieces.tolist() or mine.starts.tolist() != its.starts.tolist():
            raise ValueError(f"the graph's tokenizer does not read “{text[:40]}” as the model's does")
        apart = int(np.abs(mine.states.astype(int) - its.states.astype(int)).max(initial=0))
        cosines.append(float(mine.vector @ its.vector))
        if cosines[-1] < LEAST_COSINE or apart > MOST_APART:
            raise ValueError(
                f"the graph and the model differ on “{text[:40]}”: cosine {cosines[-1]:.5f}, tokens by {apart} of 127"
            )
    return min(cosines)


def _graph(loaded: "SentenceTransformer", folder: Path) -> bytes:
    """The graph of a model, with what can be computed once computed."""
    import torch
    from onnxruntime import GraphOptimizationLevel, InferenceSession

    class _Both(torch.nn.Module):
        """The model as the graph has it: word pieces and their mask, to each piece's vector and the text's."""

        def __init__(self) -> None:
            super().__init__()
            self.inner = loaded

        def forward(self, pieces: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            found = self.inner({"input_ids": pieces, "attention_mask": mask})
            return found["token_embeddings"], found["sentence_embedding"]

    example = torch.ones((2, 8), dtype=torch.int64)
    mask = example.clone()
    mask[1, 5:] = 0  # where nothing is masked, the exporter leaves the mask out
    free = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    with _quietly():
        program: Any = torch.onnx.export(
            _Both().eval(),
            (example, mask),
            dynamo=True,
            external_data=False,
            input_names=["pieces", "mask"],
            output_names=["states", "vector"],
            dynamic_shapes=(free, free),
            verbose=False,
        )
        program.save(str(folder / "exported.onnx"))
    options = _one_thread()
    options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_EXTENDED  # what no processor is named in
    options.optimized_model_filepath = str(folder / GRAPH)
    InferenceSession(str(folder / "exported.onnx"), options, providers=["CPUExecutionProvider"])
    (folder / "exported.onnx").unlink()
    return (folder / GRAPH).read_bytes()


def _tokenizer(loaded: "SentenceTransformer") -> bytes:
    """The tokenizer's file: cut to the model's window, not padded."""
    from tokenizers import Tokenizer

    plain: Any = loaded.tokenizer
    found = Tokenizer.from_str(plain.backend_tokenizer.to_str())
    found.enable_truncation(int(loaded.max_seq_length or plain.model_max_length))
    found.no_padding()
    return found.to_str().encode("utf-8")


def _one_thread() -> Any:  # noqa: ANN401  onnxruntime has no types
    """Settings by which a graph computes with one thread: docs/decisions.md, "One thread for one question"."""
    from onnxruntime import SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # that a graph made ready here is meant for here need not be said
    return options


def _home(folder: Path, model: Model) -> Path:
    return folder / model.sha256[:16]


def _runtime() -> str:
    return version("onnxruntime")


def _whole(path: Path, sha256: str) -> bytes:
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError(f"{path.name} is not as it was written")
    return content


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep an exporter's remarks on what it does from the console; what it cannot do it raises."""
    noisy = logging.getLogger("torch.onnx")
    before = noisy.level
    noisy.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        noisy.setLevel(before)
