"""The evaluation's runs as the page shows them: which there are, what one of them says, and how they follow each other.

Nothing is sampled here: figures are read as they were counted, and what changed is kept beside the run.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from desk.misses import Miss, misses_of
from eval.accepted import HISTORY, past_figures
from eval.charts import THIS, Row
from eval.compare import Change
from eval.display import interval, said
from eval.drawings import MOST_RUNS, RunPoint, earlier_runs, over_runs_rows, trend
from eval.evaluate import Folders
from eval.held import Held, hold
from eval.meanings import MEANINGS
from eval.measures import BY_NAME, KIND, Figure
from eval.questions import KINDS, SPLITS, EvalQuestion, QuestionsError, check_questions
from eval.report import HEAD, ran_at
from eval.results import Result, RunError, check_version
from eval.run import FIGURES, LANGUAGE_MODEL, ROWS, SETTINGS, Figures, load_figures, load_results
from ingest import Document

ACCEPTED = "accepted"  # the name that the accepted run goes by; a kept run's is that of its folder
MAIN = "answer accuracy"  # the figure that is shown over the runs
_TIME = "time"
_MANY = 256  # summaries kept in memory; a few kilobytes each
_FEW = 3  # runs whose every answer is kept in memory; some tens of megabytes each

Cell = str | tuple[str, str]
"""What stands in a cell of a table: a text, or a text with a smaller one under it."""


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run that was kept, or the accepted one, without its answers.

    Attributes:
        name: Its folder's, or ``ACCEPTED``.
        folder: Where it is.
        when: When it was run (of the accepted one, when it was accepted); None where nothing tells.
        index: The fingerprint of the index that answered.
        n: How many questions were asked.
        language_model: The one that wrote in it; empty if none did.
        threshold: The confidence below which it refused; None where nothing tells.
        figures: Its figures; None where it cannot be read.
        problem: Why it cannot be read; empty if it can.
    """

    name: str
    folder: Path
    when: datetime | None
    index: str = ""
    n: int = 0
    language_model: str = ""
    threshold: float | None = None
    figures: Figures | None = None
    problem: str = ""

    @property
    def label(self) -> str:
        """What it is called."""
        day = f"{self.when.day} {self.when:%B %Y, %H:%M} UTC" if self.when else ""
        if self.name == ACCEPTED:
            return f"The accepted run ({day})" if day else "The accepted run"
        second = self.name[16:].strip("-")  # two runs of one second are told apart by what follows the time
        return f"{day} ({second})" if day and second else day or self.name

    @property
    def facts(self) -> str:
        """What was measured, in a line."""
        parts = [
            f"{self.n} question{'' if self.n == 1 else 's'}",
            f"index {self.index[:12]}" if self.index else "",
            f"with the language model {self.language_model}" if self.language_model else "",
        ]
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Line:
    """A measure, or a kind of question, of one run."""

    name: str
    group: str
    meaning: str
    figures: Mapping[str, Figure]
    change: Change | None


class Runs:
    """The runs of one place. What was read of a folder is remembered until its files change.

    Args:
        folders: Where they are.
    """

    def __init__(self, folders: Folders) -> None:
        self.folders = folders
        self._summary = lru_cache(maxsize=_MANY)(_summary)
        self._results = lru_cache(maxsize=_FEW)(_results)
        self._past = lru_cache(maxsize=1)(self._read_past)
        self._questions: tuple[object, Sequence[EvalQuestion]] = (None, ())

    def kept(self) -> list[KeptRun]:
        """Every folder of a run, the latest first, those that cannot be read too; of those without a time, by name."""
        runs = [self._summary(path.name, path, _seen(path)) for path in self._folders()]
        return sorted(runs, key=lambda run: (run.when is not None, run.name), reverse=True)

    def accepted(self) -> KeptRun | None:
        """The accepted run; None if none was accepted."""
        folder = self.folders.accepted
        return self._summary(ACCEPTED, folder, _seen(folder)) if (folder / ROWS).is_file() else None

    def all(self) -> list[KeptRun]:
        """The kept runs, the latest first, and then the accepted one."""
        accepted = self.accepted()
        return [*self.kept(), *([accepted] if accepted else [])]

    def results(self, run: KeptRun) -> Sequence[Result]:
        """Every question of a run as answered.

        Raises:
            RunError: If they cannot be read.
        """
        return self._results(run.folder, _seen(run.folder))

    def held(self, run: KeptRun, against: KeptRun | None) -> Held:
        """What changed since another run, and the gate's verdict; counted the first time, which takes seconds.

        Raises:
            RunError, GateError: If a run, or the gate's rules, cannot be read.
        """
        return hold(run.folder, against.folder if against else None, self.folders.rules)

    def misses(self, run: KeptRun, held: Held | None, documents: Mapping[str, Document]) -> list[Miss]:
        """The questions of a run that were not answered rightly; of a run that keeps no questions, the file's.

        Raises:
            RunError: If they cannot be read.
        """
        results = self.results(run)
        asked = self._asked(documents) if any(not result.record for result in results) else ()
        return misses_of(results, held, asked)

    def _asked(self, documents: Mapping[str, Document]) -> Sequence[EvalQuestion]:
        """The rows of the questions file that are sound; none of a file that cannot be read."""
        path = self.folders.questions
        try:
            key = (path.stat().st_mtime_ns, *sorted((d.doc_id, d.sha256) for d in documents.values()))
            if key != self._questions[0]:
                self._questions = (key, check_questions(path, documents).questions)
        except (OSError, QuestionsError):
            return ()
        return self._questions[1]

    def over_time(self, this: KeptRun) -> list[RunPoint]:
        """The runs that follow each other, oldest first, the accepted among them; ``this`` is marked as such.

        Raises:
            RunError: If the history of the accepted runs cannot be read.
        """
        now = this.when.isoformat(timespec="seconds") if this.when and this.name != ACCEPTED else None
        seen = (_seen(self.folders.accepted), *(_seen(path) for path in self._folders()))
        return [replace(point, sort=THIS) if point.time == now else point for point in self._past(seen)][-MOST_RUNS:]

    def _read_past(self, _seen: object) -> Sequence[RunPoint]:
        past = earlier_runs(past_figures(self.folders.accepted, self.folders.runs))
        return [point for point in past if MAIN in point.figures]

    def _folders(self) -> list[Path]:
        try:
            return [path for path in self.folders.runs.iterdir() if path.is_dir() and not path.name.startswith(".")]
        except OSError:
            return []  # no run was kept yet


