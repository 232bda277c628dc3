"""Nothing outside a folder is read, whatever leads there and whenever it is put there."""

import hashlib
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest import CatalogueError, CorpusError, UnreadableDocument, corpus_files, read_corpus, read_inside
from ingest.inside import digest_inside, trouble_of
from ingest.readers.limits import LIMITS

posix = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes as POSIX has them")
pytestmark = posix

SECRET = "The keys are under the mat.\n"
PLAN = "Our plan\n\nWe cut crime.\n"
OUT = "a link that leads out of this folder, and nothing outside it is read. Put the file itself here"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus of one document, beside a folder that is none of its."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.txt").write_text(SECRET)
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "plan.txt").write_text(PLAN)
    return folder


def through_a_linked_folder(corpus: Path) -> None:
    (corpus / "elsewhere").symlink_to(corpus.parent / "outside", target_is_directory=True)
    (corpus / "x.txt").symlink_to(corpus / "elsewhere" / "secret.txt")


def through_a_chain(corpus: Path) -> None:
    (corpus / ".a").symlink_to(corpus.parent / "outside" / "secret.txt")
    (corpus / ".b").symlink_to(".a")
    (corpus / "x.txt").symlink_to(".b")


def through_a_folder_with_the_same_beginning(corpus: Path) -> None:
    beside = corpus.with_name("corpus-2")
    beside.mkdir()
    (beside / "secret.txt").write_text(SECRET)
    (corpus / "x.txt").symlink_to(beside / "secret.txt")


@pytest.mark.parametrize(
    "lead_out",
    [
        pytest.param(lambda c: (c / "x.txt").symlink_to(c.parent / "outside" / "secret.txt"), id="absolute"),
        pytest.param(lambda c: (c / "x.txt").symlink_to("../outside/secret.txt"), id="by .."),
        pytest.param(lambda c: (c / "x.txt").symlink_to("../corpus/../outside/secret.txt"), id="in, out and in again"),
        pytest.param(through_a_linked_folder, id="through a linked folder"),
        pytest.param(through_a_chain, id="through a chain of hidden links"),
        pytest.param(through_a_folder_with_the_same_beginning, id="to a folder whose name begins with this one's"),
        pytest.param(lambda c: (c / "x.txt").symlink_to("/dev/zero"), id="to a device"),
        pytest.param(lambda c: (c / "x.txt").symlink_to("/proc/self/environ"), id="to what the system says of itself"),
        pytest.param(lambda c: (c / "x.txt").symlink_to("/dev/stdin"), id="to what is typed"),
    ],
)
def test_a_link_that_leads_out_of_the_corpus_is_unread_and_not_even_digested(
    corpus: Path, lead_out: Callable[[Path], None]
) -> None:
    lead_out(corpus)

    read = read_corpus(corpus)
    assert [d.document.doc_id for d in read.documents] == ["plan"]
    [x] = [u for u in read.unread if u.name == "x.txt"]
    assert (x.reason, x.sha256) == (OUT, hashlib.sha256(b"").hexdigest())
    for function in (read_inside, digest_inside):
        with pytest.raises(UnreadableDocument) as caught:
            function(corpus / "x.txt")
        assert str(caught.value) == OUT


def test_a_link_to_a_file_inside_is_what_it_leads_to(corpus: Path) -> None:
    """As where a folder is mounted whose files are links to the version of today."""
    (corpus / "..2026").mkdir()
    (corpus / "..2026" / "canal.txt").write_text("Canal plan\n\nWe dig.\n")
    (corpus / "..today").symlink_to("..2026", target_is_directory=True)
    (corpus / "canal.txt").symlink_to("..today/canal.txt")

    assert [d.document.doc_id for d in read_corpus(corpus).documents] == ["canal", "plan"]
    assert read_corpus(corpus).unread == ()


def test_the_corpus_itself_may_be_a_link(corpus: Path) -> None:
    link = corpus.with_name("documents")
    link.symlink_to(corpus, target_is_directory=True)
    (corpus / "x.txt").symlink_to("../outside/secret.txt")

    assert [d.document.text for d in read_corpus(link).documents] == [PLAN]
    assert [u.reason for u in read_corpus(link).unread] == [OUT]


def test_a_catalogue_that_leads_out_is_refused(corpus: Path) -> None:
    (corpus.parent / "outside" / "c.toml").write_text('[plan]\ntitle = "Secret"\n')
    (corpus / "catalogue.toml").symlink_to("../outside/c.toml")

    with pytest.raises(CatalogueError, match=r"catalogue\.toml cannot be read: a link that leads out"):
        read_corpus(corpus)


def test_pipes_sockets_and_devices_are_not_waited_for(corpus: Path) -> None:
    os.mkfifo(corpus / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as server:
        here = os.open(corpus, os.O_RDONLY)
        try:
            server.bind(f"/proc/self/fd/{here}/socket.txt")  # a socket's own path may be no longer than 107 bytes
        except OSError:
            pytest.skip("no socket can be made here")
        finally:
            os.close(here)

        for name in ("pipe.txt", "socket.txt"):
            assert trouble_of(corpus / name) == "neither a file nor a folder. Take it out of the corpus"
            with pytest.raises(UnreadableDocument):
                read_inside(corpus / name)


def swapped_for_a_link(corpus: Path) -> None:
    (corpus / "plan.txt").unlink()
    (corpus / "plan.txt").symlink_to("../outside/secret.txt")


def swapped_for_a_pipe(corpus: Path) -> None:
    (corpus / "plan.txt").unlink()
    os.mkfifo(corpus / "plan.txt")


def folder_swapped_for_a_link(corpus: Path) -> None:
    (corpus / "old").rename(corpus / "older")
    (corpus / "old").symlink_to("../outside", target_is_directory=True)


@pytest.mark.parametrize(
    ("name", "swap"),
    [
        pytest.param("plan.txt", swapped_for_a_link, id="the file, by a link"),
        pytest.param("plan.txt", swapped_for_a_pipe, id="the file, by a pipe"),
        pytest.param("linked.txt", folder_swapped_for_a_link, id="a folder on the way, by a link"),
    ],
)
def test_what_is_put_in_a_file_s_place_after_it_was_looked_at_is_not_read(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, name: str, swap: Callable[[Path], None]
) -> None:
    (corpus / "old").mkdir()
    (corpus / "old" / "secret.txt").write_text("old plan")
    (corpus / "linked.txt").symlink_to("old/secret.txt")
    from ingest import inside

    looked = inside._way

    def look_then_swap(path: Path) -> tuple[Path, tuple[str, ...]]:
        found = looked(path)
        swap(corpus)
        return found

    monkeypatch.setattr(inside, "_way", look_then_swap)

    with pytest.raises(UnreadableDocument):
        read_inside(corpus / name)


def test_a_file_that_grows_after_it_was_looked_at_is_not_read_whole(corpus: Path) -> None:
    with (corpus / "plan.txt").open("ab") as file:
        file.truncate(LIMITS.file_bytes + 1)  # a hole: it takes no room

    with pytest.raises(UnreadableDocument, match="more than the 200 MiB a file may have"):
        read_inside(corpus / "plan.txt")


def test_a_corpus_of_links_that_lead_out_alone_says_so(corpus: Path) -> None:
    (corpus / "plan.txt").unlink()
    (corpus / "x.txt").symlink_to("../outside/secret.txt")

    assert [file.trouble for file in corpus_files(corpus)] == [OUT]
    with pytest.raises(CorpusError, match=r"no document in .* could be read\. x\.txt: a link that leads out"):
        read_corpus(corpus)
