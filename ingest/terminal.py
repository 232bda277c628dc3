"""Words from documents as they may be printed in a terminal: what would steer it, or hide them, is not sent to it."""

import unicodedata

from rich.markup import escape

_UNSENT = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_SENT = "\n\t\u00ad\u200c\u200d"  # lines, and what words of some languages are written with


def shown(text: str) -> str:
    r"""Words that Rich prints as they are: no mark-up in them counts, and no control character is left.

    Example:
        >>> shown("[red]Plan\x1b]0;owned")
        '\\[red]Plan�]0;owned'
    """
    return escape(visible(text))


def visible(text: str) -> str:
    """Words in which each control character and each mark of direction is U+FFFD."""
    return "".join(c if c in _SENT or unicodedata.category(c) not in _UNSENT else "\ufffd" for c in text)
