"""What is tried where one may not: none succeeds, all is logged; and a desk that lets somebody in is found out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk import events, roles
from index import Model
from tests.conftest import LetterEncoder
from trials import trespass
from trials.trespass import Attempt, Desk, of_others, of_paths, of_roles, tried


@pytest.fixture
def desk(tmp_path: Path, letter_model: Model) -> Iterator[Desk]:
    made = trespass.set_up(tmp_path / "desk", letter_model, LetterEncoder())
    events.start_log({"CHAPTER_LOG": str(tmp_path / "log")})
    yield made
    events.stop_log()
    made.store.close()


def test_nobody_does_what_they_may_not_and_each_attempt_is_logged(desk: Desk, tmp_path: Path) -> None:
    found = tried([*of_roles(desk), *of_others(desk), *of_paths(desk)], desk, tmp_path / "log")

    assert len(found) >= 60
    assert [one for one in found if one.succeeded or not one.logged] == []


def test_a_desk_that_lets_somebody_in_is_found_out(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(roles._NEEDED, "review", "staff")  # type: ignore[index]

    found = tried(of_roles(desk), desk, tmp_path / "log")

    succeeded = {one.attempt for one in found if one.succeeded}
    assert {"staff: see the queue", "staff: open a case", "staff: decide"} <= succeeded


def test_what_changes_something_counts_even_where_it_is_refused(desk: Desk, tmp_path: Path) -> None:
    def changes() -> object:
        (desk.places.corpus / "ferry.txt").write_text("Mine")
        raise PermissionError

    (found,) = tried([Attempt("changes", changes)], desk, tmp_path / "log")

    assert found.succeeded == "something is not as it was"
    assert not found.logged
