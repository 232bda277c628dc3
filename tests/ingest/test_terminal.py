"""Nothing that a document says steers the terminal it is printed in."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from ingest.terminal import shown, visible


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Plan\x1b[2J\x1b]52;c;cm0=\x07", "Plan\ufffd[2J\ufffd]52;c;cm0=\ufffd", id="sequences"),
        pytest.param("\x9b31m", "\ufffd31m", id="a sequence of one byte"),
        pytest.param("a\rb\bc", "a\ufffdb\ufffdc", id="written over"),
        pytest.param("a\u202eb\u2066", "a\ufffdb\ufffd", id="marks of direction"),
        pytest.param("a\ud800b", "a\ufffdb", id="half a character"),
        pytest.param("naïve\n\tco\u00adop 3 £ 你", "naïve\n\tco\u00adop 3 £ 你", id="words"),
    ],
)
def test_what_would_steer_a_terminal_is_seen_and_not_sent(text: str, expected: str) -> None:
    assert visible(text) == expected


@given(st.text().filter(lambda text: not text.endswith("\\")))  # Rich prints a last backslash twice
def test_what_is_printed_is_what_is_visible(text: str) -> None:
    out = io.StringIO()
    Console(file=out, width=10_000, color_system=None).print(shown(text), soft_wrap=True, highlight=False, emoji=False)

    assert out.getvalue().replace(" ", "") == visible(text).replace("\t", "").replace(" ", "") + "\n"
