"""Every regular expression of the house, and the inputs that would make it slow.

Expressions are found in the syntax trees: each first argument of a function of ``re``, evaluated in its module. For
each part that may repeat a text is made that enters it, repeats what it matches, and then does not go on as the
expression wants; and for each expression the characters that text is full of, over and over.

    python -m trials.fuzz_patterns      every expression, the slowest first; exit 1 if one blows up

Covered: repetition within repetition, repetitions side by side that match the same, searches that begin anew at each
character. Not covered: expressions made of what a function is given (they are listed), inputs no part
alone leads to.
"""

import ast
import importlib
import math
import re
import re._constants as sre  # type: ignore[import-not-found]  # the only parser of Python's own expressions
import re._parser as parser  # type: ignore[import-not-found]
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, TypeGuard

ROOT = Path(__file__).resolve().parent.parent
Parts = Sequence[Any]  # Python's parsed expressions have no types of their own
STAGES = ("ingest", "index", "answer", "eval", "desk", "ui")
_FUNCTIONS = frozenset({"compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"})
_MANY = 8  # a part that may repeat this often or more is pumped
_MOST_PUMPS = 24  # of one expression
_ENDS = ("\0", "", "a", "!")
_EVERYWHERE = (
    " ",
    "\n",
    "a",
    "A",
    "Aa ",
    "1",
    "1,",
    "1 ",
    ".",
    "a.",
    "-",
    "- ",
    "(",
    "a, ",
    "\t",
    "<a",
    "2018-19 ",
    "£1 ",
)
SHORT, LONG = 500, 2_000  # characters; no sentence that is read is longer, nor any question
# What a text of LONG characters may take: a linear search takes a twentieth of a millisecond, a quadratic one 20 to 80.
MOST_SECONDS = 0.25
MOST_GROWTH = 2.6  # of the time, as a power of the length: 1 is linear, 2 quadratic; asked of what takes long at all
_LONG_AT_ALL = 0.1  # seconds
# Expressions that are asked about shorter texts only, and how long those may be (where the length is held to).
LENGTHS = {"ingest/milestones.py:_INDICATOR": 500}
QUICK = 0.0005  # seconds of SHORT characters: a linear search takes less, and the long text is not tried


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression.

    Attributes:
        place: Where it stands.
        compiled: What is searched with.
        asked: The methods it is called by: what only matches at one place is not searched for at each.
        length: How many characters it is tried on.
    """

    place: str
    compiled: re.Pattern[str]
    asked: frozenset[str]
    length: int


@dataclass(frozen=True, slots=True)
class Slowest:
    """How a pattern fared on the input that is worst for it.

    Attributes:
        pattern: The pattern.
        seconds: What LONG characters took, however it was asked.
        growth: The power of the length that the time grows with, from SHORT to LONG.
        pump: What was repeated, between what came before and after.
    """

    pattern: Pattern
    seconds: float
    growth: float
    pump: tuple[str, str, str]

    @property
    def blows_up(self) -> bool:
        """Whether it is slower than a text may make it."""
        return self.seconds > MOST_SECONDS or (self.seconds > _LONG_AT_ALL and self.growth > MOST_GROWTH)


def all_patterns() -> tuple[list[Pattern], list[str]]:
    """Every expression on text, each once, and the places of those that are made only when a function is called."""
    found: dict[tuple[str, int], Pattern] = {}
    unknown: list[str] = []
    trees = {p: ast.parse(p.read_text("utf-8")) for stage in STAGES for p in sorted((ROOT / stage).rglob("*.py"))}
    everywhere = _calls(trees.values())
    for path, tree in trees.items():
        written = list(filter(_is_expression, ast.walk(tree)))
        if not written:
            continue
        names, here = _names(tree), _calls([tree])
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for node in written:
            place = f"{path.relative_to(ROOT)}:{node.lineno}"
            try:
                compiled = _evaluated(node, module)
            except NameError:
                unknown.append(place)
                continue
            method = _method(node)
            name = names.get(node, "")
            called = (here if name.startswith("_") else everywhere).get(name, _FUNCTIONS)
            asked = called if method == "compile" else frozenset({method})
            if isinstance(compiled.pattern, str):
                key = compiled.pattern, compiled.flags
                before = found[key].asked if key in found else frozenset()
                length = LENGTHS.get(f"{path.relative_to(ROOT)}:{name}", LONG)
                found[key] = Pattern(place, compiled, asked | before, length)
    return list(found.values()), unknown


def _names(tree: ast.Module) -> dict[ast.AST, str]:
    """The name that each value at the head of a module is given."""
    given = (node for node in tree.body if isinstance(node, ast.Assign))
    return {node.value: node.targets[0].id for node in given if isinstance(node.targets[0], ast.Name)}


def _calls(trees: Iterable[ast.Module]) -> dict[str, frozenset[str]]:
    """The methods that are called on names, in any module; where a name is used in another way, all of them."""
    methods: dict[str, set[str]] = {}
    for tree in trees:
        held = {node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                methods.setdefault(node.value.id, set()).add(node.attr)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node not in held:
                methods.setdefault(node.id, set()).update(_FUNCTIONS)
    return {name: frozenset(called & _FUNCTIONS) or _FUNCTIONS for name, called in methods.items()}


def _is_expression(node: ast.AST) -> TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in _FUNCTIONS
        and bool(node.args)
    )


def _method(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _evaluated(node: ast.Call, module: ModuleType) -> re.Pattern[Any]:
    """The expression of a call; raises NameError where it is made of what only a function knows."""
    flags = next((k.value for k in node.keywords if k.arg == "flags"), None)
    if _method(node) == "compile" and len(node.args) > 1:
        flags = node.args[1]
    elif _method(node) in {"match", "fullmatch", "search", "findall", "finditer"} and len(node.args) > 2:
        flags = node.args[2]
    given = [eval(compile(ast.Expression(n), "pattern", "eval"), vars(module)) for n in (node.args[0], flags) if n]  # noqa: S307
    return re.compile(*given)


def pumps(pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    """For each part that may repeat: a text that leads into it, and one that it repeats on."""
    found: dict[tuple[str, str], None] = {}
    _walk(parser.parse(pattern.pattern, pattern.flags), "", found)
    return list(found)


def _walk(parts: Parts, before: str, found: dict[tuple[str, str], None]) -> str:
    """Note the repeats of some parts; what would be matched by one round of all of them."""
    for kind, value in parts:
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            _, most, body = value
            once = _walk(body, before, found)[len(before) :]
            if most >= _MANY:
                for variant in dict.fromkeys((once, *_samples(body))):
                    if variant:
                        found[before, variant] = None
            before += once
        elif kind is sre.SUBPATTERN:
            before = _walk(value[-1], before, found)
        elif kind is sre.ATOMIC_GROUP:
            before = _walk(value, before, found)
        elif kind is sre.BRANCH:
            before = next(iter([_walk(branch, before, found) for branch in value[1]]))
        elif kind in (sre.ASSERT, sre.ASSERT_NOT):
            _walk(value[1], before, found)
        else:
            before += next(_samples([(kind, value)]), "")
    return before


def _samples(parts: Parts) -> Iterator[str]:
    """Some texts that parts would match: the first with the first choice at each, then the others of single parts."""
    parts = list(parts)
    if len(parts) != 1:
        yield "".join(next(_samples([part]), "") for part in parts)
        return
    [(kind, value)] = parts
    if kind is sre.LITERAL:
        yield chr(value)
    elif kind is sre.NOT_LITERAL:
        yield from (c for c in "a 1" if ord(c) != value)
    elif kind is sre.ANY:
        yield from "a 1"
    elif kind is sre.IN:
        matcher = re.compile(_written(value))
        yield from (
            c for c in "a A1-. \n,'’(&_\t" + "".join(chr(v) for k, v in value if k is sre.LITERAL) if matcher.match(c)
        )
    elif kind is sre.BRANCH:
        for branch in value[1]:
            yield from list(_samples(branch))[:1]
    elif kind is sre.SUBPATTERN:
        yield from _samples(value[-1])
    elif kind is sre.ATOMIC_GROUP:
        yield from _samples(value)
    elif kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        yield from (text * max(value[0], 1) for text in _samples(value[2]))
    else:
        yield ""


def _written(items: Sequence[Any]) -> str:
    """A set of characters as an expression again."""
    classes = {
        sre.CATEGORY_DIGIT: r"\d",
        sre.CATEGORY_NOT_DIGIT: r"\D",
        sre.CATEGORY_SPACE: r"\s",
        sre.CATEGORY_NOT_SPACE: r"\S",
        sre.CATEGORY_WORD: r"\w",
        sre.CATEGORY_NOT_WORD: r"\W",
    }
    out = []
    for kind, value in items:
        if kind is sre.NEGATE:
            out.append("^")
        elif kind is sre.LITERAL:
            out.append(re.escape(chr(value)))
        elif kind is sre.RANGE:
            out.append(f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}")
        else:
            out.append(classes[value])
    return f"[{''.join(out)}]"


def slowest(pattern: Pattern) -> Slowest:
    """The worst of all that is made for a pattern."""
    tried = [("", pump) for pump in _EVERYWHERE] + pumps(pattern.compiled)[:_MOST_PUMPS]
    worst, longest = Slowest(pattern, 0.0, 0.0, ("", "", "")), 0.0
    for before, pump in tried:
        for end in _ENDS:
            # The short one first, so that what doubles with each character is seen before it is waited for.
            short = _seconds(pattern, before, pump, end, pattern.length * SHORT // LONG)
            if short <= 1.3 * longest:
                continue
            longest = short
            seconds = _seconds(pattern, before, pump, end, pattern.length) if QUICK < short < MOST_SECONDS else short
            if seconds > worst.seconds:
                worst = Slowest(pattern, seconds, _power(short, seconds), (before, pump, end))
            if worst.seconds >= MOST_SECONDS:
                return worst
    return worst


def _power(short: float, long: float) -> float:
    return math.log(max(long, 1e-7) / max(short, 1e-7), LONG / SHORT)


def _seconds(pattern: Pattern, before: str, pump: str, end: str, length: int) -> float:
    """The processor's time for all that may be asked of an expression on a text, or what was waited for if it is more.

    Python's expressions look up for signals as they search, so that one that goes on for ever can be ended.
    """
    text = before + pump * (length // len(pump)) + end
    signal.signal(signal.SIGVTALRM, _give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, 2 * MOST_SECONDS)
    began = time.process_time()
    try:
        if pattern.asked - {"match", "fullmatch"}:
            for _ in pattern.compiled.finditer(text):
                pass
        if "match" in pattern.asked:
            pattern.compiled.match(text)
        if "fullmatch" in pattern.asked:
            pattern.compiled.fullmatch(text)
    except TimeoutError:
        return 2 * MOST_SECONDS
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return time.process_time() - began


def _give_up(*_: object) -> None:
    raise TimeoutError


def main() -> None:
    """Try every expression and print the slowest."""
    patterns, open_ = all_patterns()
    found = []
    for pattern in patterns:
        found.append(slowest(pattern))
    found.sort(key=lambda s: -s.seconds)
    for each in found[:40]:
        mark = "BLOWS UP" if each.blows_up else ""
        print(  # noqa: T201
            f"{each.seconds * 1000:9.1f} ms  n^{each.growth:.1f}  {each.pattern.place:40} {each.pump!r:.90} {mark}",
            flush=True,
        )
    bad = sum(each.blows_up for each in found)
    print(f"{len(found)} expressions, {len(open_)} made only when they are used ({', '.join(open_)}); {bad} blow up")  # noqa: T201
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
