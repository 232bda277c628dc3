"""How passages write, counted once."""

from pathlib import Path

from index import Model, build, load
from index.vocabulary import Vocabulary
from tests.conftest import LetterEncoder

TEXT = """Buildings

The Empress State Building (ESB) was bought in 2018. The ESB has 30 floors; the Empress has none.
"""


def test_what_is_built_is_what_reading_all_passages_gives(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "buildings.txt").write_text(TEXT, "utf-8")
    model = Model("letters", tmp_path, "0" * 64)
    build(tmp_path / "corpus", tmp_path / "index", model, encoder=lambda _: LetterEncoder())

    snapshot = load(tmp_path / "index")

    assert snapshot.vocabulary == Vocabulary.of(snapshot.passages)
    assert ("ESB", "Empress State Building") in snapshot.vocabulary.acronyms
    # "Buildings" is the heading over the only passage.
    forms = {word: snapshot.vocabulary.forms.get(word) for word in ("Empress", "empress", "ESB", "Buildings", "2018")}
    assert forms == {"Empress": 2, "empress": None, "ESB": 2, "Buildings": 1, "2018": None}
