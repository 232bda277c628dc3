"""What is left of a language model's prose once each sentence is held against what it cites.

A sentence is kept only if everything of it that can be checked by form stands in the words it cites. It is told by
words, so it errs towards dropping: what is lost is a turn of phrase, and the quotes are shown all the same.

Covered: no citation or an invented one; mark-up, links, characters that are not seen; words in quotation marks that
are no quote; figures, dates, which figure is the target; names, also those put together from two; words that the
documents do not use; "not", "may", "at least", "all" lost or put in; rising for falling; what leans on a sentence
that was dropped; words of a quote that speak to a language model. Not covered: who does what to whom, within one
quote; tense, so that a plan may read as done; a change of meaning in words that all stand in the quote. That is what
a ``Reader`` is for, where there is one.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from answer.claims import Clause, clauses, dates, labelled, nearest, sweeping, topic, unbacked_figures
from answer.instructions import speaks_to_a_model
from answer.unseen import without_unseen
from index import tokenize
from ingest import fold, split_sentences

# Of a sentence's words, the share that must stand in what it cites, in the names over that, or in the question: four
# in five, as for a supported statement in eval/support.py. The fifth is for the words that join.
ENOUGH_WORDS = 0.8
# And the share that must stand in what it cites alone: a question's words prove nothing, and with this half of a
# sentence cannot be made of a false question.
ENOUGH_CITED = 0.6
FEWEST_WORDS = 2  # "HACKED [1]." and "Yes [1]." say nothing that could be held against a quote
LONGEST_SENTENCE = 1_500  # characters: no sentence a person would write; one of 20,000 took seconds to check
ENOUGH_READ = 0.5  # the reader's score from which a sentence is taken to follow from what it cites

REASONS: Mapping[str, str] = {
    "no citation": "it cites nothing",
    "unknown citation": "it cites what is not there",
    "markup": "it has mark-up, a link or characters that are not seen",
    "long": "it is longer than a sentence is",
    "quotation": "it has words in quotation marks that are no quote",
    "figure": "a figure is not in what it cites, or is there under another name",
    "date": "a date is not in what it cites",
    "name": "a name is not in what it cites",
    "words": "too few of its words are in what it cites",
    "negation": "it denies what is said there, or says what is denied there",
    "qualifier": "it is more or less certain, exact or general than what it cites",
    "direction": "it says that something rose or fell, and what it cites does not",
    "reader": "the reader does not take it to follow from what it cites",
    "leaning": "it leans on a sentence that was dropped",
}

# What is cited is looked at once for each sentence that cites it.
_remembered = lru_cache(maxsize=64)
Reader = Callable[[str, str], float]  # (what is cited, sentence) to how surely the one says the other, from 0 to 1

_THINKING = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*•]|\d{1,2}[.)])\s)")
_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
_MARK = re.compile(r"\s*\[\s*(\d{1,4}(?:\s*,\s*\d{1,4})*)\s*\]")
_MARKS_AFTER_STOP = re.compile(r"([.!?])((?:\s*\[[\d,\s]{1,40}\])+)")
_MARKUP = re.compile(
    r"[<>`*|\\{}\[\]~^#@]|://|\b(?:https?|javascript|data|mailto|ftp):|\bwww\.|&\w+;|(?<!\w)_|_(?!\w)"
    r"|\b[\w-]+\.(?:com|org|net|io|gov|uk|co|info|biz|eu|ru|cn|xyz|dev|app|ai)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[“\"«„]([^“”\"«»„]*)[”\"»“]|‘([^‘]*?)’(?!\w)|(?<!\w)'([^']*)'(?!\w)")
_QUOTE_MARK = re.compile(r"[“”\"«»„‘]")
_NAME = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# What may open a sentence or tell where it is from without standing in a quote.
_OPENERS = frozenset(
    "according however overall also additionally furthermore moreover together meanwhile instead finally".split()
)
_REPORTING = frozenset(
    tokenize("according report reports reported plan document documents published states stated says")
)
_LEANS = re.compile(
    r"\W*(?:this|these|it|they|that|those|such|both|he|she|its|their|however|but|also|so|instead"
    r"|the (?:former|latter|first|second|same|other))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Source:
    """What a citation proves.

    Attributes:
        text: The statements that cite it, each already checked to stand in its quote; one a line.
        title: The document's title.
        published: Its date as it is said.
        headings: The section's path, outermost first.
        publisher: Who published it, or empty.
    """

    text: str
    title: str
    published: str
    headings: tuple[str, ...] = ()
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence without its marks, and the numbers it cites, in order."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CheckedProse:
    """The sentences that passed, and how many did not, by reason."""

    kept: tuple[Sentence, ...]
    dropped: Mapping[str, int]


def check_prose(reply: str, question: str, sources: Mapping[int, Source], reader: Reader | None = None) -> CheckedProse:
    """Hold each sentence of a reply against what it cites.

    Args:
        reply: What the language model wrote.
        question: What was asked.
        sources: What each citation proves, by its number.
        reader: A judge of whether words say a sentence, asked last.
    """
    kept: list[Sentence] = []
    dropped: Counter[str] = Counter()
    before_dropped = False
    for sentence in _sentences(reply):
        bare = _bare(sentence)
        reason = _fault(sentence, bare, question, sources, reader)
        if reason is None and before_dropped and _LEANS.match(bare):
            reason = "leaning"
        before_dropped = reason is not None
        if reason is None:
            numbers = dict.fromkeys(n for marks in _MARK.findall(sentence) for n in _numbers(marks))
            kept.append(Sentence(bare, tuple(numbers)))
        else:
            dropped[reason] += 1
    return CheckedProse(tuple(kept), dict(dropped))


def _sentences(reply: str) -> Iterator[str]:
    """The sentences of a reply, each with its marks inside its full stop."""
    for paragraph in _PARAGRAPH.split(_THINKING.sub("", reply)):
        text = " ".join(_BULLET.sub("", paragraph).split())
        text = _MARKS_AFTER_STOP.sub(lambda found: f" {found[2].strip()}{found[1]} ", text)
        yield from (text[start:end] for start, end in split_sentences(text))


def _bare(sentence: str) -> str:
    """A sentence without its marks."""
    return " ".join(re.sub(r"\s+([.,;:!?])", r"\1", _MARK.sub(" ", sentence)).split())


def _numbers(marks: str) -> list[int]:
    return [int(number) for number in marks.split(",")]


def _fault(sentence: str, bare: str, question: str, sources: Mapping[int, Source], reader: Reader | None) -> str | None:
    """Why a sentence may not be said, one of ``REASONS``; None if it may."""
    parts = _parts(sentence)
    reason = _form_fault(bare, parts, sources)
    if reason is not None:
        return reason
    opening = True
    for text, numbers in parts:
        cited = [sources[number] for number in numbers]
        reason = _part_fault(text, question, cited, opening=opening)
        if reason is not None:
            return reason
        opening = False
    everything = "\n".join(dict.fromkeys(_proof(sources[n].text) for _, numbers in parts for n in numbers))
    return "reader" if reader is not None and reader(everything, bare) < ENOUGH_READ else None


def _form_fault(bare: str, parts: Sequence[tuple[str, tuple[int, ...]]], sources: Mapping[int, Source]) -> str | None:
    """What is wrong with a sentence whatever it cites says, one of ``REASONS``; None if nothing is."""
    if not parts:
        return "no citation"
    if any(number not in sources for _, numbers in parts for number in numbers):
        return "unknown citation"
    if len(bare) > LONGEST_SENTENCE:
        return "long"
    if _MARKUP.search(bare) or not bare.isprintable() or without_unseen(bare).left_out:
        return "markup"
    return "words" if len(_not_figures(tokenize(bare))) < FEWEST_WORDS else None


def _parts(sentence: str) -> list[tuple[str, tuple[int, ...]]]:
    """The pieces of a sentence, each with the numbers it cites; what follows the last mark goes with that.

    "The ferry carried 4,210 [1] and the library lent 900 [2]." is two: neither number may lean on the other's source.
    """
    parts: list[tuple[str, tuple[int, ...]]] = []
    at = 0
    for mark in _MARK.finditer(sentence):
        text, numbers = sentence[at : mark.start()], tuple(_numbers(mark[1]))
        at = mark.end()
        if parts and not _NAME.search(text.replace(" and", " ")):
            parts[-1] = (parts[-1][0], parts[-1][1] + numbers)
        else:
            parts.append((text, numbers))
    if parts:
        parts[-1] = (parts[-1][0] + sentence[at:], parts[-1][1])
    if len({numbers for _, numbers in parts}) == 1:
        return [("".join(text for text, _ in parts), parts[0][1])]
    return parts


def _part_fault(text: str, question: str, cited: Sequence[Source], *, opening: bool) -> str | None:
    """What of a piece of a sentence does not stand in what it cites, one of ``REASONS``; None if all does."""
    said = _without_sources(" ".join(text.split()), cited)
    proof = "\n".join(dict.fromkeys(_proof(source.text) for source in cited))
    names = (name for s in cited for name in (s.title, s.publisher, *s.headings))
    beside = [name for name in names if not speaks_to_a_model(name)]
    named = labelled(said)
    known_labels = {label for label, _ in labelled(proof)}
    if not _quotations_stand(text, cited):
        return "quotation"
    if unbacked_figures(said, proof) or any(one not in labelled(proof) for one in named if one[0] in known_labels):
        return "figure"
    if not dates(said) <= dates(proof):
        return "date"
    if _unknown_names(said, [proof, *beside], opening=opening):
        return "name"
    if not _enough_words(said, proof, beside, question):
        return "words"
    return _stance_fault(said, proof)


@_remembered
def _proof(text: str) -> str:
    """What a text proves: its sentences, but for those that speak to a language model."""
    lines = (line[start:end] for line in text.split("\n") for start, end in split_sentences(line))
    return "\n".join(line for line in lines if not speaks_to_a_model(line))


def _without_sources(text: str, cited: Sequence[Source]) -> str:
    """A text without the names and dates of the documents it cites, where it says them as they are.

    So their numbers prove nothing: a plan published in 2018 does not say what happened in 2018.
    """
    for source in cited:
        date = re.escape(source.published)
        text = re.sub(rf"{re.escape(source.title)}(?:,? \({date}\))?", " ", text)
        text = re.sub(rf"\bpublished (?:in |on )?{date}", " ", text)
    return text


def _quotations_stand(text: str, cited: Sequence[Source]) -> bool:
    """Whether everything in quotation marks is a title, or stands letter for letter in what is cited."""
    left = text
    for found in _QUOTED.finditer(text):
        inner = fold(next(group for group in found.groups() if group is not None))
        stands = any(inner and (inner in fold(source.text) or inner == source.title) for source in cited)
        if not stands:
            return False
        left = left.replace(found[0], " ")
    return not _QUOTE_MARK.search(left)


def _unknown_names(said: str, known: Sequence[str], *, opening: bool) -> bool:
    """Whether a text has a capitalised word that known texts lack, or two side by side that stand so in none of them.

    Args:
        said: The text.
        known: The known texts.
        opening: Whether it opens a sentence: then its first word may be one that joins.
    """
    phrases = [f" {_lowered(text)} " for text in known]
    words = {word for phrase in phrases for word in phrase.split()}
    stems = {stem for text in known for stem in _stems(text)}
    last: tuple[str, int] | None = None
    for place, found in enumerate(_NAME.finditer(said)):
        word = _without_possessive(found[0]).lower()
        joins = not tokenize(word) or (opening and place == 0 and word in _OPENERS)
        if found[0] == found[0].lower() or joins:
            continue
        if word not in words and not stems & set(tokenize(word)):
            return True
        beside = last is not None and not said[last[1] : found.start()].strip(" -")
        if last is not None and beside and not any(f" {last[0]} {word} " in phrase for phrase in phrases):
            return True
        last = (word, found.end())
    return False


@_remembered
def _lowered(text: str) -> str:
    return " ".join(_without_possessive(word).lower() for word in _NAME.findall(text))


@_remembered
def _stems(text: str) -> frozenset[str]:
    return frozenset(tokenize(text))


def _without_possessive(word: str) -> str:
    return re.sub(r"['’]s$", "", word)


def _enough_words(said: str, proof: str, beside: Sequence[str], question: str) -> bool:
    words = _content(said)
    if not words:
        return True  # a piece of a sentence that holds a title and no more; the sentence has been asked for words
    cited = words & _stems(proof)
    lent = words & {word for text in (*beside, question) for word in _stems(text)}
    return len(cited | lent) >= ENOUGH_WORDS * len(words) and len(cited) >= ENOUGH_CITED * len(words)


def _content(text: str) -> set[str]:
    """The words of what a text speaks of: no figures, no "according to the plan"."""
    return _not_figures(topic(text)) - _REPORTING


def _not_figures(words: Iterable[str]) -> set[str]:
    return {word for word in words if not any(c.isdigit() for c in word)}


def _stance_fault(said: str, proof: str) -> str | None:
    """How a text stands otherwise to what it speaks of than its source: "negation", "qualifier" or "direction"."""
    there = clauses(proof)
    if not sweeping(said) <= sweeping(proof):
        return "qualifier"
    for clause in clauses(said):
        match = nearest(clause, there)
        same = match or _union(there)
        if clause.denies != same.denies and (match or clause.denies):
            return "negation"
        if not clause.directions <= same.directions:
            return "direction"
        lost = match is not None and bool(match.hedges) and not match.hedges & clause.hedges
        if lost or not clause.hedges <= _union(there).hedges:
            return "qualifier"
    return None


def _union(several: Collection[Clause]) -> Clause:
    return Clause(
        frozenset().union(*(c.topic for c in several)),
        any(c.denies for c in several),
        frozenset().union(*(c.directions for c in several)),
        frozenset().union(*(c.hedges for c in several)),
    )
