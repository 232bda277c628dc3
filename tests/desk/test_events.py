"""What happens is told as a line of JSON each, without anybody's words unless they are asked for."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desk import NotAllowed, Person, events
from desk.metrics import REGISTRY
from desk.roles import allow

Lines = Callable[[], list[dict[str, object]]]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Lines]:
    path = tmp_path / "logs" / "chapter.log"
    events.start_log({"CHAPTER_LOG": str(path)})
    yield lambda: [json.loads(line) for line in path.read_text("ascii").splitlines()]
    events.stop_log()


def test_an_event_is_a_line_with_its_time_and_its_request(log: Lines) -> None:
    with events.request() as begun:
        events.happened("asked", status="answered", ms=40)

    (line,) = log()
    assert line.pop("time").endswith("+00:00")  # type: ignore[attr-defined]
    assert line == {"level": "info", "event": "asked", "request": begun, "status": "answered", "ms": 40}


def test_what_one_press_leads_to_shares_a_request_and_the_next_has_another(log: Lines) -> None:
    events.happened("before the page is drawn")
    with events.request():
        events.happened("while it is")
    with events.request():
        events.happened("anew")

    first, second, third = (line["request"] for line in log())
    assert first == second != third


def test_words_are_told_only_where_they_are_asked_for(tmp_path: Path, log: Lines) -> None:
    events.happened("asked", words={"question": "Who is Ann?"}, status="answered")
    events.failed(ValueError("no Ann here"))
    assert "Ann" not in json.dumps(log())

    events.start_log({"CHAPTER_LOG": str(tmp_path / "words.log"), "CHAPTER_LOG_QUESTIONS": "yes"})
    events.happened("asked", words={"question": "Who is Ann?"}, status="answered")
    events.failed(ValueError("no Ann here"))

    told = [json.loads(line) for line in (tmp_path / "words.log").read_text("ascii").splitlines()]
    assert (told[0]["question"], told[1]["said"]) == ("Who is Ann?", "no Ann here")


def test_nobodys_text_begins_a_line_or_turns_what_is_read(log: Lines) -> None:
    events.refused("http", 'a\n{"event": "published"}', path="\u202egpj.exe")

    (line,) = log()  # which was read as ASCII
    assert line["why"] == 'a\n{"event": "published"}'
    assert line["path"] == "\u202egpj.exe"


def test_a_fault_is_told_with_its_kind_and_its_place(log: Lines) -> None:
    def breaks() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError) as caught:
        breaks()
    events.failed(caught.value)

    (line,) = log()
    assert (line["level"], line["event"], line["error"]) == ("error", "fault", "KeyError")
    assert str(line["places"][-1]).endswith(" breaks")  # type: ignore[index]


def test_what_somebody_may_not_is_told_with_who_it_was_and_counted(log: Lines) -> None:
    before = REGISTRY.get_sample_value("chapter_refusals_total", {"what": "maintain"}) or 0

    with pytest.raises(NotAllowed):
        allow(Person("Ann", "staff", "issuer 7"), "maintain")

    (line,) = log()
    assert (line["event"], line["what"], line["by"], line["role"]) == ("refused", "maintain", "issuer 7", "staff")
    assert REGISTRY.get_sample_value("chapter_refusals_total", {"what": "maintain"}) == before + 1


def test_long_words_are_cut(tmp_path: Path) -> None:
    events.start_log({"CHAPTER_LOG": str(tmp_path / "log"), "CHAPTER_LOG_QUESTIONS": "yes"})
    events.happened("asked", words={"question": "a" * 5_000})
    events.stop_log()

    assert len(json.loads((tmp_path / "log").read_text())["question"]) == 2_001


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        pytest.param({"CHAPTER_LOG_QUESTIONS": "perhaps"}, "CHAPTER_LOG_QUESTIONS is “perhaps”", id="words"),
        pytest.param(
            {"CHAPTER_LOG_QUESTIONS": "yes", "CHAPTER_KEEP_QUESTIONS": "no"}, "says to keep none", id="words unkept"
        ),
        pytest.param({"CHAPTER_LOG": "{file}/log"}, "CHAPTER_LOG names", id="a file in a file"),
    ],
)
def test_a_wrong_setting_is_named(settings: dict[str, str], named: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = {name: value.format(file=tmp_path / "file") for name, value in settings.items()}

    with pytest.raises(events.EventsError, match=named):
        events.start_log(settings)


def test_off_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    events.start_log({"CHAPTER_LOG": "off"})
    events.happened("asked")
    events.stop_log()

    assert capsys.readouterr() == ("", "")
