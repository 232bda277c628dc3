"""Text that stands in two documents."""

from dataclasses import replace

import pytest

from ingest.outline import find_sections
from ingest.packing import Passage
from ingest.passages import find_passages
from ingest.structure import find_structure
from ingest.twins import same_text, with_twins

REPORT = (
    "The Authority will review its findings and publish them in the spring of next year. It will say what was done."
)
PAGE = "The Authority will review its findings, and publish them in the spring of next year!"
OTHER = "Crime has fallen in every ward of the borough for the sixth year running, and by more than before."


def passages(texts: dict[str, str]) -> list[Passage]:
    found: list[Passage] = []
    for doc_id, text in texts.items():
        blocks = find_structure(text)
        found += find_passages(doc_id, text, find_sections(text, blocks), blocks)
    return with_twins(found, texts)


def twins(texts: dict[str, str]) -> dict[str, list[str]]:
    return {p.doc_id: [other.partition(":")[0] for other in p.same_as] for p in passages(texts)}


def test_passages_of_two_documents_that_say_the_same_know_each_other() -> None:
    assert twins({"report": REPORT, "page": PAGE, "other": OTHER}) == {
        "report": ["page"],
        "page": ["report"],
        "other": [],
    }


def test_a_text_that_stands_twice_in_one_document_has_no_twin() -> None:
    assert twins({"report": f"{REPORT}\n\n{REPORT}\n"}) == {"report": []}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Cut crime now.", "Cut crime now.", id="too short to tell"),
        pytest.param(
            f"{REPORT} {OTHER}", f"{OTHER[:40]} in its own way. {PAGE[:30]} and so on.", id="little is shared"
        ),
    ],
)
def test_passages_that_share_little_are_no_twins(one: str, other: str) -> None:
    assert twins({"one": one, "other": other}) == {"one": [], "other": []}


def test_passages_keep_their_order_and_everything_else() -> None:
    texts = {"report": REPORT, "page": PAGE}
    found = passages(texts)

    assert [replace(p, same_as=()) for p in found] == [replace(p, same_as=()) for p in with_twins(found, texts)]


def test_texts_are_compared_by_their_letters_and_digits() -> None:
    assert same_text("The Met’s  2018-19 plan!") == same_text("the mets 2018 19 Plan")
