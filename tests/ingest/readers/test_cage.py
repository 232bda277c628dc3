"""What reads a stranger's file reaches nothing else, even when the file takes it over."""

import ctypes
import json
import socket
import sys
from pathlib import Path

import pytest

from ingest.readers.limits import Limits, read_in_child
from tests.ingest.readers.stand_ins import HERE

SECRET = "The keys are under the mat."


def attempt(what: str, path: object = "", *, caged: bool = True) -> str:
    request = json.dumps({"what": what, "path": str(path)}).encode()
    return read_in_child(f"{HERE}:reach", request, Limits(seconds=20, caged=caged)).text


def has_landlock() -> bool:
    return sys.platform == "linux" and ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1) >= 1


def has_namespaces() -> bool:
    """Whether a process may have a network of its own; tried in one that ends."""
    import subprocess

    script = "import ctypes, sys; sys.exit(ctypes.CDLL(None).unshare(0x50000000) != 0)"
    return sys.platform == "linux" and subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text(SECRET)
    return path


@pytest.fixture
def port() -> object:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("what", ["read", "write", "delete", "run", "load a library"])
def test_a_file_that_takes_its_reader_over_does_nothing_with_other_files(secret: Path, what: str) -> None:
    assert attempt(what, secret) == "refused: PermissionError"
    assert secret.read_text() == SECRET


@pytest.mark.parametrize("what", ["resolve", "run a shell", "fork", "unpickle"])
def test_nor_does_it_ask_for_a_name_or_start_anything(what: str) -> None:
    assert attempt(what).startswith("refused: ")


def test_nor_does_it_connect(port: int) -> None:
    assert attempt("connect", port) == "refused: PermissionError"


@pytest.mark.skipif(not has_landlock(), reason="this system has no Landlock")
def test_nor_does_native_code_open_a_file(secret: Path, tmp_path: Path) -> None:
    assert attempt("read natively", secret) == "refused: OSError"
    assert attempt("write natively", tmp_path / "made.txt") == "refused: OSError"
    assert not (tmp_path / "made.txt").exists()


@pytest.mark.skipif(not has_namespaces(), reason="this system lets no user have a namespace")
def test_nor_does_native_code_connect(port: int) -> None:
    assert attempt("connect natively", port) == "refused: OSError"
    assert attempt("send natively", port) == "refused: OSError"


def test_nor_does_it_know_the_keys_that_this_process_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAPTER_LLM_API_KEY", SECRET)
    monkeypatch.setenv("CHAPTER_DATABASE", f"postgresql://user:{SECRET}@host/name")

    said = attempt("environment", caged=False)
    assert "PATH=" in said
    assert SECRET not in said


def test_the_attempts_would_succeed_without_the_cage(secret: Path, port: int) -> None:
    """Else the tests above would prove nothing."""
    for what in ("read", "read natively"):
        assert attempt(what, secret, caged=False) == f"done: {SECRET}"
    for what in ("connect", "connect natively", "send natively"):
        assert attempt(what, port, caged=False).startswith("done: ")
    for what in ("run a shell", "unpickle"):
        assert attempt(what, caged=False) == "done: 0"
    assert attempt("delete", secret, caged=False) == "done: None"
