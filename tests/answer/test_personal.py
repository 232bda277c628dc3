"""Personal data in a question: what is taken for it, and what is not."""

import json
import time

import pytest

from answer.personal import personal_data, said_of_personal
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("Write to ada.quill+x@mail.example.org", "an e-mail address", id="e-mail"),
        pytest.param("Ring 020 7946 0018 please", "a phone number", id="London"),
        pytest.param("Ring 07700900123", "a phone number", id="a mobile"),
        pytest.param("+44 (0)161 496 0000", "a phone number", id="from abroad"),
        pytest.param("I am AB 12 34 56 C", "a National Insurance number", id="National Insurance"),
        pytest.param("patient 943 476 5919", "an NHS number", id="NHS: 11 - 299 % 11 is 9"),
        pytest.param("paid with 4111-1111-1111-1111", "a payment card’s number", id="a card"),
        pytest.param("the flat at 12b Mill Lane, London SW1A 1AA", "an address", id="a house"),
        pytest.param("a van, AB12 CDE", "a vehicle’s registration", id="a registration"),
        pytest.param("a car, M123 ABC", "a vehicle’s registration", id="an older one"),
        pytest.param("he was born on 3 May 1980", "a date of birth", id="born"),
        pytest.param("DOB: 03/05/80", "a date of birth", id="DOB"),
        pytest.param("what became of 4612345/18", "a crime reference number", id="the Met's"),
        pytest.param("my crime reference number is ABC/12345", "a crime reference number", id="called so"),
    ],
)
def test_personal_data_is_told_by_its_form(text: str, kind: str) -> None:
    assert personal_data(text) == (kind,)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Who is Cressida Dick and what did Bernard Hogan-Howe say?", id="names"),
        pytest.param("What was the budget of £1,234,567,890 in 2018-19?", id="money and years"),
        pytest.param("How many of 12,345,678 calls to 101 and 999 were answered?", id="numbers"),
        pytest.param("943 476 5918", id="no NHS number: the check digit is another"),
        pytest.param("4111 1111 1111 1112", id="no card: the check digit is another"),
        pytest.param("QQ 12 34 56 C", id="a prefix that is never given"),
        pytest.param("What happened in SW1A 1AA?", id="a postcode without a house"),
        pytest.param("What was published on 3 May 1980?", id="a date"),
        pytest.param("M25 MPS A12", id="roads"),
        pytest.param("How many crime reports in 2018/19?", id="crime reports of a year"),
        pytest.param("met.police.uk", id="an address of the web"),
    ],
)
def test_what_is_asked_of_documents_is_not_taken_for_it(text: str) -> None:
    assert personal_data(text) == ()


def test_no_question_of_the_evaluation_is_taken_to_hold_any() -> None:
    lines = (ROOT / "eval" / "questions.jsonl").read_text("utf-8").splitlines()

    assert [line for line in lines if personal_data(json.loads(line)["question"])] == []


@pytest.mark.parametrize("piece", ["0", "0 ", "1 a street ", "a@", "born ", "(0", "crime ref ", "AB12", "a.", "1 a "])
def test_a_long_text_takes_no_longer_than_another(piece: str) -> None:
    began = time.process_time()
    personal_data((piece * 2000)[:2000])

    assert time.process_time() - began < 0.5


def test_how_it_is_said() -> None:
    assert said_of_personal(("a phone number",)) == "Your question seems to hold a phone number."
    assert said_of_personal(("a", "b", "c")) == "Your question seems to hold a, b and c."
