"""The page "Ask": a question, its answer with its sources, or an honest "Not in the documents"."""

import secrets
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import streamlit as st

from answer import LONGEST_QUESTION, Assistant
from desk import NotAllowed, NotKept, StoreError, events
from desk.asking import as_asked, ask
from desk.limits import NotNow
from desk.narrowing import Choice, Narrowed, narrow, offered_publishers, offered_years
from desk.starters import find_starters
from index import IndexProblem, Shelved
from ingest import Document, spoken_date, standing_word
from ui.history import draw_history
from ui.opening import Opened, Resources, load_assistant, open_index
from ui.plain import as_html, as_label
from ui.scrolling import bring_into_view
from ui.turns import ASSISTANT, Drawing, Shown, draw_question, draw_said, draw_turn, open_chosen_source

_STYLE = Path(__file__).with_name("page.css")
_LABEL_CHARACTERS = 100
_LINK = "answer"  # the query parameter of a link that opens an answer again
_FILTERS = ("only", "publishers", "years")


def show(resources: Resources) -> None:
    """Draw the page."""
    st.html(_STYLE)
    conversation: list[Shown] = st.session_state.setdefault("conversation", [])
    bar = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    with bar:
        st.title("Chapter & Verse", anchor=False, width="content")
    opened = open_index(resources)
    if opened is None:
        return
    _reopen_by_link(resources, conversation)
    documents = opened.snapshot.documents
    narrowed = _draw_sidebar(opened)
    earlier = st.sidebar.container()
    asked = st.chat_input("Ask about the documents", max_chars=LONGEST_QUESTION) or st.session_state.pop(
        "starter", None
    )
    drawing = Drawing(resources, _library(resources, opened), documents, _ask_alone, _forget, _address())
    welcome = st.empty()
    if not conversation and not asked:
        with welcome.container():
            _draw_welcome(documents)
    for number, shown in enumerate(conversation):
        draw_turn(number, shown, drawing)
    if asked:
        st.session_state.pop("put-off", None)
        _ask(opened, asked, conversation, narrowed, drawing)
    if conversation:
        with bar:
            st.button("Restart", key="restart", on_click=_restart, help="Clear the conversation")
    _draw_put_off()
    if resources.store:
        with earlier:
            draw_history(resources, resources.store, lambda talk: _reopen(resources, talk))
    open_chosen_source(conversation, resources)
    assistant = _warm_up(resources, opened)
    if assistant and conversation:
        _draw_suggestions(resources, assistant, drawing, conversation)


def _draw_sidebar(opened: Opened) -> Narrowed:
    """The documents, and the choice of those to look in; gives back what is chosen."""
    documents = opened.snapshot.documents
    names, publishers, years = (
        _names(documents),
        offered_publishers(documents.values()),
        offered_years(documents.values()),
    )
    for key, there in zip(_FILTERS, (documents, publishers, years), strict=True):
        # What is gone cannot stay chosen.
        st.session_state[key] = [choice for choice in st.session_state.get(key, []) if choice in there]
    with st.sidebar:
        in_order = sorted(documents, key=lambda doc_id: documents[doc_id].title)
        only = st.multiselect(
            "Look only in", in_order, format_func=names.__getitem__, key="only", placeholder="All documents"
        )
        with st.expander("More ways to narrow"):
            chosen = st.multiselect("Published by", publishers, key="publishers", placeholder="All publishers")
            of = st.multiselect("Of the years", years, key="years", placeholder="All years")
        narrowed = narrow(Choice(tuple(only), tuple(chosen), tuple(of)), documents)
        _draw_narrowed(narrowed, len(documents))
        rows = "".join(_document_row(d) for d in _latest_first(documents))
        st.html(f'<h2 class="cv-side">The documents</h2><ul class="cv-documents">{rows}</ul>')
        unread = opened.snapshot.manifest.unread
        if unread:
            st.warning(f"Could not be read, so not searched: {as_label(', '.join(unread))}")
    return narrowed


