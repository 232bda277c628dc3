"""Questions with evidence, to a run, to measures of it."""

from eval.calibrate import Calibration, calibrate
from eval.measures import Figure, Row, measure_row
from eval.questions import KINDS, EvalQuestion, Place, QuestionsError, read_questions
from eval.run import Run, run_questions, save_run, summary

__all__ = [
    "KINDS",
    "Calibration",
    "EvalQuestion",
    "Figure",
    "Place",
    "QuestionsError",
    "Row",
    "Run",
    "calibrate",
    "measure_row",
    "read_questions",
    "run_questions",
    "save_run",
    "summary",
]
