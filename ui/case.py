"""One answer under review: what was asked and said, a verdict for each statement, and what can be done with it."""

from collections.abc import Sequence

import streamlit as st

from answer import Answer, source_line
from desk import (
    LONGEST_NAME,
    LONGEST_NOTE,
    REFUSAL,
    VERDICTS,
    Case,
    Chosen,
    NotKept,
    ReviewError,
    Store,
    StoreError,
    audit_pack,
    beside,
    decide,
    given_verdicts,
    make_question,
    open_case,
    utc_now,
)
from desk.review_words import decision_words, flag_words, made_words, turn_facts, verdict_word
from ui.opening import Resources, open_index
from ui.plain import as_html, as_label
from ui.source import Place, heading_path, show_source

LINK = "answer"  # the query parameter that names the item
LEADS = 3
_NOTE_HEIGHT = 68  # pixels: two lines


def draw_case(resources: Resources, store: Store, asked_id: str, chosen: Chosen, search: str) -> None:
    """Draw an item of the queue, with the way to the others.

    Args:
        resources: What every page shares.
        store: Where it is kept.
        asked_id: Which item.
        chosen: What of the queue it was opened from.
        search: The words that were searched for there.

    Raises:
        NotKept: If it is not there.
        StoreError: If it cannot be read.
    """
    case = open_case(store, resources.person, asked_id)
    _draw_ways(resources, store, case, chosen, search)
    turn = case.kept.turn
    titles = {doc_id: document.title for doc_id, document in turn.documents.items()}
    facts = "".join(f'<p class="cv-facts">{as_html(fact)}</p>' for fact in turn_facts(turn, titles))
    st.html(f'<h2 class="cv-asked">{as_html(turn.question)}</h2>{facts}')
    if case.flags:
        flags = "".join(f"<li>{as_html(flag_words(flag))}</li>" for flag in case.flags)
        st.html(f'<div class="cv-box"><h3>What people say is wrong with the answer</h3><ul>{flags}</ul></div>')
    if turn.answer is None:
        st.warning(as_label(f"It could not be answered: {turn.problem}. There is nothing to decide."))
    else:
        _draw_answer(resources, store, case, turn.answer)
    _open_chosen_source(case, resources)


def go_to(asked_id: str | None) -> None:
    """Go to an item, or back to the queue."""
    st.session_state.pop("review-said", None)
    if asked_id:
        st.query_params[LINK] = asked_id
    else:
        st.query_params.clear()


def _draw_ways(resources: Resources, store: Store, case: Case, chosen: Chosen, search: str) -> None:
    """The ways to the queue and to the items before and after, by where this one stood when it was opened."""
    opened, rank = st.session_state.get("review-rank", ("", None))
    if opened != case.kept.asked_id or rank is None:
        rank = case.rank
        st.session_state["review-rank"] = (case.kept.asked_id, rank)
    before, after = beside(store, resources.person, rank, chosen, search)
    with st.container(key="review-ways", horizontal=True, gap="small"):
        st.button("Back to the queue", key="back", on_click=go_to, args=(None,))
        st.button("Previous", key="before", disabled=before is None, on_click=go_to, args=(before,))
        st.button("Next", key="after", disabled=after is None, on_click=go_to, args=(after,))


def _draw_answer(resources: Resources, store: Store, case: Case, answer: Answer) -> None:
    if answer.reason:
        title = "Not in the documents" if answer.status == "not_found" else "Not all of it is in the documents"
        st.html(f'<div class="cv-box"><h3>{title}</h3><p>{as_html(answer.reason)}</p></div>')
    if answer.writing:
        st.html(f'<p class="cv-facts">{as_html(answer.writing.said)}</p>')
    for part in case.parts:
        with st.container(border=True, key=f"part-{part}"):
            if part == REFUSAL:
                _draw_refusal(case, answer)
            else:
                _draw_statement(case, answer, part)
            _draw_verdict(case, part)
    _draw_saving(resources, store, case)
    _draw_uses(resources, store, case)


