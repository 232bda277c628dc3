"""Blocks to passages: what belongs together stays together, and all of it is there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.documents import Block, Section, Span
from ingest.outline import find_sections
from ingest.packing import FEWEST_WORDS, MOST_WORDS, Passage
from ingest.passages import find_passages
from ingest.quotes import quote_at
from ingest.structure import find_structure

PIECES = st.sampled_from(
    [
        "\n", "\n\n", "\n\n\n12\n\n\n", "Our plan", "3.2 Our staff", "Milestones:", "We will:", "We act now. ", "many",
        "• cut crime", "• save money\n• act • now", "Rank\tStaff\t2018", "Clerks\t8,000\t-", "a\t• b • c • d", "31,000",
        "Officers 31,000", "2018-\n19", "<b>", "</b>", "word " * 100, "Word word word. " * 30,
        "• " + "Item it is. " * 20,
    ]
)  # fmt: skip
TEXTS = st.one_of(st.lists(PIECES, max_size=30).map("".join), st.text(max_size=60))
QUICK = settings(max_examples=150, deadline=None)


def read(text: str) -> tuple[list[Block], tuple[Section, ...], list[Passage]]:
    blocks = find_structure(text)
    sections = find_sections(text, blocks)
    return blocks, sections, find_passages("plan", text, sections, blocks)


def passages(text: str) -> list[Passage]:
    """The passages but for the rows of tables, which are in their table's passage too."""
    return [passage for passage in read(text)[2] if passage.kind != "row"]


def units(text: str, passage: Passage) -> list[tuple[str, str]]:
    return [(unit.kind, quote_at(text, unit.spans)) for unit in passage.units]


def sentence(words: int) -> str:
    """A sentence of so many words."""
    return " ".join(["Word", *["word"] * (words - 2), "ends."])


def places(spans: tuple[Span, ...]) -> list[int]:
    return [i for start, end in spans for i in range(start, end)]


@given(TEXTS)
@QUICK
def test_all_but_headings_and_furniture_is_in_exactly_one_passage_and_rows_in_their_own_besides(text: str) -> None:
    blocks, _, found = read(text)
    tables = {i for p in found if p.kind != "row" for i in places(p.spans)}
    once = [p for p in found if p.kind != "row" or not tables.issuperset(places(p.spans))]
    held = [i for passage in once for i in places(passage.spans)]
    wanted = {i for b in blocks if b.kind not in ("heading", "furniture") for i in places(b.spans)}

    assert len(held) == len(set(held))
    assert {i for i in held if text[i].isalnum()} == {i for i in wanted if text[i].isalnum()}


@given(TEXTS)
@QUICK
def test_a_passage_reads_as_its_spans_do_and_stays_in_its_section(text: str) -> None:
    _, sections, found = read(text)

    assert len({p.passage_id for p in found}) == len(found)
    for passage in found:
        start, end = passage.spans[0][0], passage.spans[-1][1]
        assert passage.text == quote_at(text, passage.spans) != ""
        assert passage.passage_id == f"plan:{start}-{end}"
        assert [s.headings for s in sections if s.start <= start and end <= s.end] == [passage.headings]


@given(TEXTS)
@QUICK
def test_units_are_quotable_parts_of_their_passage_and_leave_no_word_out(text: str) -> None:
    for passage in passages(text):
        held = set(places(passage.spans))
        quoted: set[int] = set()
        for unit in passage.units:
            assert quote_at(text, unit.spans)
            # What a row says begins with its header, which may be in an earlier passage.
            of_a_row = passage.kind in ("table", "row")
            assert of_a_row or held.issuperset(places(unit.spans))
            quoted.update(places(unit.spans))
        assert not any(text[i].isalnum() for i in held - quoted)


