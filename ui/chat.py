"""The page "Ask": a question, its answer with its sources, or an honest "Not in the documents"."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

import streamlit as st

from answer import Answer, QuestionError, Statement, source_line
from ingest import Document, Passage, spoken_date, standing, standing_word
from ui.opening import Opened, Resources, load_assistant, open_index
from ui.plain import as_html, as_label
from ui.scrolling import bring_into_view
from ui.source import Place, heading_path, show_source
from ui.starters import find_starters

_STYLE = Path(__file__).with_name("page.css")
_USER, _ASSISTANT = ":material/person:", ":material/menu_book:"
_LEADS = 3
_LEAD_WORDS = 40
_LABEL_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what was said to it, kept whole so that the page can be drawn again.

    Attributes:
        question: As it was typed.
        answer: What was said, or None where the question could not be answered as it was put.
        problem: Why it could not; empty when it was answered.
        documents: The documents as they were when it was asked: its citations are places in these.
    """

    question: str
    answer: Answer | None
    problem: str
    documents: Mapping[str, Document]


def show(resources: Resources) -> None:
    """Draw the page."""
    st.html(_STYLE)
    conversation: list[Turn] = st.session_state.setdefault("conversation", [])
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title("Chapter & Verse", anchor=False, width="content")
        if conversation:
            st.button("Restart", key="restart", on_click=conversation.clear, help="Clear the conversation")
    opened = open_index(resources)
    if opened is None:
        return
    documents = opened.snapshot.documents
    only = _draw_sidebar(opened)
    asked = st.chat_input("Ask about the documents") or st.session_state.pop("starter", None)
    welcome = st.empty()
    if not conversation and not asked:
        with welcome.container():
            _draw_welcome(documents)
    for number, turn in enumerate(conversation):
        _draw_turn(number, turn)
    if asked:
        _ask(resources, opened, asked, conversation, only)
    if st.session_state.pop("answered", False):
        bring_into_view(".cv-question", last=True, block="start", again=(len(conversation),))
    _open_source(conversation)
    _warm_up(resources, opened)


def _draw_sidebar(opened: Opened) -> list[str]:
    """The documents, and the choice of those to look in; gives back the ids chosen."""
    documents = opened.snapshot.documents
    chosen = [doc_id for doc_id in st.session_state.get("only", []) if doc_id in documents]
    st.session_state["only"] = chosen  # a document that is gone cannot stay chosen
    with st.sidebar:
        only = st.multiselect(
            "Look only in",
            sorted(documents, key=lambda doc_id: documents[doc_id].title),
            format_func=_names(documents).__getitem__,
            key="only",
            placeholder="All documents",
        )
        rows = "".join(_document_row(d) for d in _latest_first(documents))
        st.html(f'<h2 class="cv-side">The documents</h2><ul class="cv-documents">{rows}</ul>')
        unread = opened.snapshot.manifest.unread
        if unread:
            st.warning(f"Could not be read, so not searched: {as_label(', '.join(unread))}")
    return only


def _names(documents: Mapping[str, Document]) -> dict[str, str]:
    """Each document's title, with its id where another has the same title: Streamlit tells choices apart by name."""
    times = Counter(d.title for d in documents.values())
    return {i: d.title if times[d.title] == 1 else f"{d.title} ({i})" for i, d in documents.items()}


def _document_row(document: Document) -> str:
    facts = f"{spoken_date(document.published)} · {standing_word(document, date.today())}"
    return f"<li><span>{as_html(document.title)}</span><br><small>{as_html(facts)}</small></li>"


def _latest_first(documents: Mapping[str, Document]) -> list[Document]:
    by_title = sorted(documents.values(), key=lambda d: d.title)
    return sorted(by_title, key=lambda d: d.published or "", reverse=True)


