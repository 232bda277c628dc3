"""What each figure of a run means, in a sentence. docs/evaluation.md has each with its formula, source and limits."""

from eval.retrieval import ALONE

_FINDING = {
    "Success@1": "The share of questions whose first hit overlaps the evidence.",
    "Success@5": "The share of questions with a hit among the first five that overlaps the evidence.",
    "R@5": "Of the passages that overlap a question’s evidence, the share among the first five hits.",
    "R@10": "Of the passages that overlap a question’s evidence, the share among the first ten hits.",
    "MRR@10": "One over the rank of the first hit that overlaps the evidence; 0 where none of ten does.",
    "nDCG@10": "How near the top the hits that overlap the evidence stand; 1 is all of them first.",
}
MEANINGS = {
    **_FINDING,
    "evidence@10": "Of a question’s texts of evidence, the share that some hit overlaps.",
    **{
        f"{arm} {name}": f"The same, of the {arm} search alone. {said}"
        for arm in ALONE
        for name, said in _FINDING.items()
    },
    "answer accuracy": "The share of answerable questions whose answer has every expected fact.",
    "fact recall": "Of a question’s expected facts, the share that the answer has.",
    "every value shown": "The share right of the questions that want several values side by side.",
    "half said to be missing": "Of the questions the documents answer by half, the share where the answer says so.",
    "citation precision": "The share of citations that overlap the evidence.",
    "citation recall": "Of a question’s texts of evidence, the share that some citation overlaps.",
    "ALCE citation recall": "The share of statements that the quotes they cite support, told by words.",
    "ALCE citation precision": "The share of citations that their statement’s support needs.",
    "verbatim rate": "The share of quotes that stand in their document word for word, and prove their statement.",
    "number fidelity": "The share of the numbers stated that stand in a quote cited for them.",
    "statement coverage": "The share of statements that carry a citation.",
    "well-formed": "The share of answers that keep all that the answer’s type promises.",
    "dated value": "The share of documents cited whose date stands beside the quote.",
    "superseded value marked": "The share of superseded or archived documents cited that are said to be so.",
    "abstention precision": "The share of refusals that were right to refuse.",
    "abstention recall": "The share of unanswerable questions that were refused.",
    "abstention F1": "Abstention precision and recall in one number: their harmonic mean.",
    "answerable refused": "The share of answerable questions that were refused.",
    "hedge leak": "The share of unanswerable questions whose answer says it does not know, and yet states something.",
    "area under risk": "The share wrong among the surest answers, averaged over how many are given.",
    "calibration error": "How far confidence and the share right lie apart, over ten bins.",
    "follow-up kept": "Of the follow-ups whose stand-alone form is answered rightly, the share that is too.",
    "variant found": "Of the questions whose evidence is found, the share that other words still find.",
    "variant answered": "Of the questions answered rightly, the share still right in other words.",
    "latency p50": "Half of the questions are answered within this time.",
    "latency p95": "Nineteen of twenty questions are answered within this time.",
}
