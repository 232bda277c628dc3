"""A folder of documents as read."""

import hashlib
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import CatalogueError, CorpusError, catalogue_digest, corpus_files, read_corpus
from ingest.catalogue import CATALOGUE
from ingest.corpus import Left, ReadDocument
from ingest.readers.limits import LIMITS

PLAN = "Our plan\n\nWe cut crime.\n"


def folder_of(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def only_document(folder: Path, text: str, *, name: str = "met-plan_2018.txt") -> ReadDocument:
    [document] = read_corpus(folder_of(folder, {name: text})).documents
    return document


def names(folder: Path) -> list[str]:
    return [file.path.name for file in corpus_files(folder)]


@given(st.text(alphabet="Aa1 .:•\n\t\r", min_size=1).filter(lambda t: any(c.isalnum() for c in t)))
@settings(max_examples=50, deadline=None)
def test_a_document_is_its_file_s_text_never_tidied(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    document = only_document(tmp_path_factory.mktemp("corpus"), text, name="plan.txt").document

    assert document.text == text
    assert document.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_a_document_is_what_its_file_and_the_catalogue_say(tmp_path: Path) -> None:
    catalogue = """
        [plan]
        title = "The plan of 2018"
        publisher = "The Met"
        published = "2018"
        covers = "2018-19"
        url = "https://met.uk"
        part_of = "review"
        superseded_by = "review"
        note = "Short."
    """
    folder = folder_of(tmp_path, {"plan.txt": PLAN, "review.txt": PLAN, CATALOGUE: catalogue})
    read, _ = read_corpus(folder).documents
    document = read.document

    assert (document.doc_id, document.title, document.publisher) == ("plan", "The plan of 2018", "The Met")
    assert (document.published, document.period, document.status) == ("2018", "2018-19", "current")
    assert (document.url, document.part_of, document.superseded_by) == ("https://met.uk", "review", "review")
    assert (document.note, document.pages) == ("Short.", ())
    assert document.headings_at(12) == ("Our plan",)
    assert document.page_at(12) is None
    assert [p.text for p in read.passages] == ["We cut crime."]
    assert read.passages[0].passage_id == "plan:10-23"
    assert read.remarks == ()


def test_documents_come_in_order_of_their_ids(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"c.txt": PLAN, "a.txt": PLAN, "b.txt": PLAN})

    assert [d.document.doc_id for d in read_corpus(folder).documents] == ["a", "b", "c"]


def test_a_document_without_an_entry_is_titled_from_its_text_and_remarked(tmp_path: Path) -> None:
    read = only_document(tmp_path, PLAN)

    assert (read.document.title, read.document.published, read.document.status) == ("Our plan", None, "unknown")
    assert read.remarks == ('no entry in catalogue.toml: titled "Our plan" from its text or name, date unknown',)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        pytest.param("\n\n  Our   plan \n\nWe act.", "Our plan", id="first line of words"),
        pytest.param("1234\n***\n# Our plan\n", "Our plan", id="first line with a letter"),
        pytest.param("Contents:\nOur plan\n", "Our plan", id="not a label"),
        pytest.param("Word " * 25 + "\nOur plan\n", "Met plan 2018", id="long line: the name of the file"),
        pytest.param("1 2 3\n", "Met plan 2018", id="no letter: the name of the file"),
    ],
)
def test_the_title_of_a_document_without_an_entry(tmp_path: Path, text: str, title: str) -> None:
    assert only_document(tmp_path, text).document.title == title


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("You are in: Home > Plans\n\nOur plan\n\nWe act now.\n", id="banner above it"),
        pytest.param("<h1>Our plan</h1>\n\nWe act now.\n", id="tags around it"),
    ],
)
def test_a_title_from_the_text_is_no_furniture(tmp_path: Path, text: str) -> None:
    assert only_document(tmp_path, text).document.title == "Our plan"


def test_remarks_of_the_reader_are_passed_on(tmp_path: Path) -> None:
    [read] = read_corpus(folder_of(tmp_path, {"plan.txt": b"It costs \xa33m."})).documents

    assert read.document.text == "It costs £3m."
    assert read.remarks[0].startswith("read as Windows-1252")


def test_a_document_without_a_passage_is_remarked(tmp_path: Path) -> None:
    read = only_document(tmp_path, "www.met.uk\n")

    assert read.passages == ()
    assert read.remarks[-1] == "no passage: nothing but headings and page furniture was found in it"


