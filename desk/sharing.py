"""An answer as text to paste elsewhere, with its sources."""

from collections.abc import Mapping

from answer import Answer, Citation, without_directions
from ingest import Document, spoken_date

PATH_MARK = " › "


def as_text(answer: Answer, documents: Mapping[str, Document]) -> str:
    """An answer with its sources, as a person would paste it into a message.

    Args:
        answer: The answer.
        documents: The documents as they were when it was given.
    """
    searched = answer.standalone_question
    lines = [answer.question, *([f"(Searched for: {searched})"] if searched != answer.question else [])]
    lines += ["", answer.text or "Not in the documents."]
    lines += ["", answer.reason] if answer.reason else []
    if answer.citations:
        lines += ["", "Sources", *(_source(citation, documents[citation.doc_id]) for citation in answer.citations)]
    return "\n".join(lines)


def _source(citation: Citation, document: Document) -> str:
    return f"[{citation.number}] {_place(citation, document)}: “{citation.quote}”"


def _place(citation: Citation, document: Document) -> str:
    path = PATH_MARK.join(" ".join(heading.split()) for heading in citation.headings)
    page = document.page_name(citation.page) if citation.page is not None else ""
    facts = [document.title, document.publisher, spoken_date(document.published), path, page, document.url]
    return without_directions(", ".join(fact for fact in facts if fact))
