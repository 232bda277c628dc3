"""The language model: who it is, by the environment, and one reply of it over HTTP.

Any server that speaks OpenAI's chat completions will do. A reply is streamed, inside a limit of time for the whole of
it, a limit of what comes over the connection and a limit of length; one that does not end as it should is no reply.
The key goes to that server alone, and is in no message and no log; neither is anything the server says: a server may
send the key back.

Covered: a server that is not there, stalls, trickles, breaks off, never ends, sends a line without an end, something
packed, somewhere else, an error, or something else than the protocol. Not covered: a server that keeps what it is sent.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from answer.errors import ModelSettingsError

if TYPE_CHECKING:
    import httpx2
    import openai
    from openai.types.chat import ChatCompletionMessageParam

BASE_URL, MODEL, KEY = "CHAPTER_LLM_BASE_URL", "CHAPTER_LLM_MODEL", "CHAPTER_LLM_API_KEY"
SECONDS = "CHAPTER_LLM_SECONDS"
INSTALL_COMMAND = "python -m pip install -r requirements-llm.txt"
PATIENCE = 30.0  # seconds for a whole reply: as long as somebody who has the quotes already would wait for prose
_LONGEST_PATIENCE = 600.0
LONGEST_REPLY = 20_000  # characters: several times the longest list, with room for a model that thinks aloud first
# Bytes over the connection: LONGEST_REPLY in pieces of one character, each in a chunk of some 300 bytes.
MOST_BYTES = 6_000_000
# Who writes down what is sent and received: what is received may be the key.
_LOGS = ("openai", "httpx2", "httpcore2")
THREAD = "language model"  # the name of the thread that waits for a reply
_GRACE = 1.0  # seconds for the connection to close once the time is up


class NoReply(Exception):
    """The language model gave no reply that can be used. The message ends the sentence "the language model …"."""


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """Which language model, where, and how long to wait for it.

    Attributes:
        base_url: The server's address up to and without "/chat/completions"; not shown, since it may hold a secret.
        model: Its name, as the server knows it.
        key: The key, or empty for a server that wants none; never shown.
        seconds: How long a whole reply may take.
    """

    base_url: str = field(repr=False)
    model: str
    key: str = field(default="", repr=False)
    seconds: float = PATIENCE


def from_environment(environment: Mapping[str, str]) -> LanguageModel | None:
    """The language model that the environment names.

    Returns:
        Its settings, or None where none of the variables is set; an empty one counts as not set.

    Raises:
        ModelSettingsError: If it is set by halves, or a value cannot be right. The message names the variable.
    """
    base_url, model, key, seconds = (environment.get(name, "").strip() for name in (BASE_URL, MODEL, KEY, SECONDS))
    if not (base_url or model or key or seconds):
        return None
    for name, value in ((BASE_URL, base_url), (MODEL, model)):
        if not value:
            others = [n for n in (BASE_URL, MODEL, KEY, SECONDS) if environment.get(n, "").strip()]
            raise ModelSettingsError(
                f"a language model is configured by halves: {' and '.join(others)} is set and {name} is not. "
                f"Set {name}, or unset the others to go without one"
            )
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ModelSettingsError(f"{KEY} has a character that no key has. Copy it again")
    return LanguageModel(_checked_url(base_url), model, key, _checked_seconds(seconds))


def _checked_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        right = False
    if not right:
        raise ModelSettingsError(f"{BASE_URL} is not an address. Write http://127.0.0.1:8080/v1 or the like")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ModelSettingsError(
            f"{BASE_URL} has more than an address: no user, password or query belongs in it. Put a key into {KEY}"
        )
    return text


def _checked_seconds(text: str) -> float:
    try:
        seconds = float(text) if text else PATIENCE
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _LONGEST_PATIENCE:
        raise ModelSettingsError(f"{SECONDS} must be a number above 0, and {_LONGEST_PATIENCE:g} at most")
    return seconds


def check_installed() -> None:
    """Load the client, and keep its logs to warnings; it takes a second, so it is done once, before the first question.

    Raises:
        ModelSettingsError: If it is not installed.
    """
    try:
        import openai  # noqa: F401  optional, and slow to load
    except ImportError as error:
        raise ModelSettingsError(
            f"a language model is configured, but the package openai is not installed. Run: {INSTALL_COMMAND}"
        ) from error
    for name in _LOGS:
        logging.getLogger(name).setLevel(logging.WARNING)


def ask(settings: LanguageModel, system: str, user: str) -> str:
    """One reply, whole.

    It runs in a thread and an event loop of its own, so that the limit of time holds whatever the server or the
    network does, and whatever thread asks.

    Args:
        settings: Whom to ask.
        system: What it is to do.
        user: What it is to do it with.

    Raises:
        NoReply: If there is none within the limits.
    """
    said: queue.SimpleQueue[str | NoReply] = queue.SimpleQueue()

    def work() -> None:
        try:
            said.put(asyncio.run(_reply(settings, system, user)))
        except NoReply as error:
            said.put(error)
        except Exception:  # noqa: BLE001  whatever an optional client trips over, the answer stands without it
            said.put(NoReply("sent something that cannot be read"))

    threading.Thread(target=work, daemon=True, name=THREAD).start()
    try:
        reply = said.get(timeout=settings.seconds + _GRACE)
    except queue.Empty:
        raise _late(settings) from None
    if isinstance(reply, NoReply):
        raise reply
    return reply


def _late(settings: LanguageModel) -> NoReply:
    return NoReply(f"did not finish within {settings.seconds:g} seconds")


async def _reply(settings: LanguageModel, system: str, user: str) -> str:
    import openai  # optional, and slow to load

    messages: list[ChatCompletionMessageParam] = [
        {"role": "system", "content": system},
        {"role": "user", "content": user},
    ]
    try:
        async with (
            asyncio.timeout(settings.seconds),
            openai.DefaultAsyncHttpxClient(
                follow_redirects=False,
                headers={"Accept-Encoding": "identity"},
                event_hooks={"response": [_limited]},
            ) as http,
            openai.AsyncOpenAI(
                base_url=settings.base_url,
                # Each is said, or the client takes it from the environment, where it is meant for another server.
                api_key=settings.key or "none",
                admin_api_key="",
                organization="",
                project="",
                timeout=None,  # the one limit is over all of it
                max_retries=0,
                http_client=http,
            ) as client,
        ):
            return await _streamed(client, settings.model, messages)
    except TimeoutError:
        raise _late(settings) from None
    except openai.APIStatusError as error:
        raise NoReply(f"could not be asked: its server answered with HTTP {error.status_code}") from None
    except openai.APIConnectionError as error:
        found = error.__cause__
        raise found if isinstance(found, NoReply) else NoReply("could not be reached, or broke off") from None
    except openai.APIError:
        raise NoReply("broke off with an error") from None


async def _limited(response: "httpx2.Response") -> None:
    """Let no more of a response come than a reply may have: packed, a little would become a lot."""
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise NoReply("sent something packed, which it was asked not to")
    import httpx2  # the client's own, so installed with it

    class Limited(httpx2.AsyncByteStream):
        def __init__(self, stream: httpx2.AsyncByteStream) -> None:
            self._stream = stream

        async def __aiter__(self) -> AsyncIterator[bytes]:
            came = 0
            async for part in self._stream:
                came += len(part)
                if came > MOST_BYTES:
                    raise NoReply(f"sent more than {MOST_BYTES:,} bytes")
                yield part

        async def aclose(self) -> None:
            await self._stream.aclose()

    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = Limited(response.stream)


async def _streamed(client: "openai.AsyncOpenAI", model: str, messages: "Sequence[ChatCompletionMessageParam]") -> str:
    import openai  # optional, and slow to load

    try:
        stream = await client.chat.completions.create(model=model, messages=list(messages), stream=True, temperature=0)
    except openai.BadRequestError:  # some models take no temperature but their own
        stream = await client.chat.completions.create(model=model, messages=list(messages), stream=True)
    parts: list[str] = []
    length = 0
    async with stream:
        async for chunk in stream:
            text, ended = _piece(chunk)
            parts.append(text)
            length += len(text)
            if length > LONGEST_REPLY:
                raise NoReply(f"wrote more than {LONGEST_REPLY:,} characters")
            if ended == "stop":
                return "".join(parts)
            if ended:
                raise NoReply("was cut short by its server")
    raise NoReply("broke off" if parts else "sent something that cannot be read")


def _piece(chunk: object) -> tuple[str, str | None]:
    """A chunk's words, and why the reply ends with it, if it does. The client does not check what it is sent."""
    choices = getattr(chunk, "choices", None)
    if not isinstance(choices, list):
        raise NoReply("sent something that cannot be read")
    if not choices:  # a chunk that only counts
        return "", None
    text = getattr(getattr(choices[0], "delta", None), "content", None) or ""
    ended = getattr(choices[0], "finish_reason", None)
    if not isinstance(text, str) or not isinstance(ended, str | None):
        raise NoReply("sent something that cannot be read")
    return text, ended