def _draw_narrowed(narrowed: Narrowed, all_of_them: int) -> None:
    """How much is looked in, with the way back to all of it."""
    if narrowed.documents is None:
        return
    if narrowed.documents:
        st.text(f"Looking in {len(narrowed.documents)} of {all_of_them} documents.")
    else:
        st.warning("No document fits all of this, so nothing will be searched.")
    st.button("Look in all documents", key="look-in-all", on_click=_look_in_all)


def _look_in_all() -> None:
    for key in _FILTERS:
        st.session_state[key] = []


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
        _draw_pills("starter", starters)
    bring_into_view(".cv-lead", last=False, block="start", again=())


def _draw_pills(name: str, questions: list[str]) -> None:
    """Questions to be asked by pressing them."""
    with st.container(key=f"{name}s", horizontal=True, gap="small"):
        for number, question in enumerate(questions):
            st.button(as_label(question), key=f"{name}-{number}", on_click=_start, args=(question,), wrap=True)


def _start(question: str) -> None:
    st.session_state["starter"] = question


def _ask_alone(number: int) -> None:
    """Ask a question again without those before it."""
    st.session_state["starter"] = st.session_state["conversation"][number].turn.question
    st.session_state["alone"] = True


def _draw_put_off() -> None:
    """A question that could not be taken when it was asked, with the way to ask it again."""
    asked, why = st.session_state.get("put-off", ("", ""))
    if not asked:
        return
    draw_question(as_asked(asked))
    with st.chat_message("assistant", avatar=ASSISTANT):
        st.warning(as_label(f"{why}."))
        st.button("Ask it again", key="ask-again", on_click=_start, args=(asked,))


def _forget(number: int, resources: Resources) -> None:
    """Delete a question and those asked after it, which are kept with it."""
    conversation: list[Shown] = st.session_state["conversation"]
    asked_id = conversation[number].asked_id
    if asked_id and resources.store:
        try:
            resources.store.delete_asked(asked_id, resources.person)
        except NotKept:
            pass  # deleted already, or never this person's to delete: nothing of theirs is left
        except StoreError as error:
            st.toast(as_label(f"It could not be deleted: {error}"))
            return
    del conversation[number:]
    if not conversation:
        _restart()
    st.toast("Deleted. What was sent to the reviewers stays with them, without your name.")


def _restart() -> None:
    st.session_state["conversation"].clear()
    st.session_state.pop("put-off", None)
    st.session_state.pop("conversation-id", None)
    st.query_params.clear()


def _ask(opened: Opened, asked: str, conversation: list[Shown], narrowed: Narrowed, drawing: Drawing) -> None:
    """Answer a question, with a line that says what is going on, and keep the answer; or put it off."""
    resources = drawing.resources
    try:
        resources.rate.take(*_who_asks(resources))
        _answer(opened, asked, conversation, narrowed, drawing)
    except NotNow as error:
        events.refused("ask now", str(error), by=resources.person.key)
        st.session_state["put-off"] = (asked, str(error))
        st.rerun()


def _who_asks(resources: Resources) -> list[str]:
    """By what questions are counted: the session, and the person where somebody has logged in."""
    session = st.session_state.setdefault("session", secrets.token_urlsafe())
    return [f"session {session}", *([f"person {resources.person.key}"] if resources.person.key else [])]


