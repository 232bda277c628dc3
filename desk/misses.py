"""The questions of a run that were not answered rightly: what was said, what was wanted, and where it stands.

A place is marked only where the quote stands in the document as it is now. Where it does not, that is said.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval.cases import Fact, facts_of
from eval.held import Held
from eval.judging import CAUSES
from eval.questions import EvalQuestion
from eval.results import Result, digest_of
from ingest import Document, Span, find_quote, stands

TEST = "test"  # the half on which nobody tunes


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that was wanted or cited, in a document as it is now.

    Attributes:
        document: The document; None if it is no longer there.
        title: Its title, or its id where it is no longer there.
        headings: The path of its section.
        page: The physical page, or None.
        spans: What to mark; empty where the quote does not stand.
        quote: The words.
        note: What has changed since the run; empty if nothing has.
    """

    document: Document | None
    title: str
    headings: tuple[str, ...]
    page: int | None
    spans: tuple[Span, ...]
    quote: str
    note: str


@dataclass(frozen=True, slots=True)
class Miss:
    """A question that was not answered rightly.

    Attributes:
        result: What came of it.
        question: Its row; empty where the run has none and the questions file has it no longer.
        answer: The answer's record; empty where the run kept none.
        lost: Whether it was right in the run this one is held against.
    """

    result: Result
    question: Mapping[str, Any]
    answer: Mapping[str, Any]
    lost: bool

    @property
    def asked(self) -> str:
        """The question, or its id where nothing else is known of it."""
        return str(self.question.get("question") or self.result.id)

    @property
    def cause(self) -> str:
        """Why it is wrong, in words."""
        cause = self.result.cause or ""
        return CAUSES.get(cause, cause)

    @property
    def wanted(self) -> str:
        """The answer a person would give."""
        if self.question and not self.result.answerable:
            return "No answer: the documents do not say."
        return str(self.question.get("reference", ""))

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What a right answer has, each with whether this one has it."""
        return facts_of(self.question, self.answer.get("answer", "")) if self.question and self.answer else ()


@dataclass(frozen=True, slots=True)
class Sought:
    """Which misses to show.

    Attributes:
        test: Those of the test half too.
        causes: Only those of these; empty for all.
        kinds: Only those of these kinds; empty for all.
        words: Only those in whose question, answer or id each of these words stands, in any case.
    """

    test: bool = False
    causes: Collection[str] = ()
    kinds: Collection[str] = ()
    words: str = ""


def misses_of(
    results: Sequence[Result], held: Held | None = None, questions: Sequence[EvalQuestion] = ()
) -> list[Miss]:
    """The questions not answered rightly: those that must pass first, then those newly lost, then as they were asked.

    Args:
        results: A run's.
        held: What changed since another run, if that is known.
        questions: The questions file's, for runs that keep no questions (the accepted one): a question counts as the
            same only if it asks and wants the same.
    """
    known = {(q.id, digest_of(q)): asdict(q) for q in questions} if any(not r.record for r in results) else {}
    lost = set(held.lost) if held else set()
    found = [
        Miss(
            result,
            result.record.get("question") or known.get((result.id, result.digest), {}),
            result.record.get("answer", {}),
            result.id in lost,
        )
        for result in results
        if not result.right
    ]
    return sorted(found, key=lambda miss: (not miss.result.must_pass, not miss.lost))


def sought(misses: Sequence[Miss], wanted: Sought) -> list[Miss]:
    """Those of the misses that are wanted, in the same order."""
    words = wanted.words.casefold().split()
    return [
        miss
        for miss in misses
        if (wanted.test or miss.result.split != TEST)
        and (not wanted.causes or miss.result.cause in wanted.causes)
        and (not wanted.kinds or miss.result.kind in wanted.kinds)
        and all(word in f"{miss.result.id} {miss.asked} {miss.result.text} {miss.wanted}".casefold() for word in words)
    ]


def shown_said(found: Sequence[Miss], there: Sequence[Miss], every: Sequence[Miss]) -> str:
    """How many are shown, of how many that may be, and how many more there are of the test half."""
    hidden = len(every) - len(there)
    more = f" {hidden} more {'is' if hidden == 1 else 'are'} of the test half." if hidden else ""
    return f"{len(found)} of {len(there)} shown.{more}"


def causes_in(misses: Sequence[Miss]) -> dict[str, int]:
    """The causes of some misses with how many of each, in the order of the work."""
    counted = Counter(miss.result.cause for miss in misses)
    return {cause: counted[cause] for cause in CAUSES if counted[cause]}


def kinds_in(misses: Sequence[Miss]) -> dict[str, int]:
    """The kinds of some misses with how many of each, the most first."""
    counted = Counter(miss.result.kind for miss in misses)
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def wanted_spots(miss: Miss, documents: Mapping[str, Document]) -> list[Spot]:
    """The places a right answer rests on."""
    return [
        spot_of(documents, place["doc_id"], [place["span"]], place["quote"])
        for place in miss.question.get("evidence", ())
    ]


def cited_spots(miss: Miss, documents: Mapping[str, Document]) -> list[Spot]:
    """The places that were cited."""
    return [
        spot_of(documents, cited["document"], cited["spans"], cited["quote"])
        for cited in miss.answer.get("citations", ())
    ]


def spot_of(documents: Mapping[str, Document], doc_id: str, spans: Sequence[Sequence[int]], quote: str) -> Spot:
    """A place as it is now: where it was if the quote still stands there, else the one place where it stands."""
    document = documents.get(doc_id)
    if document is None:
        return Spot(None, doc_id, (), None, (), quote, "This document is no longer there.")
    was = tuple((start, end) for start, end in spans)
    note = ""
    if not stands(document.text, was, quote):
        places = find_quote(document.text, quote)
        if len(places) != 1:
            gone = "these words do not stand in it any more" if not places else "these words stand in several places"
            return Spot(document, document.title, (), None, (), quote, f"The document has changed since: {gone}.")
        was, note = (places[0],), "The document has changed since. The words are shown where they stand now."
    start = was[0][0]
    return Spot(document, document.title, document.headings_at(start), document.page_at(start), was, quote, note)


@dataclass(frozen=True, slots=True)
class Turned:
    """A question that one run answered rightly and the other did not, or in other words."""

    before: Result
    after: Result

    @property
    def asked(self) -> str:
        """The question, or its id where neither run kept it."""
        for result in (self.after, self.before):
            if result.record:
                return str(result.record["question"]["question"])
        return self.after.id


def turned(ids: Sequence[str], before: Sequence[Result], after: Sequence[Result], *, test: bool) -> list[Turned]:
    """The questions of some ids with both answers, those of the test half only where they are asked for."""
    then, now = ({result.id: result for result in results} for results in (before, after))
    return [
        Turned(then[id_], now[id_]) for id_ in ids if id_ in then and id_ in now and (test or now[id_].split != TEST)
    ]


def turned_said(word: str, found: Sequence[Turned], ids: Sequence[str]) -> str:
    """How many questions were lost, or won: those shown, and how many more there are that are not."""
    hidden = len(ids) - len(found)
    more = f", and {hidden} more of the test half" if hidden else ""
    return f"{word}: {len(found) or 'none'}{more}"
