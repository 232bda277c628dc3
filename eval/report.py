"""A run as one page of HTML that opens from disk: figures, charts, every question with what was said and found.

The page is made from eval/report.html.j2, report.css and report.js. Everything that comes from documents or questions
is escaped by the template; the page may load nothing, and run no script but its own.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.accepted import accepted_results, past_figures
from eval.cases import anchors, cases, differences
from eval.charts import ACCEPTED
from eval.compare import Change, Comparison, compare
from eval.display import interval, said
from eval.drawings import (
    Drawing,
    day_said,
    kinds_of_question,
    latencies,
    measures_over_runs,
    reliability_diagram,
    risk_over_coverage,
    runs_of,
)
from eval.gate import Failure, failures, read_rules
from eval.judging import CAUSES
from eval.meanings import MEANINGS
from eval.measures import KIND, MEASURES, Figure
from eval.questions import KINDS, SPLITS
from eval.results import Result
from eval.retrieval import ALONE, METRICS
from eval.run import LANGUAGE_MODEL, REPORT, Run, load_run

if TYPE_CHECKING:
    import jinja2

HEAD = (
    "answer accuracy", "fact recall", "Success@5", "R@10",
    "citation precision", "citation recall", "abstention F1", "latency p95",
)  # fmt: skip
_HERE = Path(__file__).parent
_TIME = "time"  # the group of what is no measure
_SETTINGS = {
    "index": "index fingerprint",
    "questions_sha256": "questions, sha256",
    "model_sha256": "model, sha256",
    "threshold": "confidence below which it refuses",
    "weights": "weights of the fusion",
}


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure as the page shows it: over all questions and over each half, what changed, and its chart."""

    name: str
    anchor: str
    group: str
    better: str
    per: str
    meaning: str
    all: Figure
    halves: Mapping[str, Figure]
    change: Change | None
    drawing: Drawing


@dataclass(frozen=True, slots=True)
class KindRow:
    """A kind of question: the share right, what changed, and how often each cause is why it is wrong."""

    name: str
    meaning: str
    figure: Figure
    change: Change | None
    causes: Mapping[str, int]


def write_report(
    path: Path,
    run: Run,
    settings: Mapping[str, Any],
    comparison: Comparison | None,
    shut: Sequence[Failure],
    past: Sequence[Mapping[str, Any]],
) -> None:
    """Write the page. The same run in a folder of the same name gives the same page.

    Args:
        path: The file. If its folder is named for a time, as a run's is, the page says when the run was.
        run: What is reported.
        settings: What was measured, as in settings.json.
        comparison: With the accepted run, or None if there is none.
        shut: Why the gate stays shut; empty if it is open.
        past: The runs before, as ``past_figures`` gives them.
    """
    path.write_text(page(run, settings, comparison, shut, past, ran_at(path.parent)), "utf-8")


def report_of_folder(folder: Path, accepted: Path, runs: Path, rules: Path) -> Path:
    """Write the report of a run that was kept, as the page, the accepted run and the gate's rules are now.

    Args:
        folder: The run's.
        accepted: Where the accepted run is kept.
        runs: Where runs are kept; those from before this one are shown beside it.
        rules: The gate's rules.

    Returns:
        The page's file.

    Raises:
        RunError: If a run cannot be read.
        GateError: If the rules cannot be.
    """
    run, settings = load_run(folder)
    before = accepted_results(accepted)
    comparison = compare(before, run.results) if before is not None else None
    shut = failures(read_rules(rules), run.overall, run.results, comparison)
    when = ran_at(folder)
    past = past_figures(accepted, runs)
    earlier = [p for p in past if when is None or datetime.fromisoformat(p["time"]) < when]
    path = folder / REPORT
    write_report(path, run, settings, comparison, shut, earlier)
    return path


def page(
    run: Run,
    settings: Mapping[str, Any],
    comparison: Comparison | None,
    shut: Sequence[Failure],
    past: Sequence[Mapping[str, Any]],
    when: datetime | None,
) -> str:
    """The page; ``when`` the run was, if that is known, else as ``write_report``."""
    runs = runs_of(past, run, day_said(when) if when else "this run")
    measures = _measures(run, comparison, measures_over_runs(runs))
    found = cases(run, comparison)
    script = (_HERE / "report.js").read_text("utf-8")
    return _template().render(
        style=(_HERE / "report.css").read_text("utf-8"),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        when=f"{when.day} {when:%B %Y, %H:%M} UTC" if when else "",
        run=run,
        runs=runs,
        any_accepted=any(r.sort == ACCEPTED for r in runs),
        shut=shut,
        comparison=comparison,
        pairs=_pairs(comparison),
        measures=measures,
        head=[row for name in HEAD for row in measures if row.name == name],
        groups=list(dict.fromkeys(row.group for row in measures)),
        retrievers=_retrievers(run),
        retrieval_metrics=list(METRICS),
        kinds=_kinds(run, comparison),
        kinds_drawing=kinds_of_question(run, comparison),
        risk=risk_over_coverage(run, settings.get("threshold")),
        reliability=reliability_diagram(run),
        latency=latencies(run),
        slowest=sorted(run.results, key=lambda r: -r.latency_ms)[:5],
        cases=found,
        anchors=anchors(r.id for r in run.results),
        filters=_filters(run.results, [case.change for case in found]),
        causes=CAUSES,
        splits=SPLITS,
        settings=_settings(settings),
        language_model=settings.get(LANGUAGE_MODEL),
    )


