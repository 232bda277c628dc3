"""Where an engine is, as one line says it.

    milvus://HOST[:PORT]/NAME[?token=…&tls=1&database=…&vectors=HNSW]     Standalone or Distributed
    milvus:///PATH.db[?name=NAME&vectors=FLAT]                            Milvus Lite; four slashes for an absolute path

NAME is the alias under which the live snapshot is found; several corpora may share a server under several names.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit

from index.errors import EngineProblem

DEFAULT_NAME = "chapter_and_verse"
DEFAULT_PORT = 19530
# What each index of dense vectors is built with, and what a search is given for `most` hits.
VECTORS: Mapping[str, Mapping[str, int]] = {
    "FLAT": {},
    "HNSW": {"M": 16, "efConstruction": 200},
    "HNSW_SQ": {"M": 16, "efConstruction": 200},
    "IVF_FLAT": {"nlist": 1024},
    "IVF_SQ8": {"nlist": 1024},
    "DISKANN": {},
    "AUTOINDEX": {},
}
_FORM = "milvus://HOST:PORT/NAME or milvus:///PATH.db"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}")  # what Milvus takes as a name, with room for what follows it
_OURS = ("_before", "_kept")  # how names end that are made of a name
_OF_SERVER = ("token", "tls", "database", "vectors")
_OF_FILE = ("name", "vectors")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a Milvus is.

    Attributes:
        uri: What its client connects to: http://HOST:PORT, https://HOST:PORT, or the path of Lite's file.
        name: The alias of the live snapshot.
        token: What lets one in, "user:password" or a key; empty where none is asked for. Never shown.
        database: The database on the server; empty for its default.
        vectors: Which index new collections have over dense vectors; empty to choose by their number.
    """

    uri: str
    name: str = DEFAULT_NAME
    token: str = field(default="", repr=False)
    database: str = ""
    vectors: str = ""

    def __str__(self) -> str:
        """The address as messages say it: without its secret."""
        return f"{self.uri} ({self.name})"

    @property
    def is_file(self) -> bool:
        """Whether it is a file of Milvus Lite."""
        return not self.uri.startswith(("http://", "https://"))


def parse_address(text: str, token: str = "") -> Address:
    """Read an engine's address.

    Args:
        text: The address, as CHAPTER_ENGINE has it.
        token: The secret, where the address does not hold it: CHAPTER_ENGINE_TOKEN.

    Raises:
        EngineProblem: If it is none. The message never repeats what may hold a secret.

    Example:
        >>> parse_address("milvus://search.example:19530/plans?token=root:secret")
        Address(uri='http://search.example:19530', name='plans', database='', vectors='')
    """
    try:
        parts = urlsplit(text)
        port = parts.port
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError:
        _refuse("its port is no number, or what follows the '?' is not NAME=VALUE")
    if parts.scheme != "milvus":
        _refuse("it does not begin with milvus://")
    vectors = options.get("vectors", "").upper()
    if vectors and vectors not in VECTORS:
        _refuse(f"vectors is none of {', '.join(VECTORS)}")
    if not parts.netloc:
        return _of_file(unquote(parts.path), options, vectors)
    if parts.hostname is None:
        _refuse("it names no host")
    _check_options(options, _OF_SERVER)
    secret = unquote(parts.netloc.rpartition("@")[0]) or options.get("token", "") or token
    tls = options.get("tls", "0")
    if tls not in ("0", "1"):
        _refuse("tls is neither 0 nor 1")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    uri = f"http{'s' if tls == '1' else ''}://{host}:{port or DEFAULT_PORT}"
    name = _checked_name(unquote(parts.path).strip("/") or DEFAULT_NAME)
    return Address(uri, name, secret, options.get("database", ""), vectors)


def _of_file(path: str, options: Mapping[str, str], vectors: str) -> Address:
    _check_options(options, _OF_FILE)
    relative = path.removeprefix("/")
    if not relative.endswith(".db"):
        _refuse("it names neither a host nor a file that ends in .db")
    return Address(relative, _checked_name(options.get("name", DEFAULT_NAME)), vectors=vectors)


def _check_options(options: Mapping[str, str], known: tuple[str, ...]) -> None:
    if unknown := sorted(options.keys() - set(known)):
        _refuse(f"it has {', '.join(unknown)}, and knows only {', '.join(known)}")


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name) or name.endswith(_OURS):
        _refuse("its name is not one word of letters, digits and _, beginning with a letter, or ends as ours do")
    return name


def _refuse(why: str) -> NoReturn:
    raise EngineProblem(f"the engine's address is not understood: {why}. Write it as {_FORM}")
