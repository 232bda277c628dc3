"""PDFs whose truth is known: what they say, in which order, which cells stand under which header.

They are made with ReportLab, a dependency of the tests alone. ``Setter`` sets paragraphs, headings,
lists and tables in columns and keeps what it set; ``set_in_two_columns`` sets a plain text.
"""

import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from reportlab.lib import pdfencrypt
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

A4, LETTER, A5, A3 = (595.3, 841.9), (612.0, 792.0), (419.5, 595.3), (841.9, 1190.6)
FONTS = {
    "Times": ("Times-Roman", "Times-Bold"),
    "Helvetica": ("Helvetica", "Helvetica-Bold"),
    "Vera": ("Vera", "VeraBd"),  # TrueType, comes with ReportLab
}
_VOWELS = "aeiouy"

SENTENCES = """
Neighbourhood officers will be named on every ward page, and residents will be able to write to them directly.
The borough recorded 1,284 burglaries last year, a fall of 6.5 per cent on the year before.
Knife crime remains the first priority of this plan, because its harm falls so heavily on the young.
We shall review each use of stop and search with a panel of local people every quarter.
Three in five victims said that they were kept informed; our aim is four in five by March 2020.
Most calls are answered within ten seconds, but the calls that are not are the ones that people remember.
The estate costs £203m a year to run, and half of our stations see fewer than five visitors a day.
Officers spend too long on forms that nobody reads.
Partners in health, housing and education share responsibility for prevention, and they will share its targets.
A custody sergeant told the inspection that the night shift was often a cell short and two officers down.
By the end of 2018-19 we will have fitted 22,000 body-worn cameras and trained everyone who wears one.
Domestic abuse is under-reported everywhere, so a rise in reports may be a sign of trust rather than of harm.
The Mayor's office holds the Commissioner to account in public, four times a year, on the figures in annex B.
Road deaths fell for the third year; cyclists and motorcyclists did not share in the fall.
An independent adviser will watch the recruitment boards, and her report will be published in full.
Savings of £400m have been found since 2013, mostly by selling buildings and by sharing services.
Young people asked for officers who stay long enough to be known by name.
Counter-terrorism policing is paid for by a grant of its own, which the Home Office sets each December.
We tested the new crime-recording system in two boroughs before it was given to the rest.
Re-offending is lower where probation staff and police sit in the same room.
Forensic results now come back within nine days; the national standard is fourteen.
The control room handles 5,200 emergency calls on a Saturday, twice what it handles on a Tuesday.
Hate crime has risen since the referendum, and so has the share of it that is charged.
What is measured is not always what matters, and this plan tries to say which is which.
Volunteers gave 410,000 hours last year, more than in any year since the scheme began.
Cyber-enabled fraud is reported to a national centre and seldom comes back to a local detective.
A detective carries eighteen cases on average; the college advises twelve.
Public order duties took 98,000 shifts away from boroughs, most of them at weekends.
We will publish the workforce figures by rank, ethnicity and sex every six months.
Mental health crises should not end in a cell, and in most boroughs they no longer do.
Firearms officers were sent to 3,712 incidents and fired at two of them.
The dog section has moved to Keston, where training is cheaper and the neighbours are further away.
Confidence in local policing stands at 68 per cent, one point below the target for this year.
Every school will have a named officer by September, shared between no more than three schools.
Our vehicles are nine years old on average, and a third of them will be electric by 2025.
Inspectors found the safeguarding of vulnerable adults to be good, and its paperwork to be slow.
Modern slavery is hidden in plain sight: in car washes, in nail bars, in the back rooms of restaurants.
The response time for the most urgent calls is fifteen minutes, met in 86 out of a hundred.
Special constables may now carry the same equipment as regular officers after the same training.
No borough shall have fewer than two dedicated officers in each ward, whatever else is asked of it.
""".strip().split("\n")


def paragraphs(seed: int, count: int, sentences: tuple[int, int] = (2, 6)) -> list[str]:
    """Some paragraphs about policing, always the same for a seed."""
    chance = random.Random(seed)
    return [" ".join(chance.sample(SENTENCES, chance.randint(*sentences))) for _ in range(count)]


@dataclass
class SetLine:
    """A line to be set: its text, type, indent, the white above it, and the width to fill (0 if ragged)."""

    text: str
    font: str
    size: float
    leading: float
    indent: float = 0.0
    above: float = 0.0
    fill: float = 0.0
    draw: Callable[[Canvas, float, float], None] | None = None  # instead of text: at left, top
    keep: bool = False  # with the line after it


