"""The entries of a glossary."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.quotes import quote_at
from ingest.structure import find_structure

LONG = "The council and the police meet each month to look at what was done and what was not, and to agree on it. "
PROSE = f"{LONG}{LONG}All may come.\n\n"
PIECE = st.sampled_from(
    [
        "BCU Basic Command Unit.", "BCU", "Basic Command Unit for all of a few boroughs.", "Ward: Part of a borough.",
        "and more.", "12", "Our aims", "Glossary", "Term Meaning", "¹ A note.", "https://met.uk", "<b>", "• act",
        "Beat The beat\nDMM: Daily meeting\nof all", "A\tB\nC\tD",
    ]
)  # fmt: skip


def entries(text: str) -> list[tuple[str, str]]:
    """The term and the meaning of each entry."""
    return [
        tuple(quote_at(text, cell.spans) if cell.spans else "" for cell in block.cells)  # type: ignore[misc]
        for block in find_structure(text)
        if block.kind == "entry"
    ]


def glossary(*pieces: str, heading: str = "7. Glossary") -> str:
    """A glossary whose pieces stand a blank line apart."""
    return f"{PROSE}{heading}\n\n" + "\n\n".join(pieces) + "\n"


@given(st.lists(PIECE, max_size=15), st.sampled_from(["\n", "\n\n", "\n\n\n"]))
@settings(max_examples=150, deadline=None)
def test_a_glossary_holds_every_letter_once_and_an_entry_is_its_term_and_its_meaning(
    pieces: list[str], between: str
) -> None:
    text = f"{PROSE}Glossary\n\n{between.join(pieces)}"
    blocks = find_structure(text)
    held = [i for b in blocks for s, e in (*([b.marker] if b.marker else []), *b.spans) for i in range(s, e)]

    assert len(held) == len(set(held))
    assert {i for i, c in enumerate(text) if c.isalnum()} <= set(held)
    for block in blocks:
        if block.kind == "entry":
            term, meaning = block.cells
            assert term.spans and term.spans[0][0] == block.start
            assert {*term.spans, *meaning.spans} == set(block.spans) or meaning.spans[0][0] < block.spans[0][1]


TERMS = st.lists(st.text("ABCDEFGHKLMNPRST", min_size=2, max_size=6), min_size=1, max_size=8, unique=True)


@given(TERMS, st.booleans())
@settings(max_examples=80, deadline=None)
def test_any_acronym_before_its_meaning_is_a_term(terms: list[str], colon: bool) -> None:
    expected = [(term, "Part of what we do now.") for term in terms]

    assert entries(glossary(*(f"{t}{':' if colon else ''} {m}" for t, m in expected))) == expected


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        pytest.param(["BCU Basic Command Unit"], [("BCU", "Basic Command Unit")], id="acronym and meaning"),
        pytest.param(["BCUs Basic Command Units"], [("BCUs", "Basic Command Units")], id="acronym in the plural"),
        pytest.param(["Ward: A part of a borough."], [("Ward", "A part of a borough.")], id="term, colon, meaning"),
        pytest.param(["Safer Streets fund: It pays."], [("Safer Streets fund", "It pays.")], id="words and a colon"),
        pytest.param(["Ward: a part of a borough."], [], id="a small letter after a colon"),
        pytest.param(
            ["Beat watch The streets of one officer."], [("Beat watch", "The streets of one officer.")], id="words"
        ),
        pytest.param(
            ["County Lines County lines is a trade."],
            [("County Lines", "County lines is a trade.")],
            id="a term said again",
        ),
        pytest.param(["R&D Research"], [("R&D", "Research")], id="ampersand"),
        pytest.param(["999 Emergency number"], [], id="a number is no term by itself"),
        pytest.param(
            ["101 calls Not for emergencies."], [("101 calls", "Not for emergencies.")], id="a number and a word"
        ),
        pytest.param(
            ["Ward or Beat The streets of one."], [("Ward or Beat", "The streets of one.")], id="two names for one"
        ),
        pytest.param(
            ["Local BCU The unit of a borough."], [("Local BCU", "The unit of a borough.")], id="an acronym in the term"
        ),
        pytest.param(["the beat The streets of one."], [], id="a small letter opens it"),
        pytest.param(["In all, The streets are ours."], [], id="a comma in the term"),
        pytest.param(
            ["Beat", "The streets that one officer walks each day."],
            [("Beat", "The streets that one officer walks each day.")],
            id="a term on a piece of its own",
        ),
        pytest.param(
            ["Beat of one or two constables", "The streets that one officer walks each day."],
            [("Beat of one or two constables", "The streets that one officer walks each day.")],
            id="a term of six words",
        ),
        pytest.param(
            ["Beat of one or of two constables", "The streets that one officer walks each day."], [], id="of seven"
        ),
        pytest.param(["Beat", "The streets one officer walks now."], [], id="before six words"),
        pytest.param(["Beat", "the streets that one officer walks each day."], [], id="before a small letter"),
        pytest.param(
            ["BCU Basic Command Unit.", "it has two boroughs or three."],
            [("BCU", "Basic Command Unit. it has two boroughs or three.")],
            id="a meaning over two pieces",
        ),
        pytest.param(
            ["BCU Basic Command", "12", "Unit of all.", "DMM Daily meeting."],
            [("BCU", "Basic Command 12 Unit of all."), ("DMM", "Daily meeting.")],
            id="a number in the midst of a meaning",
        ),
        pytest.param(["We say what we mean.", "BCU Basic"], [("BCU", "Basic")], id="a sentence before the first term"),
    ],
)
def test_terms_and_meanings(pieces: list[str], expected: list[tuple[str, str]]) -> None:
    assert entries(glossary(*pieces)) == expected


@pytest.mark.parametrize(
    ("heading", "is_glossary"),
    [
        ("Glossary", True),
        ("7. Glossary and acronyms", True),
        ("Abbreviations", True),
        ("Definitions of words", True),
        ("Terminology", True),
        ("Our aims", False),
        ("Glossaries", False),
    ],
)
def test_which_headings_open_a_glossary(heading: str, is_glossary: bool) -> None:
    assert bool(entries(glossary("BCU Basic Command Unit", heading=heading))) is is_glossary


def test_a_glossary_ends_at_a_heading_as_deep_as_its_own() -> None:
    text = glossary("BCU Basic.", "2. Our aims", "DMM Daily meeting of all of us.", heading="1. Glossary")

    assert entries(text) == [("BCU", "Basic.")]


def test_a_glossary_without_a_number_ends_at_the_next_heading_without_one() -> None:
    text = glossary("BCU Basic.", "Our aims", "DMM Daily meeting of all of us.", heading="Glossary")

    assert entries(text) == [("BCU", "Basic.")]


def test_words_under_a_numbered_heading_are_no_part_of_the_meaning_before_it() -> None:
    assert entries(glossary("BCU Basic.", "7.2 Of the council", "These are its own words.")) == [("BCU", "Basic.")]


def test_a_short_line_close_under_an_entry_is_no_term() -> None:
    text = f"{PROSE}7. Glossary\n\nBCU Basic.\nBeat\nThe streets that one officer walks each day.\n"

    assert entries(text) == [("BCU", "Basic. Beat The streets that one officer walks each day.")]


def test_a_glossary_goes_on_under_deeper_headings_and_another_may_follow() -> None:
    text = glossary(
        "BCU Basic.", "1.1 More of them", "DMM Daily.", "2. Our aims", "We act.", "3. Acronyms", "PPU Public.",
        heading="1. Glossary",
    )  # fmt: skip

    assert [term for term, _ in entries(text)] == ["BCU", "DMM", "PPU"]


def test_a_numbered_heading_in_a_glossary_is_a_heading_and_no_term() -> None:
    text = glossary("7.1 Of the police", "BCU Basic.", "7.2 Of the council", "DMM Daily meeting.")

    assert entries(text) == [("BCU", "Basic."), ("DMM", "Daily meeting.")]
    assert [quote_at(text, b.spans) for b in find_structure(text) if b.kind == "heading"] == [
        "7. Glossary",
        "7.1 Of the police",
        "7.2 Of the council",
    ]


def test_terms_and_meanings_on_alternating_lines() -> None:
    text = glossary("BCU", "a part of the force", "DMM", "a meeting", "Ward", "a part of a borough")

    assert entries(text) == [("BCU", "a part of the force"), ("DMM", "a meeting"), ("Ward", "a part of a borough")]


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param(["BCU", "a part of the force"], id="two pieces"),
        pytest.param(["BCU", "a part", "DMM", "a meeting", "PPU"], id="an odd number"),
        pytest.param(
            ["BCU", "a part", "DMM", "a meeting", "The long name of a ward that has many words", "A ward."], id="long"
        ),
    ],
)
def test_what_does_not_alternate(pieces: list[str]) -> None:
    assert entries(glossary(*pieces)) == []


def test_lines_of_which_half_are_acronyms_do_not_alternate() -> None:
    assert entries(glossary("BCU", "a part of the force", "Ward", "a part of a borough")) != [
        ("BCU", "a part of the force"),
        ("Ward", "a part of a borough"),
    ]


def test_lines_run_together_are_cut_where_a_term_and_a_colon_begin_one() -> None:
    text = "Glossary\n\nBCU: Basic Command Unit of\nthe force\nDMM: Daily meeting\nof us all\n\nThat is all\nwe say.\n"

    assert entries(text)[0] == ("BCU", "Basic Command Unit of the force")
    assert entries(text)[1][0] == "DMM"


def test_the_names_of_the_columns_are_a_header() -> None:
    text = glossary("Term Meaning", "BCU Basic Command Unit")

    assert [quote_at(text, b.spans) for b in find_structure(text) if b.kind == "header"] == ["Term Meaning"]
    assert entries(text) == [("BCU", "Basic Command Unit")]


def test_the_names_of_the_columns_may_open_the_first_entry() -> None:
    text = glossary("Abbreviation Description BCU Basic Command Unit")

    assert entries(text) == [("BCU", "Basic Command Unit")]


def test_page_numbers_and_web_addresses_in_a_meaning_are_no_part_of_it() -> None:
    text = glossary("BCU Basic Command", "https://met.uk/bcu", "of two boroughs.\n\n\n12\n\n", "DMM Daily meeting.")

    assert entries(text) == [("BCU", "Basic Command of two boroughs."), ("DMM", "Daily meeting.")]
    assert [b.kind for b in find_structure(text)].count("furniture") == 2


def test_a_footnote_in_a_glossary_stays_one() -> None:
    text = glossary("BCU Basic Command.", "¹ As of 2018.", "DMM Daily meeting.")

    assert [term for term, _ in entries(text)] == ["BCU", "DMM"]
    assert [b.kind for b in find_structure(text)].count("footnote") == 1


def test_a_glossary_that_is_a_table_stays_a_table() -> None:
    text = glossary("Term\tMeaning\nBCU\tBasic Command Unit")

    assert entries(text) == []
    assert [b.kind for b in find_structure(text)][-2:] == ["header", "row"]
