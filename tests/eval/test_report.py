"""The report, read as a browser reads it: what it says, and that what it shows stays text."""

import base64
import hashlib
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from eval import CAUSES, Comparison, Failure, Result, Run, compare, save_run
from eval.cases import anchors, cases, differences
from eval.charts import ACCEPTED, KEPT, THIS, over_runs
from eval.drawings import runs_of
from eval.meanings import MEANINGS
from eval.report import report_of_folder, write_report
from eval.svg import svg, svgs
from tests.conftest import ROOT
from tests.eval.reported import five, kept, result, run_of, shown

NAME = "20261122T222544Z"
HOSTILE = "<script>alert(1)</script></style><b onclick=x>{{ 7*7 }}{% raw %}</b> $x$ \"'> javascript:alert(2) &amp;"
SETTINGS = {"index": "f00d", "threshold": 0.5, "libraries": {"numpy": "2"}, "machine": {"system": "Linux"}}


def written(
    folder: Path,
    results: Run | list[Result] | None = None,
    comparison: Comparison | None = None,
    shut: Sequence[Failure] = (),
    past: Sequence[Mapping[str, Any]] = (),
    settings: Mapping[str, Any] = SETTINGS,
) -> html.HtmlElement:
    """The page of a run, or of some results, in a folder named for a time."""
    run = results if isinstance(results, Run) else run_of(five() if results is None else results)
    path = folder / NAME / "report.html"
    path.parent.mkdir(exist_ok=True)
    write_report(path, run, settings, comparison, shut, past)
    return html.document_fromstring(path.read_text("utf-8"))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> html.HtmlElement:
    """The page of five questions, with no run before it."""
    return written(tmp_path_factory.mktemp("report"))


