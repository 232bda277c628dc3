"""Words, lines and texts to fuzz with, and bytes changed; each the same for the same chance."""

from random import Random

LONGEST = 12_000  # characters of a made text
WORDS = (
    "the a of and to in by for will be is crime plan target targets officers police MOPAC MPS Mayor Board London"
    " SC12 THRIVE+ ABC (ABC) (the) Key Aims: Milestones: Contents Chapter Figure Table Source: Note: e.g."
    " i.e. No. Mr. U.K."
    " 2018 2018-19 2019/20 2018-03-20 31 March 2019 Quarter Q1 spring 1,284 £3m £2,713million 6.5 per"
    " cent 5% -3.2 – 7 10.30pm"
    " 24/7 1/2 two-thirds up from down to rose fell against compared with between 1st 12-month 3.2 3.2.1 (a) (i) iv) B."
).split()
SIGNS = (
    ". , ; : ? ! ' \" “ ” ‘ ’ ( ) [ ] { } < > & # * _ ` ~ | \\ / = + - – — − ‑ ‐ • ▪ · □ ✓ \uf0b7 … § ¹ ²"
    " ⁹ ½ ﬁ ® © £ $ € % @ ^"
).split()
BLANKS = (
    " ",
    " ",
    " ",
    "  ",
    "\t",
    "\t\t",
    "\n",
    "\n",
    "\n\n",
    "\n \n",
    "\r\n",
    "\r",
    "\f",
    "\x0b",
    "\x85",
    "\u2028",
    "\u00a0",
)
ODD = (
    "\u200b \u200d \u202e \u2066 \ufeff \u00ad \u0301 \u0345 \u0660 \u09e6 \u1e9e \u0130 \u01c5 \u2160"
    " \u3000 \u4e00 \U0001f600"
    " \U000e0041 \U0001d7d8 \ufffd \uffff \x00 \x07 \x1b \x7f \u0000 ʼn ǰ ΐ ß ſ K Å ª º ₀ ℀ ㋀ ༳"
).split(" ")
LINES = (
    "1. {w}",
    "1.1 {w}",
    "- {w}",
    "• {w}",
    "  o {w}",
    "(a) {w}",
    "{w}:",
    "{w}\t{n}\t{n}",
    "{w}    {n}    {n}",
    "CONTENTS",
    "{n}",
    "Page {n} of {n}",
    "{w} ..... {n}",
    "www.{w}.uk/{w}",
    "https://{w}",
    "¹ {w}",
    "[1] {w}",
    "{w} – {w}",
    "Quarter {n}, 2018-19: {w}",
    "By March 2019: {w}",
    "# {w}",
    "{w} ({w})",
    "“{w}”",
    "*{w}",
    "You are in: {w} > {w}",
    "Table {n}: {w}",
    "A\tB\tC",
    "\t{n}",
    "-----",
)


def words(chance: Random, most: int = 12) -> str:
    """A few words, signs among them."""
    kinds = (WORDS, WORDS, WORDS, SIGNS, ODD) if chance.random() < 0.3 else (WORDS,)
    return " ".join(chance.choice(chance.choice(kinds)) for _ in range(chance.randint(0, most)))


def line(chance: Random) -> str:
    """A line of one of the shapes that the steps look for."""
    made = chance.choice(LINES)
    while "{" in made:
        filled = (
            words(chance, 6) if made.index("{") == made.find("{w}") else str(chance.choice((0, 1, 7, 2018, 123456)))
        )
        made = made.replace(made[made.index("{") : made.index("{") + 3], filled.replace("{", "("), 1)
    return made


def text_of(chance: Random) -> str:
    """A text of lines, of words and signs run together, or of one thing over and over."""
    way = chance.random()
    if way < 0.55:
        return "".join(
            line(chance) + chance.choice(("\n", "\n", "\n\n", "\r\n", " \n")) for _ in range(chance.randint(1, 25))
        )
    if way < 0.9:
        kinds = [*chance.sample((WORDS, WORDS, SIGNS, BLANKS, ODD, LINES), chance.randint(1, 4)), BLANKS]
        return "".join(chance.choice(chance.choice(kinds)) for _ in range(chance.randint(1, 150)))
    part = "".join(
        chance.choice((line(chance), chance.choice(SIGNS), chance.choice(BLANKS))) for _ in range(chance.randint(1, 3))
    )
    return (words(chance, 3) + "\n" + part * (chance.randint(1, 2_000) // (len(part) + 1)) + words(chance, 3))[:LONGEST]


def made_text(chance: Random) -> bytes:
    """A text file."""
    encoding = chance.choice(("utf-8",) * 8 + ("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "latin-1"))
    return text_of(chance).encode(encoding, "replace")


HOSTILE = (
    b"\0",
    b"\xff",
    b"<",
    b">",
    b"&",
    b"%",
    b"\\",
    b"\r",
    b"\n\n\n",
    b"\t\t",
    b"[[",
    b"((",
    b"-1",
    b"99999999999",
    b"\xed\xa0\x80",
    b"\xe2\x80\xae",
    b"{{",
    b'"',
    b"]]>",
)


def changed_bytes(chance: Random, content: bytes) -> bytes:
    """Bytes with a few of them exchanged, taken out, put in, doubled or moved."""
    made = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        at, end = sorted(chance.randrange(len(made) + 1) for _ in range(2))
        end = min(end, at + chance.choice((1, 4, 30, 400)))
        way = chance.randrange(6)
        if way == 0 and at < len(made):
            made[at] ^= 1 << chance.randrange(8)
        elif way == 1:
            del made[at:end]
        elif way == 2:
            made[at:at] = chance.choice(HOSTILE)
        elif way == 3:
            made[at:at] = made[at:end] * chance.choice((1, 2, 20))
        elif way == 4:
            part = made[at:end]
            del made[at:end]
            place = chance.randrange(len(made) + 1)
            made[place:place] = part
        else:
            made[at:end] = bytes(chance.randrange(256) for _ in range(min(end - at, 8)))
    return bytes(made[: 4 * LONGEST + len(content)])
