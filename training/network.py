"""The reader as a network in torch, for training; answer/reader.py runs it from a graph."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import torch
from torch import Tensor, nn

from answer.reader import Window

HIDDEN = 192  # of the head
# Where the weights of nearness and likeness start, and the logit of nothing: over 240 passages to train on nearness has
# a mean of 0.57 and likeness of 0.65, both with a deviation of 0.12; so a unit has to stand out to be above nothing.
START = (20.0, 3.0, 15.5)


class Network(nn.Module):
    """An encoder with a head that scores units and nothing.

    A unit's score has three parts: a small network over its states; its nearness, the mean over the question's pieces
    of how like the likest of the unit's pieces is; and its likeness, that of the means of both. The encoder was trained
    to make states that are near in meaning alike, so that the last two tell something before any training of the head.

    Args:
        encoder: A BERT without its pooling layer.
        dim: How many numbers a state has.
    """

    def __init__(self, encoder: nn.Module, dim: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.salience = nn.Linear(dim, 1)
        self.weight = nn.Linear(dim, 1)
        self.unit = nn.Sequential(nn.Linear(3 * dim, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, 1))
        self.nothing = nn.Sequential(nn.Linear(dim, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, 1))
        self.scale = nn.Parameter(torch.tensor(START))
        for means in (self.salience, self.weight):
            nn.init.zeros_(means.weight)
            nn.init.zeros_(means.bias)

    @classmethod
    def from_folder(cls, folder: Path) -> Self:
        """The encoder of a folder, with an untrained head."""
        from transformers import AutoModel  # imported here: it takes seconds

        encoder: Any = AutoModel.from_pretrained(
            folder,
            add_pooling_layer=False,
            local_files_only=True,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        return cls(encoder, encoder.config.hidden_size)

    def forward(self, windows: Sequence[Window]) -> list[tuple[Tensor, Tensor]]:
        """Read windows.

        Returns:
            For each its units' logits, (n_units,), and the logit of nothing, (1,).
        """
        longest = max(len(window.pieces) for window in windows)
        pieces, segments, mask = (torch.zeros(len(windows), longest, dtype=torch.long) for _ in range(3))
        for row, window in enumerate(windows):
            length = len(window.pieces)
            pieces[row, :length] = torch.tensor(window.pieces)
            segments[row, :length] = torch.tensor(window.segments)
            mask[row, :length] = 1
        states = self.encoder(input_ids=pieces, token_type_ids=segments, attention_mask=mask).last_hidden_state
        return [self._judge(of_one, window) for of_one, window in zip(states, windows, strict=True)]

    def _judge(self, states: Tensor, window: Window) -> tuple[Tensor, Tensor]:
        first, asked = states[0], states[1 : window.segments.index(1) - 1]
        salience = self.salience(states)[:, 0]
        weight = self.weight(asked)[:, 0].softmax(0)
        direction = nn.functional.normalize(states, dim=1)
        meant, cosines = nn.functional.normalize(asked.mean(0), dim=0), direction[1 : 1 + len(asked)] @ direction.T
        units, near, like = [], [], []
        for _, start, end in window.units:
            own = states[start:end]
            mean = own.mean(0)
            units.append(torch.cat([mean, salience[start:end].softmax(0) @ own, first]))
            near.append(weight @ cosines[:, start:end].amax(1))
            like.append(nn.functional.normalize(mean, dim=0) @ meant)
        logits = self.unit(torch.stack(units))[:, 0]
        logits = logits + self.scale[0] * torch.stack(near) + self.scale[1] * torch.stack(like)
        return logits, self.nothing(first) + self.scale[2]
