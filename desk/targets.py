"""The register as the page "Targets" shows it: rows in plain words, which of them are chosen, and in what order.

A figure is shown as the document prints it. What is worked out beside it (whether a target was met, the days that a
date means, the year) is told in words, with what it was taken from.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from desk.due_dates import Stretch, read_due
from desk.figures import Figure, as_figure, printed_unit
from index import Shelved
from ingest import Document, TargetRow, quote_at, spoken_date, standing_word
from ingest.amounts import find_amounts
from ingest.target_rows import Direction

KINDS: Mapping[str, str] = {
    "milestone": "Milestone",
    "kpi": "Indicator",
    "target": "Target",
    "result": "Result",
    "budget": "Budget",
    "commitment": "Commitment",
}
# What a reader counted in this project's documents, how many of these the register found, and how many it found wrongly
# (tests/data/README.md; a test holds these to what is measured).
COUNTED: Mapping[str, tuple[int, int, int]] = {
    "milestone": (90, 90, 0),
    "kpi": (22, 22, 0),
    "target": (37, 34, 1),
    "result": (104, 81, 2),
    "budget": (65, 62, 0),
    "commitment": (34, 31, 3),
}
PATH_MARK = " › "
_YEARS = re.compile(r"\b((?:19|20)\d\d)(?:\s?[-–/]\s?((?:19|20)\d\d|\d\d))?(?!\d)")
_LONGEST_PLAN = 30  # years, as in due_dates.py

Key = tuple[bool, float, float, str]  # whether it is a figure without a number, two numbers, a text
YearSource = Literal["due", "period", "published", ""]
Outcome = Literal["met", "missed", "above", "below", ""]
Sort = Literal[
    "place", "kind", "measure", "target", "actual", "outcome", "baseline", "change", "budget", "due", "year", "owner",
    "document", "published", "standing",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Years:
    """The years that a row is about.

    Attributes:
        shown: As printed: "2018-19"; empty where there is none.
        each: The calendar years in it, in order.
        source: Where they were found: the due date, the period, or the document's own date.
    """

    shown: str
    each: tuple[int, ...]
    source: YearSource


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A row of the register with all that is shown of it.

    Attributes:
        source: The row as it was found.
        document: The document that it stands in.
        page: The physical page, or None.
        quote: The document's words at its spans.
        target: The figure to be reached, of a milestone, an indicator or a target.
        actual: The figure reached.
        baseline: The figure before.
        change: By how much a result changed.
        budget: The sum of a budget.
        outcome: "met" or "missed" where that is known; "above" or "below" the target where it is not known which is
            meant; empty where the two cannot be compared.
        due: The days that the due date may mean, or None.
        years: The years it is about.
        searched: What a search looks through, folded.
    """

    source: TargetRow
    document: Document
    page: int | None
    quote: str
    target: Figure | None
    actual: Figure | None
    baseline: Figure | None
    change: Figure | None
    budget: Figure | None
    outcome: Outcome
    due: Stretch | None
    years: Years
    searched: str

    @property
    def kind(self) -> str:
        """The kind in plain words."""
        return KINDS[self.source.kind]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which rows are wanted: those that fit every filter that is set, and of each any one of its values.

    Attributes:
        words: Words that must all stand in measure, owner or quote; case and accents do not matter.
        kinds: As in ``TargetRow.kind``.
        documents: Ids.
        publishers: As the catalogue has them.
        years: Calendar years; "2018-19" is of both.
        owners: As the rows have them; spelling that differs in case, accents or apostrophes is one owner.
        both: Only rows with a target and an actual figure.
    """

    words: str = ""
    kinds: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    owners: tuple[str, ...] = ()
    both: bool = False


def register_rows(library: Mapping[str, Shelved], documents: Mapping[str, Document]) -> tuple[RegisterRow, ...]:
    """Every row of the register, of the newest document first, then as they stand in it."""
    newest = sorted(sorted(documents.values(), key=lambda d: d.title), key=lambda d: d.published or "", reverse=True)
    return tuple(
        _register_row(row, document)
        for document in newest
        if document.doc_id in library
        for row in library[document.doc_id].register
    )


def folded(text: str) -> str:
    """A text as searches compare it: without case, accents, and kinds of apostrophes and dashes."""
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text.replace("’", "'").replace("‘", "'"))
        text = re.sub("[‐‑‒–—−]", "-", "".join(c for c in apart if not unicodedata.combining(c)))
    return " ".join(text.casefold().split())


def choose(rows: Sequence[RegisterRow], filters: Filters) -> list[RegisterRow]:
    """The rows that fit, in their order; filters that nothing fits give nothing."""
    words = folded(filters.words).split()
    owners = {folded(owner) for owner in filters.owners}
    return [
        row
        for row in rows
        if all(word in row.searched for word in words)
        and (not filters.kinds or row.source.kind in filters.kinds)
        and (not filters.documents or row.document.doc_id in filters.documents)
        and (not filters.publishers or row.document.publisher in filters.publishers)
        and (not filters.years or set(filters.years) & set(row.years.each))
        and (not owners or folded(row.source.owner or "") in owners)
        and (not filters.both or (row.target is not None and row.actual is not None))
    ]


def said_filters(filters: Filters, documents: Mapping[str, Document]) -> list[str]:
    """The filters that are set, each in words; an empty list where none is."""
    names = names_of(documents)
    titles = [names.get(doc_id, doc_id) for doc_id in filters.documents]
    said = {
        "words": " ".join(filters.words.split()),
        "kind": ", ".join(KINDS[kind] for kind in filters.kinds),
        "document": ", ".join(titles),
        "publisher": ", ".join(filters.publishers),
        "year": ", ".join(map(str, filters.years)),
        "owner": ", ".join(filters.owners),
        "only rows": "with a target and an actual figure" if filters.both else "",
    }
    return [f"{name}: {value}" for name, value in said.items() if value]


def said_trust() -> str:
    """How far the rows may be trusted, from what was counted by hand."""
    lists, prose = ("milestone", "kpi"), ("target", "result", "budget", "commitment")
    there, found, _ = (sum(COUNTED[kind][n] for kind in lists) for n in range(3))
    there_prose, found_prose, wrong = (sum(COUNTED[kind][n] for kind in prose) for n in range(3))
    return (
        "These rows are found by program, not by a person. In five police strategy documents counted by hand it found "
        f"{'all' if found == there else f'{found} of'} {there} milestones and indicators, and {found_prose} of "
        f"{there_prose} targets, results, budgets and commitments; {wrong} of the rows it gave were wrong. Its rules "
        "were written with that count in view, so other documents may fare worse. What a row leaves out the document "
        "may still say: read the quote before you rely on it."
    )


def names_of(documents: Mapping[str, Document]) -> dict[str, str]:
    """Each document's title, with its id where another has the same title."""
    times = Counter(document.title for document in documents.values())
    return {i: d.title if times[d.title] == 1 else f"{d.title} ({i})" for i, d in documents.items()}