def _draw_welcome(documents: Mapping[str, Document]) -> None:
    """What this is, what it knows, and questions to start with."""
    years = sorted(d.published[:4] for d in documents.values() if d.published)
    dated = f", dated {years[0] if years[0] == years[-1] else f'{years[0]} to {years[-1]}'}" if years else ""
    counts = Counter(standing_word(d, date.today()) for d in documents.values())
    standings = ", ".join(f"{n} {status}" for status, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    many = f"{len(documents)} document{'' if len(documents) == 1 else 's'}"
    st.html(
        '<p class="cv-lead">Ask a question and get the documents’ own words, each with the place where it stands. '
        "Where they do not answer, you are told so.</p>"
        f'<p class="cv-facts">{as_html(f"{many}{dated}: {standings}.")}</p>'
    )
    starters = find_starters(documents)
    if starters:
        st.html('<h2 class="cv-side">Questions to start with</h2>')
        with st.container(key="starters", horizontal=True, gap="small"):
            for number, question in enumerate(starters):
                st.button(as_label(question), key=f"starter-{number}", on_click=_start, args=(question,), wrap=True)
    bring_into_view(".cv-lead", last=False, block="start", again=())


def _start(question: str) -> None:
    st.session_state["starter"] = question


def _ask(resources: Resources, opened: Opened, asked: str, conversation: list[Turn], only: Sequence[str]) -> None:
    """Answer a question, with a line that says what is going on, and keep the answer."""
    documents = opened.snapshot.documents
    _draw_question(asked)
    with st.chat_message("assistant", avatar=_ASSISTANT):
        short = asked if len(asked) <= _LABEL_CHARACTERS else f"{asked[:_LABEL_CHARACTERS]}…"
        many = len(only) or len(documents)
        with st.status(f"Searching {many} document{'' if many == 1 else 's'} for “{as_label(short)}”"):
            assistant = load_assistant(resources, opened)
            if assistant is None:
                st.session_state["starter"] = asked  # "Try again" asks it again
                st.stop()
            history = [turn.question for turn in conversation if turn.answer]
            try:
                answer = assistant.answer(asked, history, only or None)
            except QuestionError as error:
                conversation.append(Turn(asked, None, str(error), documents))
            else:
                conversation.append(Turn(asked, answer, "", documents))
    st.session_state["answered"] = True
    st.rerun()


def _draw_turn(number: int, turn: Turn) -> None:
    _draw_question(turn.question)
    with st.chat_message("assistant", avatar=_ASSISTANT):
        if turn.answer is None:
            st.warning(as_label(f"{turn.problem[:1].upper()}{turn.problem[1:]}."))
            return
        if turn.answer.standalone_question != turn.answer.question:
            st.html(f'<p class="cv-facts">Searched for: {as_html(turn.answer.standalone_question)}</p>')
        _draw_statements(number, turn.answer, turn.documents)
        _draw_writing(turn.answer)
        if turn.answer.reason:
            title = "Not in the documents" if turn.answer.status == "not_found" else "Not all of it is in the documents"
            st.html(f'<div class="cv-box"><h2>{title}</h2><p>{as_html(turn.answer.reason)}</p></div>')
        if turn.answer.status == "not_found":
            _draw_leads(number, turn.answer, turn.documents)


def _draw_question(question: str) -> None:
    with st.chat_message("user", avatar=_USER):
        st.html(f'<p class="cv-question">{as_html(question)}</p>')


def _draw_statements(turn: int, answer: Answer, documents: Mapping[str, Document]) -> None:
    """Each document's line, and under it what it says with the buttons that open the sources."""
    numbered = list(enumerate(answer.statements))
    for sources, group in groupby(numbered, key=lambda item: _sources(item[1], answer)):
        names = " and ".join(source_line(documents[doc_id]) for doc_id in sources)
        said = " ".join(dict.fromkeys(s for i in sources for s in standing(documents[i], documents, date.today())))
        st.html(f'<p class="cv-source">{as_html(names)}</p><p class="cv-facts">{as_html(said)}</p>')
        for at, statement in group:
            with st.container(key=f"said-{turn}-{at}", horizontal=True, vertical_alignment="top", gap="xsmall"):
                text = as_html(statement.text)
                st.html(
                    f'<ul class="cv-item"><li>{text}</li></ul>'
                    if statement.list_item
                    else f'<p class="{"cv-prose" if statement.rewritten else "cv-statement"}">{text}</p>',
                    width="content",
                )
                for citation in dict.fromkeys(statement.citations):
                    _citation_button(f"cite-{turn}-{at}-{citation}", turn, answer, citation, documents)


def _draw_writing(answer: Answer) -> None:
    """Who wrote the answer, where a language model was asked; under prose of its own the quotes it is from."""
    if answer.writing is None:
        return
    st.html(f'<p class="cv-facts">{as_html(answer.writing.said)}</p>')
    if answer.writing.note is None:
        quotes = "".join(f'<p class="cv-statement">[{c.number}] “{as_html(c.quote)}”</p>' for c in answer.citations)
        st.html(quotes)


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
    leads = answer.hits[:_LEADS]
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
    st.session_state["source-at"] = at
    st.session_state["source-whole"] = False


def _open_source(conversation: Sequence[Turn]) -> None:
    """Open the source viewer if a citation or a lead was chosen."""
    turn_number, at = st.session_state.pop("chosen", (None, 0))
    if turn_number is None or turn_number >= len(conversation):
        return
    turn = conversation[turn_number]
    if turn.answer is None:
        return
    if turn.answer.status == "not_found":
        passages = [hit.passage for hit in turn.answer.hits[:_LEADS]]
        places = [Place(turn.documents[p.doc_id], p.headings, p.page, p.spans) for p in passages]
        show_source(places, at, turn.documents, "Passage")
    else:
        places = [Place(turn.documents[c.doc_id], c.headings, c.page, c.spans) for c in turn.answer.citations]
        show_source(places, at, turn.documents, "Source")


def _warm_up(resources: Resources, opened: Opened) -> None:
    """Load the model once the page stands, so that the first question need not wait for it."""
    line = st.empty()
    with line.container(), st.spinner("Getting ready to search…"):
        ready = load_assistant(resources, opened)
    if ready:
        line.empty()
