"""Footnotes: by their superscript digit, and under a heading that says so."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.documents import Block
from ingest.footnotes import mark_footnotes
from ingest.furniture import SITE
from ingest.quotes import quote_at
from ingest.structure import find_structure

LONG = "The council and the police meet each month to look at what was done and what was not, and to agree on it. "
PROSE = f"{LONG}{LONG}All may come.\n\n"
PIECE = st.sampled_from(
    ["¹ Our own count.", "We met.", "1. All wards. [back]", "Notes", "²", "¹ ", "• cut crime ↩", "Our aims"]
)


def footnotes(text: str) -> list[tuple[str, str]]:
    """The mark and the words of each footnote."""
    found = [b for b in find_structure(text) if b.kind == "footnote"]
    return [(text[b.marker[0] : b.marker[1]] if b.marker else "", quote_at(text, b.spans)) for b in found]


@given(st.lists(PIECE, max_size=12))
@settings(max_examples=100, deadline=None)
def test_every_footnote_has_a_mark_and_no_letter_is_lost(pieces: list[str]) -> None:
    text = "\n\n".join(pieces)
    blocks = find_structure(text)
    held = "".join(text[s:e] for b in blocks for s, e in (*([b.marker] if b.marker else []), *b.spans))

    assert all(b.marker for b in blocks if b.kind == "footnote")
    assert [c for c in held if c.isalnum()] == [c for c in text if c.isalnum()]


@pytest.mark.parametrize(
    ("piece", "expected"),
    [
        pytest.param("¹ Our own count.", ("¹", "Our own count."), id="superscript and a space"),
        pytest.param("³Our own count.", ("³", "Our own count."), id="no space"),
        pytest.param("¹² Our own count.", ("¹²", "Our own count."), id="two digits"),
        pytest.param("¹⁰ Our own count.", ("¹⁰", "Our own count."), id="ten"),
        pytest.param("Our own count.¹", None, id="superscript at the end"),
        pytest.param("1 Our own count.", None, id="a plain digit"),
        pytest.param("²", None, id="a digit alone"),
    ],
)
def test_what_a_superscript_digit_opens(piece: str, expected: tuple[str, str] | None) -> None:
    assert footnotes(f"{PROSE}{piece}\n\nWe met.\n") == ([expected] if expected else [])


def test_a_footnote_broken_in_two_is_one() -> None:
    text = f"{PROSE}¹ This is our own count of what we saw in\n\nthe wards.\n\nWe met.\n"

    assert footnotes(text) == [("¹", "This is our own count of what we saw in the wards.")]


@pytest.mark.parametrize("heading", ["Notes", "Footnotes", "Endnotes", "REFERENCES"])
def test_numbered_notes_under_a_heading_that_says_so_are_footnotes(heading: str) -> None:
    text = f"{PROSE}{heading}\n\n1. Our own count.\n2. That of the council.\n"

    assert footnotes(text) == [("1.", "Our own count."), ("2.", "That of the council.")]


@pytest.mark.parametrize("heading", ["Our aims", "Notes of the meeting", "Key references to law", "Our notes"])
def test_numbered_lines_under_another_heading_are_none(heading: str) -> None:
    assert footnotes(f"{PROSE}{heading}\n\n1. Cut crime.\n2. Save money.\n") == []


def test_under_the_next_heading_there_are_no_notes() -> None:
    text = f"{PROSE}Notes\n\n1. Our own count.\n2. Theirs.\n\nOur aims\n\nWe will:\n1. cut crime\n2. save money\n"

    assert [words for _, words in footnotes(text)] == ["Our own count.", "Theirs."]


def test_a_paragraph_without_a_number_among_the_notes_is_none() -> None:
    assert footnotes(f"{PROSE}Notes\n\nThese are ours.\n\n1. Our own count.\n2. Theirs.\n")[0][1] == "Our own count."


@pytest.mark.parametrize("link", ["[back]", "[Back]", "↩", "↩︎", "^ back", "^back"])
def test_the_link_back_to_the_text_is_furniture(link: str) -> None:
    text = f"{PROSE}Notes\n\n1. Our own count. {link}\n2. Theirs.\n"

    assert footnotes(text)[0] == ("1.", "Our own count.")
    assert [text[b.start : b.end] for b in find_structure(text) if b.rule == SITE] == [link]


def test_a_link_back_that_is_all_of_a_note_stays() -> None:
    text = "1. [back]"
    heading, note = Block("heading", ((10, 15),), depth=1), Block("item", ((3, 9),), marker=(0, 2))

    assert [b.kind for b in mark_footnotes(f"{text} Notes", [heading, note])] == ["heading", "footnote"]


def test_the_words_back_in_a_sentence_stay() -> None:
    assert footnotes(f"{PROSE}Notes\n\n1. We went back\n2. Theirs.\n")[0] == ("1.", "We went back")


def test_a_digit_alone_in_its_block_is_no_footnote() -> None:
    block = Block("paragraph", ((0, 1),))

    assert mark_footnotes("²\n\nWe met.", [block]) == [block]


def test_a_heading_that_opens_with_a_superscript_digit_stays_a_heading() -> None:
    heading = Block("heading", ((0, 10),), depth=1)

    assert mark_footnotes("¹ Our aims", [heading]) == [heading]