def others_than(run: KeptRun, runs: Sequence[KeptRun]) -> list[KeptRun | None]:
    """What a run may be held against, the usual first: the accepted run; else, and for that one, nothing."""
    others = sorted((other for other in runs if other.name != run.name), key=lambda other: other.name != ACCEPTED)
    usual: list[KeptRun | None] = [] if others and others[0].name == ACCEPTED else [None]
    return [*usual, *others]


def _seen(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """The times and sizes of the files that a run is read from."""
    found = []
    for name in (FIGURES, SETTINGS, ROWS, HISTORY):
        try:
            stat = (folder / name).stat()
        except OSError:
            continue
        found.append((name, stat.st_mtime_ns, stat.st_size))
    return tuple(found)


def _results(folder: Path, _seen: object) -> Sequence[Result]:
    return load_results(folder)


def _summary(name: str, folder: Path, _seen: object) -> KeptRun:
    when = _accepted_at(folder) if name == ACCEPTED else ran_at(folder)
    try:
        figures = load_figures(folder)
        check_version(folder / ROWS)
        settings = _settings(folder)
    except RunError as error:
        return KeptRun(name, folder, when, problem=str(error))
    threshold = settings.get("threshold")
    return KeptRun(
        name,
        folder,
        when,
        index=str(settings.get("index", "")),
        n=_asked(figures.overall),
        language_model=str(settings.get(LANGUAGE_MODEL, "")),
        threshold=threshold if isinstance(threshold, float) else None,
        figures=figures,
    )


def _settings(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / SETTINGS).read_text("utf-8"))
        if not isinstance(found, dict):
            raise ValueError("it is no object")
    except (OSError, ValueError) as error:
        raise RunError(f"the run in {folder} cannot be read: {SETTINGS}: {error}. Run: make eval") from error
    return found


def _accepted_at(folder: Path) -> datetime | None:
    """When the accepted run was accepted, by the last line of its history."""
    try:
        lines = (folder / HISTORY).read_text("utf-8").split("\n")
        return datetime.fromisoformat(json.loads([line for line in lines if line][-1])["time"])
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None  # what cannot be read of the history is said where it is shown


def _asked(figures: Iterable[Figure]) -> int:
    """How many questions there were: each was timed."""
    return next((figure.n for figure in figures if figure.name.startswith("latency")), 0)


def lines_of(run: KeptRun, held: Held | None) -> list[Line]:
    """Every measure of a run, over all questions and over each half, in the order of the report."""
    if run.figures is None:
        return []
    halves = {split: {f.name: f for f in found} for split, found in run.figures.by_split.items()}
    return [
        Line(
            figure.name,
            BY_NAME[figure.name].group if figure.name in BY_NAME else _TIME,
            MEANINGS.get(figure.name, ""),
            {
                "all": figure,
                **{split: halves[split][figure.name] for split in SPLITS if figure.name in halves.get(split, {})},
            },
            held.change(figure.name) if held else None,
        )
        for figure in run.figures.overall
    ]


def main_lines(lines: Sequence[Line]) -> list[Line]:
    """The measures to look at first."""
    by_name = {line.name: line for line in lines}
    return [by_name[name] for name in HEAD if name in by_name]