@given(TEXTS)
@QUICK
def test_no_passage_is_long_unless_a_unit_of_it_is(text: str) -> None:
    for passage in passages(text):
        held = set(places(passage.spans))
        own = (tuple(s for s in unit.spans if held.issuperset(places((s,)))) for unit in passage.units)
        longest = max(len(quote_at(text, spans).split()) for spans in own)
        # A passage of fewer than 30 words takes what comes next, whatever its length.
        assert longest > MOST_WORDS or len(passage.text.split()) < MOST_WORDS + FEWEST_WORDS // 2


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([10], [10], id="short"),
        pytest.param([90, 90], [180], id="fits exactly"),
        pytest.param([90, 91], [90, 91], id="one word too many"),
        pytest.param([60, 60, 60, 60], [180, 60], id="as many as fit"),
        pytest.param([29, 180], [209], id="under thirty words takes what comes next"),
        pytest.param([30, 180], [30, 180], id="thirty words stand alone"),
        pytest.param([250], [250], id="one sentence is not cut"),
        pytest.param([250, 10], [250, 10], id="nothing joins a long sentence"),
    ],
)
def test_how_many_words_passages_have(paragraphs: list[int], expected: list[int]) -> None:
    text = "\n\n".join(sentence(words) for words in paragraphs)

    assert [len(p.text.split()) for p in passages(text)] == expected


def test_a_long_paragraph_is_cut_between_its_sentences() -> None:
    text = " ".join([sentence(100), sentence(70), sentence(50)])

    assert [p.text for p in passages(text)] == [f"{sentence(100)} {sentence(70)}", sentence(50)]


def test_sections_do_not_share_a_passage() -> None:
    found = passages("1 Our plan\n\nWe act now.\n\n1.1 Our aims\n\nWe cut crime.\n\n2 Our staff\n\nWe hire.\n")

    assert [(p.headings, p.text) for p in found] == [
        (("1 Our plan",), "We act now."),
        (("1 Our plan", "1.1 Our aims"), "We cut crime."),
        (("2 Our staff",), "We hire."),
    ]


def test_a_section_without_words_has_no_passage() -> None:
    assert passages("1 Our plan\n\n1.1 Our aims\n\nWe cut crime.\n")[0].headings == ("1 Our plan", "1.1 Our aims")
    assert passages("\n\n\n") == []


def test_a_passage_leaves_the_page_number_out_of_its_text_and_its_spans() -> None:
    text = "We work with all\nof the many\n\n\n12\n\n\nschools.\nWe act now.\n"
    [passage] = passages(text)

    assert passage.text == "We work with all of the many schools. We act now."
    assert passage.spans == ((0, 28), (36, 56))
    assert passage.page is None
    assert units(text, passage) == [
        ("sentence", "We work with all of the many schools."),
        ("sentence", "We act now."),
    ]


def test_a_short_list_keeps_its_lead_in() -> None:
    text = "We act now. We will:\n• cut crime\n• save money\n\nThat is all.\n"
    [passage] = passages(text)

    assert (passage.kind, passage.lead_in) == ("list", "")
    assert passage.text == "We act now. We will: cut crime save money That is all."
    assert units(text, passage) == [
        ("sentence", "We act now."),
        ("lead_in", "We will:"),
        ("item", "cut crime"),
        ("item", "save money"),
        ("sentence", "That is all."),
    ]
    assert [u.list_start for u in passage.units] == [None, 0, 0, 0, None]


def test_a_list_is_not_cut_where_a_new_passage_holds_it_whole() -> None:
    text = f"{sentence(100)}\n\nWe will:\n" + f"• {sentence(40)}\n" * 3

    before, whole = passages(text)

    assert before.text == sentence(100)
    assert [unit.kind for unit in whole.units] == ["lead_in", "item", "item", "item"]


def test_a_long_list_is_cut_between_its_items_and_carries_its_lead_in() -> None:
    text = "We will:\n" + f"• {sentence(40)}\n" * 9
    first, second, third = passages(text)

    assert [[u.kind for u in p.units] for p in (first, second, third)] == [
        ["lead_in", *["item"] * 4],  # 2 + 4 x 40 words
        ["item"] * 4,
        ["item"],
    ]
    assert [p.lead_in for p in (first, second, third)] == ["", "We will:", "We will:"]
    assert "We will:" not in second.text
    assert {unit.list_start for p in (first, second, third) for unit in p.units} == {0}
    assert {p.kind for p in (first, second, third)} == {"list"}


