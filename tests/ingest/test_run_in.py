"""Headings that run into their paragraph, and captions of pictures."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.documents import Block
from ingest.furniture import PICTURE
from ingest.quotes import fold, quote_at
from ingest.run_in import split_run_in

# Eleven words: with a heading of four or more a paragraph is long enough to have one.
REST = "we meet the people of the ward and hear from them."
THREE = ["Hate crime and fear", "Roads in our wards", "Homes of the old"]


def paragraphs(*pieces: str) -> tuple[str, list[Block]]:
    """A text of pieces, and a block for each."""
    text, blocks = "", []
    for piece in pieces:
        blocks.append(Block("paragraph", ((len(text), len(text) + len(piece)),)))
        text += f"{piece}\n\n"
    return text, blocks


def headings(*pieces: str) -> list[str]:
    """The headings cut off the pieces."""
    text, blocks = paragraphs(*pieces)
    return [quote_at(text, b.spans) for b in split_run_in(text, blocks) if b.kind == "heading"]


def opened_by(heading: str, opener: str = "This year") -> str:
    return f"{heading} {opener} {REST}"


WORDS = st.sampled_from(
    ["Hate", "crime", "and", "This", "The", "is", "Making", "streets", "(all)", "image", "one.", "X"]
)


@given(st.lists(st.lists(WORDS, min_size=1, max_size=30).map(" ".join), min_size=1, max_size=6))
@settings(max_examples=150, deadline=None)
def test_cutting_leaves_every_word_in_its_place(pieces: list[str]) -> None:
    text, blocks = paragraphs(*pieces)
    spans = [span for b in split_run_in(text, blocks) for span in b.spans]

    assert spans == sorted(spans)
    assert "".join("".join(text[s:e] for s, e in spans).split()) == "".join(text.split())


@given(st.lists(st.sampled_from(["Crime", "roads", "homes", "wards", "parks"]), min_size=2, max_size=8))
@settings(max_examples=60, deadline=None)
def test_any_phrase_in_sentence_case_is_a_heading_before_a_word_that_opens_sentences(words: list[str]) -> None:
    heading = " ".join(words).capitalize()

    assert headings(*[opened_by(heading)] * 3) == [heading] * 3


@pytest.mark.parametrize(
    ("piece", "heading"),
    [
        pytest.param(
            opened_by("Safe roads and parks"), "Safe roads and parks", id="before a word that opens sentences"
        ),
        pytest.param(
            f"Safe roads Within, as it were, all of our wards {REST}", "Safe roads", id="an opener and a comma"
        ),
        pytest.param(f"Hate crime Targeting someone for all that they are, {REST}", "Hate crime", id="before a gerund"),
        pytest.param(f"Crime (Hate) Targeting some of us here {REST}", "Crime (Hate)", id="a gerund after brackets"),
        pytest.param(
            f"Hate crime Targeting a man This year {REST}", "Hate crime Targeting a man", id="an opener later on"
        ),
        pytest.param(f"Hate Crime Making of laws all of us here {REST}", None, id="a gerund in a row of capitals"),
        pytest.param(f"Hate crime Making Laws here for all of us {REST}", None, id="a gerund before a capital"),
        pytest.param(f"Our plan for the Barnet ward is for all {REST}", None, id="a name that opens no sentence"),
        pytest.param(f"All roads and parks This year we met {REST}", None, id="an opener opens the paragraph"),
        pytest.param(f"safe roads and parks This year we met {REST}", None, id="a small letter opens it"),
        pytest.param(f"Safe roads for The Ward in all our wards {REST}", None, id="a word that joins before it"),
        pytest.param(f"Roads are safe This year in all our wards {REST}", None, id="a finite verb before it"),
        pytest.param(f"Roads and parks, This year in all our wards {REST}", None, id="a comma before it"),
        pytest.param(f"Safe “roads” This year in all of our wards {REST}", None, id="quotes before it"),
        pytest.param("Safe roads and parks This year we meet the people of the ward here.", None, id="14 words"),
        pytest.param(
            "Safe roads and parks This year we meet the people of the ward right here.",
            "Safe roads and parks",
            id="15 words",
        ),
        pytest.param(opened_by("Safe" + " roads" * 13), "Safe" + " roads" * 13, id="a heading of 14 words"),
        pytest.param(opened_by("Safe" + " roads" * 14), None, id="a heading of 15 words"),
    ],
)
def test_what_runs_in(piece: str, heading: str | None) -> None:
    found = headings(piece, *(opened_by(h) for h in THREE))

    assert found == [*([heading] if heading else []), *THREE]


def test_two_such_headings_are_odd_sentences() -> None:
    assert headings(*(opened_by(h) for h in THREE[:2])) == []


def test_a_heading_is_one_deeper_than_the_one_before_that_stands_on_its_own() -> None:
    text, blocks = paragraphs("Our wards", *(opened_by(h) for h in THREE))
    blocks[0] = Block("heading", blocks[0].spans, depth=2)
    found = split_run_in(text, blocks)

    assert [b.depth for b in found if b.kind == "heading"] == [2, 3, 3, 3]
    assert [b.depth for b in split_run_in(*paragraphs(*(opened_by(h) for h in THREE))) if b.kind == "heading"] == [
        1
    ] * 3


def test_the_rest_of_the_paragraph_is_a_paragraph_and_neither_stands_alone() -> None:
    text, blocks = paragraphs(*(opened_by(h) for h in THREE))
    heading, rest = split_run_in(text, blocks)[:2]

    assert (heading.isolated, rest.kind, rest.isolated) == (False, "paragraph", False)
    assert quote_at(text, rest.spans) == f"This year {REST}"


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(Block("item", ((0, 0),)), id="item"),
        pytest.param(Block("paragraph", ((0, 0),), marker=(0, 1)), id="numbered paragraph"),
    ],
)
def test_only_paragraphs_without_a_number_have_a_heading_run_in(block: Block) -> None:
    text, blocks = paragraphs(*(opened_by(h) for h in THREE), opened_by("Safe roads"))
    blocks[3] = Block(block.kind, blocks[3].spans, marker=block.marker)

    assert len([b for b in split_run_in(text, blocks) if b.kind == "heading"]) == 3


LISTED = f"Street parties Barnet ward holds one in each of its parks every summer, {REST}"


@pytest.mark.parametrize(
    ("elsewhere", "is_heading"),
    [
        pytest.param("We pay for: hate crime; street parties; parks.", True, id="between semicolons"),
        pytest.param("We pay for: Street parties; parks.", True, id="after a colon"),
        pytest.param("Parks\tStreet parties\tRoads", True, id="between tabs"),
        pytest.param("<td>Street parties</td>", True, id="between tags"),
        pytest.param("We pay for street parties and parks.", False, id="in a sentence"),
        pytest.param("We pay for; street parties in parks;", False, id="not as the whole of it"),
        pytest.param("We pay for street parties;", False, id="no separator before it"),
        pytest.param("We pay for: street parties.", False, id="no separator after it"),
    ],
)
def test_words_before_a_name_are_a_heading_where_they_are_listed_elsewhere(elsewhere: str, is_heading: bool) -> None:
    found = headings(elsewhere, LISTED, *(opened_by(h) for h in THREE))

    assert found == [*(["Street parties"] if is_heading else []), *THREE]


@pytest.mark.parametrize(
    "piece",
    [
        pytest.param("Street parties Barnet ward holds one in each of its parks.", id="short"),
        pytest.param(f"Street parties are Barnet ward’s own, and all of us go to them, {REST}", id="verb"),
    ],
)
def test_a_listed_phrase_that_opens_no_paragraph_is_no_heading(piece: str) -> None:
    listed = "We pay for: street parties; street parties are; parks."

    assert headings(listed, piece, *(opened_by(h) for h in THREE)) == THREE


@pytest.mark.parametrize(
    ("piece", "caption"),
    [
        pytest.param("Officers on patrol imageThis year we met.", "Officers on patrol image", id="image"),
        pytest.param("The council’s logoWe met.", "The council’s logo", id="logo"),
        pytest.param("A bus photographWe met.", "A bus photograph", id="photograph, not photo"),
        pytest.param("A bus image We met.", None, id="a space after it"),
        pytest.param("A bus imageWE met.", None, id="two capitals"),
        pytest.param("We met. A bus imageThis year", None, id="in a later sentence"),
        pytest.param("Pilgrimage imagery", None, id="part of a word"),
    ],
)
def test_captions_of_pictures_are_furniture(piece: str, caption: str | None) -> None:
    text, blocks = paragraphs(piece)
    found = split_run_in(text, blocks)

    assert [quote_at(text, b.spans) for b in found if b.rule == PICTURE] == ([caption] if caption else [])
    assert fold(" ".join(quote_at(text, b.spans) for b in found)).replace(" ", "") == piece.replace(" ", "")