def _draw_statement(case: Case, answer: Answer, number: int) -> None:
    """A statement as it was said, with the buttons that open its sources."""
    documents = case.kept.turn.documents
    statement = answer.statements[number - 1]
    cited = [answer.citations[n - 1] for n in dict.fromkeys(statement.citations)]
    names = " and ".join(source_line(documents[doc_id]) for doc_id in dict.fromkeys(c.doc_id for c in cited))
    st.html(
        f'<h3 class="cv-part">Statement {number} of {len(answer.statements)}</h3>'
        f'<p class="cv-source">{as_html(names)}</p>'
    )
    with st.container(key=f"said-review-{number}", horizontal=True, vertical_alignment="top", gap="xsmall"):
        kind = "cv-prose" if statement.rewritten else "cv-statement"
        st.html(f'<p class="{kind}">{as_html(statement.text)}</p>', width="content")
        for c in cited:
            name = as_label(f"Source {c.number}: {documents[c.doc_id].title}, {heading_path(c.headings)}")
            label = f"{as_label(f'[{c.number}]')} *{name}*"
            st.button(label, key=f"cite-review-{number}-{c.number}", help=name, on_click=_choose, args=(c.number - 1,))
    if statement.rewritten or statement.reading:
        quotes = "".join(f'<p class="cv-statement">[{c.number}] “{as_html(c.quote)}”</p>' for c in cited)
        st.html(f'<p class="cv-facts">In the words of its source:</p>{quotes}')


def _draw_refusal(case: Case, answer: Answer) -> None:
    """A refusal, with the passages that it led to."""
    st.html('<h3 class="cv-part">The nearest passages (not an answer)</h3>')
    for at, hit in enumerate(answer.hits[:LEADS]):
        document = case.kept.turn.documents[hit.passage.doc_id]
        where = heading_path(hit.passage.headings)
        with st.container(key=f"lead-box-review-{at}", gap="xxsmall"):
            st.html(
                f'<p class="cv-source">{as_html(source_line(document))}</p><p class="cv-facts">{as_html(where)}</p>'
                f'<p class="cv-statement">{as_html(hit.passage.text)}</p>'
            )
            name = as_label(f"passage {at + 1}: {document.title}, {where}")
            st.button(f"Open the source *{name}*", key=f"lead-review-{at}", on_click=_choose, args=(at,))


def _draw_verdict(case: Case, part: int) -> None:
    """What was decided of a statement, and what is to be decided now."""
    earlier = case.decisions_on(part)
    if earlier:
        lines = "".join(f"<li>{as_html(line)}</li>" for line in decision_words(earlier))
        st.html(f'<p class="cv-facts">Decided so far:</p><ul class="cv-decided">{lines}</ul>')
    asked = (
        "Do the documents really not say it?" if part == REFUSAL else f"Statement {part}: does its source support it?"
    )
    st.radio(
        f"{asked} Decide again, if it is otherwise." if earlier else asked,
        VERDICTS,
        index=None,
        format_func=lambda verdict: verdict_word(verdict, part),
        horizontal=True,
        key=_key("verdict", case, part),
    )
    st.text_area(
        f"Note on {'the refusal' if part == REFUSAL else f'statement {part}'} (optional)",
        key=_key("note", case, part),
        max_chars=LONGEST_NOTE,
        height=_NOTE_HEIGHT,
    )


def _key(what: str, case: Case, part: int) -> str:
    return f"{what}-{case.kept.asked_id}-{part}"


def _draw_saving(resources: Resources, store: Store, case: Case) -> None:
    """Who decides, and the button that keeps it."""
    person = resources.person
    if person.key and person.name:
        st.text(f"You decide as {person.name}. Your name and the time are kept with each verdict.")
    else:
        st.text_input(
            "Your name, which is kept with each verdict and the time",
            key="reviewer-name",
            max_chars=LONGEST_NAME,
            autocomplete="name",
            persist_state="session",
        )
    st.button("Save what is decided", key="save", type="primary", on_click=_save, args=(resources, store, case))
    kind, said = st.session_state.get("review-said", ("", ""))
    if kind:
        (st.success if kind == "kept" else st.error)(as_label(said))


