"""Linear maps that multiply bytes and not single-precision numbers: a third of the time.

What goes into a map is rounded by one step for all its columns, so that one far-reaching column makes the step too
coarse for the others: the reach is first moved from the columns into the rows of the weights that they meet.

References:
    Xiao and others, "SmoothQuant", ICML 2023, equation 4.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
TOP = 127  # of a byte
_SMALLEST = 1e-5


def as_bytes(matrix: Floats, axis: int) -> tuple[NDArray[np.int8], Floats]:
    """A matrix as bytes and a scale for each row or column.

    Args:
        matrix: (n, m).
        axis: The axis along which numbers share a scale.

    Returns:
        (n, m) int8 from -127 to 127, and scales of the matrix' shape with 1 along ``axis``; their product is
        within half a scale of the matrix.
    """
    scale = np.abs(matrix).max(axis=axis, keepdims=True) / TOP
    scale = np.where(scale > 0, scale, 1).astype(np.float32)
    return np.rint(matrix / scale).astype(np.int8), scale


@dataclass(frozen=True, slots=True)
class Evened:
    """Weights as bytes, with the reach of what goes into them moved into them.

    Attributes:
        less: (n_in,), float32: what each column of what goes in is to be multiplied by.
        kept: (n_in, n_out), int8.
        scale: (n_out,), float32: ``kept`` times this, over ``less``, is within half a step of the weights.
    """

    less: Floats
    kept: NDArray[np.int8]
    scale: Floats


def evened(weights: Floats, reach: Floats, strength: float) -> Evened:
    """Weights as bytes.

    Args:
        weights: (n_in, n_out).
        reach: (n_in,): how far each column of what goes in comes from 0.
        strength: How much of the reach is moved into the weights: 0 none, 1 all.
    """
    far, heavy = np.maximum(reach, _SMALLEST), np.maximum(np.abs(weights).max(axis=1), _SMALLEST)
    moved = far**strength / heavy ** (1 - strength)
    moved = (moved / np.exp(np.log(moved).mean())).astype(np.float32)
    kept, scale = as_bytes(weights * moved[:, None], axis=0)
    return Evened((1 / moved).astype(np.float32), kept, scale[0])


def adds_widely(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether the processor is known to add products of bytes without cutting large sums off, as older ones do."""
    try:
        return not {"avx512_vnni", "avx_vnni"}.isdisjoint(cpuinfo.read_text("utf-8").split())
    except OSError:
        return False
