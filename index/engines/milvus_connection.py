"""Connecting to a Milvus, and saying in one line what went wrong with it."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from index.engines.address import Address
from index.errors import EngineProblem, NoIndex, StaleIndex

PUBLISH_COMMAND = "python -m index --engine ADDRESS"
ABSENT = (100, 1600)  # Milvus' codes for "there is no such collection" and "no such alias"
_CONNECTING = 10.0  # seconds
# How many connections of this process each of Lite's files has; Lite serves them all from one place.
_FILES: Counter[str] = Counter()
_FILES_LOCK = Lock()


def connect(address: Address, *, create: bool = False) -> Any:  # noqa: ANN401  pymilvus is untyped and optional
    """A connected pymilvus client; to be let go of by ``disconnect``.

    Args:
        address: Where the Milvus is.
        create: Make Milvus Lite's file if it is not there.

    Raises:
        EngineProblem: If pymilvus is missing, nobody answers, or another process holds Lite's file.
        NoIndex: If Lite's file is not there.
    """
    if address.is_file:
        _check_file(address, create=create)
    try:
        from pymilvus import MilvusClient  # imported here: it is optional, and takes a second
    except ImportError as error:
        raise EngineProblem(
            f"the engine {address} needs pymilvus. Run: pip install -r requirements-scale.txt"
        ) from error
    for name in ("pymilvus", "milvus_lite"):  # they print each fault with a traceback; it is said in one line below
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    with talking(address, "it cannot be reached"), _FILES_LOCK:
        client = MilvusClient(
            uri=_path_of(address) if address.is_file else address.uri,
            token=address.token,
            db_name=address.database,
            timeout=_CONNECTING,
        )
        if address.is_file:
            _FILES[_path_of(address)] += 1
    return client


def disconnect(address: Address, client: Any) -> None:  # noqa: ANN401
    """Let go of a connection and, where no other of this process has it open, of Lite's file."""
    client.close()
    if address.is_file:
        _let_go(_path_of(address))


@contextmanager
def talking(address: Address, what: str) -> Iterator[None]:
    """Say in one line what went wrong; what the client says may repeat the secret, which is taken out."""
    from grpc import RpcError
    from pymilvus.exceptions import MilvusException

    try:
        yield
    except (MilvusException, RpcError, OSError) as error:
        if getattr(error, "code", None) in ABSENT:
            raise StaleIndex(
                f"{address}: {what}: it is not there any more; two others were published since it was opened. "
                "Ask again, or start this anew"
            ) from error
        said = str(getattr(error, "message", "") or error).strip() or type(error).__name__
        said = said.splitlines()[0]
        for secret in (address.token, *address.token.split(":", 1)[1:]):
            said = said.replace(secret, "…") if secret else said
        held = " (Milvus Lite's file is for one process at a time)" if address.is_file else ""
        raise EngineProblem(f"{address}: {what}: {said}{held}. See: docs/operations.md, Many machines") from error


def _path_of(address: Address) -> str:
    return str(Path(address.uri).absolute())


def _let_go(path: str) -> None:
    """Count one connection to Lite's file less, and free the file with the last: another process may then have it."""
    from milvus_lite.server_manager import server_manager_instance

    with _FILES_LOCK:
        _FILES[path] -= 1
        if _FILES[path] <= 0:
            del _FILES[path]
            server_manager_instance.release_server(path)


def _check_file(address: Address, *, create: bool) -> None:
    path = Path(address.uri)
    if not create and not path.exists():
        raise NoIndex(f"there is no Milvus Lite file {path}. Run: {PUBLISH_COMMAND}")
    if not path.absolute().parent.is_dir():
        raise EngineProblem(
            f"there is no folder {path.parent} for the Milvus Lite file {path.name}. Make it, "
            "or write milvus:////PATH.db, with four slashes, if the path is absolute"
        )