def _filled(lines: Sequence[SetLine], columns: int, height: float) -> list[list[SetLine]]:
    """As many of the lines as fit in columns of a height; a heading is not the last line of its column."""
    filled: list[list[SetLine]] = []
    at = 0
    for _ in range(columns):
        column: list[SetLine] = []
        used = 0.0
        while at < len(lines):
            need = lines[at].leading + (lines[at].above if column else 0.0)
            if column and used + need > height + 0.01:
                break
            column.append(lines[at])
            used += need
            at += 1
        while len(column) > 1 and column[-1].keep and at < len(lines):
            column.pop()
            at -= 1
        filled.append(column)
    return filled


@dataclass
class Setter:
    """Sets a document in columns and keeps its truth.

    Attributes:
        truth: What it says in reading order, without page furniture.
        headings: The headings with their levels.
        tables: For each table its rows, header first.
    """

    page: tuple[float, float] = A4
    margin: float = 60.0
    gutter: float = 20.0
    family: str = "Times"
    size: float = 10.0
    leading: float = 12.0
    justified: bool = True
    hyphens: bool = False
    soft_hyphens: bool = False
    word_by_word: bool = False
    first_line_indent: float = 0.0
    between: float = 6.0
    head: Callable[[int], str] | None = None
    foot: Callable[[int], str] | None = None
    encrypt: str | None = None
    truth: list[str] = field(default_factory=list)
    headings: list[tuple[str, int]] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if "Vera" not in pdfmetrics.getRegisteredFontNames():
            for name in FONTS["Vera"]:
                pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
        self._file = io.BytesIO()
        secret = None if self.encrypt is None else pdfencrypt.StandardEncryption(self.encrypt, "owner", strength=128)
        self.canvas = Canvas(self._file, pagesize=self.page, encrypt=secret)
        self.number = 1
        self._furniture()
        self._top = self.page[1] - self.margin

    # -- pages

    def _furniture(self) -> None:
        self.canvas.setFont(FONTS[self.family][0], 8)
        if self.head:
            self.canvas.drawString(self.margin, self.page[1] - 30, self.head(self.number))
        if self.foot:
            self.canvas.drawCentredString(self.page[0] / 2, 28, self.foot(self.number))

    def new_page(self, size: tuple[float, float] | None = None) -> None:
        """End the page and begin another."""
        self.canvas.showPage()
        self.number += 1
        if size:
            self.page = size
            self.canvas.setPageSize(size)
        self._furniture()
        self._top = self.page[1] - self.margin

    def done(self) -> bytes:
        """The file."""
        self.canvas.showPage()
        self.canvas.save()
        return self._file.getvalue()

    # -- what is set

    def band(self, items: Sequence[list[SetLine]], columns: int = 2) -> None:
        """Set lines in columns of equal length; on as many pages as they take."""
        lines = [line for item in items for line in item]
        while lines:
            room = self._top - self.margin
            if room < 5 * self.leading and self._top < self.page[1] - self.margin:
                self.new_page()
                continue
            share = min(room, sum(line.above + line.leading for line in lines) / columns)
            filled = _filled(lines, columns, share)
            while sum(map(len, filled)) < len(lines) and share < room:
                share = min(room, share + 2)
                filled = _filled(lines, columns, share)
            lowest = self._top
            for column, part in enumerate(filled):
                y = self._top
                for i, line in enumerate(part):
                    y -= (line.above if i else 0.0) + line.leading
                    self._draw(line, self.margin + column * (self.column(columns) + self.gutter), y)
                lowest = min(lowest, y)
            lines = lines[sum(map(len, filled)) :]
            self._top = lowest - self.between - 4
            if lines:
                self.new_page()

    def column(self, columns: int) -> float:
        """How wide each of some columns is."""
        return (self.page[0] - 2 * self.margin - (columns - 1) * self.gutter) / columns

    def prose(self, text: str, columns: int = 2) -> list[SetLine]:
        """A paragraph."""
        self.truth.append(text)
        return self._wrapped(text, self.column(columns), FONTS[self.family][0], self.size)

    def heading(self, text: str, size: float, level: int, columns: int = 2) -> list[SetLine]:
        """A heading in bold type of a size."""
        self.truth.append(text)
        self.headings.append((text, level))
        font = FONTS[self.family][1]
        lines = self._wrapped(text, self.column(columns), font, size, justified=False, first=0.0)
        for line in lines:
            line.leading, line.keep = size * 1.2, True
        lines[0].above = size * 0.9
        return lines

    def bullet(self, text: str, columns: int = 2, sign: str = "•", hang: float = 12.0) -> list[SetLine]:
        """An item of a list with a hanging bullet."""
        self.truth.append(f"{sign} {text}")
        lines = self._wrapped(text, self.column(columns) - hang, FONTS[self.family][0], self.size, first=0.0)
        for line in lines:
            line.indent += hang
        first = lines[0]
        plain = SetLine(first.text, first.font, first.size, first.leading, fill=first.fill)

        def draw(canvas: Canvas, x: float, y: float) -> None:
            canvas.setFont(first.font, first.size)
            canvas.drawString(x, y, sign)
            self._draw(plain, x + hang, y)

        lines[0] = SetLine("", first.font, first.size, first.leading, above=2.0, draw=draw)
        return lines

    def table(
        self, rows: list[list[str]], widths: Sequence[float], *, ruled: bool = True, bold: bool = True
    ) -> list[SetLine]:
        """A table, its first row the header; a line break within a cell is set as one."""
        self.tables.append([[cell.replace("\n", " ") for cell in row] for row in rows])
        self.truth.extend(cell.replace("\n", " ") for row in rows for cell in row)
        lines = []
        for i, row in enumerate(rows):
            font = FONTS[self.family][1 if bold and i == 0 else 0]
            height = max(cell.count("\n") + 1 for cell in row) * self.leading + 6
            lines.append(SetLine("", font, self.size, height, draw=self._row(row, widths, font, height, ruled=ruled)))
        return lines

    def _row(
        self, row: list[str], widths: Sequence[float], font: str, height: float, *, ruled: bool
    ) -> Callable[[Canvas, float, float], None]:
        def draw(canvas: Canvas, x: float, y: float) -> None:
            canvas.setFont(font, self.size)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True)):
                for n, words in enumerate(cell.split("\n")):
                    place = y + height - self.leading - n * self.leading
                    if k and cell[:1].isdigit() and "\n" not in cell:
                        canvas.drawRightString(x + width - 4, place, words)
                    else:
                        canvas.drawString(x + 4, place, words)
                if ruled:
                    canvas.setLineWidth(0.5)
                    canvas.rect(x, y, width, height)
                x += width

        return draw

    # -- lines

    def _wrapped(
        self,
        text: str,
        width: float,
        font: str,
        size: float,
        *,
        justified: bool | None = None,
        first: float | None = None,
    ) -> list[SetLine]:
        justified = self.justified if justified is None else justified
        indent = self.first_line_indent if first is None else first
        lines: list[SetLine] = []
        words = text.split(" ")
        open_line: list[str] = []
        while words:
            room = width - (indent if not lines else 0.0)
            tried = " ".join([*open_line, words[0]])
            if pdfmetrics.stringWidth(tried, font, size) <= room or not open_line:
                open_line.append(words.pop(0))
                continue
            parts = self._cut(words[0], " ".join(open_line), font, size, room)
            if parts:
                open_line.append(parts[0])
                words[0] = parts[1]
            lines.append(self._line(open_line, font, size, room if justified else 0.0, indent if not lines else 0.0))
            open_line = []
        lines.append(self._line(open_line, font, size, 0.0, indent if not lines else 0.0))
        lines[0].above = self.between if not self.first_line_indent else 0.0
        return lines

    def _line(self, words: Sequence[str], font: str, size: float, fill: float, indent: float) -> SetLine:
        return SetLine(" ".join(words), font, size, self.leading, indent=indent, fill=fill)

    def _cut(self, word: str, before: str, font: str, size: float, room: float) -> tuple[str, str] | None:
        """A word in two parts, the first of which ends with a hyphen and fits; None if there is no such place."""
        sign = "\u00ad" if self.soft_hyphens else "-"
        for i in range(len(word) - 3, 2, -1):
            if word[i - 1] == "-" and word[:i].count("-") == 1:
                parts = (word[:i], word[i:])
            elif self.hyphens and word.isalpha() and word[i - 1] in _VOWELS and word[i] not in _VOWELS:
                parts = (word[:i] + sign, word[i:])
            else:
                continue
            if pdfmetrics.stringWidth(f"{before} {parts[0]}".replace("\u00ad", "-"), font, size) <= room:
                return parts
        return None

    def _draw(self, line: SetLine, x: float, y: float) -> None:
        if line.draw:
            line.draw(self.canvas, x, y)
            return
        x += line.indent
        width = pdfmetrics.stringWidth(line.text, line.font, line.size)
        spaces = line.text.count(" ")
        extra = (line.fill - width) / spaces if line.fill and spaces else 0.0
        self.canvas.setFont(line.font, line.size)
        if not self.word_by_word and not (self.family == "Vera" and extra):
            self.canvas.drawString(x, y, line.text, wordSpace=extra)
            return
        for word in line.text.split(" "):
            self.canvas.drawString(x, y, word)
            x += pdfmetrics.stringWidth(f"{word} ", line.font, line.size) + extra


