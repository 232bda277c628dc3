"""Which systems stand beside ours, in which versions, each in a virtual environment of its own."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# First, and the same in every environment as in ours (requirements.txt), so that all compute with one library.
TORCH = "torch==2.13.0"
RUNNER = "sentence-transformers==6.2.0"  # runs the embedding model; its files are ours
_MADE = "made-of.txt"  # what an environment was made of, written when it was whole


class PeerProblem(Exception):
    """A peer could not be installed or run; the others go on."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A system to compare with.

    Attributes:
        name: What it is called on the command line.
        title: What it is called in the table.
        module: What runs in its environment.
        requirements: What it is installed from, each with its version.
    """

    name: str
    title: str
    module: str
    requirements: tuple[str, ...]


PEERS = (
    Peer("txtai", "txtai", "benchmarks.peers.systems.with_txtai", ("txtai==9.14.0", RUNNER)),
    Peer(
        "haystack",
        "Haystack",
        "benchmarks.peers.systems.with_haystack",
        ("haystack-ai==3.4.0", "sentence-transformers-haystack==2.0.0", RUNNER),
    ),
    Peer(
        "llamaindex",
        "LlamaIndex",
        "benchmarks.peers.systems.with_llamaindex",
        (
            "llama-index-core==0.14.25",
            "llama-index-embeddings-huggingface==0.8.0",
            "llama-index-retrievers-bm25==0.8.0",
            RUNNER,
        ),
    ),
)


def environment_of(peer: Peer, folder: Path, say: Callable[[str], object] = lambda _: None) -> Path:
    """The Python of a peer's environment, which is made if it is not there as it should be.

    Args:
        peer: The peer.
        folder: Where environments are kept.
        say: Told what is being done.

    Raises:
        PeerProblem: If it cannot be made.
    """
    home = folder / peer.name
    python = home / "bin" / "python"
    wanted = "\n".join((TORCH, *peer.requirements, ""))
    made = home / _MADE
    if made.is_file() and made.read_text("utf-8") == wanted and python.exists():
        return python
    say(f"Installing {peer.title} (minutes, once) …")
    shutil.rmtree(home, ignore_errors=True)
    _do([sys.executable, "-m", "venv", str(home)])
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _do([*install, TORCH])  # alone: what comes after must take this build
    _do([*install, TORCH, *peer.requirements])
    made.write_text(wanted, "utf-8")
    return python


def versions_in(python: Path) -> list[str]:
    """Everything that is installed beside a Python, as ``name==version``."""
    return _do([str(python), "-m", "pip", "freeze", "--disable-pip-version-check"]).splitlines()


def _do(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  our own
    except OSError as error:
        raise PeerProblem(f"{command[0]} cannot be started: {error}") from error
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or done.stderr.splitlines()
        raise PeerProblem(f"{' '.join(command[1:4])} ended with {done.returncode}: {' '.join(errors)[-500:]}")
    return done.stdout
