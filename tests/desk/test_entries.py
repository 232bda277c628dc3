"""The catalogue's text, with one entry written or taken out and all else as it was."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.entries import entry_of, references, with_entry, without_entry
from ingest import CatalogueError, Entry, parse_catalogue

CATALOGUE = """# What each is.

[ferry]
title = 'Ferry Plan'  # as printed
status = "current"

# The old ones.
[barge]
title = "Barge Plan"
superseded_by = "ferry"

["canal.v2"]
title="Canal"
part_of = "barge"
superseded_by = "ferry"
"""
STEMS = ("ferry", "barge", "canal.v2")
FERRY = Entry("Ferry Plan")


def entries(content: bytes, *stems: str) -> dict[str, Entry]:
    return parse_catalogue(content, Path("corpus"), stems or STEMS)


def test_an_entry_that_is_as_it_was_changes_not_a_byte() -> None:
    for stem, entry in entries(CATALOGUE.encode()).items():
        assert with_entry(CATALOGUE.encode(), stem, entry) == CATALOGUE.encode()


def test_a_new_field_stands_with_its_entry_and_not_under_the_comment_of_the_next() -> None:
    said = with_entry(CATALOGUE.encode(), "ferry", replace(FERRY, publisher='The "Island"')).decode()

    assert said == CATALOGUE.replace('status = "current"\n', 'status = "current"\npublisher = "The \\"Island\\""\n', 1)


def test_an_emptied_field_is_taken_out_and_a_changed_one_changed_in_its_place() -> None:
    canal = Entry("Canal II", superseded_by="ferry")
    said = with_entry(CATALOGUE.encode(), "canal.v2", canal).decode()

    assert said == CATALOGUE.replace('title="Canal"\npart_of = "barge"', 'title="Canal II"')


def test_a_new_entry_stands_at_the_end_under_a_name_that_toml_can_read() -> None:
    said = with_entry(CATALOGUE.encode(), "new plan", Entry("New\nPlan", published="2026", status="archived"))

    assert said.decode() == f'{CATALOGUE}\n["new plan"]\ntitle = "New Plan"\npublished = "2026"\nstatus = "archived"\n'
    assert entries(said, *STEMS, "new plan")["new plan"].title == "New Plan"


def test_the_first_entry_of_all() -> None:
    assert with_entry(b"", "ferry", FERRY) == b'[ferry]\ntitle = "Ferry Plan"\nstatus = "current"\n'


def test_an_entry_is_taken_out_with_what_names_it_and_the_comment_of_the_next_stays() -> None:
    assert references(CATALOGUE.encode(), "ferry") == [("barge", "superseded_by"), ("canal.v2", "superseded_by")]

    said = without_entry(CATALOGUE.encode(), "ferry").decode()

    assert said == (
        '# What each is.\n\n# The old ones.\n[barge]\ntitle = "Barge Plan"\n\n["canal.v2"]\ntitle="Canal"\n'
        'part_of = "barge"\n'
    )


def test_the_last_entry_is_taken_out() -> None:
    assert without_entry(CATALOGUE.encode(), "canal.v2").decode() == CATALOGUE.partition('\n["canal')[0]


def test_a_document_without_an_entry_is_taken_out_of_nothing() -> None:
    assert without_entry(CATALOGUE.encode(), "unknown").decode() == CATALOGUE


def test_an_entry_of_what_a_form_has() -> None:
    form = {"title": " A\n plan ", "published": " ", "part_of": None, "superseded_by": "ferry", "status": "archived"}

    assert entry_of(form) == Entry("A plan", superseded_by="ferry", status="archived")


def test_a_mark_of_windows_stays_where_it_was() -> None:
    marked = b"\xef\xbb\xbf" + CATALOGUE.encode()

    assert with_entry(marked, "ferry", FERRY) == marked
    assert without_entry(marked, "ferry").startswith(b"\xef\xbb\xbf# What")


@pytest.mark.parametrize("content", [b"[ferry", b"\xff", b"[a]\nx = 1\n[a]\ny = 2"])
def test_what_is_no_toml_is_said(content: bytes) -> None:
    with pytest.raises(CatalogueError, match=r"catalogue\.toml cannot be read"):
        with_entry(content, "ferry", FERRY)


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=20)


@given(WORDS, WORDS, st.sampled_from([*STEMS, "new", "a b", 'q"uote', "tab\\le"]))
def test_what_is_written_is_read_back_and_the_others_are_as_they_were(title: str, note: str, stem: str) -> None:
    before = entries(CATALOGUE.encode())
    wanted = Entry(title, note=note, url="https://a.example/x?y=1&z=[2]#3")
    after = entries(with_entry(CATALOGUE.encode(), stem, wanted), *STEMS, stem)

    assert after.pop(stem) == wanted
    assert after == {name: entry for name, entry in before.items() if name != stem}
