"""A run as one page of HTML."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.compare import Comparison
from eval.gate import Failure
from eval.run import Run


def write_report(
    path: Path,
    run: Run,
    settings: Mapping[str, Any],
    comparison: Comparison | None,
    shut: Sequence[Failure],
    past: Sequence[Mapping[str, Any]],
) -> None:
    """Write the page."""
    path.write_text("", "utf-8")