def test_what_passages_leave_out_is_counted_by_its_rule(tmp_path: Path) -> None:
    read = only_document(tmp_path, "You are in: Home\n\nOur plan\n\nWe act now.\n\nwww.met.uk\nwww.mopac.uk\n")

    assert read.left_out == (
        Left("web address on a line of its own", times=2, characters=22),
        Left("web page's banner or foot", times=1, characters=16),
    )


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        pytest.param("b.txt", b"", "the file is empty", id="empty"),
        pytest.param("b.txt", b"%PDF-1.7 ...", "this is a PDF", id="PDF named as text"),
        pytest.param("b.xyz", b"We act.", "no reader for this kind of file", id="unknown kind"),
    ],
)
def test_a_file_that_cannot_be_read_does_not_take_the_others_with_it(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    corpus = read_corpus(folder_of(tmp_path, {"a.txt": PLAN, name: content, "c.txt": PLAN}))

    assert [d.document.doc_id for d in corpus.documents] == ["a", "c"]
    [unread] = corpus.unread
    assert unread.name == name
    assert unread.reason.startswith(reason)


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_opened_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"a.txt": PLAN, "b.txt": PLAN})
    (folder / "b.txt").chmod(0)

    corpus = read_corpus(folder)

    assert [d.document.doc_id for d in corpus.documents] == ["a"]
    assert corpus.unread[0].name == "b.txt"
    assert corpus.unread[0].reason.endswith("Make it readable, or take it out of the corpus")


def test_it_tells_how_many_files_are_done_the_unreadable_too(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    read_corpus(folder_of(tmp_path, {"a.txt": PLAN, "b.txt": b""}), lambda done, of: told.append((done, of)))

    assert told == [(0, 2), (1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("files", "trouble"),
    [
        pytest.param({}, "there are no documents in .* Put files of these kinds there: .*txt", id="no file"),
        pytest.param({"README.md": "a", CATALOGUE: ""}, "there are no documents", id="nothing but a README"),
        pytest.param(
            {"plan.txt": PLAN, "plan.md": PLAN}, r"plan\.md, plan\.txt have one name", id="two files, one stem"
        ),
        pytest.param(
            {"a.txt": "", "b.xyz": "a"}, r"no document .* a\.txt: the file is empty.* b\.xyz: ", id="none read"
        ),
    ],
)
def test_a_folder_that_cannot_be_read(tmp_path: Path, files: dict[str, str | bytes], trouble: str) -> None:
    with pytest.raises(CorpusError, match=trouble) as caught:
        read_corpus(folder_of(tmp_path, files))

    assert str(tmp_path) in str(caught.value) or "have one name" in str(caught.value)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"the corpus folder .*nowhere cannot be read: .* Make it"):
        read_corpus(tmp_path / "nowhere")


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"plan.txt": PLAN})

    with pytest.raises(CorpusError, match="cannot be read"):
        read_corpus(folder / "plan.txt")


def test_a_mistake_in_the_catalogue_stops_the_reading(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError):
        read_corpus(folder_of(tmp_path, {"plan.txt": PLAN, CATALOGUE: "[plan]"}))


def test_hidden_files_the_readme_and_the_catalogue_are_no_documents(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = dict.fromkeys([".plan.txt", "README.md", "README.txt", CATALOGUE, "plan.txt"], "")

    assert names(folder_of(tmp_path, files)) == ["plan.txt"]


def unread(folder: Path) -> dict[str, str]:
    return {file.name: file.reason for file in read_corpus(folder).unread}


def test_a_folder_is_reported_whatever_its_name_and_takes_no_document_s_place(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"plan.txt": PLAN})
    for name in ("plan", "plan.docx", "old.txt"):
        (folder / name).mkdir()
        (folder / name / "older.txt").write_text(PLAN)

    assert [d.document.doc_id for d in read_corpus(folder).documents] == ["plan"]
    assert list(unread(folder)) == ["old.txt", "plan", "plan.docx"]
    assert unread(folder)["old.txt"].startswith("a folder, and folders are not looked into. Put the documents")


def test_a_corpus_of_folders_alone_says_so(tmp_path: Path) -> None:
    (tmp_path / "2018").mkdir()

    with pytest.raises(CorpusError, match=r"no document in .* could be read\. 2018: a folder, and folders are not"):
        read_corpus(tmp_path)


def test_a_link_that_leads_nowhere_or_to_a_folder_is_reported(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"plan.txt": PLAN})
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    (folder / "gone.txt").symlink_to(folder / "nowhere")
    (folder / "up.txt").symlink_to(folder, target_is_directory=True)

    assert [d.document.doc_id for d in read_corpus(folder).documents] == ["plan"]
    assert {name: reason[:25] for name, reason in unread(folder).items()} == {
        "gone.txt": "a link that leads nowhere",
        "loop.txt": "a link that leads nowhere",
        "up.txt": "a folder, and folders are",
    }


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_reported_and_not_waited_for(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"plan.txt": PLAN})
    os.mkfifo(folder / "pipe.txt")

    assert unread(folder) == {"pipe.txt": "neither a file nor a folder. Take it out of the corpus"}


