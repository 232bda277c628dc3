"""corpus/catalogue.toml is a public format: what is wrong with it is said with its place and the way out."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.catalogue import CATALOGUE, Entry, bare_name, parse_catalogue, read_catalogue, table_name
from ingest.errors import CatalogueError, CorpusError

STEMS = ["plan", "review"]


def read(folder: Path, toml: str) -> dict[str, Entry]:
    (folder / CATALOGUE).write_text(toml, encoding="utf-8")
    return read_catalogue(folder, STEMS)


@given(title=st.text(alphabet="Aé £–", min_size=1).filter(str.strip), year=st.integers(1000, 9999))
@settings(max_examples=50, deadline=None)
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, title: str, year: int) -> None:
    folder = tmp_path_factory.mktemp("corpus")

    assert read(folder, f'[plan]\ntitle = "{title}"\npublished = "{year}"') == {
        "plan": Entry(title=title, published=str(year))
    }


def test_every_field_is_read(tmp_path: Path) -> None:
    toml = """
        [plan]
        title = "The plan"
        publisher = "The Met"
        published = "2018-03-20"
        covers = "2018-19 to 2020-21"
        status = "superseded"
        url = "https://met.uk/plan"
        part_of = "review"
        superseded_by = "review"
        note = "Of two columns."
    """

    assert read(tmp_path, toml)["plan"] == Entry(
        title="The plan",
        publisher="The Met",
        published="2018-03-20",
        covers="2018-19 to 2020-21",
        status="superseded",
        url="https://met.uk/plan",
        part_of="review",
        superseded_by="review",
        note="Of two columns.",
    )


@pytest.mark.parametrize(
    ("toml", "in_the_message"),
    [
        pytest.param(
            '[plan]\ntitle = "A"\nauthor = "B"',
            ["[plan]", "unknown field 'author'", "The fields are: title, publisher, published, covers, status"],
            id="unknown field",
        ),
        pytest.param('[paln]\ntitle = "A"', ["[paln]", "not in", "Add the file or take the table out"], id="no file"),
        pytest.param(
            '[plan]\ntitle = "A"\n[plan]\ntitle = "B"', ["plan", "line 3", "only once"], id="table that stands twice"
        ),
        pytest.param("[plan]\ntitle = 2018", ["[plan]", "title must be text in quotes, not 2018"], id="title a number"),
        pytest.param(
            '[plan]\ntitle = "A"\npublished = 2018', ["[plan]", "published must be text in quotes"], id="date a number"
        ),
        pytest.param(
            '[plan]\ntitle = "A"\npublished = 2018-03-20',
            ["[plan]", "published must be text"],
            id="date without quotes",
        ),
        pytest.param('[plan]\ntitle = "A"\nnote = ["a"]', ["[plan]", "note must be text in quotes"], id="list"),
        pytest.param('plan = "A"', ["plan stands outside a table", "Write [plan] above"], id="no table"),
        pytest.param("[plan]", ["[plan] needs a title", 'Add: title = "…"'], id="no title"),
        pytest.param('[plan]\ntitle = " "', ["[plan] needs a title"], id="blank title"),
        pytest.param(
            '[plan]\ntitle = "A"\nstatus = "draft"',
            ["[plan] status", '"draft"', "one of: current, superseded, archived"],
            id="unknown status",
        ),
        pytest.param(
            '[plan]\ntitle = "A"\nstatus = "unknown"', ["[plan] status"], id="unknown is no status of a catalogue"
        ),
        pytest.param(
            '[plan]\ntitle = "A"\npart_of = "gone"',
            ["[plan] part_of", '"gone" names no other document', "one of: plan, review"],
            id="part of one that is not here",
        ),
        pytest.param('[plan]\ntitle = "A"\npart_of = "plan"', ["[plan] part_of"], id="part of itself"),
        pytest.param('[plan]\ntitle = "A"\nsuperseded_by = ""', ["[plan] superseded_by"], id="superseded by nothing"),
        pytest.param('[plan.v2]\ntitle = "A"', ["[plan.v2] has a dot", 'Write ["plan.v2"]'], id="dot without quotes"),
        pytest.param(
            '[plan.v2.final]\ntitle = "A"', ["[plan.v2.final]", 'Write ["plan.v2.final"]'], id="dots without quotes"
        ),
        pytest.param('[plan.txt]\ntitle = "A"', ['Write ["plan.txt"]', "leave the ending out"], id="the file's ending"),
        pytest.param('["a b"]\ntitle = "A"', ['["a b"] is for a file'], id="quoted name of no file"),
        pytest.param("title: A", ["cannot be read", "line 1"], id="no TOML"),
        pytest.param('[plan]\ntitle = "A', ["cannot be read"], id="quote not closed"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, toml: str, in_the_message: list[str]) -> None:
    with pytest.raises(CatalogueError) as caught:
        read(tmp_path, toml)

    message = str(caught.value)
    assert message.startswith(CATALOGUE)
    assert [words for words in in_the_message if words not in message] == []
    assert "\n" not in message


@pytest.mark.parametrize("published", ["2018", "2018-03", "2018-12-31"])
def test_dates_that_are_taken(tmp_path: Path, published: str) -> None:
    assert read(tmp_path, f'[plan]\ntitle = "A"\npublished = "{published}"')["plan"].published == published


@pytest.mark.parametrize(
    "published", ["", "18", "2018-3", "2018-13", "2018-00", "2018-03-32", "20/03/2018", "March 2018"]
)
def test_dates_that_are_not(tmp_path: Path, published: str) -> None:
    with pytest.raises(CatalogueError, match=r"\[plan\] published .* Write it as 2018, 2018-03 or 2018-03-20"):
        read(tmp_path, f'[plan]\ntitle = "A"\npublished = "{published}"')


def test_a_folder_without_a_catalogue_has_no_entries(tmp_path: Path) -> None:
    assert read_catalogue(tmp_path, STEMS) == {}


@pytest.mark.parametrize("toml", ["", "# nothing yet\n"], ids=["empty", "only a comment"])
def test_a_catalogue_may_say_nothing(tmp_path: Path, toml: str) -> None:
    assert read(tmp_path, toml) == {}


def test_a_document_needs_no_entry(tmp_path: Path) -> None:
    assert list(read(tmp_path, '[review]\ntitle = "A"')) == ["review"]


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    assert read(tmp_path, '\ufeff[plan]\ntitle = "A"')["plan"].title == "A"


def test_a_catalogue_that_is_not_utf_8_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / CATALOGUE).write_bytes(b'[plan]\ntitle = "caf\xe9"')

    with pytest.raises(CatalogueError, match="cannot be read: 'utf-8' codec"):
        read_catalogue(tmp_path, STEMS)


def test_a_catalogue_that_is_a_folder_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / CATALOGUE).mkdir()

    with pytest.raises(CatalogueError, match="cannot be read"):
        read_catalogue(tmp_path, STEMS)


def test_a_catalogue_error_is_a_corpus_error() -> None:
    assert issubclass(CatalogueError, CorpusError)


def test_a_day_that_no_month_has_is_not_taken(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"\[plan\] published"):
        read(tmp_path, '[plan]\ntitle = "A"\npublished = "2018-02-31"')


def test_a_date_with_a_line_break_after_it_is_not_taken(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"\[plan\] published"):
        read(tmp_path, '[plan]\ntitle = "A"\npublished = """2018\n"""')


@pytest.mark.parametrize("stem", ["plan.v2", "our plan", "café", 'the "plan"', "back\\slash"])
def test_the_name_of_a_table_is_written_as_it_is_shown(tmp_path: Path, stem: str) -> None:
    (tmp_path / CATALOGUE).write_text(f'[{table_name(stem)}]\ntitle = "A"', encoding="utf-8")

    assert not bare_name(stem)
    assert read_catalogue(tmp_path, [stem]) == {stem: Entry(title="A")}


def test_a_name_of_letters_figures_and_hyphens_needs_no_quotes() -> None:
    assert table_name("met-plan_2018") == "met-plan_2018"


def test_a_name_means_the_file_that_looks_like_it_however_its_letters_are_composed() -> None:
    content = '["cafe\u0301"]\ntitle = "A"\n["b"]\ntitle = "B"\npart_of = "cafe\u0301"\n'.encode()
    entries = parse_catalogue(content, Path("corpus"), ["caf\u00e9", "b"])

    assert list(entries) == ["caf\u00e9", "b"]
    assert entries["b"].part_of == "caf\u00e9"


def test_two_tables_for_one_document_are_refused_though_they_are_written_in_two_ways() -> None:
    content = '["cafe\u0301"]\ntitle = "A"\n["caf\u00e9"]\ntitle = "B"\n'.encode()

    with pytest.raises(CatalogueError, match="two tables are for one document"):
        parse_catalogue(content, Path("corpus"), ["caf\u00e9"])
