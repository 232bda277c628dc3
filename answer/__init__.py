"""A question and the hits for it, to an answer whose every statement is cited, or a refusal."""

from answer.assistant import Answer, Assistant, Status
from answer.citations import Citation, check_citations, cite, proves
from answer.compose import Statement, source_line
from answer.confidence import THRESHOLD, Features
from answer.errors import KeptError, ModelSettingsError, PackError, QuestionError, ReaderProblem
from answer.kept import answer_from_json, answer_to_json
from answer.llm import LanguageModel
from answer.model_writer import ModelWriter
from answer.pack import MOST_BYTES, Decision, Finding, MadeWith, Verdict, export_pack, verify_pack
from answer.personal import personal_data, said_of_personal
from answer.question import LONGEST_HISTORY, LONGEST_QUESTION, Kind, Question, understand
from answer.reader import Readable, Reader, load_reader, reader_digest
from answer.record import QuestionLine, answer_record, error_record, read_question
from answer.unseen import Seen, without_directions, without_unseen
from answer.writing import Writer, Writing, Written

__all__ = [
    "LONGEST_HISTORY",
    "LONGEST_QUESTION",
    "MOST_BYTES",
    "THRESHOLD",
    "Answer",
    "Assistant",
    "Citation",
    "Decision",
    "Features",
    "Finding",
    "KeptError",
    "Kind",
    "LanguageModel",
    "MadeWith",
    "ModelSettingsError",
    "ModelWriter",
    "PackError",
    "Question",
    "QuestionError",
    "QuestionLine",
    "Readable",
    "Reader",
    "ReaderProblem",
    "Seen",
    "Statement",
    "Status",
    "Verdict",
    "Writer",
    "Writing",
    "Written",
    "answer_from_json",
    "answer_record",
    "answer_to_json",
    "check_citations",
    "cite",
    "error_record",
    "export_pack",
    "load_reader",
    "personal_data",
    "proves",
    "read_question",
    "reader_digest",
    "said_of_personal",
    "source_line",
    "understand",
    "verify_pack",
    "without_directions",
    "without_unseen",
]
