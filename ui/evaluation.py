"""The page "Evaluation": what the last runs measured, what changed, what went wrong, and a new run."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import streamlit as st

from desk import NotAllowed
from desk.evaluating import outcome_said, progress_said, progress_share
from desk.jobs import Busy
from desk.misses import (
    Miss,
    Sought,
    Spot,
    Turned,
    causes_in,
    cited_spots,
    kinds_in,
    shown_said,
    sought,
    turned,
    turned_said,
    wanted_spots,
)
from desk.runs import (
    ACCEPTED,
    KeptRun,
    Line,
    change_cell,
    change_name,
    changed_lines,
    comparison_said,
    figure_cell,
    groups_of,
    kind_rows,
    kind_said,
    kinds_of,
    kinds_sentence,
    lines_of,
    main_lines,
    others_than,
    over_time_rows,
    over_time_sentence,
    over_time_table,
    verdict_said,
)
from eval import GateError, RunError
from eval.charts import over_runs, share_dots
from eval.held import Held
from eval.report import HEAD
from eval.run import REPORT, ROWS
from ingest import Document
from ui.charts import draw_chart
from ui.opening import Opened, Resources, load_assistant, open_index
from ui.plain import as_html, as_label
from ui.source import Place, show_source
from ui.tables import table_html

_STYLE = Path(__file__).with_name("page.css")
_FIGURES, _KINDS, _CHANGES, _MISSES, _FILES = (
    "Figures",
    "Kinds of question",
    "What changed",
    "Not answered rightly",
    "Files",
)
_NOTHING = ""  # what a run is held against where it is held against none
_ON_A_PAGE = 10  # misses; each has buttons, which a browser draws slowly
_MOST_REWORDED = 50
_TEST_RULE = (
    "Test questions are not for tuning. Nobody chooses a setting, or writes a rule, by what went wrong with them: "
    "then their figures say how well questions are answered that nobody prepared for."
)


def show(resources: Resources) -> None:
    """Draw the page."""
    st.html(_STYLE)
    st.title("Evaluation", anchor=False)
    st.html(
        '<p class="cv-lead">How well the evaluation’s questions are answered, run by run. A question that the '
        "documents answer counts as right if every expected fact is given; one that they do not, if it is refused.</p>"
    )
    opened = open_index(resources)
    _draw_running(resources, opened)
    runs = resources.runs.all()
    readable = [run for run in runs if not run.problem]
    if readable:
        _draw_run(resources, readable, opened.snapshot.documents if opened else {})
    else:
        st.html(
            '<div class="cv-box"><h2>No run has been kept yet</h2><p>Run the evaluation: its figures, what changed '
            "since the run before and the questions that went wrong will stand here.</p></div>"
        )
    _draw_problems([run for run in runs if run.problem])


# Running it


def _draw_running(resources: Resources, opened: Opened | None) -> None:
    """The evaluation that is going on, or the button that begins one."""
    evaluating = resources.evaluating
    status = evaluating.status
    if status.going_on:
        st.session_state["evaluation-watched"] = True
        _draw_progress(resources)
        return
    if st.session_state.pop("evaluation-watched", False) and status.state == "done":
        st.session_state["evaluation-run"] = status.result
        st.session_state["evaluation-done"] = status.result
    if status.state == "done" and st.session_state.get("evaluation-done") == status.result:
        st.success(as_label(outcome_said(status)))
    elif status.state == "stopped":
        st.info(as_label(outcome_said(status)))
    elif status.state == "failed":
        st.error(as_label(outcome_said(status)))
    many = evaluating.questions()
    if many is None:
        st.info(
            f"There is no questions file at {as_label(str(evaluating.folders.questions))}, so nothing can be asked. "
            "It holds the questions, one to a line, each with the words of the documents that answer it. "
            f"{as_label('docs/evaluation.md')} says how to write one. Put it there, or name its folder by "
            f"{as_label('CHAPTER_EVALUATION')} when the page is started."
        )
    elif opened is not None:
        _draw_begin(resources, opened, many)
    if "evaluation-refused" in st.session_state:
        st.warning(as_label(st.session_state.pop("evaluation-refused")))


def _draw_begin(resources: Resources, opened: Opened, many: int) -> None:
    said = f"It asks {many} question{'' if many == 1 else 's'}"
    long = " and takes some minutes" if many > 30 else ""
    st.html(
        f'<p class="cv-facts">{said}{long}. Questions can be asked meanwhile, more slowly. You may close this page.</p>'
    )
    if st.button("Run the evaluation", key="evaluation-begin"):
        with st.spinner("Getting ready to ask…"):
            assistant = load_assistant(resources, opened)
        if assistant is None:
            return
        try:
            resources.evaluating.start(resources.person, assistant, resources.corpus, opened.model)
        except (Busy, NotAllowed) as error:
            st.session_state["evaluation-refused"] = f"{error}."
        else:
            st.session_state["evaluation-watched"] = True
        st.rerun()


@st.fragment(run_every=1.0)
def _draw_progress(resources: Resources) -> None:
    """How far it is, drawn again every second while it goes on."""
    status = resources.evaluating.status
    if not status.going_on:
        st.rerun()
    with st.container(border=True, key="evaluation-progress"):
        st.progress(min(progress_share(status), 1.0), text=as_label(progress_said(status)))
        st.button("Stop", key="evaluation-stop", disabled=status.state == "stopping", on_click=_stop, args=(resources,))


def _stop(resources: Resources) -> None:
    try:
        resources.evaluating.stop(resources.person)
    except NotAllowed as error:
        st.session_state["evaluation-refused"] = f"{error}."


# One run


def _draw_run(resources: Resources, readable: Sequence[KeptRun], documents: Mapping[str, Document]) -> None:
    by_name = {run.name: run for run in readable}
    st.html('<h2 class="cv-heading">One run</h2>')
    left, right = st.columns(2)
    if st.session_state.get("evaluation-run") not in by_name:
        st.session_state["evaluation-run"] = readable[0].name
    with left:
        name = st.selectbox("Run", list(by_name), format_func=_label(by_name), key="evaluation-run")
    run = by_name[name]
    others = {other.name if other else _NOTHING: other for other in others_than(run, readable)}
    if st.session_state.get("evaluation-against") not in others:
        st.session_state["evaluation-against"] = next(iter(others))
    with right:
        against = others[
            st.selectbox("Held against", list(others), format_func=_label(others), key="evaluation-against")
        ]
    st.html(f'<p class="cv-facts">{as_html(run.facts)}</p>')
    held = _held(resources, run, against)
    if held is not None:
        _draw_verdict(held, against)
    view = st.segmented_control(
        "What to show",
        [_FIGURES, _KINDS, _CHANGES, _MISSES, _FILES],
        default=_FIGURES,
        required=True,
        key="evaluation-view",
    )
    if view == _FIGURES:
        _draw_figures(run, held)
    elif view == _KINDS:
        _draw_kinds(run, held)
    elif view == _CHANGES:
        _draw_changes(resources, run, against, held)
    elif view == _MISSES:
        _draw_misses(resources, run, held, documents)
    else:
        _draw_files(run)
    _draw_over_time(resources, run)


def _label(runs: Mapping[str, KeptRun | None]) -> Callable[[str], str]:
    def label(name: str) -> str:
        run = runs[name]
        return run.label if run else "nothing"

    return label


def _held(resources: Resources, run: KeptRun, against: KeptRun | None) -> Held | None:
    """What changed; None where that cannot be told: then the page has said why."""
    try:
        with st.spinner("Comparing the runs…"):
            return resources.runs.held(run, against)
    except (RunError, GateError) as error:
        st.error(as_label(f"What changed cannot be told: {error}."))
        return None


def _draw_verdict(held: Held, against: KeptRun | None) -> None:
    verdict, reasons = verdict_said(held)
    listed = f'<ul class="cv-list">{"".join(f"<li>{as_html(r)}</li>" for r in reasons)}</ul>' if reasons else ""
    beside = f'<p class="cv-facts">Held against: {as_html(against.label)}.</p>' if against else ""
    st.html(f'<div class="cv-box"><h3 class="cv-subheading">{as_html(verdict)}</h3>{listed}{beside}</div>')


def _draw_figures(run: KeptRun, held: Held | None) -> None:
    lines = lines_of(run, held)
    st.html('<h3 class="cv-subheading">The main figures</h3>')
    st.html(_lines_table("The main figures", main_lines(lines), held))
    st.html(
        '<p class="cv-facts">Under each figure: its 95 % interval, and n, how many questions (or citations, or '
        "statements) it is over. Settings are chosen on the dev questions and never on the test questions.</p>"
    )
    with st.expander(f"All {len(lines)} measures"):
        for group, found in groups_of(lines):
            st.html(f'<h4 class="cv-side">{as_html(group.capitalize())}</h4>{_lines_table(group, found, held)}')


def _lines_table(name: str, lines: Sequence[Line], held: Held | None) -> str:
    compared = held is not None and held.compared
    head = ("Measure", "All", "Dev", "Test", *(["Change"] if compared else []))
    rows = [
        (
            (line.name, line.meaning),
            *(figure_cell(line.figures.get(which)) for which in ("all", "dev", "test")),
            *([change_cell(line.change)] if compared else []),
        )
        for line in lines
    ]
    return table_html(name, head, rows)


def _draw_kinds(run: KeptRun, held: Held | None) -> None:
    lines = kinds_of(run, held)
    st.html('<h3 class="cv-subheading">The share answered rightly, by kind of question</h3>')
    st.html(f'<p class="cv-facts">{as_html(kinds_sentence(lines))}</p>')
    if not lines:
        return
    draw_chart(lambda: share_dots(kind_rows(lines)), kinds_sentence(lines), "evaluation-kinds")
    compared = held is not None and held.compared
    if compared:
        st.html(
            '<p class="cv-facts">A dot is the share, its line the 95 % interval. A diamond is the run it is held '
            "against; where nothing changed, the dot is on it.</p>"
        )
    rows = [
        (
            (kind_said(line.name), line.meaning),
            figure_cell(line.figures["all"]),
            *([change_cell(line.change)] if compared else []),
        )
        for line in lines
    ]
    st.html(table_html("The share right by kind", ("Kind", "Share right", *(["Change"] if compared else [])), rows))


def _draw_changes(resources: Resources, run: KeptRun, against: KeptRun | None, held: Held | None) -> None:
    st.html('<h3 class="cv-subheading">What changed</h3>')
    if held is None or against is None:
        st.html('<p class="cv-facts">This run is held against nothing. Choose a run above to hold it against.</p>')
        return
    st.html(f'<p class="cv-said">{as_html(comparison_said(held))}</p>')
    moved = changed_lines(held)
    if moved:
        rows = [(change_name(change), change_cell(change)) for change in moved]
        with st.expander(f"{len(moved)} figures that moved", expanded=len(moved) <= _ON_A_PAGE):
            st.html(table_html("Figures that moved", ("Figure", "Change, with its 95 % interval"), rows))
    else:
        st.html('<p class="cv-facts">No figure moved.</p>')
    test = _draw_test_toggle()
    try:
        before, after = resources.runs.results(against), resources.runs.results(run)
    except RunError as error:
        st.error(as_label(f"{error}."))
        return
    for word, ids in (("Lost", held.lost), ("Won", held.gained), ("Answered in other words", held.reworded)):
        found = turned(ids, before, after, test=test)
        _draw_turned(turned_said(word, found, ids), found, opened=word == "Lost")


def _draw_turned(said: str, found: Sequence[Turned], *, opened: bool) -> None:
    if not found:
        st.html(f'<p class="cv-facts">{as_html(said)}.</p>')
        return
    with st.expander(said, expanded=opened):
        for one in found[:_MOST_REWORDED]:
            st.html(
                f'<h4 class="cv-side">{as_html(one.asked)}</h4>'
                f'<p class="cv-facts">{as_html(one.after.id)} · {as_html(one.after.split)}</p>'
                f'<p class="cv-said">Before: {as_html(one.before.text)}</p>'
                f'<p class="cv-said">Now: {as_html(one.after.text)}</p>'
            )
        if len(found) > _MOST_REWORDED:
            st.html(f'<p class="cv-facts">The first {_MOST_REWORDED}. The report has them all.</p>')


def _draw_test_toggle() -> bool:
    test = st.toggle("Show the test questions too", key="evaluation-test")
    st.html(f'<p class="cv-facts">{_TEST_RULE}</p>')
    return test


# What went wrong


def _draw_misses(resources: Resources, run: KeptRun, held: Held | None, documents: Mapping[str, Document]) -> None:
    st.html('<h3 class="cv-subheading">Not answered rightly</h3>')
    try:
        every = resources.runs.misses(run, held, documents)
    except RunError as error:
        st.error(as_label(f"{error}."))
        return
    test = _draw_test_toggle()
    there = sought(every, Sought(test=test))
    causes, kinds = causes_in(there), kinds_in(there)
    one, two, three = st.columns(3)
    with one:
        chosen_causes = st.multiselect(
            "Cause", list(causes), format_func=lambda c: f"{c} ({causes[c]})", placeholder="All", key="evaluation-cause"
        )
    with two:
        chosen_kinds = st.multiselect(
            "Kind",
            list(kinds),
            format_func=lambda k: f"{kind_said(k)} ({kinds[k]})",
            placeholder="All",
            key="evaluation-kind",
        )
    with three:
        words = st.text_input("Words in the question or the answer", key="evaluation-words")
    found = sought(every, Sought(test, chosen_causes, chosen_kinds, words))
    st.html(f'<p class="cv-facts" role="status">{as_html(shown_said(found, there, every))}</p>')
    first = _draw_pages(len(found))
    for miss in found[first : first + _ON_A_PAGE]:
        _draw_miss(miss, documents)
    _open_source(found, documents, resources)


def _draw_pages(many: int) -> int:
    """The way through many misses; gives back the position of the first one to show."""
    last = max(0, (many - 1) // _ON_A_PAGE)
    at: int = min(st.session_state.get("evaluation-page", 0), last)
    st.session_state["evaluation-page"] = at
    if last:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button("Previous ten", key="evaluation-back", disabled=at == 0, on_click=_turn, args=(at - 1,))
            st.text(f"Page {at + 1} of {last + 1}")
            st.button("Next ten", key="evaluation-on", disabled=at == last, on_click=_turn, args=(at + 1,))
    return at * _ON_A_PAGE


def _turn(page: int) -> None:
    st.session_state["evaluation-page"] = page


def _draw_miss(miss: Miss, documents: Mapping[str, Document]) -> None:
    result = miss.result
    facts = [
        result.id,
        kind_said(result.kind),
        result.split,
        "must pass" if result.must_pass else "",
        "newly lost" if miss.lost else "",
        f"confidence {result.confidence:.2f}",
    ]
    lines = [
        f'<h4 class="cv-subheading">{as_html(miss.asked)}</h4>',
        f'<p class="cv-facts">{as_html(" · ".join(fact for fact in facts if fact))}</p>',
        _said("Asked before", " / ".join(miss.question.get("history", ()))),
        _said("Why it is wrong", f"{miss.cause} ({result.cause})"),
        _said("Said", result.text),
        _said("Wanted", miss.wanted),
        _said("Missing from the answer", "; ".join(" or ".join(f.alternatives) for f in miss.facts if not f.found)),
    ]
    wanted, cited = wanted_spots(miss, documents), cited_spots(miss, documents)
    notes = dict.fromkeys(f"{spot.title}: {spot.note}" for spot in (*wanted, *cited) if spot.note)
    with st.container(border=True, key=f"evaluation-miss-{result.id}"):
        st.html("".join([*lines, *(f'<p class="cv-facts">{as_html(note)}</p>' for note in notes)]))
        with st.container(horizontal=True, gap="small"):
            _source_button("wanted", "Open what was wanted", miss, wanted)
            _source_button("cited", "Open what was cited", miss, cited)


def _said(name: str, text: str) -> str:
    return f'<p class="cv-said"><strong>{name}:</strong> {as_html(text)}</p>' if text else ""


def _source_button(which: str, label: str, miss: Miss, spots: Sequence[Spot]) -> None:
    """The button that opens some places, where there is one to open. What is in italics is read out, and not shown."""
    if any(spot.spans for spot in spots):
        st.button(
            f"{label} *for {as_label(miss.asked)}*",
            key=f"miss-{which}-{miss.result.id}",
            on_click=_choose,
            args=(miss.result.id, which),
        )


def _choose(id_: str, which: str) -> None:
    st.session_state["evaluation-source"] = (id_, which)


def _open_source(misses: Sequence[Miss], documents: Mapping[str, Document], resources: Resources) -> None:
    """Open the source viewer if a place was chosen."""
    id_, which = st.session_state.pop("evaluation-source", (None, ""))
    miss = next((miss for miss in misses if miss.result.id == id_), None)
    if miss is None:
        return
    spots = (wanted_spots if which == "wanted" else cited_spots)(miss, documents)
    places = [Place(s.document, s.headings, s.page, s.spans) for s in spots if s.document is not None and s.spans]
    if places:
        show_source(places, 0, documents, "Place wanted" if which == "wanted" else "Place cited", resources)


# The files, and all runs


def _draw_files(run: KeptRun) -> None:
    st.html('<h3 class="cv-subheading">Files</h3>')
    st.html(
        '<p class="cv-facts">The report is one page that opens without a network, with every question and every chart. '
        "The rows are one JSON object a question, as docs/evaluation.md says. Both have the test questions in "
        "them.</p>"
    )
    named = "accepted" if run.name == ACCEPTED else run.name
    with st.container(horizontal=True, gap="small"):
        for name, label, kind in (
            (REPORT, "Download the report", "text/html"),
            (ROWS, "Download the rows", "text/plain"),
        ):
            path = run.folder / name
            if path.is_file():
                st.download_button(
                    label,
                    path.read_bytes,
                    file_name=f"evaluation-{named}-{name}",
                    mime=kind,
                    key=f"evaluation-{name}",
                    on_click="ignore",
                )
    if not (run.folder / REPORT).is_file():
        st.html('<p class="cv-facts">No report was kept with this run.</p>')


def _draw_over_time(resources: Resources, run: KeptRun) -> None:
    """The main figure over the runs, as a chart, a sentence and a table."""
    st.html('<h2 class="cv-heading">The runs so far</h2>')
    try:
        points = resources.runs.over_time(run)
    except RunError as error:
        st.error(as_label(f"{error}."))
        return
    if not points:
        st.html('<p class="cv-facts">No run was kept or accepted yet whose figures can be read.</p>')
        return
    st.html(f'<p class="cv-facts">{as_html(over_time_sentence(points))}</p>')
    rows = over_time_rows(points)
    if rows:
        days = [point.day for point in points]
        draw_chart(
            lambda: over_runs(rows, days).properties(height=180), over_time_sentence(points), "evaluation-over-time"
        )
        st.html(
            '<p class="cv-facts">A line is the 95 % interval. The square is the run above, a diamond one that was '
            "accepted, a circle any other.</p>"
        )
    with st.expander("The runs as a table"):
        st.html(table_html("The runs", ("Run", *HEAD), over_time_table(points)))


def _draw_problems(damaged: Sequence[KeptRun]) -> None:
    """The folders of runs that cannot be read, each with the reason."""
    if not damaged:
        return
    many = f"{len(damaged)} kept run{'' if len(damaged) == 1 else 's'} that cannot be read"
    with st.expander(many):
        listed = "".join(f"<li><strong>{as_html(run.label)}</strong>: {as_html(run.problem)}</li>" for run in damaged)
        st.html(f'<ul class="cv-list">{listed}</ul>')
