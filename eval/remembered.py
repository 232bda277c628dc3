"""An encoder that encodes each text once: every retriever that is measured wants the same ones."""

from collections.abc import Callable, Sequence

import numpy as np

from index import Encoder, Vectors


class Remembered:
    """An Encoder around another that gives a text's vector again where it has been asked for it before.

    Args:
        encoder: The encoder.
        texts: What to encode at once, in batches.
        on_done: Called with how many more of them are done.
    """

    def __init__(
        self, encoder: Encoder, texts: Sequence[str] = (), on_done: Callable[[int], None] | None = None
    ) -> None:
        self._encoder = encoder
        self._vectors: dict[str, Vectors] = {}
        self._learn(texts, on_done)

    def encode(self, texts: Sequence[str], on_done: Callable[[int], None] | None = None) -> Vectors:
        """The vectors of some texts, as ``Encoder.encode`` says."""
        self._learn(texts, None)
        if on_done:
            on_done(len(texts))
        return np.stack([self._vectors[text] for text in texts])

    def forget(self) -> None:
        """Encode anew from here on: what is timed must not profit from what was asked before."""
        self._vectors.clear()

    def _learn(self, texts: Sequence[str], on_done: Callable[[int], None] | None) -> None:
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if new:
            self._vectors.update(zip(new, self._encoder.encode(new, on_done), strict=True))
