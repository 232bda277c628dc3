"""A question and the hits for it, to an answer whose every statement is cited, or a refusal."""

from answer.assistant import Answer, Assistant, Status
from answer.citations import Citation, check_citations, cite, proves
from answer.compose import Statement, source_line
from answer.confidence import THRESHOLD, Features
from answer.errors import ModelSettingsError, QuestionError, ReaderProblem
from answer.llm import LanguageModel
from answer.model_writer import ModelWriter
from answer.question import LONGEST_QUESTION, Kind, Question, understand
from answer.reader import Readable, Reader, load_reader
from answer.record import QuestionLine, answer_record, error_record, read_question
from answer.writing import Writer, Writing, Written

__all__ = [
    "LONGEST_QUESTION",
    "THRESHOLD",
    "Answer",
    "Assistant",
    "Citation",
    "Features",
    "Kind",
    "LanguageModel",
    "ModelSettingsError",
    "ModelWriter",
    "Question",
    "QuestionError",
    "QuestionLine",
    "Readable",
    "Reader",
    "ReaderProblem",
    "Statement",
    "Status",
    "Writer",
    "Writing",
    "Written",
    "answer_record",
    "check_citations",
    "cite",
    "error_record",
    "load_reader",
    "proves",
    "read_question",
    "source_line",
    "understand",
]
