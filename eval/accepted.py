"""The accepted run: the base line that later runs are held against. It is committed.

eval/accepted/  settings.json, figures.json   as in a run's folder
                rows.jsonl                    as there, without the questions' and answers' records
                history.jsonl                 a line for each acceptance: when, and every figure over all questions
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval.results import Result, RunError, read_results, to_jsonl
from eval.run import FIGURES, LANGUAGE_MODEL, ROWS, SETTINGS, Run, summary, write_json

HISTORY = "history.jsonl"


def accept(run: Run, settings: Mapping[str, Any], folder: Path) -> None:
    """Make a run the base line; what was accepted before stays as a line of the history.

    Raises:
        RunError: If a language model wrote in it: the base line is what everyone can run again.
    """
    if LANGUAGE_MODEL in settings:
        raise RunError("a run with a language model cannot be made the base line. Run: python -m eval --accept")
    folder.mkdir(parents=True, exist_ok=True)
    found = summary(run)
    write_json(folder / SETTINGS, settings)
    write_json(folder / FIGURES, found)
    (folder / ROWS).write_text(to_jsonl(run.results, slim=True), "utf-8")
    line = {"time": datetime.now(UTC).isoformat(timespec="seconds"), "overall": found["overall"]}
    with (folder / HISTORY).open("a", encoding="utf-8") as history:
        history.write(json.dumps(line) + "\n")


def accepted_results(folder: Path) -> list[Result] | None:
    """The results of the accepted run; None if none was accepted yet.

    Raises:
        RunError: If they cannot be read.
    """
    return read_results(folder / ROWS) if (folder / ROWS).is_file() else None


def past_figures(accepted: Path, runs: Path) -> list[dict[str, Any]]:
    """The figures of the runs before, oldest first: those accepted, and those kept in the folder of runs.

    Returns:
        Objects with ``time``, ``accepted`` and ``overall`` (figures as in figures.json).

    Raises:
        RunError: If the history cannot be read. A kept run without figures or settings is passed over: it was broken
            off. So is one with a language model.
    """
    return sorted([*_history(accepted / HISTORY), *_kept(runs)], key=lambda past: past["time"])


def _history(path: Path) -> Sequence[dict[str, Any]]:
    if not path.is_file():
        return []
    try:
        lines = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
        return [{"time": line["time"], "accepted": True, "overall": line["overall"]} for line in lines]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{path} cannot be read: {error}. Take it from the project again, or remove it") from error


def _kept(runs: Path) -> Sequence[dict[str, Any]]:
    found = []
    for path in sorted(runs.glob(f"[!.]*/{FIGURES}")):
        try:
            time = datetime.strptime(path.parent.name[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            overall = json.loads(path.read_text("utf-8"))["overall"]
            if LANGUAGE_MODEL in json.loads((path.parent / SETTINGS).read_text("utf-8")):
                continue  # a column of its own: not one of the runs that follow each other
        except (OSError, ValueError, KeyError):
            continue
        found.append({"time": time.isoformat(timespec="seconds"), "accepted": False, "overall": overall})
    return found