def said(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def one(page: html.HtmlElement, selector: str) -> html.HtmlElement:
    (found,) = page.cssselect(selector)
    return found


def table_of(page: html.HtmlElement, selector: str) -> dict[str, list[str]]:
    rows = page.cssselect(f"{selector} tbody tr:not(.group-row)")
    return {said(row.cssselect("th")[0]): [said(cell) for cell in row.cssselect("td")] for row in rows}


def test_every_question_is_there_once_those_answered_wrongly_first(page: html.HtmlElement) -> None:
    found = [(case.get("id"), case.get("data-verdict")) for case in page.cssselect("details.case")]

    assert found == [
        ("figure-02", "wrong"), ("who-01", "wrong"), ("off-02", "wrong"), ("figure-01", "right"), ("off-01", "right"),
    ]  # fmt: skip


def test_cases_come_wrong_ones_first_whatever_shows_them() -> None:
    assert [case.result.right for case in cases(run_of(five()), None)] == [False, False, False, True, True]


def test_what_must_pass_and_what_was_newly_lost_stand_first_among_the_wrong(tmp_path: Path) -> None:
    now = [*five(), result("must-01", question={"must_pass": True})]
    before = [replace(r, right=True) if r.id == "off-02" else r for r in now]
    page = written(tmp_path, now, compare(before, now))

    assert [case.get("id") for case in page.cssselect("details.case")][:3] == ["must-01", "off-02", "figure-02"]


def test_the_figures_are_the_runs_to_three_decimals_over_all_and_over_each_half(tmp_path: Path) -> None:
    run = run_of(five(), few=False)
    cells = table_of(written(tmp_path, run), "#page-all")

    for figure in run.overall:
        (row,) = [row for name, row in cells.items() if re.sub(r" (?:↓|per .*)", "", name) == figure.name]
        halves = [next(f for f in run.by_split[split] if f.name == figure.name) for split in ("dev", "test")]
        assert row[:6] == [part for f in (figure, *halves) for part in (shown(f), str(f.n))]
    assert cells["answer accuracy"][0].startswith("0.333 ")  # one of the three that can be answered


def test_the_head_figures_have_value_interval_and_change(tmp_path: Path) -> None:
    now = five()
    before = [replace(r, cells=r.cells | {"answer accuracy": (1.0, 1.0)}) if r.answerable else r for r in now]
    comparison = compare(before, now)
    change = comparison.change("answer accuracy")
    assert change is not None
    card = next(c for c in written(tmp_path, now, comparison).cssselect(".card") if "answer accuracy" in said(c))

    assert said(one(card, ".value")) == "0.333"
    assert f"-0.667 ({change.low:+.3f} to {change.high:+.3f})" in said(one(card, ".change"))


def test_the_gate_stands_first_open_or_shut_with_every_reason(tmp_path: Path) -> None:
    opened = written(tmp_path)
    shut = written(tmp_path, shut=[Failure("answer accuracy", "it fell <far>"), Failure("who-01", "it must pass")])

    assert said(opened.cssselect("h2")[0]) == "✓ The gate is open"
    assert said(shut.cssselect("h2")[0]) == "✗ The gate stays shut"
    reasons = shut.cssselect("#page-verdict li")
    assert [said(reason) for reason in reasons] == ["it fell <far> · its runs", "it must pass · the question"]
    assert one(reasons[1], "a").get("href") == "#who-01"
    measure = shut.get_element_by_id(one(reasons[0], "a").get("href")[1:])
    assert "answer accuracy" in said(measure)
    assert said(one(shut, "title")).startswith("Shut ")


def test_a_kind_has_its_share_and_its_causes(page: html.HtmlElement) -> None:
    rows = table_of(page, "#page-causes")

    assert list(CAUSES) == ["reading", "retrieval", "choosing", "abstaining"]
    figure = next(row for name, row in rows.items() if name.startswith("figure "))
    assert figure[0].startswith("0.500") and figure[1] == "2" and figure[3:] == ["–", "–", "1", "–"]
    off_topic = next(row for name, row in rows.items() if name.startswith("off topic "))
    assert off_topic[3:] == ["–", "–", "–", "1"]


def test_a_question_shows_what_was_expected_said_cited_and_found(page: html.HtmlElement) -> None:
    case = page.get_element_by_id("figure-02")

    assert [said(f) for f in case.cssselect(".facts li")] == ["✓ found 4,210", "✗ missing 4,000 or four thousand"]
    assert [said(mark) for mark in case.cssselect(".words mark")] == ["4,210"]
    assert [said(line) for line in case.cssselect(".words p")] == [
        "Ferry Plan, 2019:",
        "“It carried 4,210 passengers.” [1]",
    ]
    assert said(one(case, ".evidence figcaption")) == "Ferry Plan › 1 Targets · ✓ cited · ✓ whole in hit 1"
    hits = [[said(cell) for cell in row] for row in case.cssselect(".hits tbody tr")]
    assert [hit[:2] for hit in hits] == [["1", "✓ yes"], ["2", "– no"]]
    assert "Ferry Plan › 1 Targets score 0.900" in hits[0][2]


def test_a_refusal_has_no_facts_however_its_reason_reads(tmp_path: Path) -> None:
    refused = result("r-01", status="not_found", cause="abstaining", text="Nothing mentions “4,210”.")
    case = written(tmp_path, [refused]).get_element_by_id("r-01")

    assert [f.get("class") for f in case.cssselect(".facts li")] == ["missing", "missing"]
    assert "Refused, saying" in said(case)


def test_a_hit_beside_the_evidence_is_cut_short_and_one_over_it_is_not(tmp_path: Path) -> None:
    long = "word " * 200 + "end"
    found = result("long-01")
    for hit in found.record["answer"]["hits"]:
        hit["text"] = long
    over, beside = written(tmp_path, [found]).get_element_by_id("long-01").cssselect(".hit")

    assert said(over) == long
    assert said(beside).endswith("word …") and len(said(beside)) < 250


def test_the_comparison_shows_both_answers_of_what_was_lost_gained_and_reworded(tmp_path: Path) -> None:
    now = five()
    before = [
        replace(now[0], right=False, cause="choosing", text="Some passengers."),
        replace(now[1], right=True, cause=None, text="All <passengers>."),
        replace(now[2], text="Nothing mentions “captain”."),
        replace(now[3], digest="asked otherwise"),
        now[4],
        result("gone-01"),
    ]
    page = one(written(tmp_path, now, compare([replace(r, record={}) for r in before], now)), "#page-comparison")
    counts = {said(d.cssselect("dt")[0]): said(d.cssselect("dd")[0]) for d in page.cssselect(".counts div")}
    pairs = [[said(words) for words in pair.cssselect(".words")] for pair in page.cssselect(".pair")]

    assert counts == {
        "asked by both": "4",
        "lost": "1",
        "gained": "1",
        "reworded": "1",
        "new": "1",
        "no longer asked": "2",
    }
    assert pairs == [
        ["All <passengers>.", "Ferry Plan, 2019: “It carried 4,210 passengers.” [1]"],
        ["Some passengers.", "Ferry Plan, 2019: “It carried 4,210 passengers.” [1]"],
        ["Nothing mentions “captain”.", "Nothing mentions “skipper”."],
    ]
    assert [said(link) for link in page.cssselect(".ids li")] == ["off-01", "off-01", "gone-01"]


def test_without_an_accepted_run_it_says_what_will_fill_the_comparison(page: html.HtmlElement) -> None:

    assert "python -m eval --accept" in said(one(page, "#page-comparison"))
    assert page.cssselect("#page-filter-change") == []


def test_a_filter_offers_what_there_is_and_how_many(tmp_path: Path) -> None:
    page = written(tmp_path, five(), compare(five(), five()))
    offered = {s.get("data-filter"): [said(o) for o in s.cssselect("option")] for s in page.cssselect("select")}

    assert offered == {
        "verdict": ["all", "wrong (3)", "right (2)"],
        "cause": ["all", "choosing (1)", "abstaining (2)"],
        "kind": ["all", "figure (2)", "off topic (2)", "who (1)"],
        "split": ["all", "dev (3)", "test (2)"],
        "change": ["all", "same (5)"],
    }
    for select in page.cssselect("select"):
        there = {case.get(f"data-{select.get('data-filter')}") for case in page.cssselect("details.case")}
        assert {o.get("value") for o in select.cssselect("option")} >= there


@pytest.fixture
def hostile(tmp_path: Path) -> html.HtmlElement:
    bad = result(
        HOSTILE, text=HOSTILE, cause="choosing",
        question={"question": HOSTILE, "kind": HOSTILE, "reference": HOSTILE, "notes": HOSTILE, "history": [HOSTILE],
                  "facts": [[HOSTILE]], "documents": [HOSTILE],
                  "evidence": [{"doc_id": HOSTILE, "span": [0, 9], "quote": HOSTILE}]},
    )  # fmt: skip
    for part in (*bad.record["answer"]["hits"], *bad.record["answer"]["citations"]):
        part |= {"headings": [HOSTILE], "text": HOSTILE, "document": HOSTILE, "title": HOSTILE}
    others = [result(id_) for id_ in ("page-count", "javascript:alert(1)", "a b", "a/b", "__proto__")]
    old = replace(bad, right=True, text="Before " + HOSTILE, record={})
    return written(
        tmp_path, [bad, *others], compare([old], [bad, *others]), [Failure(HOSTILE, HOSTILE)],
        [kept(HOSTILE, 0.5)], SETTINGS | {HOSTILE: {HOSTILE: HOSTILE}},
    )  # fmt: skip


def test_what_questions_and_documents_say_stays_text(hostile: html.HtmlElement) -> None:
    assert len(hostile.cssselect("script")) == 1
    assert len(hostile.cssselect("style")) == 1
    for element in hostile.iter():
        attributes = dict(element.attrib) if isinstance(element.tag, str) else {}
        assert not [name for name in attributes if name.startswith("on")]
        assert attributes.get("href", "#").startswith("#") or attributes["href"] == "data:,"
    # escaped, neither dropped nor run: in the summary, the answer, what was expected, evidence, hits and verdict
    for place in ("summary .asked", ".words p", ".evidence blockquote", ".fact", ".hit", ".notes"):
        assert HOSTILE in hostile.cssselect(f"details.case {place}")[0].text_content().replace("\n", " "), place
    assert HOSTILE in one(hostile, "#page-verdict li").text_content()
    assert HOSTILE in one(hostile, "#page-settings").text_content()
    assert "49" not in one(hostile, "#page-verdict").text_content()


def test_every_anchor_is_safe_and_stands_once(hostile: html.HtmlElement) -> None:
    ids = [element.get("id") for element in hostile.iter() if isinstance(element.tag, str) and element.get("id")]

    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", id_) for id_ in ids)
    assert {link.get("href")[1:] for link in hostile.cssselect("a")} <= set(ids)
    for named in ("for", "aria-labelledby", "aria-describedby"):
        assert {id_ for e in hostile.cssselect(f"[{named}]") for id_ in e.get(named).split()} <= set(ids)


@given(st.lists(st.text(max_size=8)))
def test_anchors_are_safe_and_differ_where_ids_do(ids: list[str]) -> None:
    found = anchors(ids)

    assert set(found) == set(ids)
    assert len(set(found.values())) == len(found)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", anchor) and not anchor.startswith("page-") for anchor in found.values())


def test_it_loads_nothing_and_runs_its_own_script_alone(tmp_path: Path) -> None:
    page = written(tmp_path)
    source = (tmp_path / NAME / "report.html").read_text("utf-8")
    policy = one(page, "meta[http-equiv=Content-Security-Policy]").get("content")
    digest = base64.b64encode(hashlib.sha256(page.cssselect("script")[0].text.encode()).digest()).decode()

    assert page.cssselect("[src], [srcset], [data], link:not([href='data:,']), iframe, object, embed, image, use") == []
    assert "url(" not in source and "@import" not in source
    assert not re.search(r"https?:|\bfile:", source)
    assert "default-src 'none'" in policy and f"script-src 'sha256-{digest}'" in policy


def test_every_chart_has_a_name_and_its_words(tmp_path: Path) -> None:
    page = written(tmp_path, past=[kept("2026-11-01T10:00:00+00:00", 0.25)])

    for picture in page.cssselect("figure.chart"):
        assert len(one(picture, "svg[role=img]").get("aria-label")) > 20
        assert len(said(one(picture, "figcaption"))) > 40
    assert len(page.cssselect("#page-runs figure.chart")) == len(run_of(five()).overall)


def test_tables_have_captions_and_headers(tmp_path: Path) -> None:
    for table in written(tmp_path, five(), compare(five(), five()), past=[kept("2026-11-01", 0.2)]).cssselect("table"):
        assert said(table.cssselect("caption")[0])
        assert all(header.get("scope") for header in table.cssselect("th"))


def test_a_run_alone_says_what_will_stand_beside_it_and_one_more_is_enough(tmp_path: Path) -> None:
    assert "No earlier run is kept" in said(one(written(tmp_path), "#page-runs"))

    page = written(tmp_path, past=[kept("2026-11-01T10:00:00+00:00", 0.25, accepted=True)])
    chart = next(f for f in page.cssselect("#page-runs figure") if said(f).startswith("answer accuracy"))
    assert "Now 0.333. Before: 0.250 at first (1 Nov 2026), 0.250 when last accepted" in said(chart)
    assert "No earlier run has it." in said(page.cssselect("#page-runs figure")[0])


def test_a_run_that_was_kept_and_accepted_is_one_run() -> None:
    past = [kept("2026-11-01T10:00:00+00:00", 0.2), kept("2026-11-01T10:00:09+00:00", 0.2, accepted=True),
            kept("2026-11-02T10:00:00+00:00", 0.3)]  # fmt: skip

    points = runs_of(past, run_of(five()), "this run")

    assert [point.sort for point in points] == [ACCEPTED, KEPT, THIS]
    assert points[0].label == "1 Nov 2026, 10:00"


def test_a_drawing_that_serves_many_measures_is_as_one_made_for_each() -> None:
    def rows(value: float) -> list[dict[str, object]]:
        ends = {"low": value - 0.1, "high": value + 0.1, "least": value - 0.2, "most": value + 0.2}
        return [{"run": n, "value": value, "sort": sort, **ends} for n, sort in enumerate((ACCEPTED, KEPT, THIS), 1)]

    labels = ["1 Nov", "2 Nov", "3 Nov"]
    both = svgs(over_runs([], labels), [("low", rows(0.3)), ("high", rows(0.7))])

    assert both == [svg(over_runs(rows(0.3), labels), "low"), svg(over_runs(rows(0.7), labels), "high")]
    assert both[0].count('fill="#3b76c4"') == 2  # the accepted run and this one are filled, the other is hollow
    assert ">1 Nov<" in both[0] and ">3 Nov<" in both[0] and ">2 Nov<" not in both[0]


def test_where_refusing_begins_is_told_in_words(page: html.HtmlElement) -> None:
    # Confidences 0.95 (right), 0.85, 0.6 are above 0.5: three of five, two of them wrong.
    assert "Refusing begins where 0.600 of the questions are answered, 0.667 of them wrong." in said(
        one(page, "#page-confidence")
    )


def test_the_same_run_gives_the_same_page(tmp_path: Path) -> None:
    written(tmp_path, past=[kept("2026-11-01T10:00:00+00:00", 0.25)])
    first = (tmp_path / NAME / "report.html").read_bytes()
    written(tmp_path, past=[kept("2026-11-01T10:00:00+00:00", 0.25)])

    assert (tmp_path / NAME / "report.html").read_bytes() == first
    assert b"22 November 2026, 22:25 UTC" in first


def test_a_kept_run_gives_the_report_it_had(tmp_path: Path) -> None:
    folder = tmp_path / NAME
    written(tmp_path, run_of(five(), few=False))
    before = (folder / "report.html").read_bytes()
    save_run(run_of(five(), few=False), folder, SETTINGS)
    rules = tmp_path / "gate.toml"
    rules.write_text("watched = []\n", "utf-8")

    assert report_of_folder(folder, tmp_path / "accepted", tmp_path, rules) == folder / "report.html"
    assert (folder / "report.html").read_bytes() == before


def test_every_figure_has_its_meaning() -> None:
    assert set(MEANINGS) == {figure.name for figure in run_of(five(), few=False).overall}


def test_a_run_of_no_question_is_a_page_too(tmp_path: Path) -> None:
    assert "0 of 0 questions" in said(one(written(tmp_path, []), "#page-head"))


def test_what_only_evaluates_does_not_wait_for_the_charts() -> None:
    check = "import sys, eval, eval.report; print([m for m in ('altair', 'vl_convert') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, cwd=ROOT, check=True)

    assert done.stdout.strip() == "[]"


@given(st.text("ab \n", max_size=30), st.text("ab \n", max_size=30))
def test_differences_keep_both_texts_whole(before: str, after: str) -> None:
    left, right = differences(before, after)

    assert "".join(text for text, _ in left) == before
    assert "".join(text for text, _ in right) == after
    assert [text for text, marked in left if not marked] == [text for text, marked in right if not marked]
