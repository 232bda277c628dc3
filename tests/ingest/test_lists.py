"""Which items make a list, what leads it, and how deep each item is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.documents import Block
from ingest.lists import DATE_ALONE, DATED, find_lists
from ingest.quotes import quote_at
from ingest.structure import find_structure

LONG = "The council and the police meet each month to look at what was done and what was not, and to agree on it. "
PROSE = f"{LONG}{LONG}All may come.\n\n"
LINE = st.sampled_from(
    [
        "We will:",
        "• cut crime",
        "  • in wards",
        "    – at night",
        "1. act",
        "2. act",
        "We met.",
        "",
        "12",
        "Our aims",
        "A\tB",
    ]
)


def lists(text: str) -> list[list[str]]:
    """The lists, in order of their beginnings, each as the words of its parts."""
    groups: dict[int, list[str]] = {}
    for block in find_structure(text):
        if block.group is not None and block.kind in ("item", "paragraph"):
            groups.setdefault(block.group, []).append(quote_at(text, block.spans))
    return [groups[start] for start in sorted(groups)]


def depths(text: str) -> list[int]:
    return [b.depth for b in find_structure(text) if b.kind == "item"]


@given(st.lists(LINE, max_size=20).map("\n".join))
@settings(max_examples=150, deadline=None)
def test_every_item_is_in_a_list_that_begins_where_its_first_part_does(text: str) -> None:
    blocks = [b for b in find_structure(PROSE + text) if b.kind in ("item", "paragraph")]
    groups = [b.group for b in blocks if b.kind == "item"]

    assert None not in groups
    for group in set(groups):
        parts = [b for b in blocks if b.group == group]
        assert parts[0].start == group
        assert all(b.kind == "item" for b in parts[1:])


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12))
@settings(max_examples=80, deadline=None)
def test_an_item_is_one_deeper_than_the_last_that_stands_left_of_it(levels: list[int]) -> None:
    text = f"{PROSE}We will:\n" + "".join(f"{'    ' * level}• act\n" for level in levels)
    expected: list[int] = []
    for at, level in enumerate(levels):
        left = next((i for i in range(at - 1, -1, -1) if levels[i] < level), None)
        expected.append(1 if left is None else expected[left] + 1)

    assert depths(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("We met.\n\nWe act.\n", [], id="no item, no list"),
        pytest.param(
            "We will:\n• cut crime\n• save money\n", [["We will:", "cut crime", "save money"]], id="a lead-in"
        ),
        pytest.param(
            "We will meet them all in the wards.\n• cut crime\n",
            [["We will meet them all in the wards.", "cut crime"]],
            id="any paragraph leads the first items after it",
        ),
        pytest.param(
            "We will:\n• cut crime\n\n\n12\n\n\n• save money\n",
            [["We will:", "cut crime", "save money"]],
            id="a page break",
        ),
        pytest.param(
            "We will:\n• cut crime\n\nCrime is down in all of our wards this year.\n\n• save money\n",
            [["We will:", "cut crime", "save money"]],
            id="a paragraph explains an item",
        ),
        pytest.param(
            "We will:\n• cut crime\n\nWhat they will do is this:\n\n• save money\n",
            [["We will:", "cut crime"], ["What they will do is this:", "save money"]],
            id="a colon leads another list",
        ),
        pytest.param(
            "We will:\n• cut crime\n\nFor the young\n\n• save money\n",
            [["We will:", "cut crime"], ["For the young", "save money"]],
            id="a short piece without a full stop leads another",
        ),
        pytest.param(
            f"We will:\n• cut crime\n\n{'We see ' * 6}it\n\n• save money\n",
            [["We will:", "cut crime", "save money"]],
            id="thirteen words without a full stop do not",
        ),
        pytest.param(
            f"We will:\n• cut crime\n\n{'We see ' * 6}\n\n• save money\n",
            [["We will:", "cut crime"], [("We see " * 6).strip(), "save money"]],
            id="twelve do",
        ),
        pytest.param(
            "We will:\n• cut crime\n\nWhat they will do is:*\n\n• save money\n",
            [["We will:", "cut crime"], ["What they will do is:*", "save money"]],
            id="a star after the colon",
        ),
        pytest.param(
            "We will:\n• cut crime\n\nBy March 2018\n\n• save money\n",
            [["We will:", "cut crime"], ["By March 2018", "save money"]],
            id="a date by itself leads the items under it",
        ),
        pytest.param(
            "We will:\n• cut crime\n\n1. Our aims\n\n• Save money\n",
            [["We will:", "cut crime"], ["Save money"]],
            id="a heading ends a list",
        ),
        pytest.param(
            "We will:\n\nRank\tStaff\nClerks\t80\n\n• save money\n",
            [["We will:"], ["save money"]],
            id="a table is between",
        ),
    ],
)
def test_what_makes_a_list(text: str, expected: list[list[str]]) -> None:
    assert lists(PROSE + text) == expected


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        pytest.param("• act\n• act\n", [1, 1], id="flat"),
        pytest.param("• act\n    – act\n• act\n", [1, 2, 1], id="nested and back"),
        pytest.param("• act\n    – act\n        • act\n    – act\n", [1, 2, 3, 2], id="three deep"),
        pytest.param("• act\n – act\n", [1, 1], id="one column further in is the same list"),
        pytest.param("• act\n  – act\n", [1, 2], id="two columns further in is another"),
        pytest.param("    • act\n• act\n    • act\n", [1, 1, 2], id="the first is further in"),
    ],
)
def test_how_deep_items_are(items: str, expected: list[int]) -> None:
    assert depths(f"{PROSE}We will:\n{items}") == expected


def test_a_paragraph_that_explains_ends_the_lists_inside_the_list() -> None:
    text = f"{PROSE}We will:\n• act\n    – now\n        • here\n\nThis is why we act now.\n\n        • there\n"

    assert depths(text) == [1, 2, 3, 2]


def test_a_new_list_further_in_begins_at_the_first_depth() -> None:
    assert depths(f"{PROSE}We will:\n• act\n\nThey will:\n    • meet\n") == [1, 1]


def test_a_paragraph_that_leads_a_table_leads_no_list() -> None:
    lead, item = Block("paragraph", ((0, 7),), group=20), Block("item", ((10, 13),), marker=(8, 9))

    assert find_lists("Do all:\n• act", [lead, item])[1].group == 10


def test_items_whose_bullets_are_lost_are_all_of_one_depth() -> None:
    items = [Block("item", ((0, 3),)), Block("item", ((8, 11),))]

    assert [b.depth for b in find_lists("act\n    act", items)] == [1, 1]


def test_dated_entries_under_a_label_are_items_that_the_label_leads_to() -> None:
    dated = "Quarter 2, 2018-19: we open a desk.\n\nBy March 2019: we close it.\n\n"
    text = f"{PROSE}Our plan\n\nMilestones:\n\n{dated}We met.\n"

    assert lists(text) == [["Quarter 2, 2018-19: we open a desk.", "By March 2019: we close it."]]


def test_a_dated_sentence_without_a_label_is_no_item() -> None:
    assert lists(f"{PROSE}Our plan\n\nMarch 2019: we close it.\n\nWe met.\n") == []


@pytest.mark.parametrize(
    "date",
    [
        "2018", "2018-19", "2018/19", "2018–2019", "March 2018", "20 March 2018", "By March 2018", "by the end of 2018",
        "end of March 2018", "Quarter 1, 2018-19", "Quarters 1 and 2, 2018", "Quarter 3-4 of 2018", "Spring 2019",
        "Until winter 1999",
    ],
)  # fmt: skip
def test_what_is_a_date(date: str) -> None:
    assert DATE_ALONE.match(date)
    assert DATE_ALONE.match(f"{date}:")
    found = DATED.match(f"{date}: we act")
    assert found and found["date"] == date


@pytest.mark.parametrize("words", ["March", "Quarter 3", "2118", "1850", "In all: we act", "March 2018 and on", "218"])
def test_what_is_no_date(words: str) -> None:
    assert not DATE_ALONE.match(words)
    assert not DATED.match(f"{words}: we act")


def test_a_date_needs_a_space_and_words_after_its_colon() -> None:
    assert not DATED.match("2018:we act")
    assert not DATED.match("2018: ")