def _template() -> "jinja2.Template":
    """The page's template, which escapes all that it is given."""
    import jinja2  # an evaluation alone needs it: what chats must not load it

    environment = jinja2.Environment(
        autoescape=True,
        loader=jinja2.FileSystemLoader(_HERE),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(said=said, interval=interval)
    return environment.get_template("report.html.j2")


def ran_at(folder: Path) -> datetime | None:
    """When the run in a folder was, if the folder is named for it."""
    try:
        return datetime.strptime(folder.name[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _measures(run: Run, comparison: Comparison | None, drawn: Mapping[str, Drawing]) -> list[MeasureRow]:
    known = {measure.name: measure for measure in MEASURES}
    halves = {split: {f.name: f for f in found} for split, found in run.by_split.items()}
    rows = []
    for place, figure in enumerate(run.overall):
        measure = known.get(figure.name)
        rows.append(
            MeasureRow(
                name=figure.name,
                anchor=f"page-measure-{place + 1}",
                group=measure.group if measure else _TIME,
                better=measure.better if measure else "lower",
                per=measure.per if measure else "questions",
                meaning=MEANINGS.get(figure.name, ""),
                all=figure,
                halves={split: found[figure.name] for split, found in halves.items() if figure.name in found},
                change=comparison.change(figure.name) if comparison else None,
                drawing=drawn[figure.name],
            )
        )
    return rows


def _retrievers(run: Run) -> list[tuple[str, list[Figure]]]:
    """For each retriever, its figure of every retrieval metric; the hybrid is what was served."""
    figures = {figure.name: figure for figure in run.overall}
    return [
        (name, [figures[f"{prefix}{metric}"] for metric in METRICS])
        for name, prefix in (("hybrid, as served", ""), *((f"{arm} alone", f"{arm} ") for arm in ALONE))
        if all(f"{prefix}{metric}" in figures for metric in METRICS)
    ]


def _kinds(run: Run, comparison: Comparison | None) -> list[KindRow]:
    counted = Counter((result.kind, result.cause) for result in run.results)
    return [
        KindRow(
            figure.name,
            KINDS.get(figure.name, ""),
            figure,
            comparison.change(KIND + figure.name) if comparison else None,
            {cause: counted[figure.name, cause] for cause in CAUSES},
        )
        for figure in run.kinds
    ]


def _pairs(comparison: Comparison | None) -> list[tuple[str, str, list[tuple[Result, Result, Any]]]]:
    """The questions lost, gained and answered in other words, each with both answers, what differs marked."""
    if comparison is None:
        return []
    groups = (
        ("lost", "right before, wrong now", comparison.lost),
        ("gained", "wrong before, right now", comparison.gained),
        ("reworded", "as right or wrong as before, in other words", comparison.reworded),
    )
    return [(name, said_, [(a, b, differences(a.text, b.text)) for a, b in pairs]) for name, said_, pairs in groups]


def _filters(results: Sequence[Result], changes: Sequence[str]) -> list[tuple[str, str, list[tuple[str, str, int]]]]:
    """For each filter: its name, its label, and its options, each a value, a label and how many questions it leaves."""
    verdicts = Counter("right" if r.right else "wrong" for r in results)
    filters = [
        ("verdict", "Right or wrong", [(v, v, verdicts[v]) for v in ("wrong", "right") if verdicts[v]]),
        ("cause", "Cause", _options([r.cause for r in results if r.cause], CAUSES)),
        ("kind", "Kind", _options([r.kind for r in results], sorted({r.kind for r in results}))),
        ("split", "Split", _options([r.split for r in results], SPLITS)),
    ]
    if any(changes):
        order = ("lost", "gained", "reworded", "same", "new")
        filters.append(("change", "Since accepted", _options(changes, order)))
    return filters


def _options(values: Sequence[str], order: Sequence[str] | Mapping[str, str]) -> list[tuple[str, str, int]]:
    counted = Counter(values)
    return [(value, value.replace("_", " "), counted[value]) for value in order if counted[value]]


def _settings(settings: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Settings in groups for the page: those that are groups themselves, after the plain ones."""
    plain = [(_label(k), str(v)) for k, v in settings.items() if not isinstance(v, Mapping)]
    grouped = [
        (_label(k), [(str(name), str(value)) for name, value in v.items()])
        for k, v in settings.items()
        if isinstance(v, Mapping)
    ]
    return [("what was measured", plain), *grouped]


def _label(name: str) -> str:
    return _SETTINGS.get(name, name.replace("_", " "))