def many_rows(n: int) -> str:
    """How many rows, in words: "1 row", "7 rows"."""
    return f"{n} row{'' if n == 1 else 's'}"


def owners_in(rows: Sequence[RegisterRow]) -> list[str]:
    """The owners named, each in its first spelling, by the alphabet."""
    named: dict[str, str] = {}
    for row in rows:
        if row.source.owner:
            named.setdefault(folded(row.source.owner), row.source.owner)
    return [named[key] for key in sorted(named)]


def years_in(rows: Sequence[RegisterRow]) -> list[int]:
    """The calendar years that rows are about, the latest first."""
    return sorted({year for row in rows for year in row.years.each}, reverse=True)


def in_order(rows: Sequence[RegisterRow], by: Sort, today: date, *, falling: bool = False) -> list[RegisterRow]:
    """Rows sorted by a column; rows alike in it keep their order.

    Returns:
        The numbers (or dates, or words) first, rising or falling; then, either way, figures that are no number; then
        rows with nothing in the column.
    """
    if by == "place":
        return list(reversed(rows)) if falling else list(rows)
    keyed = [(_KEYS[by](row, today), row) for row in rows]
    with_key = sorted(((key, row) for key, row in keyed if key is not None), key=lambda item: item[0], reverse=falling)
    numbers_first = sorted(with_key, key=lambda item: item[0][0])
    return [row for _, row in numbers_first] + [row for key, row in keyed if key is None]


def comparable(target: Figure | None, actual: Figure | None) -> tuple[float, float] | None:
    """A target and an actual figure as numbers of one dimension, or None where they are not."""
    if target is None or actual is None or target.dimension != actual.dimension:
        return None
    return (target.size, actual.size) if target.size is not None and actual.size is not None else None


def outcome_of(target: Figure | None, actual: Figure | None, direction: Direction | None) -> Outcome:
    """Whether a target was met; which side of it the actual figure is where it is not known which is meant."""
    sizes = comparable(target, actual)
    if sizes is None:
        return ""
    aim, reached = sizes
    if reached == aim:
        return "met"
    if direction is None:
        return "above" if reached > aim else "below"
    return "met" if (reached > aim) == (direction == "up") else "missed"


def said_outcome(row: RegisterRow) -> str:
    """Whether a target was met, in words; empty where target and actual cannot be compared."""
    match row.outcome:
        case "met":
            return "Met"
        case "missed":
            return "Missed"
        case "above":
            return "Above target"
        case "below":
            return "Below target"
    return "Not known" if row.target and row.actual else ""


def said_years(row: RegisterRow) -> str:
    """The years with what they were taken from: "2018-19 (due)"."""
    sources = {"due": "due", "period": "period", "published": "document’s date", "": ""}
    return f"{row.years.shown} ({sources[row.years.source]})" if row.years.shown else ""


def said_place(row: RegisterRow) -> str:
    """The page where there are pages, else the path of headings."""
    if row.page is not None:
        return row.document.page_name(row.page)
    return PATH_MARK.join(" ".join(h.split()) for h in row.source.headings) or "Before the first heading"


