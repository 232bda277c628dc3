"""What is remembered is asked of the real one once, until it is forgotten."""

from collections.abc import Sequence

from answer import Readable
from eval.remembered import RememberedReader

HULL, SAIL = Readable("Ferry", ("The hull is red.", "It floats.")), Readable("Ferry", ("It sails at noon.",))


class Counting:
    """A reader that scores a unit by its length, and tells what it has read."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, Readable]] = []

    def read(self, question: str, passages: Sequence[Readable]) -> list[list[float]]:
        self.seen += [(question, passage) for passage in passages]
        return [[float(len(unit)) for unit in passage.units] for passage in passages]


def test_a_passage_is_read_once_for_a_question_and_again_for_another() -> None:
    counting = Counting()
    reader = RememberedReader(counting)

    assert reader.read("colour?", [HULL, SAIL, HULL]) == [[16.0, 10.0], [17.0], [16.0, 10.0]]
    assert reader.read("colour?", [SAIL]) == [[17.0]]
    assert reader.read("time?", [SAIL]) == [[17.0]]
    assert counting.seen == [("colour?", HULL), ("colour?", SAIL), ("time?", SAIL)]


def test_what_is_forgotten_is_read_anew() -> None:
    counting = Counting()
    reader = RememberedReader(counting)
    reader.read("colour?", [HULL])

    reader.forget()
    reader.read("colour?", [HULL])

    assert counting.seen == [("colour?", HULL)] * 2