def _answer(opened: Opened, asked: str, conversation: list[Shown], narrowed: Narrowed, drawing: Drawing) -> None:
    resources = drawing.resources
    seen = as_asked(asked)
    draw_question(seen)
    bring_into_view(".cv-question", last=True, block="start", again=(len(conversation), 0))
    with st.chat_message("assistant", avatar=ASSISTANT):
        short = seen if len(seen) <= _LABEL_CHARACTERS else f"{seen[:_LABEL_CHARACTERS]}…"
        many = len(drawing.documents if narrowed.documents is None else narrowed.documents)
        place = st.empty()
        doing = f"Searching {many} document{'' if many == 1 else 's'} for “{short}”"
        # Streamlit's own status box waits 50 ms after it is drawn.
        place.html(f'<p class="cv-working" role="status">{as_html(doing)}</p>')
        assistant = load_assistant(resources, opened)
        if assistant is None:
            st.session_state["starter"] = asked  # "Try again" asks it again
            st.stop()
        alone = st.session_state.get("alone", False)
        history = [] if alone else [shown.turn.question for shown in conversation if shown.turn.answer]
        shown = Shown(ask(assistant, asked, history, narrowed, resources.made_with(opened.snapshot.manifest)))
        st.session_state.pop("alone", None)
        conversation.append(shown)
        place.empty()
        draw_said(len(conversation) - 1, _kept(shown, resources), drawing)
    bring_into_view(".cv-question", last=True, block="start", again=(len(conversation), 1))  # however long it took


def _kept(shown: Shown, resources: Resources) -> Shown:
    """Keep what was asked and said, where it is to be; what cannot be kept is shown all the same."""
    if resources.store is None or not resources.keeping.keeps(shown.turn):
        return shown
    try:
        talk, shown.asked_id = resources.store.keep(
            st.session_state.get("conversation-id"), resources.person, shown.turn
        )
    except StoreError as error:
        st.warning(as_label(f"This answer is not kept: {error}."))
    else:
        st.session_state["conversation-id"] = talk
    return shown


def _reopen(resources: Resources, conversation_id: str) -> None:
    """Open an earlier conversation of one's own again, to go on with it."""
    if resources.store is None:
        return
    try:
        kept = resources.store.conversation(conversation_id, resources.person)
    except (StoreError, NotKept) as error:
        st.toast(as_label(str(error)))
        return
    st.session_state["conversation"][:] = [Shown(k.turn, k.asked_id, [], reopened=True) for k in kept]
    st.session_state["conversation-id"] = conversation_id
    st.query_params.clear()


def _reopen_by_link(resources: Resources, conversation: list[Shown]) -> None:
    """Open the answer that the page's address names, once."""
    asked_id = st.query_params.get(_LINK)
    if not asked_id or st.session_state.get("linked") == asked_id:
        return
    st.session_state["linked"] = asked_id
    if resources.store is None:
        st.warning("The answer of this link cannot be opened: nothing is kept here.")
        return
    try:
        kept = resources.store.asked(asked_id, resources.person)
    except (StoreError, NotKept, NotAllowed) as error:
        st.warning(as_label(str(error)))
        return
    conversation[:] = [Shown(kept.turn, kept.asked_id, [], reopened=True)]
    st.session_state.pop("conversation-id", None)


def _library(resources: Resources, opened: Opened) -> Mapping[str, Shelved]:
    """What is known of the documents; nothing where it cannot be read, and then there are no tables."""
    try:
        return resources.library(opened.snapshot.manifest)
    except IndexProblem:
        return {}


def _address() -> str:
    """The page's address without what follows it."""
    return (st.context.url or "").split("?")[0]


def _warm_up(resources: Resources, opened: Opened) -> Assistant | None:
    """Load the model once the page stands, so that the first question need not wait for it."""
    line = st.empty()
    with line.container(), st.spinner("Getting ready to search…"):
        ready = load_assistant(resources, opened)
    if ready:
        line.empty()
    return ready


def _draw_suggestions(resources: Resources, assistant: Assistant, drawing: Drawing, conversation: list[Shown]) -> None:
    """Questions to go on with after the last answer, each known to have one."""
    last = conversation[-1]
    if last.turn.answer is None:
        return
    if last.suggestions is None:
        asked = [shown.turn.question for shown in conversation]
        last.suggestions = resources.suggestions(assistant, drawing.library).after(last.turn.answer, asked)
    if last.suggestions:
        st.html('<h2 class="cv-side">Questions to go on with</h2>')
        _draw_pills("suggestion", last.suggestions)