def cells(row: RegisterRow, today: date) -> dict[str, str]:
    """A row as the page's table has it: the columns in order, every cell a text, empty where nothing is said."""
    return {
        "Kind": row.kind,
        "Measure": row.source.measure,
        "Target": _shown(row.target),
        "Actual": _shown(row.actual),
        "Against target": said_outcome(row),
        "Due": row.source.due or "",
        "Year": said_years(row),
        "Owner": row.source.owner or "",
        "Document": row.document.title,
        "Document’s date": spoken_date(row.document.published),
        "Standing": standing_word(row.document, today),
        "Earlier figure": _shown(row.baseline),
        "Change": _shown(row.change),
        "Budget": _shown(row.budget),
        "Place": said_place(row),
        "Quote": row.quote,
    }


# Which column of ``cells`` is sorted by what; the others are not sorted by.
SORTS: Mapping[str, Sort] = {
    "Kind": "kind", "Measure": "measure", "Target": "target", "Actual": "actual", "Against target": "outcome",
    "Due": "due", "Year": "year", "Owner": "owner", "Document": "document", "Document’s date": "published",
    "Standing": "standing", "Earlier figure": "baseline", "Change": "change", "Budget": "budget", "Place": "place",
}  # fmt: skip


def _register_row(row: TargetRow, document: Document) -> RegisterRow:
    quote = quote_at(document.text, row.spans)
    amounts = find_amounts(quote) if row.actual or row.baseline else []
    is_change, is_sum = row.kind == "result", row.kind == "budget"
    value = as_figure(row.value, row.unit)
    target = None if is_change or is_sum else value
    # The unit is the value's: beside a change in per cent stand the counts, which have a unit where it is printed.
    rest = None if is_change and row.value is not None else row.unit
    actual = as_figure(row.actual, printed_unit(row.actual, amounts) or rest)
    baseline = as_figure(row.baseline, printed_unit(row.baseline, amounts) or rest)
    return RegisterRow(
        source=row,
        document=document,
        page=document.page_at(row.spans[0][0]),
        quote=quote,
        target=target,
        actual=actual,
        baseline=baseline,
        change=value if is_change else None,
        budget=value if is_sum else None,
        outcome=outcome_of(target, actual, row.direction),
        due=read_due(row.due) if row.due else None,
        years=_years(row, document),
        searched=folded(f"{row.measure}\n{row.owner or ''}\n{quote}"),
    )


def _years(row: TargetRow, document: Document) -> Years:
    """The years printed in the due date, else in the period, else of the document's own date."""
    texts: tuple[tuple[YearSource, str], ...] = (("due", row.due or ""), ("period", row.period or ""))
    for source, text in texts:
        found = list(_YEARS.finditer(text))
        if found:
            each = sorted({year for match in found for year in _each_year(match)})
            return Years(", ".join(dict.fromkeys(match[0] for match in found)), tuple(each), source)
    published = (document.published or "")[:4]
    return Years(published, (int(published),), "published") if published else Years("", (), "")


def _each_year(match: re.Match[str]) -> range:
    first, until = int(match[1]), match[2] or match[1]
    last = int(until) if len(until) == 4 else first - first % 100 + int(until)
    last += 100 if last < first else 0
    return range(first, (last if last - first <= _LONGEST_PLAN else first) + 1)


def _by_figure(figure: Figure | None) -> Key | None:
    """Numbers by their size, what is no number after them."""
    if figure is None:
        return None
    return (False, figure.size, 0, "") if figure.size is not None else (True, 0, 0, folded(figure.shown))


def _by_days(due: Stretch | None) -> Key | None:
    return (False, due[0].toordinal(), due[1].toordinal(), "") if due else None


def _by_text(text: str | None) -> Key | None:
    return (False, 0, 0, folded(text)) if text else None


# What a row is sorted by, comparable with every other row's; None where it has nothing there.
_KEYS: Mapping[Sort, Callable[[RegisterRow, date], Key | None]] = {
    "kind": lambda row, _: (False, list(KINDS).index(row.source.kind), 0, ""),
    "measure": lambda row, _: _by_text(row.source.measure),
    "target": lambda row, _: _by_figure(row.target),
    "actual": lambda row, _: _by_figure(row.actual),
    "outcome": lambda row, _: _by_text(said_outcome(row)),
    "baseline": lambda row, _: _by_figure(row.baseline),
    "change": lambda row, _: _by_figure(row.change),
    "budget": lambda row, _: _by_figure(row.budget),
    "due": lambda row, _: _by_days(row.due),
    "year": lambda row, _: (False, row.years.each[0], row.years.each[-1], "") if row.years.each else None,
    "owner": lambda row, _: _by_text(row.source.owner),
    "document": lambda row, _: _by_text(row.document.title),
    "published": lambda row, _: _by_text(row.document.published),
    "standing": lambda row, today: _by_text(standing_word(row.document, today)),
}


def _shown(figure: Figure | None) -> str:
    return figure.shown if figure else ""