@pytest.mark.skipif(sys.platform != "linux", reason="this system takes no such names")
@pytest.mark.parametrize(
    ("name", "shown", "sign"),
    [
        pytest.param(b"caf\xe9.txt", r"caf\udce9.txt", "DCE9", id="no UTF-8"),
        pytest.param(b"two\nlines.txt", r"two\nlines.txt", "000A", id="a line end"),
        pytest.param(b"\x1b[31mred.txt", r"\x1b[31mred.txt", "001B", id="a terminal's colour"),
        pytest.param("a\u202efdp.txt".encode(), r"a\u202efdp.txt", "202E", id="a mark of direction"),
        pytest.param("pl\u200ban.txt".encode(), r"pl\u200ban.txt", "200B", id="a blank of no width"),
        pytest.param("plan\U000e0041.txt".encode(), r"plan\U000e0041.txt", "E0041", id="a tag"),
    ],
)
def test_a_name_that_cannot_be_shown_is_reported_as_it_can_be(
    tmp_path: Path, name: bytes, shown: str, sign: str
) -> None:
    folder = folder_of(tmp_path, {"plan.txt": PLAN})
    Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text(PLAN)

    assert unread(folder) == {shown: f"its name has a character that cannot be shown (U+{sign}). Rename it"}


def test_two_names_that_look_the_same_are_refused(tmp_path: Path) -> None:
    whole, in_parts = "caf\u00e9.txt", "cafe\u0301.md"

    with pytest.raises(CorpusError, match="have one name but for the ending"):
        corpus_files(folder_of(tmp_path, {whole: PLAN, in_parts: PLAN}))


def test_a_file_too_large_is_reported_and_not_read(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"plan.txt": PLAN})
    with (folder / "film.txt").open("wb") as film:
        film.truncate(LIMITS.file_bytes + 1)  # a hole: it takes no room

    assert corpus_files(folder)[0].trouble == unread(folder)["film.txt"]
    assert unread(folder)["film.txt"].startswith("it has 200 MiB, more than the 200 MiB a file may have. Split it")


def test_a_text_too_long_is_reported(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"plan.txt": PLAN, "long.txt": "a\n" * (LIMITS.lines + 1)})

    assert unread(folder)["long.txt"].startswith("its text has 200,002 lines, more than the 200,000 a document may")


def test_a_document_whose_name_needs_quotes_in_the_catalogue_is_remarked_with_them(tmp_path: Path) -> None:
    read = only_document(tmp_path, PLAN, name="plan.v2.txt")

    assert read.document.doc_id == "plan.v2"
    assert read.remarks[0].endswith('date unknown. Its entry begins with ["plan.v2"], in quotes')


@pytest.mark.parametrize("end", ["\r", "\r\n", "\u2028"], ids=repr)
def test_a_document_has_the_same_structure_whatever_ends_its_lines(tmp_path: Path, end: str) -> None:
    text = (
        "1 Our plan\n\nWe cut crime.\n\nWe will:\n\n• paint the hull; and\n• train skippers.\n\n2 Money\n\nIt costs.\n"
    )
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    unix = only_document(tmp_path / "a", text)
    other = only_document(tmp_path / "b", text.replace("\n", end))

    assert other.document.text == text.replace("\n", end)
    assert [(b.kind, b.isolated) for b in other.blocks] == [(b.kind, b.isolated) for b in unix.blocks]
    assert [(p.text, p.headings, p.kind) for p in other.passages] == [
        (p.text, p.headings, p.kind) for p in unix.passages
    ]


def test_the_digest_of_a_file_changes_with_its_bytes(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"plan.txt": PLAN})
    [before] = corpus_files(folder)
    [after] = corpus_files(folder_of(folder, {"plan.txt": PLAN + "\n"}))

    assert before.sha256 == hashlib.sha256(PLAN.encode()).hexdigest()
    assert after.sha256 != before.sha256


def test_the_digest_of_a_missing_catalogue_is_that_of_nothing(tmp_path: Path) -> None:
    nothing = hashlib.sha256(b"").hexdigest()

    assert catalogue_digest(tmp_path) == nothing
    assert catalogue_digest(folder_of(tmp_path, {CATALOGUE: "# new"})) != nothing
