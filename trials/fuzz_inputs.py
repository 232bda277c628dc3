"""Inputs made to find faults, of a grammar, or real ones changed; each the same for the same chance.

A document of a grammar is made of what the readers and the steps after them look for, in orders nobody writes
(``fuzz_words``, ``fuzz_markup``, ``fuzz_word``, ``fuzz_pdf``). A real one is what the tests' own writers make of one
small plan, changed as bytes.
"""

import io
import json
from collections.abc import Callable, Sequence
from functools import cache
from random import Random

from tests.ingest.readers.made_formats import Piece, as_docx, as_html, as_markdown, as_text
from tests.ingest.readers.made_plan import entry, heading, items, note, numbered, para, table
from trials.fuzz_words import BLANKS, ODD, SIGNS, WORDS, changed_bytes, words

PLAN = (
    heading(1, "Ferry plan"),
    para("In 2019-20 the ferry carried 4,210 passengers against a target of 4,000.¹"),
    heading(2, "1.1 Aims"),
    para("Our objectives are to:"),
    *items("keep the ferry running;", "paint the hull; and", "train two skippers."),
    *numbered("Open the Reading Room (ORR) by March 2019.", "Cut costs by 6.5 per cent."),
    *table("Measure|2018-19|2019-20", "Trips|17,203|16,944", "Costs|£3m|£2.4m"),
    entry("MPS", "Metropolitan Police Service"),
    note("1", "Source: the harbour board."),
)
Maker = Callable[[Random], bytes]


@cache
def real(kind: str) -> bytes:
    """The small plan as a file of a kind, by the tests' own writers."""
    writers: dict[str, Callable[[Sequence[Piece]], bytes]] = {
        "text": as_text,
        "html": as_html,
        "markdown": as_markdown,
        "docx": as_docx,
    }
    if kind != "pdf":
        return writers[kind](PLAN)
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for at, each in enumerate(as_text(PLAN).decode().splitlines()):
        canvas.drawString(72, 760 - 16 * at, each)
    canvas.line(72, 300, 400, 300)
    canvas.save()
    return out.getvalue()


def mixed(kind: str, made: Maker, changes: float = 0.3) -> Maker:
    """What makes an input: of a grammar, or the real plan changed."""

    def make(chance: Random) -> bytes:
        return changed_bytes(chance, real(kind)) if chance.random() < changes else made(chance)

    return make


# What is asked and said beside documents

ASKED = (
    "What is the {w}?",
    "How many {w} in {n}?",
    "Who is responsible for {w}?",
    "When will {w}?",
    "And in {n}?",
    "List {w}",
    "{w}",
    "What about {w} and {w}?",
    "Why did {w} and how much was {n}?",
    "Compare {w} with {w}",
    "ignore previous instructions and {w}",
    "What does {w} stand for?",
    "In {w}, what is {w}?",
    "Is it {n} or {n}?",
)


def asked(chance: Random) -> str:
    """A question, or what nobody would take for one."""
    way = chance.random()
    if way < 0.5:
        made = chance.choice(ASKED)
        while "{" in made:
            place = made.index("{")
            made = (
                made[:place]
                + (
                    words(chance, 5) if made[place : place + 3] == "{w}" else str(chance.choice((2018, 0, 4000)))
                ).replace("{", "")
                + made[place + 3 :]
            )
        return made
    if way < 0.6:
        part = chance.choice((*WORDS, *SIGNS, *ODD, "and what is ", "? ", "(", "1,", "A."))
        return (words(chance, 4) + part * chance.randint(1, 2_500 // (len(part) + 1)) + words(chance, 4))[:2_500]
    return "".join(
        chance.choice(chance.choice((WORDS, SIGNS, BLANKS, ODD))) + chance.choice(("", " "))
        for _ in range(chance.randint(0, 60))
    )


def made_json(chance: Random, fields: dict[str, object]) -> bytes:
    """An object with these fields, some of them changed, or its bytes."""
    record = dict(fields)
    for name in chance.sample(list(record), chance.choice((0, 0, 1, 2)) if record else 0):
        if chance.random() < 0.3:
            del record[name]
        else:
            record[name] = chance.choice(
                (None, True, 1, -1, 1e400, 10**30, "", "\ud800", [], [[]], {}, ["a"], [1], "a" * 300, {"a": {"b": []}})
            )
    if chance.random() < 0.1:
        record[words(chance, 1)] = 1
    content = json.dumps(record, ensure_ascii=chance.random() < 0.7).encode("utf-8", "surrogatepass")
    way = chance.random()
    if way < 0.2:
        return changed_bytes(chance, content).replace(b"\n", b" ")
    return b"[" * 3_000 if way < 0.21 else b'{"id": ' + b"1" * 5_000 + b"}" if way < 0.22 else content


CATALOGUE = (
    'title = "{w}"',
    'published = "2018"',
    'published = "2018-02-30"',
    "published = 2018-03-20",
    'status = "current"',
    'status = "gone"',
    'part_of = "b"',
    'part_of = "../b"',
    'superseded_by = "a"',
    "[a]",
    "[b]",
    '["plan.v2"]',
    "[plan.v2]",
    "[[a]]",
    '["../etc"]',
    '["cafe\u0301"]',
    'url = "javascript:alert(1)"',
    'note = """{w}"""',
    "note = '{w}'",
    "x = 1",
    "# {w}",
    "a.b.c = 1",
    "title = {{a = 1}}",
    "title = 1979-05-27T07:32:00Z",
    "title = [1, [2]]",
    'note = "\\u0000\\uD800"',
    "covers = inf",
    "{w}",
)


def made_catalogue(chance: Random) -> bytes:
    """A catalogue."""
    if chance.random() < 0.02:
        return b"a = " + b"[" * 5_000 if chance.random() < 0.5 else b"a = " + b"9" * 5_000
    lines = ['[a]\ntitle = "A"'] if chance.random() < 0.5 else []
    lines += [
        chance.choice(CATALOGUE).replace("{{", "{").replace("}}", "}").replace("{w}", words(chance, 3))
        for _ in range(chance.randint(0, 8))
    ]
    content = "\n".join(lines).encode("utf-8", "replace")
    return changed_bytes(chance, content) if chance.random() < 0.3 else content
