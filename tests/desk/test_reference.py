"""A quote with its source, as it goes into a letter."""

from dataclasses import replace

from desk.reference import quote_with_source
from ingest import Document, Page

TEXT = "Targets. The ferry carried\n4,210 passen-\ngers."
PLAIN = Document("ferry", "Ferry Plan", "", None, "", "unknown", "", "", TEXT, (), ())


def test_a_quote_comes_with_all_that_is_known_of_its_place() -> None:
    document = replace(
        PLAIN,
        publisher="Island Council",
        published="2019-05",
        url="https://island.example/ferry",
        pages=(Page(1, "iv", 0, len(TEXT)),),
    )

    assert quote_with_source(document, ("1 Plan", "1.1  Targets"), 1, [(9, len(TEXT))]) == (
        "“The ferry carried 4,210 passen-gers.”\n"
        "Ferry Plan, Island Council, May 2019: 1 Plan › 1.1 Targets, page iv (sheet 1). https://island.example/ferry"
    )


def test_what_is_not_known_is_left_out_or_said_to_be_unknown() -> None:
    assert quote_with_source(PLAIN, (), None, [(0, 8)]) == (
        "“Targets.”\nFerry Plan, date unknown: Before the first heading."
    )
