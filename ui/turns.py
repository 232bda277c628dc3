"""A question and its answer as they are drawn: what is said, its sources, and what can be done with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

import streamlit as st

from answer import Answer, Statement, personal_data, said_of_personal, source_line
from desk import REASONS, NotKept, Store, StoreError, Turn
from desk.keeping import Keeping
from desk.sharing import as_text
from desk.value_chart import said_chart, value_chart
from desk.value_tables import ValueTable, value_tables
from index import Shelved
from ingest import Document, Passage, spoken_date, standing
from ui.charts import draw_chart
from ui.opening import Resources
from ui.plain import as_html, as_label
from ui.source import Place, heading_path, show_source

USER, ASSISTANT = ":material/person:", ":material/menu_book:"
LEADS = 3
_THANKS = "Thank you. A reviewer will look at this answer."
_LEAD_WORDS = 40
_WIDE = 4  # columns: a table of more scrolls inside its own box on a narrow page


@dataclass(slots=True)
class Shown:
    """A turn on the page.

    Attributes:
        turn: The question and what was said to it.
        asked_id: What it is kept under; None where it is not kept.
        suggestions: Questions to go on with; None until they have been looked for.
        flagged: Whether somebody said here that something is wrong with it.
        reopened: Whether it was asked before this conversation, and opened again.
    """

    turn: Turn
    asked_id: str | None = None
    suggestions: list[str] | None = None
    flagged: bool = False
    reopened: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """What drawing turns takes.

    Attributes:
        resources: What every page shares.
        library: What is known of the documents that are searched now.
        documents: These documents.
        ask_alone: Called with the number of a turn whose question is to be asked again by itself.
        forget: Called with the number of a turn that is to be deleted with those after it, and the resources.
        address: The page's own address, for links to answers; empty where it is not known.
    """

    resources: Resources
    library: Mapping[str, Shelved]
    documents: Mapping[str, Document]
    ask_alone: Callable[[int], None]
    forget: Callable[[int, Resources], None]
    address: str = ""
    today: date = field(default_factory=date.today)


def draw_question(question: str) -> None:
    """A question, as it was typed."""
    with st.chat_message("user", avatar=USER):
        st.html(f'<p class="cv-question"><span class="cv-heard">You asked: </span>{as_html(question)}</p>')


def draw_turn(number: int, shown: Shown, drawing: Drawing) -> None:
    """A question and what was said to it."""
    draw_question(shown.turn.question)
    with st.chat_message("assistant", avatar=ASSISTANT):
        draw_said(number, shown, drawing)


def draw_said(number: int, shown: Shown, drawing: Drawing) -> None:
    """What was said to a question: the answer with its sources, or why there is none."""
    turn = shown.turn
    answer = turn.answer
    if shown.reopened:
        st.html(f'<p class="cv-facts">Asked on {as_html(spoken_date(turn.asked_at[:10]))}, and opened again.</p>')
    if answer is None:
        st.warning(as_label(_sentence(turn.problem)))
        _draw_personal(number, shown, drawing)
        return
    for note in answer.notes:
        st.html(f'<p class="cv-facts">{as_html(note)}</p>')
    if answer.standalone_question != answer.question:
        _draw_searched_for(number, answer, drawing)
    if answer.status != "not_found":
        _draw_statements(number, turn, answer, drawing)
        _draw_writing(answer)
    if answer.reason:
        title = "Not in the documents" if answer.status == "not_found" else "Not all of it is in the documents"
        st.html(f'<div class="cv-box"><h2>{title}</h2><p>{as_html(answer.reason)}</p></div>')
    if answer.status == "not_found":
        _draw_leads(number, answer, turn.documents)
    _draw_personal(number, shown, drawing)
    _draw_tools(number, shown, answer, drawing)


def open_chosen_source(conversation: list[Shown], resources: Resources) -> None:
    """Open the source viewer if a citation or a lead was chosen."""
    turn_number, at = st.session_state.pop("chosen", (None, 0))
    if turn_number is None or turn_number >= len(conversation):
        return
    turn = conversation[turn_number].turn
    if turn.answer is None:
        return
    if turn.answer.status == "not_found":
        passages = [hit.passage for hit in turn.answer.hits[:LEADS]]
        places = [Place(turn.documents[p.doc_id], p.headings, p.page, p.spans) for p in passages]
        show_source(places, at, turn.documents, "Passage", resources)
    else:
        places = [Place(turn.documents[c.doc_id], c.headings, c.page, c.spans) for c in turn.answer.citations]
        show_source(places, at, turn.documents, "Source", resources)


def _draw_searched_for(number: int, answer: Answer, drawing: Drawing) -> None:
    """What a follow-up was completed to, with the way back."""
    with st.container(key=f"searched-{number}", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<p class="cv-facts">Searched for: {as_html(answer.standalone_question)}</p>', width="content")
        st.button(
            "Ask it as I typed it",
            key=f"alone-{number}",
            on_click=drawing.ask_alone,
            args=(number,),
            help="Search for these words alone, without the question before",
        )


def _draw_statements(number: int, turn: Turn, answer: Answer, drawing: Drawing) -> None:
    """Each document's line, and under it what it says with the buttons that open the sources."""
    documents = turn.documents
    unchanged = {i: s for i, s in drawing.library.items() if documents.get(i) == drawing.documents.get(i)}
    tables = value_tables(answer, documents, unchanged)
    told = {at for table in tables.values() for at in table.statements} - tables.keys()
    numbered = [(at, s) for at, s in enumerate(answer.statements) if at not in told]
    for sources, group in groupby(numbered, key=lambda item: _sources(item[1], answer)):
        names = " and ".join(source_line(documents[doc_id]) for doc_id in sources)
        said = " ".join(dict.fromkeys(s for i in sources for s in standing(documents[i], documents, drawing.today)))
        st.html(f'<p class="cv-source">{as_html(names)}</p><p class="cv-facts">{as_html(said)}</p>')
        for at, statement in group:
            if at in tables:
                _draw_table(number, at, tables[at], answer, documents)
            else:
                _draw_statement(number, at, statement, answer, documents)


