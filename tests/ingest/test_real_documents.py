"""The documents in corpus/, as they are read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import Corpus, Passage, ReadDocument, fold, quote_at, read_corpus, stands

CORPUS = Path(__file__).parents[2] / "corpus"
TITLES = {
    "met-business-plan-2018-21": "Met Business Plan 2018-21",
    "met-forward-two-2011-14": "Met Forward Two 2011/14",
    "met-forward-two-met-partners": "Met Forward Two: Met Partners",
    "met-forward-two-met-specialist": "Met Forward Two: Met Specialist",
    "specialist-crime-directorate-2007": "Specialist Crime Directorate (report 12, 20 December 2007)",
}


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return read_corpus(CORPUS)


def every_passage(corpus: Corpus) -> Iterator[tuple[ReadDocument, Passage]]:
    return ((read, passage) for read in corpus.documents for passage in read.passages)


def passage_with(corpus: Corpus, words: str) -> tuple[ReadDocument, Passage]:
    [found] = [(read, passage) for read, passage in every_passage(corpus) if words in passage.text]
    return found


def test_every_document_is_read_and_has_its_title(corpus: Corpus) -> None:
    titles = {read.document.doc_id: read.document.title for read in corpus.documents}

    assert TITLES.items() <= titles.items()
    assert corpus.unread == ()


def test_no_reading_is_remarked_on(corpus: Corpus) -> None:
    assert {read.document.doc_id: read.remarks for read in corpus.documents if read.remarks} == {}


def test_every_passage_and_every_unit_stands_in_its_document(corpus: Corpus) -> None:
    for read, passage in every_passage(corpus):
        text = read.document.text
        by_the_letter = " ".join(text[start:end] for start, end in passage.spans)

        assert stands(text, passage.spans, passage.text)
        assert "".join(passage.text.split()) == "".join(by_the_letter.split())
        assert all(quote_at(text, unit.spans) for unit in passage.units)


def test_every_letter_and_digit_is_in_a_passage_a_heading_or_furniture(corpus: Corpus) -> None:
    for read in corpus.documents:
        text = read.document.text
        apart = [b for b in read.blocks if b.kind in ("heading", "furniture")]
        markers = [b.marker for b in read.blocks if b.marker]
        spans = [*markers, *(span for part in (*read.passages, *apart) for span in part.spans)]

        assert {i for i, c in enumerate(text) if c.isalnum()} <= {i for s, e in spans for i in range(s, e)}


def test_no_letter_is_in_two_passages_but_for_rows_which_are_in_their_table_too(corpus: Corpus) -> None:
    for read in corpus.documents:
        tables = {span for p in read.passages if p.kind != "row" for span in p.spans}
        once = [p for p in read.passages if p.kind != "row" or not tables.issuperset(p.spans)]
        held = [i for p in once for s, e in p.spans for i in range(s, e)]

        assert len(held) == len(set(held))


def test_every_passage_is_in_the_section_that_its_headings_name(corpus: Corpus) -> None:
    for read, passage in every_passage(corpus):
        ends = (passage.spans[0][0], passage.spans[-1][1] - 1)

        assert {read.document.headings_at(offset) for offset in ends} == {passage.headings}


def test_passage_ids_are_unique_over_the_corpus(corpus: Corpus) -> None:
    ids = [passage.passage_id for _, passage in every_passage(corpus)]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "furniture",
    [
        "Send an e-mail linking to this page",
        "You are in",
        "This is archived material",
        "website for further information",
        "<ul",
        "</p>",
    ],
)
def test_no_passage_holds_what_is_only_on_the_page(corpus: Corpus, furniture: str) -> None:
    shown = {p.passage_id: " ".join((*p.headings, p.lead_in, p.text)) for _, p in every_passage(corpus)}

    assert [passage_id for passage_id, words in shown.items() if furniture in words] == []
    assert any(furniture in read.document.text for read in corpus.documents)


def test_the_key_performance_measures_are_one_list_with_its_lead_in(corpus: Corpus) -> None:
    read, passage = passage_with(corpus, "The number of criminal networks disrupted")
    units = [(u.kind, quote_at(read.document.text, u.spans), u.list_start) for u in passage.units]
    [lead_in] = [unit for unit in units if unit[0] == "lead_in"]
    items = [unit for unit in units if unit[0] == "item"]

    assert read.document.doc_id == "specialist-crime-directorate-2007"
    assert passage.kind == "list"
    assert "Our key performance measures, targets and achievements" in lead_in[1]
    assert items[0][1] == (
        "The number of criminal networks disrupted - target for year to date is 134 – achieved for year to date is 163"
    )
    assert items[1][1].startswith("To reduce gun enabled crime")
    assert {start for _, _, start in (lead_in, *items)} == {lead_in[2]}


def test_every_key_performance_measure_is_found_with_the_lead_in(corpus: Corpus) -> None:
    for measure in ("The number of criminal networks", "Detection rate for intra-familial homicide"):
        _, passage = passage_with(corpus, measure)

        assert "Our key performance measures" in passage.text + passage.lead_in


@pytest.mark.parametrize(
    ("milestone", "section"),
    [
        pytest.param(
            "Quarter 1, 2018-19: launch of the Violent Crime Task Force (VCTF).", "Violent Crime Task Force", id="VCTF"
        ),
        pytest.param(
            "Quarter 3, 2018-19: we will roll-out the DIVERT programme to three additional custody suites.",
            "Gun crime",
            id="over three lines",
        ),
    ],
)
def test_a_milestone_keeps_its_quarter(corpus: Corpus, milestone: str, section: str) -> None:
    read, passage = passage_with(corpus, milestone)

    assert milestone in [quote_at(read.document.text, unit.spans) for unit in passage.units]
    assert passage.headings[-2:] == (section, "Milestones")


def test_an_item_whose_bullet_was_lost_is_an_item(corpus: Corpus) -> None:
    read, passage = passage_with(corpus, "An enhanced Flying Squad")
    items = [quote_at(read.document.text, unit.spans) for unit in passage.units if unit.kind == "item"]

    assert "And a dedicated Major Inquiries capability." in items


def test_a_sentence_goes_on_over_the_blank_line_that_a_page_left(corpus: Corpus) -> None:
    sentence = "incorporate Homicide, reactive and proactive teams"

    assert sentence in passage_with(corpus, "Specialist Crime Hubs will be geographically aligned")[1].text
    assert fold(sentence) == sentence
