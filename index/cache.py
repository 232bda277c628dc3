"""Encodings kept from build to build, so that only new text is embedded."""

import hashlib
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from index.encoder import Encoder, Encoding, Model
from index.snapshot import write_durably

# How many times the last build's encodings are kept, so that going back to an older corpus is cheap.
_GENERATIONS = 4


class VectorCache:
    """Encodings by (model, precision, text), in one file a model and precision."""

    def __init__(self, folder: Path, model: Model, precision: str) -> None:
        self._path = folder / f"encodings-{model.sha256[:16]}-{precision}.npz"
        self._known = self._read()

    def encode(
        self, encoder: Callable[[], Encoder], texts: Sequence[str], on_done: Callable[[int], None] | None = None
    ) -> tuple[list[Encoding], int]:
        """Encodings of texts, embedding only those not kept; the encoder is loaded only if it is needed.

        Returns:
            The encodings in the order of the texts, and how many texts were embedded now.
        """
        keys = [_key(text) for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if on_done:
            on_done(sum(1 for key in keys if key not in new))
        if new:
            self._known.update(zip(new, encoder().encode(list(new.values()), on_done), strict=True))
        self._keep(keys)
        return [self._known[key] for key in keys], len(new)

    def save(self) -> None:
        """Write what is kept beside the old file, then take its place."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        kept = list(self._known.values())
        buffer = io.BytesIO()
        np.savez(
            buffer,
            keys=np.array(list(self._known)),
            vectors=np.stack([e.vector for e in kept]),
            pieces=np.concatenate([e.pieces for e in kept]),
            starts=np.concatenate([e.starts for e in kept]),
            states=np.concatenate([e.states for e in kept]),
            ends=np.cumsum([len(e.pieces) for e in kept]),
        )
        temporary = self._path.with_suffix(".new")
        try:
            write_durably(temporary, buffer.getvalue())
            temporary.replace(self._path)
        finally:
            temporary.unlink(missing_ok=True)

    def _keep(self, used: Sequence[str]) -> None:
        """Move what was used to the end, and drop the oldest beyond some generations."""
        for key in used:
            self._known[key] = self._known.pop(key)
        for key in list(self._known)[: max(0, len(self._known) - _GENERATIONS * len(used))]:
            del self._known[key]

    def _read(self) -> dict[str, Encoding]:
        """What was kept; nothing, if the file is missing or damaged: it is only a cache."""
        try:
            with np.load(self._path, allow_pickle=False) as kept:
                parts = [np.split(kept[name], kept["ends"][:-1]) for name in ("pieces", "starts", "states")]
                encodings = map(Encoding, kept["vectors"], *parts)
                return dict(zip(kept["keys"].tolist(), encodings, strict=True))
        except (OSError, ValueError, KeyError, EOFError):
            return {}


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