def set_in_two_columns(
    text: str, *, size: float = 9.0, justified: bool = False, title: str = "Policing plan", front_pages: int = 2
) -> bytes:
    """Set a plain text in two columns.

    Its own lines are kept, those too long for a column are wrapped, a blank line parts paragraphs. Spaces
    at a line's beginning stay. A line with tabs keeps its cells apart. Every page has the title over it and
    its label under it: roman for the front pages, then arabic from 1.
    """
    setter = Setter(
        size=size,
        leading=size * 1.2,
        margin=50.0,
        gutter=24.0,
        head=lambda _number: title,
        foot=lambda number: _roman(number) if number <= front_pages else str(number - front_pages),
    )
    font = FONTS["Times"][0]
    width = setter.column(2)
    lines: list[SetLine] = []
    above = 0.0
    for raw in text.split("\n"):
        line = raw.rstrip().replace("\t", "     ").replace("\f", "")
        if not line.strip():
            above = size * 0.7
            continue
        lead = line[: len(line) - len(line.lstrip())]
        wrapped = setter._wrapped(line.strip(), width - 12, font, size, justified=justified, first=0.0)
        wrapped[0].text = lead + wrapped[0].text
        wrapped[0].above = above
        above = 0.0
        for part in wrapped:  # an address longer than the column is set smaller
            long = pdfmetrics.stringWidth(part.text.strip(), font, size)
            part.size = min(size, size * (width - 12) / long)
        lines += wrapped
    _fill_columns(setter, lines)
    setter.canvas.addPageLabel(0, style="ROMAN_LOWER", start=1)
    setter.canvas.addPageLabel(front_pages, style="ARABIC", start=1)
    return setter.done()


