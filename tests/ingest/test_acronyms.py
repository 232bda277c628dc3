"""Acronyms spelt out: letter by letter, in every form a document gives them, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.acronyms import find_spelt_out, singular, spelt_at_head
from ingest.quotes import fold

PIECES = [
    "ABC",
    "Ab",
    "b",
    "c",
    "(",
    ")",
    " - ",
    ": ",
    ",",
    "’",
    "'s",
    "&",
    "and",
    "of",
    " ",
    "1",
    "-",
    "É",
    "ﬁ",
    "İ",
    "/",
]


def spelt_out(text: str) -> list[tuple[str, str]]:
    return [(text[slice(*s.term)], text[slice(*s.meaning)]) for s in find_spelt_out(text)]


@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=30).map("".join)).map(fold))
def test_a_term_and_its_meaning_stand_in_the_text_and_begin_alike(text: str) -> None:
    found = find_spelt_out(text)

    assert len({spelt.term for spelt in found}) == len(found)
    for spelt in found:
        term, meaning = text[slice(*spelt.term)], text[slice(*spelt.meaning)]
        assert term in text[slice(*spelt.whole)]
        assert meaning in text[slice(*spelt.whole)]
        assert term[0].lower() == meaning[0].lower()
        assert term != meaning


@given(st.text(max_size=60).map(fold), st.text(max_size=12))
def test_a_head_that_spells_a_term_stands_in_the_meaning(meaning: str, term: str) -> None:
    assert spelt_at_head(term, meaning) in meaning


@pytest.mark.parametrize(
    ("text", "term", "meaning"),
    [
        pytest.param("a London Crime Board (LCB) is", "LCB", "London Crime Board", id="brackets after"),
        pytest.param("two Command Units (CUs)", "CUs", "Command Units", id="plural"),
        pytest.param("the KPI's: Key Indicators (KI's)", "KI", "Key Indicators", id="plural with an apostrophe"),
        pytest.param("Office for Standards in Education (Ofsted)", "Ofsted", None, id="one capital"),
        pytest.param("Value for Money (VfM)", "VfM", "Value for Money", id="a small letter for a joining word"),
        pytest.param("Hollow Tyre System (HoTyS)", "HoTyS", "Hollow Tyre System", id="small letters go on in a word"),
        pytest.param("Met integrated Solution (MiS)", "MiS", "Met integrated Solution", id="a small initial"),
        pytest.param("Acts of Crime (AC)", "AC", "Acts of Crime", id="a joining word skipped"),
        pytest.param("Acts Of Crime (AOC)", "AOC", "Acts Of Crime", id="a joining word used"),
        pytest.param("Fire & Rescue (FR)", "FR", "Fire & Rescue", id="and-sign skipped"),
        pytest.param("Strategy and Growth (S&G)", "S&G", "Strategy and Growth", id="and-sign for and"),
        pytest.param("a Multi-Agency Hub (MAH)", "MAH", "Multi-Agency Hub", id="a hyphenated word gives two"),
        pytest.param("a Co-ordination Hub (CH)", "CH", "Co-ordination Hub", id="a hyphenated word gives one"),
        pytest.param("on counter-terrorism (CT)", "CT", "counter-terrorism", id="one hyphenated word"),
        pytest.param("at Headquarters (HQ)", "HQ", "Headquarters", id="a word written as one"),
        pytest.param("Society of Aid Trusts (SOCATS)", None, None, id="letters from a word's end"),
        pytest.param("Police Team Units (POTU)", "POTU", "Police Team Units", id="two letters of a word"),
        pytest.param("Chiefs’ Council (CC)", "CC", "Chiefs’ Council", id="apostrophe"),
        pytest.param("the Crime Commission’s (CC) view", "CC", "Crime Commission", id="possessive"),
        pytest.param("black, Asian, and other (BAO)", "BAO", "black, Asian, and other", id="commas"),
        pytest.param("the UK Border Agency (UKBA)", "UKBA", "UK Border Agency", id="an acronym inside"),
        pytest.param("Crime Act 2002 (CA)", "CA", "Crime Act 2002", id="a year after"),
        pytest.param("Training Programme 2 (TP2)", "TP2", "Training Programme 2", id="a digit"),
        pytest.param("London Crime Group (London CG)", "London CG", "London Crime Group", id="a word repeated"),
        pytest.param("Met Operations (Met Ops)", "Met Ops", "Met Operations", id="a word cut short"),
        pytest.param("Group Scale (GS version 2)", "GS", "Group Scale", id="more in the brackets"),
        pytest.param("Group Scale (GS, which is new)", "GS", "Group Scale", id="a clause in the brackets"),
        pytest.param("Group Scale (“the GS”)", "GS", "Group Scale", id="quotes in the brackets"),
        pytest.param("Big Orders and Notes (BOs and BNs)", "BOs", "Big Orders", id="two in the brackets"),
        pytest.param("Serious Crime Agency, (SCA)", "SCA", "Serious Crime Agency", id="comma before"),
        pytest.param("lost (Slavery, child abuse harm - CAH).", "CAH", "child abuse harm", id="dash"),
        pytest.param("MoRL: Management of Risk in Law).", "MoRL", "Management of Risk in Law", id="colon"),
        pytest.param("an “ARS” (Active Risk System)", "ARS", "Active Risk System", id="reversed, in quotes"),
        pytest.param("Operation BET ('Briefing, Early Tasking')", "BET", "Briefing, Early Tasking", id="quoted words"),
        pytest.param("VOY Programme (Voice of Youth)", "VOY", "Voice of Youth", id="reversed, a word between"),
        pytest.param("CRI (the Met Crime Report Index which is)", "CRI", "Crime Report Index", id="owner and clause"),
        pytest.param("CSE - child sexual exploitation.", "CSE", "child sexual exploitation", id="dash, reversed"),
        pytest.param("BCU stands for Basic Command Unit.", "BCU", "Basic Command Unit", id="stands for"),
    ],
)
def test_what_an_acronym_stands_for(text: str, term: str | None, meaning: str | None) -> None:
    expected = [(term, meaning or text[: text.index(" (")])] if term else []

    assert spelt_out(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("our Central South (SC)", id="letters in another order"),
        pytest.param("the Community Police Trust Group (CPG)", id="a word left over"),
        pytest.param("Police Group (CPG)", id="a letter left over"),
        pytest.param("child sexual (CSE) cases", id="three letters, two of them one word's"),
        pytest.param("we met police in (MPI)", id="a joining word last"),
        pytest.param("the Royal. Parks (RP)", id="a sentence between"),
        pytest.param("in Total (TOTAL) cost", id="the word itself"),
        pytest.param("the Paralympic Games (Paralympic Games)", id="the words themselves"),
        pytest.param("APP (College of Authorised Police Practice)", id="words before it in the brackets"),
        pytest.param("custom-built functions (Custom)", id="a word that happens to hold the letters"),
        pytest.param("the Public Licence (Public)", id="more letters that go on than first letters"),
        pytest.param("a name space (NameSpace)", id="words written as one"),
        pytest.param("the CVE (CVE-2016) list", id="the acronym again"),
        pytest.param("Python XML libraries (XML bomb)", id="part of an acronym"),
        pytest.param("into anonymous namespace (Anna Henning)", id="a person's name"),
        pytest.param("Apple software (the Apple Software)", id="the words themselves, capitalised"),
        pytest.param("Big Orders and then. We (BOs and BNs)", id="two in brackets, another sentence"),
        pytest.param("Action Fraud - AF Smith", id="two letters after a dash"),
        pytest.param("BCU: Basic Command Unit is the", id="no stop after a colon's words"),
        pytest.param("fighting crime (Met Streets)", id="a name in brackets"),
    ],
)
def test_what_spells_nothing_out(text: str) -> None:
    assert spelt_out(text) == []


def test_the_fewest_words_that_begin_with_the_letters_are_taken() -> None:
    assert spelt_out("Police Public Protection (PP)") == [("PP", "Public Protection")]


def test_first_letters_of_names_are_preferred_to_those_of_joining_words() -> None:
    assert spelt_out("an Independent Inquiry into Abuse (IIA)") == [("IIA", "Independent Inquiry into Abuse")]


def test_first_letters_are_preferred_to_letters_further_on() -> None:
    assert spelt_out("the Chief Crime Reduction Group (CCRG)") == [("CCRG", "Chief Crime Reduction Group")]
    assert spelt_at_head("CRIS", "Crime Records Index Sheet") == "Crime Records Index Sheet"


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        pytest.param("BOCUs", "BOCU", id="plural"),
        pytest.param("MiPS", "MiPS", id="its own S"),
        pytest.param("Officers", "Officers", id="a word"),
    ],
)
def test_the_singular_of_an_acronym(term: str, expected: str) -> None:
    assert singular(term) == expected
