"""One question of a run as the report shows it: what was asked, wanted, said and found.

Texts stay texts here; the page's template escapes them. What is to be marked in a text comes as pieces of it.
"""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.compare import Comparison
from eval.questions import said_at, says
from eval.results import Result
from eval.run import Run
from ingest import fold

_LONGEST = 240  # characters of a hit that does not overlap the evidence: enough to see what it is about
_ANCHOR = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_OWN = "page-"  # what the page's own anchors begin with

Pieces = tuple[tuple[str, bool], ...]
"""A text in pieces, each marked or not."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A group of alternatives: whether the answer has one, which, and all of them."""

    found: bool
    said: str
    alternatives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place that a right answer rests on; headings where a citation or a hit tells them; the first hit over it."""

    document: str
    headings: tuple[str, ...]
    quote: str
    cited: bool
    rank: int | None


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A hit, its text cut short unless it overlaps the evidence."""

    rank: int
    document: str
    headings: tuple[str, ...]
    score: float
    overlaps: bool
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """A question of the run.

    Attributes:
        anchor: Where it is on the page: an id that is safe to stand in HTML and in an address.
        result: What came of it.
        question: Its row, as in rows.jsonl.
        answer: The answer record, likewise.
        lines: What was said, line by line, the expected facts marked.
        facts: What was expected.
        evidence: Where it stands.
        hits: What was found.
        change: Against the accepted run: lost, gained, reworded, same or new; empty if there is none.
        variant_of: The anchor of the question that it asks in other words, if that was asked too.
    """

    anchor: str
    result: Result
    question: Mapping[str, Any]
    answer: Mapping[str, Any]
    lines: tuple[Pieces, ...]
    facts: tuple[Fact, ...]
    evidence: tuple[Evidence, ...]
    hits: tuple[ShownHit, ...]
    change: str
    variant_of: str


def cases(run: Run, comparison: Comparison | None) -> list[Case]:
    """Every question once: those answered wrongly first, of them those that must pass, then those newly lost."""
    anchor_of = anchors(result.id for result in run.results)
    changes = _changes(run.results, comparison)
    titles = _titles(run.results)
    found = [
        _case(result, anchor_of, changes[result.id], titles, run.qrels.get(result.id, {})) for result in run.results
    ]
    return sorted(found, key=lambda c: (c.result.right, not c.result.must_pass, c.change != "lost"))


def anchors(ids: Iterable[str]) -> dict[str, str]:
    """For each id, one that can stand in HTML and in an address: itself where it can, no two the same."""
    listed = list(dict.fromkeys(ids))
    known = {id_: id_ for id_ in listed if _ANCHOR.fullmatch(id_) and not id_.startswith(_OWN)}
    taken = {*known.values()}
    for id_ in listed:
        if id_ in known:
            continue
        stem = "q-" + re.sub(r"[^A-Za-z0-9_-]+", "-", id_).strip("-")
        name = next(n for n in (stem, *(f"{stem}-{i}" for i in range(2, len(listed) + 2))) if n not in taken)
        known[id_] = name
        taken.add(name)
    return known


def differences(before: str, after: str) -> tuple[Pieces, Pieces]:
    """Two texts in pieces, the words marked that only one of them has."""
    old, new = re.findall(r"\s+|\S+", before), re.findall(r"\s+|\S+", after)
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left.append(("".join(old[a:b]), what != "equal"))
        right.append(("".join(new[c:d]), what != "equal"))
    return tuple(p for p in left if p[0]), tuple(p for p in right if p[0])


def _changes(results: Sequence[Result], comparison: Comparison | None) -> dict[str, str]:
    if comparison is None:
        return dict.fromkeys((r.id for r in results), "")
    changed = dict.fromkeys((r.id for r in results), "same") | dict.fromkeys(comparison.only_after, "new")
    for word, pairs in (("lost", comparison.lost), ("gained", comparison.gained), ("reworded", comparison.reworded)):
        changed |= {after.id: word for _, after in pairs}
    return changed


def _titles(results: Sequence[Result]) -> dict[str, str]:
    """The titles of the documents that are cited anywhere, by their ids."""
    cited = (c for result in results for c in result.record["answer"]["citations"])
    return {c["document"]: c["title"] for c in cited}


def _case(
    result: Result, anchor_of: Mapping[str, str], change: str, titles: Mapping[str, str], relevant: Collection[str]
) -> Case:
    question, answer = result.record["question"], result.record["answer"]
    facts = facts_of(question, answer["answer"])
    said = [alternative for fact in facts if fact.found for alternative in fact.alternatives]
    return Case(
        anchor=anchor_of[result.id],
        result=result,
        question=question,
        answer=answer,
        lines=tuple(_marked(fold(line), said) for line in result.text.splitlines() if line.strip()),
        facts=facts,
        evidence=tuple(_evidence(place, answer, titles) for place in question["evidence"]),
        hits=tuple(_hit(hit, titles, overlaps=hit["passage_id"] in relevant) for hit in answer["hits"]),
        change=change,
        variant_of=anchor_of.get(question["variant_of"], ""),
    )


def facts_of(question: Mapping[str, Any], text: str) -> tuple[Fact, ...]:
    """What a question's row expects, each with whether a text has it."""
    return tuple(_fact(group, text) for group in question["facts"])


def _fact(group: Sequence[str], text: str) -> Fact:
    said = next((alternative for alternative in group if says(text, alternative)), None)
    return Fact(said is not None, said or "", tuple(group))


def _marked(line: str, facts: Sequence[str]) -> Pieces:
    spans = sorted({span for fact in facts if (span := said_at(line, fact))})
    pieces, at = [], 0
    for start, end in spans:
        if start >= at:
            pieces += [(line[at:start], False), (line[start:end], True)]
            at = end
    return tuple(piece for piece in (*pieces, (line[at:], False)) if piece[0])


def _evidence(place: Mapping[str, Any], answer: Mapping[str, Any], titles: Mapping[str, str]) -> Evidence:
    """A place, its headings had from a citation that overlaps it or a hit that has its words."""
    document, (start, end), quote = place["doc_id"], place["span"], place["quote"]
    over = [
        c
        for c in answer["citations"]
        if c["document"] == document and any(s < end and start < e for s, e in c["spans"])
    ]
    holding = [h for h in answer["hits"] if h["document"] == document and fold(quote) in h["text"]]
    headings = next((tuple(found["headings"]) for found in (*over, *holding)), ())
    rank = min((hit["rank"] for hit in holding), default=None)
    return Evidence(titles.get(document, document), headings, quote, bool(over), rank)


def _hit(hit: Mapping[str, Any], titles: Mapping[str, str], *, overlaps: bool) -> ShownHit:
    text = hit["text"] if overlaps else _short(hit["text"])
    document = titles.get(hit["document"], hit["document"])
    return ShownHit(hit["rank"], document, tuple(hit["headings"]), hit["score"], overlaps, text)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST].rsplit(None, 1)[0] + " …"
