"""How reviewing is said to people: times, verdicts, how an item stands, what became of a pack."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from answer import Decision, Finding, Verdict
from desk.reviewing import REFUSAL, Chosen, Flag, Item, Queue
from desk.turns import Standing, Turn
from ingest import spoken_date

CHOSEN: Mapping[Chosen, str] = {
    "open": "To decide",
    "flagged": "Flagged",
    "decided": "Decided",
    "all": "All",
}
_STANDINGS: Mapping[Standing, str] = {
    "answered": "answered",
    "partial": "answered in part",
    "not_found": "not in the documents",
    "problem": "could not be answered as it was put",
}
_OF_A_STATEMENT: Mapping[Verdict, str] = {
    "supported": "Supported",
    "partly": "Partly",
    "not supported": "Not supported",
}
_OF_A_REFUSAL: Mapping[Verdict, str] = {
    "supported": "They do not say it",
    "partly": "They say part of it",
    "not supported": "They do say it",
}
_EMPTY: Mapping[Chosen, str] = {
    "open": "There is nothing to decide. What people ask comes here, and what they say is wrong comes first.",
    "flagged": "Nothing was flagged. “Something is wrong” under an answer brings it here.",
    "decided": "Nothing is decided yet. An answer comes here when each of its statements has a verdict.",
    "all": "Nothing was asked yet. What people ask on the page “Ask” comes here.",
}


def spoken_time(moment: str) -> str:
    """A time that is kept, as it is said.

    Example:
        >>> spoken_time("2026-11-23T09:05:00.000000+00:00")
        '23 November 2026 at 09:05 UTC'
    """
    when = datetime.fromisoformat(moment).astimezone(UTC)
    return f"{spoken_date(when.date().isoformat())} at {when:%H:%M} UTC"


def verdict_word(verdict: Verdict, statement: int) -> str:
    """A verdict as it is chosen and shown; of a refusal it says what it means there."""
    return (_OF_A_REFUSAL if statement == REFUSAL else _OF_A_STATEMENT)[verdict]


def item_facts(item: Item) -> str:
    """How a line of the queue stands: when it was asked, how answered, how often flagged, how far decided."""
    facts = [f"Asked on {spoken_time(item.asked_at)}", _STANDINGS[item.standing]]
    facts += [f"flagged {_times(item.flags)}"] if item.flags else []
    facts += [f"{item.decided} of {item.parts} decided"] if item.parts else []
    return " · ".join(facts)


def turn_facts(turn: Turn, titles: Mapping[str, str]) -> list[str]:
    """What a reviewer must know of a question beside its words: when, how answered, where looked, after what.

    Args:
        turn: The question.
        titles: The titles of documents, by id; one that is not there goes by its id.
    """
    facts = [f"Asked on {spoken_time(turn.asked_at)}, {_STANDINGS[turn.standing]}."]
    if turn.only:
        facts.append(f"Looked only in: {', '.join(titles.get(doc_id, doc_id) for doc_id in turn.only)}.")
    if turn.history:
        facts.append(f"Asked after: {' '.join(f'“{question}”' for question in turn.history)}")
    if turn.answer and turn.answer.standalone_question != turn.answer.question:
        facts.append(f"Searched for: “{turn.answer.standalone_question}”")
    return facts


def queue_facts(found: Queue, chosen: Chosen, search: str) -> str:
    """How much is in the queue; where there is nothing, what would fill it."""
    if not found.total:
        return f"No question has “{search.strip()}” in it." if search.strip() else _EMPTY[chosen]
    many = f"{found.total:,} question{'' if found.total == 1 else 's'}"
    return many if found.pages == 1 else f"{many}, page {found.page} of {found.pages}"


def flag_words(flag: Flag) -> str:
    """A flag in a line: its reason, note, who and when."""
    note = f": “{flag.note}”" if flag.note else ""
    who = f", {flag.name}" if flag.name else ""
    return f"{flag.reason}{note} ({spoken_time(flag.flagged_at)}{who})"


def decision_words(decisions: Sequence[Decision]) -> list[str]:
    """The decisions on one statement, each in a line, oldest first; of several, it is said which counts."""
    lines = []
    for at, decision in enumerate(decisions, start=1):
        note = f": “{decision.note}”" if decision.note else ""
        counts = " This one counts." if at == len(decisions) > 1 else ""
        word = verdict_word(decision.verdict, decision.statement)
        lines.append(f"{word}{note} ({decision.reviewer}, {spoken_time(decision.decided)}).{counts}")
    return lines


def made_words(row_id: str, file: str) -> str:
    """What became of a question that was made a row: where it is, and what is to be done with it."""
    return (
        f"It is row {row_id} in {file}. A person completes it there from the document, not from the answer, "
        "and moves it to the evaluation’s own file. This command says what is still to be completed:"
    )


def verified_words(findings: Sequence[Finding]) -> str:
    """What became of a pack in a sentence."""
    if not findings:
        return "The pack is as it was exported. It is of a refusal: there is no quote in it to prove."
    changed = sum(not finding.holds for finding in findings)
    if changed:
        return f"The pack is as it was exported, but {changed} of {len(findings)} do not hold any more."
    return f"The pack is as it was exported, and all {len(findings)} hold."


def _times(many: int) -> str:
    return {1: "once", 2: "twice"}.get(many, f"{many:,} times")