def test_a_long_item_is_quoted_by_its_sentences_and_its_first_is_the_item() -> None:
    text = f"We will:\n• {sentence(30)} {sentence(16)}\n• {sentence(29)} {sentence(16)}\n"
    [passage] = passages(text)

    assert units(text, passage) == [
        ("lead_in", "We will:"),
        ("item", sentence(30)),
        ("sentence", sentence(16)),
        ("item", f"{sentence(29)} {sentence(16)}"),  # 45 words are not long
    ]


def test_two_lists_have_two_starts() -> None:
    text = "We will:\n• cut crime\n• save money\n\nThey will:\n• act now\n• act later\n"
    [passage] = passages(text)

    assert [unit.list_start for unit in passage.units] == [0, 0, 0, 35, 35, 35]
    assert text[35:].startswith("They will:")


def test_a_table_row_is_quoted_with_its_header() -> None:
    text = "Rank\tStaff\nClerks\t8,000\nWardens\t1,500\n"
    [passage] = passages(text)

    assert passage.kind == "table"
    assert passage.text == "Rank Staff Clerks 8,000 Wardens 1,500"
    assert units(text, passage) == [
        ("header", "Rank Staff"),
        ("row", "Rank Staff Clerks 8,000"),
        ("row", "Rank Staff Wardens 1,500"),
    ]
    assert {unit.list_start for unit in passage.units} == {0}


def test_a_long_table_is_cut_between_its_rows_and_carries_its_header() -> None:
    text = "Rank\tDuty\n" + f"Clerks\t{sentence(59)}\n" * 4
    first, second = passages(text)

    assert [[u.kind for u in p.units] for p in (first, second)] == [["header", "row", "row"], ["row", "row"]]
    assert (first.lead_in, second.lead_in) == ("", "Rank Duty")
    assert not second.text.startswith("Rank")
    assert quote_at(text, second.units[0].spans) == f"Rank Duty Clerks {sentence(59)}"
    assert {unit.list_start for p in (first, second) for unit in p.units} == {0}


def test_a_caption_above_a_table_is_its_lead_in() -> None:
    text = "We act now. Our staff by rank:\n\nRank\tStaff\nClerks\t8,000\n"
    [passage] = passages(text)

    assert units(text, passage)[:2] == [("sentence", "We act now."), ("lead_in", "Our staff by rank:")]
    assert passage.units[1].list_start == text.index("Rank\t")


def test_a_sentence_above_a_table_is_a_sentence() -> None:
    text = "Our staff grew.\n\nRank\tStaff\nClerks\t8,000\n"

    assert units(text, passages(text)[0])[0] == ("sentence", "Our staff grew.")


def test_a_cell_that_holds_a_list_is_quoted_by_its_items() -> None:
    text = "Aim\tHow\nSafety\t• cut crime • act now\n"
    [passage] = passages(text)

    assert units(text, passage) == [
        ("header", "Aim How"),
        ("lead_in", "How Safety"),
        ("item", "cut crime"),
        ("item", "act now"),
    ]
    assert [unit.list_start for unit in passage.units] == [0, 15, 15, 15]


def test_items_after_a_paragraph_that_interrupts_their_list_carry_its_lead_in() -> None:
    text = f"We will:\n• cut crime\n\n{sentence(178)}\n\n• act now\n• save money\n"
    first, second = passages(text)

    assert units(text, second) == [("item", "act now"), ("item", "save money")]
    assert [u.list_start for u in second.units] == [first.units[0].list_start] * 2
    assert second.lead_in == "We will:"


def test_the_rows_of_a_table_without_a_header_are_rows() -> None:
    text = "Officers 31,000\n\nClerks 8,000\n\nWardens 1,500\n\nWe act now.\n"

    table, prose = passages(text)

    assert [unit.kind for unit in table.units] == ["row", "row", "row"]
    assert [unit.kind for unit in prose.units] == ["sentence"]