def _draw_statement(
    number: int, at: int, statement: Statement, answer: Answer, documents: Mapping[str, Document]
) -> None:
    with st.container(key=f"said-{number}-{at}", horizontal=True, vertical_alignment="top", gap="xsmall"):
        text = as_html(statement.text)
        st.html(
            f'<ul class="cv-item"><li>{text}</li></ul>'
            if statement.list_item
            else f'<p class="{"cv-prose" if statement.rewritten else "cv-statement"}">{text}</p>',
            width="content",
        )
        for citation in dict.fromkeys(statement.citations):
            _citation_button(f"cite-{number}-{at}-{citation}", number, answer, citation, documents)


def _draw_table(number: int, at: int, table: ValueTable, answer: Answer, documents: Mapping[str, Document]) -> None:
    """Rows of a table of the document, and their values as a chart where its columns are years."""
    head = "".join(f'<th scope="col">{as_html(column)}</th>' for column in table.columns)
    rows = "".join(
        f'<tr><th scope="row">{as_html(row[0])}</th>{"".join(f"<td>{as_html(cell)}</td>" for cell in row[1:])}</tr>'
        for row in table.rows
    )
    wide = ' tabindex="0" role="region" aria-label="The values as a table"' if len(table.columns) > _WIDE else ""
    with st.container(key=f"said-{number}-{at}", horizontal=True, vertical_alignment="top", gap="xsmall"):
        st.html(
            f'<div class="cv-values"{wide}><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>',
            width="content",
        )
        for citation in table.citations:
            _citation_button(f"cite-{number}-{at}-{citation}", number, answer, citation, documents)
    if table.points:
        with st.expander("Show as a chart"):
            draw_chart(lambda: value_chart(table), said_chart(table), f"chart-{number}-{at}")


def _draw_writing(answer: Answer) -> None:
    """Who wrote the answer, where a language model was asked; under prose of its own the quotes it is from."""
    if answer.writing is None:
        return
    st.html(f'<p class="cv-facts">{as_html(answer.writing.said)}</p>')
    if answer.writing.note is None:
        quotes = "".join(f'<p class="cv-statement">[{c.number}] “{as_html(c.quote)}”</p>' for c in answer.citations)
        st.html(quotes)


def _draw_personal(number: int, shown: Shown, drawing: Drawing) -> None:
    """A warning beside an answer whose question seems to hold personal data, with the way to delete it."""
    kinds = personal_data(shown.turn.question)
    if not kinds:
        return
    kept = shown.asked_id is not None
    after = "Questions are kept for reviewers; delete it if it need not be." if kept else "It is not kept."
    st.warning(as_label(f"{said_of_personal(kinds)} {after}"))
    if not kept or not shown.reopened:
        st.button(
            "Delete this question",
            key=f"forget-{number}",
            on_click=drawing.forget,
            args=(number, drawing.resources),
            help="Delete it, its answer, and what was asked after it in this conversation",
        )