def groups_of(lines: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    """The measures by what part of the work they judge, in order."""
    names = dict.fromkeys(line.group for line in lines)
    return [(name, [line for line in lines if line.group == name]) for name in names]


def kinds_of(run: KeptRun, held: Held | None) -> list[Line]:
    """The share right of each kind of question, the worst first."""
    if run.figures is None:
        return []
    found = sorted(run.figures.kinds, key=lambda figure: (figure.value or 0.0, figure.name))
    return [
        Line(f.name, "", KINDS.get(f.name, ""), {"all": f}, held.change(KIND + f.name) if held else None) for f in found
    ]


def kind_said(name: str) -> str:
    """A kind of question as it is written for people."""
    return name.replace("_", " ")


def figure_cell(figure: Figure | None) -> Cell:
    """A figure, and under it its 95 % interval and what it is over."""
    if figure is None:
        return ""
    between = interval(figure)
    return said(figure), f"{between}, n {figure.n}" if between else f"n {figure.n}"


def change_cell(change: Change | None) -> Cell:
    """How a figure differs from the earlier run's, and whether that is more than chance, in words."""
    if change is None or change.delta is None:
        return ""
    if not change.delta:
        return "no change"
    if change.low is None or change.high is None:
        return f"{change.delta:+.3f}", "too few to tell"
    verdict = "worse" if change.lost else "better" if change.gained else "within chance"
    return f"{change.delta:+.3f} {verdict}", f"{change.low:+.3f} to {change.high:+.3f}, n {change.n}"


def kind_rows(lines: Sequence[Line]) -> list[Row]:
    """The kinds as the chart wants them (eval/charts.py)."""
    rows: list[Row] = []
    for line in lines:
        figure = line.figures["all"]
        share = figure.value or 0.0
        rows.append({
            "label": f"{kind_said(line.name)} ({figure.n})",
            "share": share,
            "low": share if figure.low is None else figure.low,
            "high": share if figure.high is None else figure.high,
            "before": line.change.before if line.change else None,
        })  # fmt: skip
    return rows


def kinds_sentence(lines: Sequence[Line]) -> str:
    """What the chart of the kinds shows, in words."""
    if not lines:
        return "No question was asked."
    worst, best = (f"{kind_said(line.name)} ({said(line.figures['all'])})" for line in (lines[0], lines[-1]))
    return f"Answered worst: {worst}. Answered best: {best}. The number beside each kind is how many were asked."


def over_time_rows(points: Sequence[RunPoint]) -> list[Row]:
    """The main figure over the runs, as the chart wants it; empty of fewer than two runs."""
    return [*over_runs_rows(points, MAIN)] if len(points) > 1 else []


def over_time_sentence(points: Sequence[RunPoint]) -> str:
    """What the chart over the runs shows, in words."""
    return f"{MAIN.capitalize()}, over {len(points)} runs. {trend(points, MAIN)}" if points else ""


def over_time_table(points: Sequence[RunPoint]) -> list[tuple[Cell, ...]]:
    """The main figures of each run, the latest first: what the chart shows and a little more."""
    return [
        (f"{point.label} ({point.sort})", *(figure_cell(point.figures.get(name)) for name in HEAD))
        for point in reversed(points)
    ]


def verdict_said(held: Held) -> tuple[str, list[str]]:
    """The gate's verdict in a sentence, and its reasons."""
    if held.shut:
        return "The gate stays shut: this may not be shipped.", [f"{failure.said}." for failure in held.shut]
    if not held.compared:
        return "The gate is open: no floor is broken. No run was accepted yet to compare with.", []
    return "The gate is open: no floor is broken, and nothing was lost beyond chance.", []


def comparison_said(held: Held) -> str:
    """How many questions changed, in a sentence."""
    counts = f"{len(held.lost)} lost, {len(held.gained)} won, {len(held.reworded)} answered in other words"
    others = [
        f"{len(held.only_after)} are new or were changed" if held.only_after else "",
        f"{len(held.only_before)} are no longer asked so" if held.only_before else "",
    ]
    more = ", and ".join(part for part in others if part)
    asked = f"{held.paired} question{'' if held.paired == 1 else 's'}"
    return f"Of {asked} that both runs asked: {counts}.{f' {more[0].upper()}{more[1:]}.' if more else ''}"


def changed_lines(held: Held) -> list[Change]:
    """The measures and kinds that moved, those beyond chance first, each in the order they are measured in."""
    moved = [change for change in held.changes if change.delta]
    return sorted(moved, key=lambda change: not (change.lost or change.gained))


def change_name(change: Change) -> str:
    """What a change is of, as it is written for people."""
    kind = change.name.removeprefix(KIND)
    return change.name if kind == change.name else f"share right, {kind_said(kind)}"
