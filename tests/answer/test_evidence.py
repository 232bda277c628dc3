"""What is quoted of a document, over every unit of the project's own documents."""

import pytest

from answer.acronyms import Acronyms
from answer.evidence import HIGHEST, LOWEST, WEIGHTS, Evidence, Signs, find_evidence, with_readings
from answer.lists import whole_list
from answer.question import understand
from answer.standing import standing_spans
from answer.words import Words
from index import Hit, Model, Snapshot, build, load, search, search_encoded
from ingest import fold, quote_at
from tests.conftest import ROOT, LetterEncoder

NO_SIGNS = Signs(*[0.0] * len(Signs._fields))


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("letters")
    build(ROOT / "corpus", folder / "index", Model("letters", folder, "0" * 64), encoder=lambda _: LetterEncoder())
    return load(folder / "index")


def every_unit(snapshot: Snapshot) -> list[Evidence]:
    return [
        Evidence(u, p, 1.0, 1.0, frozenset(), NO_SIGNS, (), "", frozenset(), place, at)
        for place, p in enumerate(snapshot.passages)
        for at, u in enumerate(p.units)
    ]


def test_every_unit_can_be_quoted_with_what_it_needs_to_stand(snapshot: Snapshot) -> None:
    for item in every_unit(snapshot):
        text = snapshot.documents[item.passage.doc_id].text

        assert fold(quote_at(text, item.unit.spans)) in quote_at(
            text, standing_spans(snapshot.documents[item.passage.doc_id], item.passage, item.at)
        )


def test_every_list_and_table_can_be_quoted_whole_from_any_of_its_parts(snapshot: Snapshot) -> None:
    for item in every_unit(snapshot):
        if item.unit.list_start is None:
            continue
        text = snapshot.documents[item.passage.doc_id].text
        parts = whole_list(item, snapshot)
        whole = tuple(sorted({span for part in parts for span in part.spans}))

        assert set(item.unit.spans) <= set(whole)
        assert quote_at(text, whole)  # in order, without overlap


def test_a_milestone_is_quoted_with_the_quarter_it_stands_under(snapshot: Snapshot) -> None:
    def quoted(words: str) -> str:
        for item in every_unit(snapshot):
            document = snapshot.documents[item.passage.doc_id]
            if item.unit.kind == "item" and words in quote_at(document.text, item.unit.spans):
                return quote_at(document.text, standing_spans(document, item.passage, item.at))
        raise AssertionError(words)

    assert quoted("Publication of annual accounts").startswith("Quarter 2, 2018-19:")
    assert quoted("Draft revenue and capital budget submission").startswith("Quarter 3, 2018-19:")
    # Under a quarter that no colon ends: the first quarter's lead-in must not reach over the others.
    assert quoted("Central East BCU – Hackney and Tower Hamlets").startswith("Quarter 3, 2018-19")


def test_the_whole_list_is_found_though_it_is_cut_over_passages(snapshot: Snapshot) -> None:
    starts = [
        item
        for item in every_unit(snapshot)
        if "number of criminal networks disrupted"
        in quote_at(snapshot.documents[item.passage.doc_id].text, item.unit.spans)
    ]
    parts = whole_list(starts[0], snapshot)

    assert [part.kind for part in parts] == ["lead_in"] + ["item"] * 13


def test_evidence_comes_best_first_and_each_unit_once(snapshot: Snapshot) -> None:
    words, twice = Words(snapshot, Acronyms([])), 0
    for passage in [p for p in snapshot.passages if p.kind == "table"]:
        question = understand(f"What of {passage.text[:100]}?")
        encoding = LetterEncoder().encode([question.topic])[0]
        hits = search_encoded(snapshot, question.topic, encoding, limit=20)

        found = with_readings(find_evidence(question, hits, snapshot, words, encoding), {})

        assert [e.score for e in found] == sorted((e.score for e in found), reverse=True)
        places = [(e.passage.doc_id, e.unit.spans) for e in found]
        assert len(places) == len(set(places))
        twice += len(places) < sum(unit.kind != "header" for hit in hits for unit in hit.passage.units)
    assert twice  # a row stands in its table's passage and in its own


def test_what_the_reader_thinks_is_seen_in_the_order(snapshot: Snapshot) -> None:
    words, question = Words(snapshot, Acronyms([])), understand("How many criminal networks were disrupted?")
    found = find_evidence(question, search(snapshot, None, question.topic), snapshot, words, None)
    last = found[-1]
    thought = [0.0] * len(last.passage.units)
    thought[last.at] = 100.0  # as good as HIGHEST

    again = with_readings(found, {last.place: thought})

    (read,) = [e for e in again if (e.place, e.at) == (last.place, last.at)]
    assert read.signs.unread == 0
    assert read.score == pytest.approx(last.score + WEIGHTS.read * (HIGHEST - LOWEST) - WEIGHTS.unread)
    assert all(e.signs.unread == 1 for e in again if e.place != last.place)


def test_a_unit_that_shares_no_word_is_judged_too_in_the_best_passages_alone(snapshot: Snapshot) -> None:
    words, question = Words(snapshot, Acronyms([])), understand("Zebras?")  # which no passage mentions
    hits = [
        Hit(passage, rank - 1, rank, 1.0, None, None, None, None)
        for rank, passage in enumerate(snapshot.passages[:8], 1)
    ]

    found = find_evidence(question, hits, snapshot, words, None)

    units = [unit for hit in hits[:5] for unit in hit.passage.units if unit.kind != "header"]
    assert sorted(e.place for e in found) == sorted(h.place for h in hits[:5] for u in h.passage.units if u in units)