def _sources(statement: Statement, answer: Answer) -> tuple[str, ...]:
    return tuple(dict.fromkeys(answer.citations[number - 1].doc_id for number in statement.citations))


def _citation_button(key: str, turn: int, answer: Answer, number: int, documents: Mapping[str, Document]) -> None:
    """A small button that opens a source. What is in italics is read out, and not shown: see page.css."""
    citation = answer.citations[number - 1]
    name = as_label(f"Source {number}: {documents[citation.doc_id].title}, {heading_path(citation.headings)}")
    st.button(
        f"{as_label(f'[{number}]')} *{name}*",
        key=key,
        help=name,
        on_click=_choose,
        args=(turn, number - 1),
    )


def _draw_leads(turn: int, answer: Answer, documents: Mapping[str, Document]) -> None:
    leads = answer.hits[:LEADS]
    if leads:
        st.html('<h3 class="cv-side">The nearest passages (not an answer)</h3>')
    for at, hit in enumerate(leads):
        document = documents[hit.passage.doc_id]
        with st.container(key=f"lead-box-{turn}-{at}", gap="xxsmall"):
            st.html(
                f'<p class="cv-source">{as_html(source_line(document))}</p>'
                f'<p class="cv-facts">{as_html(heading_path(hit.passage.headings))}</p>'
                f'<p class="cv-statement">{as_html(_beginning(hit.passage))}</p>'
            )
            name = as_label(f"passage {at + 1}: {document.title}, {heading_path(hit.passage.headings)}")
            st.button(f"Open the source *{name}*", key=f"lead-{turn}-{at}", on_click=_choose, args=(turn, at))


def _beginning(passage: Passage) -> str:
    words = passage.text.split()
    return passage.text if len(words) <= _LEAD_WORDS else f"{' '.join(words[:_LEAD_WORDS])} …"


def _choose(turn: int, at: int) -> None:
    st.session_state["chosen"] = (turn, at)


def _draw_tools(number: int, shown: Shown, answer: Answer, drawing: Drawing) -> None:
    """What can be done with an answer: take it along, or say that something is wrong with it."""
    if st.session_state.pop("thanked", False):
        st.toast(_THANKS)
    with st.container(key=f"tools-{number}", horizontal=True, gap="small"):
        with st.popover("Copy or share"):
            st.text("The answer with its sources:")
            st.code(as_text(answer, shown.turn.documents), language=None, wrap_lines=True)
            if shown.asked_id is None and drawing.resources.keeping is not Keeping.YES:
                st.text("There is no link to it: this question is not kept.")
            if shown.asked_id and drawing.address:
                st.text("A link that opens it again, for those who may use this page:")
                st.code(f"{drawing.address}?answer={shown.asked_id}", language=None, wrap_lines=True)
        if shown.asked_id and drawing.resources.store:
            with st.popover("Something is wrong"):
                _draw_flagging(number, shown, drawing.resources.store, drawing)


def _draw_flagging(number: int, shown: Shown, store: Store, drawing: Drawing) -> None:
    """A form that sends an answer to the reviewers."""
    if shown.flagged:
        st.success(_THANKS)
        return
    with st.form(f"flag-{number}", border=False):
        reason = st.radio("What is wrong with this answer?", REASONS, index=None, key=f"reason-{number}")
        note = st.text_area("What did you expect? (optional)", max_chars=2_000, key=f"note-{number}")
        sent = st.form_submit_button("Send to the reviewers")
    if sent and reason is None:
        st.error("Choose what is wrong, so that the reviewers know where to look.")
    elif sent and reason:
        try:
            store.flag(shown.asked_id or "", drawing.resources.person, reason, note)
        except (StoreError, NotKept) as error:
            st.error(as_label(_sentence(f"it could not be sent: {error}")))
        else:
            shown.flagged = True
            st.session_state["thanked"] = True  # the popover closes when the page is drawn again
            st.rerun()


def _sentence(message: str) -> str:
    ended = message.endswith((".", "?", "!"))
    return f"{message[:1].upper()}{message[1:]}{'' if ended else '.'}"
