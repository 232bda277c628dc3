"""A run as it is printed in the terminal."""

from collections import Counter
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.compare import Change, Comparison
from eval.coverage import Coverage
from eval.gate import Failure
from eval.measures import KIND, MEASURES, Figure
from eval.results import Result
from eval.run import Run


def said(figure: Figure) -> str:
    """A figure as it is printed: a share with three decimals, a time in whole milliseconds."""
    if figure.value is None:
        return "none"
    return f"{figure.value:.0f} ms" if figure.unit == "ms" else f"{figure.value:.3f}"


def interval(figure: Figure) -> str:
    """A figure's 95 % interval, or nothing where there is none."""
    return "" if figure.low is None or figure.high is None else f"{figure.low:.3f} to {figure.high:.3f}"


def change_said(change: Change | None) -> str:
    """A change as it is printed: by how much, with an arrow only where it is more than chance."""
    if change is None or change.delta is None:
        return ""
    if not change.delta:
        return "="
    mark = " worse" if change.lost else " better" if change.gained else ""
    return f"{change.delta:+.3f}{mark}"


def print_figures(out: Console, run: Run, comparison: Comparison | None, *, beside: bool = False) -> None:
    """Print every measure with its n, over all questions and over the test half, and the kinds of question.

    Args:
        out: Where.
        run: The run.
        comparison: With another, or None.
        beside: Whether to print that other's figures in a column of their own.
    """
    other = ["without"] if beside and comparison else []
    test = {figure.name: figure for figure in run.by_split["test"]}
    changes = {c.name: c for c in comparison.changes} if comparison else {}
    groups = {measure.name: measure.group for measure in MEASURES}
    table = Table("measure", *other, "all", "95 %", "n", "test", "n", "change")
    last = None
    for figure in run.overall:
        group = groups.get(figure.name, "time")
        if last not in (None, group):
            table.add_section()
        last = group
        half = test[figure.name]
        before = [_value_before(changes.get(figure.name)) for _ in other]
        change = change_said(changes.get(figure.name))
        table.add_row(
            figure.name, *before, said(figure), interval(figure), str(figure.n), said(half), str(half.n), change
        )
    out.print(table)
    kinds = Table("right, by kind", *other, "share", "95 %", "n", "change")
    for figure in run.kinds:
        before = [_value_before(changes.get(KIND + figure.name)) for _ in other]
        change = change_said(changes.get(KIND + figure.name))
        kinds.add_row(figure.name, *before, said(figure), interval(figure), str(figure.n), change)
    out.print(kinds)


def _value_before(change: Change | None) -> str:
    return "" if change is None or change.before is None else f"{change.before:.3f}"


def print_writing(out: Console, language_model: str, results: Sequence[Result]) -> None:
    """Print how much of a run a language model wrote, and what was dropped of it, by reason."""
    asked = [w for result in results if (w := result.record["answer"].get("writer"))]
    used = sum(writer["note"] is None for writer in asked)
    dropped = Counter[str]()
    for writer in asked:
        dropped.update(writer["dropped"])
    reasons = ", ".join(f"{reason} {n}" for reason, n in dropped.most_common())
    out.print(
        f"[bold]With the language model {escape(language_model)}:[/] it was asked for {len(asked)} answers and wrote "
        f"{used}; the others stand in the documents' own words. {dropped.total()} of its sentences were dropped"
        f"{f' ({reasons})' if reasons else ''}.",
        soft_wrap=True,
    )


def print_comparison(out: Console, comparison: Comparison) -> None:
    """Print which questions changed, those lost and gained with both answers."""
    out.print(
        f"Against the run before, over {comparison.paired} questions both asked: {len(comparison.lost)} lost, "
        f"{len(comparison.gained)} gained, {len(comparison.reworded)} answered in other words; "
        f"{len(comparison.only_after)} new, {len(comparison.only_before)} no longer asked."
    )
    for word, style, pairs in (("lost", "red", comparison.lost), ("gained", "green", comparison.gained)):
        for before, after in pairs:
            out.print(f"[{style}]{word}[/] [bold]{escape(after.id)}[/]")
            out.print(f"   before: {escape(before.text)}", soft_wrap=True)
            out.print(f"   now: {escape(after.text)}", soft_wrap=True)


def print_misses(out: Console, results: Sequence[Result]) -> None:
    """Print each question that was not answered rightly, with its cause."""
    for result in results:
        if result.right:
            continue
        question = result.record["question"]
        out.print(f"[bold]{escape(result.id)}[/] ({result.cause}) {escape(question['question'])}", soft_wrap=True)
        out.print(f"   said: {escape(result.text)}", soft_wrap=True)
        out.print(f"   wanted: {escape(question['reference'])}", soft_wrap=True)


def print_failures(out: Console, shut: Sequence[Failure], *, compared: bool) -> None:
    """Print the gate's verdict and, where it stays shut, each reason."""
    if not shut:
        with_what = (
            "no floor broken, nothing lost" if compared else "no floor broken; no run was accepted to compare with"
        )
        out.print(f"[green]The gate is open:[/] {with_what}.")
        return
    out.print("[red]The gate stays shut:[/]")
    for failure in shut:
        out.print(f"  - {escape(failure.said)}", soft_wrap=True)


def print_coverage(out: Console, found: Coverage) -> None:
    """Print how many questions of each kind there are, and the sections that none touches."""
    table = Table("kind", "dev", "test")
    for kind, splits in found.kinds.items():
        table.add_row(kind, *(str(_of(splits, split)) for split in ("dev", "test")))
    out.print(table)
    out.print(f"{found.answerable} answerable, {found.not_answerable} not.")
    for doc_id, sections in found.untouched.items():
        out.print(f"{escape(doc_id)}: {found.sections[doc_id] - len(sections)} of {found.sections[doc_id]} sections.")
        for section in sections:
            out.print(f"   untouched: {escape(' > '.join(section.headings) or 'before the first heading')}")


def _of(splits: Mapping[str, int], split: str) -> int:
    return splits.get(split, 0)
