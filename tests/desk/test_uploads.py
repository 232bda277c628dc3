"""Files that are given: names made safe, what is refused, what reading them gives."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import NotAllowed, Person
from desk.holdings import Holdings
from desk.uploads import UploadRefused, named, read_upload, safe_name
from ingest import is_document_name

BO = Person("Bo Marsh", "maintainer")
CANAL = b"Canal plan\n\nThe canal was dredged in 2021. It is deep.\n"


@pytest.fixture
def holdings(small_corpus: Path, tmp_path: Path) -> Holdings:
    return Holdings(small_corpus, tmp_path / "kept")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("plan.txt", "plan.txt", id="plain"),
        pytest.param("../../etc/passwd.txt", "passwd.txt", id="a path"),
        pytest.param("C:\\Users\\bo\\Plan.PDF", "Plan.pdf", id="a path of Windows"),
        pytest.param("...hidden.txt", "hidden.txt", id="dots before"),
        pytest.param(".txt", "txt", id="an ending alone"),
        pytest.param("a\0b\x1b[31m\u202ec.txt", "ab [31m c.txt", id="what cannot be seen"),
        pytest.param("Cafe\u0301  plan.txt", "Caf\u00e9 plan.txt", id="composed, blanks folded"),
        pytest.param('a<b>:"c|d?e*.txt', "a-b---c-d-e-.txt", id="what Windows forbids"),
        pytest.param("CON.txt", "CON-.txt", id="what Windows reserves"),
        pytest.param("con.v2.txt", "con-.v2.txt", id="what Windows reserves, with more after a dot"),
        pytest.param("COM\u00b9.txt", "COM\u00b9-.txt", id="a port with a raised number"),
        pytest.param("\\\\server\\share\\plan.txt", "plan.txt", id="a share"),
        pytest.param("\\\\?\\C:\\plan.txt", "plan.txt", id="a path of Windows without limits"),
        pytest.param("C:plan.txt", "plan.txt", id="a drive and no folder"),
        pytest.param("a.txt:b.pdf", "a.txt-b.pdf", id="a second stream of a file"),
        pytest.param("/etc/cron.d/plan.txt", "plan.txt", id="an absolute path"),
        pytest.param("..\\..\\plan.txt", "plan.txt", id="a path up, of Windows"),
        pytest.param("..%2f..%2fplan.txt", "%2f..%2fplan.txt", id="a path up, encoded: it stays a name"),
        pytest.param("a\u3164b\u2800.txt", "a b.txt", id="letters that are not drawn"),
        pytest.param("plan.txt. . .", "plan.txt", id="dots and blanks at the end"),
        pytest.param("plan.v2 .txt", "plan.v2.txt", id="a dot in it, a blank at its end"),
        pytest.param("x" * 300 + ".md", "x" * 100 + ".md", id="too long"),
        pytest.param("\U0001f600" * 100 + ".md", "\U0001f600" * 50 + ".md", id="too long in bytes"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_name_made_safe(given: str, expected: str) -> None:
    assert safe_name(given) == expected


@given(st.text(max_size=300))
def test_a_safe_name_is_a_plain_file_name_and_stays_as_it_is(given: str) -> None:
    safe = safe_name(given)

    assert safe_name(safe) == safe
    assert safe in {"", Path(safe).name}
    assert not safe or is_document_name(safe) or safe.lower().startswith("readme") or safe == "catalogue.toml"
    assert len(safe.rpartition(".")[0].encode()) <= 201
    assert safe.isprintable()


def test_what_was_read_is_told_and_nothing_is_written(holdings: Holdings) -> None:
    found = read_upload(BO, holdings, "dir/Canal.TXT", CANAL)

    assert (found.name, found.doc_id, found.title) == ("Canal.txt", "Canal", "Canal plan")
    assert (found.pages, found.words, found.passages, found.remarks) == (0, 11, 1, ())
    assert holdings.state().name_of("Canal") is None
    assert not holdings.kept.folder.exists()


def test_the_same_file_under_another_name_is_remarked_on(holdings: Holdings) -> None:
    content = (holdings.corpus / "ferry.txt").read_bytes()

    assert read_upload(BO, holdings, "boat.txt", content).remarks == ("the same file is here already as ferry.txt",)


def test_a_file_is_given_a_name(holdings: Holdings) -> None:
    found = read_upload(BO, holdings, "ferry.txt", CANAL)

    assert named(holdings, found, " The  canal.v2 ").name == "The canal.v2.txt"
    for taken in ("ferry", "FERRY"):
        with pytest.raises(UploadRefused, match=r"there is a document ferry\.txt already\. .* replace that"):
            named(holdings, found, taken)
    for looks_so in ("f\u0435rry", "ferry\ufe0f", "\uff46erry", "f\u03b5rry"):
        assert looks_so != "ferry"
        if looks_so != "f\u03b5rry":  # a Greek epsilon, which nobody takes for an e
            with pytest.raises(UploadRefused, match=r"there is a document ferry\.txt already"):
                named(holdings, found, looks_so)
    for nothing in ("", " . ", "../", "\u202e", "\u3164"):
        with pytest.raises(UploadRefused, match="give the document a name"):
            named(holdings, found, nothing)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("plan.exe", b"MZ", r"plan\.exe cannot be a document\. Save it as one of: \.docx", id="kind"),
        pytest.param("README.md", b"# x", r"README\.md cannot be a document", id="read by nobody"),
        pytest.param("catalogue.toml", b"[a]", r"catalogue\.toml cannot be a document", id="the catalogue"),
        pytest.param("/", b"x", "a file without a name", id="no name"),
        pytest.param("empty.txt", b"", r"empty\.txt cannot be read: .*empty", id="empty"),
        pytest.param("scan.txt", b"%PDF-1.7 not text", r"scan\.txt cannot be read: .*PDF", id="another kind inside"),
        pytest.param("broken.pdf", b"%PDF-1.7 broken", r"broken\.pdf cannot be read", id="broken"),
    ],
)
def test_what_cannot_be_a_document_is_refused_with_the_reason(
    holdings: Holdings, name: str, content: bytes, said: str
) -> None:
    with pytest.raises(UploadRefused, match=said):
        read_upload(BO, holdings, name, content)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check_size(size: int) -> None:
        from ingest.readers.limits import Limits
        from ingest.readers.limits import check_size as check

        check(size, Limits(file_bytes=20))

    monkeypatch.setattr("desk.uploads.check_size", check_size)
    with pytest.raises(UploadRefused, match=r"more than the .* a file may have"):
        read_upload(BO, holdings, "canal.txt", CANAL)


def test_who_may_not_maintain_gives_nothing(holdings: Holdings) -> None:
    with pytest.raises(NotAllowed):
        read_upload(Person("Ada", "reviewer"), holdings, "canal.txt", CANAL)
