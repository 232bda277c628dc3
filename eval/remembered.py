"""An encoder that encodes each text once, and a reader that reads each passage once for a question.

All that is measured of one question wants the same ones.
"""

from collections.abc import Callable, Sequence

from answer import Readable, Reader
from index import Encoder, Encoding


class Remembered:
    """An Encoder around another that gives a text's encoding again where it has been asked for it before.

    Args:
        encoder: The encoder.
        texts: What to encode at once, in batches.
        on_done: Called with how many more of them are done.
    """

    def __init__(
        self, encoder: Encoder, texts: Sequence[str] = (), on_done: Callable[[int], None] | None = None
    ) -> None:
        self._encoder = encoder
        self._known: dict[str, Encoding] = {}
        self._learn(texts, on_done)

    @property
    def precision(self) -> str:
        """What the encoder computes in."""
        return self._encoder.precision

    def encode(self, texts: Sequence[str], on_done: Callable[[int], None] | None = None) -> list[Encoding]:
        """The encodings of some texts, as ``Encoder.encode`` says."""
        self._learn(texts, None)
        if on_done:
            on_done(len(texts))
        return [self._known[text] for text in texts]

    def forget(self) -> None:
        """Encode anew from here on: what is timed must not profit from what was asked before."""
        self._known.clear()

    def _learn(self, texts: Sequence[str], on_done: Callable[[int], None] | None) -> None:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._encoder.encode(new, on_done), strict=True))


class RememberedReader:
    """A Reader around another that gives a passage's scores again where it has read it for the same question before.

    Args:
        reader: The reader.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._known: dict[tuple[str, Readable], list[float]] = {}

    def read(self, question: str, passages: Sequence[Readable]) -> list[list[float]]:
        """The scores of some passages, as ``Reader.read`` says."""
        new = [passage for passage in dict.fromkeys(passages) if (question, passage) not in self._known]
        for passage, scores in zip(new, self._reader.read(question, new), strict=True):
            self._known[question, passage] = scores
        return [self._known[question, passage] for passage in passages]

    def forget(self) -> None:
        """Read anew from here on: what is timed must not profit from what was asked before."""
        self._known.clear()
