"""What was measured on a set of others, and how it is printed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.beir import BeirQuestion, BeirSet
from eval.measures import Figure
from eval.outside import Rankings, Response
from eval.published import Published

ALL, FIRST_TURNS, ALL_TURNS = "all questions", "first turns", "all turns"


@dataclass(frozen=True, slots=True)
class Group:
    """The figures over some of a set's questions: by retriever, hybrid's lead over the others, and of answering."""

    retrieval: Mapping[str, Sequence[Figure]]
    differences: Sequence[Figure]
    answering: Sequence[Figure]


@dataclass(frozen=True, slots=True)
class Report:
    """A set as it was measured.

    Attributes:
        beir: The set.
        asked: The questions that were taken.
        groups: The figures over all of them, or over first turns and over all turns.
        rankings: What each retriever found.
        responses: What the assistant said; empty if it was not asked.
        published: What others published; empty where that cannot be compared.
        notes: What a reader of the figures must know.
        seconds: How long each step took.
    """

    beir: BeirSet
    asked: Sequence[BeirQuestion]
    groups: Mapping[str, Group]
    rankings: Rankings
    responses: Sequence[Response]
    published: Sequence[Published]
    notes: Sequence[str]
    seconds: Mapping[str, float]


def print_report(out: Console, report: Report) -> None:
    """Print a set's figures, those of retrieval beside each other and beside the published ones."""
    beir = report.beir
    answerable = sum(question.answerable for question in report.asked)
    out.print(
        f"[bold]{escape(beir.name)}[/]: {len(report.asked):,} questions ({len(report.asked) - answerable:,} without an "
        f"answer) on {len(beir.passages):,} passages of {len({p.doc_id for p in beir.passages}):,} documents",
        soft_wrap=True,
    )
    for name, group in report.groups.items():
        if group.retrieval:
            out.print(_retrieval_table(name, group))
        if group.answering:
            out.print(_list_table(f"answering, {name}", group.answering))
    if report.published:
        out.print(_published_table(report))
    for note in report.notes:
        out.print(escape(note), soft_wrap=True)
    out.print("; ".join(f"{step} {seconds:.0f} s" for step, seconds in report.seconds.items()))


def said(figure: Figure) -> str:
    """A figure with its interval, as it is printed."""
    if figure.value is None:
        return "none"
    between = "" if figure.low is None or figure.high is None else f" ({figure.low:.3f} to {figure.high:.3f})"
    return f"{figure.value:.3f}{between}"


def _retrieval_table(name: str, group: Group) -> Table:
    table = Table("measure", *group.retrieval, "n", title=f"retrieval, {name}", title_justify="left")
    for figures in zip(*group.retrieval.values(), strict=True):
        table.add_row(figures[0].name, *map(said, figures), str(figures[0].n))
    if group.differences:
        table.add_section()
    for figure in group.differences:
        table.add_row(figure.name, said(figure), *[""] * (len(group.retrieval) - 1), str(figure.n))
    return table


def _list_table(title: str, figures: Sequence[Figure]) -> Table:
    table = Table("measure", "value (95 %)", "n", "of", title=title, title_justify="left")
    for figure in figures:
        table.add_row(figure.name, said(figure), str(figure.n), figure.unit)
    return table


def _published_table(report: Report) -> Table:
    table = Table("measure", "published", "ours", "of", "source", title="beside published", title_justify="left")
    retrieval = report.groups[ALL].retrieval
    for figure in report.published:
        ours = next((said(f) for f in retrieval.get(figure.beside, ()) if f.name == figure.measure), "not measured")
        table.add_row(figure.measure, f"{figure.value:g}", f"{figure.beside} {ours}", figure.system, figure.source)
    return table