def _save(resources: Resources, store: Store, case: Case) -> None:
    """Keep the verdicts that are chosen, and empty the form; or say why not, and leave it as it is."""
    state = st.session_state
    keys = {part: (_key("verdict", case, part), _key("note", case, part)) for part in case.parts}
    given = {part: (state.get(verdict), state.get(note) or "") for part, (verdict, note) in keys.items()}
    name = state.get("reviewer-name") or ""
    try:
        decide(store, resources.person, case.kept.asked_id, name, given_verdicts(given))
    except (ReviewError, NotKept, StoreError) as error:
        state["review-said"] = ("failed", str(error))
        return
    for verdict, note in keys.values():
        state[verdict], state[note] = None, ""
    state["review-said"] = ("kept", "Saved. What you decided stands with your name and the time.")


def _draw_uses(resources: Resources, store: Store, case: Case) -> None:
    """What can be made of the item: a row of the evaluation, an audit pack."""
    st.html('<h2 class="cv-head">Use this answer</h2>')
    with st.container(key="uses", horizontal=True, gap="small"):
        st.download_button(
            "Download the audit pack",
            data=lambda: audit_pack(case, utc_now()),
            file_name=f"audit-pack-{case.kept.asked_id}.zip",
            mime="application/zip",
            key="download-pack",
            on_click="ignore",
            help="The answer, its quotes, the documents’ checksums and all verdicts in one file, which can be verified",
        )
        pressed = not case.row_id and st.button(
            "Make it an evaluation question",
            key="make-question",
            help="Adds a row to a file, which a person completes; the evaluation then asks it each time",
        )
    if pressed:
        _make_question(resources, store, case)
    if case.row_id:
        _draw_row(resources, case)


def _make_question(resources: Resources, store: Store, case: Case) -> None:
    opened = open_index(resources)
    if opened is None:
        return
    try:
        with st.spinner("Adding the row…"):
            made = make_question(
                store, resources.person, case.kept.asked_id, resources.questions, opened.snapshot.documents
            )
    except (ReviewError, NotKept, StoreError) as error:
        st.error(as_label(str(error)))
        return
    st.session_state["review-made"] = (case.kept.asked_id, made)
    st.rerun()


def _draw_row(resources: Resources, case: Case) -> None:
    """Where the row is that was made of the item, and what is still to be completed in it."""
    file = str(resources.questions.candidates)
    asked_id, made = st.session_state.get("review-made", ("", None))
    st.html(f'<p class="cv-facts">{as_html(made_words(case.row_id or "", file))}</p>')
    if asked_id == case.kept.asked_id and made:
        lacking = "".join(f"<li>{as_html(line)}</li>" for line in made.lacking)
        st.html(f'<ul class="cv-decided">{lacking}</ul>')
    st.code(f"python -m eval check --questions {file}", language=None, wrap_lines=True)


def _choose(at: int) -> None:
    st.session_state["review-source"] = at


def _open_chosen_source(case: Case, resources: Resources) -> None:
    """Open the source viewer if a citation or a lead was chosen, on the documents as they were."""
    at = st.session_state.pop("review-source", None)
    turn = case.kept.turn
    if at is None or turn.answer is None:
        return
    places: Sequence[Place]
    if turn.answer.status == "not_found":
        passages = [hit.passage for hit in turn.answer.hits[:LEADS]]
        places = [Place(turn.documents[p.doc_id], p.headings, p.page, p.spans) for p in passages]
        show_source(places, at, turn.documents, "Passage", resources)
    else:
        places = [Place(turn.documents[c.doc_id], c.headings, c.page, c.spans) for c in turn.answer.citations]
        show_source(places, at, turn.documents, "Source", resources)