def _fill_columns(setter: Setter, lines: list[SetLine]) -> None:
    """Columns as long as the page, and the last page's too."""
    column, y = 0, setter._top
    for line in lines:
        above = line.above if y < setter._top else 0.0
        if y - above - line.leading < setter.margin:
            column += 1
            if column == 2:
                setter.new_page()
                column = 0
            y, above = setter._top, 0.0
        y -= above + line.leading
        setter._draw(line, setter.margin + column * (setter.column(2) + setter.gutter), y)


def _roman(number: int) -> str:
    return {1: "i", 2: "ii", 3: "iii", 4: "iv", 5: "v", 6: "vi", 7: "vii", 8: "viii"}[number]


def picture_of(words: Sequence[str]) -> ImageReader:
    """A picture of some lines of words, as a scanner makes it."""
    from PIL import Image, ImageDraw

    image = Image.new("L", (600, 800), 255)
    draw = ImageDraw.Draw(image)
    for i, line in enumerate(words):
        draw.text((40, 40 + 24 * i), line, fill=0)
    return ImageReader(image)


TARGETS = [
    ["Measure", "2016-17", "2017-18", "Target 2018-19"],
    ["Knife crime with injury", "4,446", "4,732", "4,200"],
    ["Gun crime, lethal barrel", "1,793", "1,806", "1,700"],
    ["Victim satisfaction", "79%", "77%", "80%"],
    ["Public confidence", "69%", "68%", "70%"],
    ["Burglary of homes", "58,201", "61,954", "57,000"],
    ["Answered in ten seconds", "86%", "88%", "90%"],
]
MILESTONES = [
    ["Milestone", "Owner", "Due"],
    ["Body-worn video for\nevery response officer", "Frontline Policing", "Q2 2018-19"],
    ["A named officer in\neach secondary school", "Territorial Command", "Q3 2018-19"],
    ["New custody record\nin all boroughs", "Met Detention", "Q4 2018-19"],
    ["Review of stop and\nsearch training", "Professionalism", "Q1 2019-20"],
]


def report(setter: Setter, seed: int, columns: int = 2) -> bytes:
    """A report: headings as wide as the page over, between and below columns, lists, tables of both kinds."""
    text = iter(paragraphs(seed, 60))
    wide = setter.size * 1.9
    setter.band([setter.heading("Policing plan for a safer borough", wide, 1, columns=1)], columns=1)
    for chapter in ("Where we stand", "What we shall do", "How we shall know"):
        setter.band([setter.heading(chapter, setter.size * 1.5, 2, columns=1)], columns=1)
        setter.band([setter.prose(next(text), columns=1)], columns=1)
        items = [setter.prose(next(text), columns) for _ in range(4)]
        items.append(setter.heading(f"Priorities: {chapter.lower()}", setter.size * 1.2, 3, columns))
        items += [setter.prose(next(text), columns) for _ in range(2)]
        items += [setter.bullet(sentence, columns) for sentence in SENTENCES[seed % 7 : seed % 7 + 4]]
        items += [setter.prose(next(text), columns) for _ in range(3)]
        setter.band(items, columns)
        room = setter.column(1)
        ruled = chapter != "What we shall do"
        rows = TARGETS if chapter != "How we shall know" else MILESTONES
        widths = [room * 0.4, *[room * 0.6 / (len(rows[0]) - 1)] * (len(rows[0]) - 1)]
        setter.band([setter.table(rows, widths, ruled=ruled)], columns=1)
        setter.band([setter.prose(next(text), columns=1)], columns=1)
    return setter.done()
