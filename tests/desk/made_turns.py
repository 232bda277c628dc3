"""Turns made by hand for the tests of the desk: real documents in small, real quotes, no index."""

from collections.abc import Mapping

from answer import Answer, Features, MadeWith, Statement, cite
from desk import Person, Turn
from index import Hit
from ingest import Document, Passage, Section, find_quote

MADE_WITH = MadeWith("fingerprint", "letters", "0" * 64, None, {"faiss-cpu": "1"})
ADA = Person("Ada", "staff", "https://id.example 1")
BO = Person("Bo", "staff", "https://id.example 2")
REVIEWER = Person("R. Viewer", "reviewer", "https://id.example 3")

TEXT = "Plan\n\nThe ferry carried 4,210 people. The target was 4,000.\n\nThe harbour board answers for it.\n"
CARRIED, TARGET, BOARD = "The ferry carried 4,210 people.", "The target was 4,000.", "The harbour board answers for it."


def document(doc_id: str = "ferry", text: str = TEXT, title: str = "Ferry Plan") -> Document:
    section = Section(("Plan",), 0, len(text))
    return Document(doc_id, title, "Island Council", "2019", "2019-20", "current", "", "a" * 64, text, (), (section,))


def corpus(*documents: Document) -> dict[str, Document]:
    return {d.doc_id: d for d in documents or (document(),)}


def turn(
    question: str = "How many people did the ferry carry?",
    quotes: tuple[str, ...] = (CARRIED, TARGET),
    documents: Mapping[str, Document] | None = None,
    doc_id: str = "ferry",
) -> Turn:
    """A turn whose answer says some quotes of a document; without quotes it is a refusal that leads to it."""
    documents = corpus() if documents is None else documents
    source = documents[doc_id]
    citations = tuple(cite(n, source, find_quote(source.text, q)[:1]) for n, q in enumerate(quotes, start=1))
    statements = tuple(Statement(c.quote, (c.number,)) for c in citations)
    answer = Answer(
        question=question,
        standalone_question=question,
        status="answered" if quotes else "not_found",
        statements=statements,
        citations=citations,
        confidence=0.75,
        hits=() if quotes else (_hit(source),),
        reason=None if quotes else "Nothing says so.",
        text=" ".join(f"“{c.quote}” [{c.number}]" for c in citations),
        features=Features(*[0.5] * 9),
    )
    return Turn(question, answer, "", documents, MADE_WITH)


def problem(question: str = "???") -> Turn:
    """A turn whose question could not be answered as it was put."""
    return Turn(question, None, "there is no word in the question", corpus(), MADE_WITH)


def _hit(source: Document) -> Hit:
    spans = ((0, len(source.text)),)
    passage = Passage(f"{source.doc_id}:0", source.doc_id, ("Plan",), None, "prose", source.text, spans, ())
    return Hit(passage, 0, 1, 0.5, 1, None, None, None)
