"""Questions with evidence, to a run, to measures of it, to a verdict."""

from eval.accepted import accept, accepted_results, past_figures
from eval.bootstrap import Interval, paired_interval, ratio, ratio_interval
from eval.calibrate import Calibration, calibrate
from eval.candidates import CandidateError, Wanted, add_candidate, candidate, questions_in
from eval.compare import Change, Comparison, compare
from eval.coverage import Coverage, coverage
from eval.gate import Failure, GateError, Rules, failures, read_rules
from eval.judging import CAUSES
from eval.measures import MEASURES, Figure, Measure, by_kind, figures
from eval.questions import (
    KINDS,
    Checked,
    EvalQuestion,
    Place,
    QuestionsError,
    check_questions,
    read_questions,
)
from eval.results import Result, RunError
from eval.run import Run, load_results, run_questions, save_run, summary

__all__ = [
    "CAUSES",
    "KINDS",
    "MEASURES",
    "Calibration",
    "CandidateError",
    "Change",
    "Checked",
    "Comparison",
    "Coverage",
    "EvalQuestion",
    "Failure",
    "Figure",
    "GateError",
    "Interval",
    "Measure",
    "Place",
    "QuestionsError",
    "Result",
    "Rules",
    "Run",
    "RunError",
    "Wanted",
    "accept",
    "accepted_results",
    "add_candidate",
    "by_kind",
    "calibrate",
    "candidate",
    "check_questions",
    "compare",
    "coverage",
    "failures",
    "figures",
    "load_results",
    "paired_interval",
    "past_figures",
    "questions_in",
    "ratio",
    "ratio_interval",
    "read_questions",
    "read_rules",
    "run_questions",
    "save_run",
    "summary",
]
