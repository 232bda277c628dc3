"""What others published on a set, to stand beside ours. A set is known by its name and its counts.

Not covered: a set of the same name and counts with other words in it, which only the published files could show; sets
for which nothing comparable is known, such as pools cut down to the paragraphs of a few documents.
"""

from dataclasses import dataclass

from eval.beir import BeirSet


@dataclass(frozen=True, slots=True)
class Published:
    """A published figure.

    Attributes:
        measure: The metric, by its name in eval.retrieval.
        value: As published, to as many digits as here.
        system: What was measured, and over which text.
        source: Where it is published.
        beside: Which of our retrievers it is most like.
    """

    measure: str
    value: float
    system: str
    source: str
    beside: str


@dataclass(frozen=True, slots=True)
class KnownSet:
    """A published set: how many questions, passages and pairs of the two it has, and what was published on it."""

    name: str
    questions: int
    passages: int
    pairs: int
    figures: tuple[Published, ...]


_BEIR = "Thakur et al., NeurIPS 2021, arXiv:2104.08663, table 2"
_ANSERINI = "castorini/anserini, src/main/resources/regression/beir-v1.0.0-scifact-{}.yaml"
_MTEB = "MTEB leaderboard, SciFact (test); Muennighoff et al., EACL 2023, arXiv:2210.07316"
KNOWN = (
    KnownSet(
        name="scifact",
        questions=300,
        passages=5183,
        pairs=339,
        figures=(
            Published("nDCG@10", 0.665, "BM25 over title and text as two fields", _BEIR, "lexical"),
            Published(
                "nDCG@10", 0.6647, "BM25 (Lucene) over title and text as two fields", _ANSERINI.format("multifield"),
                "lexical",
            ),
            Published(
                "nDCG@10", 0.6789, "BM25 (Lucene) over title and text as one field", _ANSERINI.format("flat"),
                "lexical",
            ),
            Published("nDCG@10", 0.645, "all-MiniLM-L6-v2 over title and text as one", _MTEB, "dense"),
        ),
    ),
)  # fmt: skip


def published_for(beir: BeirSet) -> tuple[tuple[Published, ...], str]:
    """What was published on a set, and a sentence on what makes it comparable or not."""
    known = next((k for k in KNOWN if k.name in beir.name.lower()), None)
    if known is None:
        return (), "No comparable published figure is known for this set."
    asked = sum(bool(question.relevant) for question in beir.questions)
    found, wanted = (asked, len(beir.passages), beir.pairs), (known.questions, known.passages, known.pairs)
    said = "{:,} questions, {:,} passages and {:,} relevant pairs"
    if found != wanted:
        return (), (
            f"No published figure stands beside these: the folder is named {beir.name}, but has {said.format(*found)}, "
            f"where the published {known.name} has {said.format(*wanted)}."
        )
    return known.figures, f"By its name and its {said.format(*wanted)} this is the published {known.name}."
