"""Which questions are kept."""

from dataclasses import replace

import pytest

from desk.keeping import Keeping, KeepingError
from tests.desk.made_turns import turn

PERSONAL = "Can I be rung on 020 7946 0018?"


@pytest.mark.parametrize(
    ("setting", "plain", "personal", "after"),
    [
        pytest.param("", True, True, True, id="nothing is set"),
        pytest.param("Yes", True, True, True, id="yes"),
        pytest.param("no", False, False, False, id="no"),
        pytest.param("unless personal", True, False, False, id="unless personal"),
        pytest.param(" UNLESS-PERSONAL ", True, False, False, id="spelt otherwise"),
    ],
)
def test_what_is_kept(setting: str, *, plain: bool, personal: bool, after: bool) -> None:
    keeping = Keeping.from_environment({"CHAPTER_KEEP_QUESTIONS": setting})

    assert keeping.keeps(turn("What are the aims?")) is plain
    assert keeping.keeps(turn(PERSONAL)) is personal
    assert keeping.keeps(replace(turn("And why?"), history=(PERSONAL,))) is after


def test_another_setting_is_refused_by_its_name() -> None:
    with pytest.raises(KeepingError, match='CHAPTER_KEEP_QUESTIONS must be one of "yes", "no", "unless personal"'):
        Keeping.from_environment({"CHAPTER_KEEP_QUESTIONS": "never"})
