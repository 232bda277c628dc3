"""Text shown as the text it is, wherever the page would read it as HTML or Markdown.

Every text that came from a document, a user or a file goes through here. ``as_html`` is for ``st.html``
(``laid_out`` marks words by it), ``as_attribute`` for an attribute's value there; ``as_label`` is for what Streamlit
reads as Markdown and offers no other way for: the labels of buttons, tooltips, a status line, a warning.

Covered: HTML, CommonMark and its GitHub additions, and what Streamlit adds to them: mathematics,
colours and other directives, emoji codes, icons, arrows. Characters that turn the writing direction move nothing: each
stands alone in HTML, where it is copied with its text, and is left out of labels.
Not covered: other characters that are not seen; a document's are its own, and stay.
"""

import html
import re

from answer import without_directions

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_NO_CHARACTER = re.compile(r"[\ud800-\udfff\0]")
_DIRECTIONS = re.compile("([\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069])")
_WORD_JOINER = "\u2060"  # nothing to see, no place to break; it keeps two characters from being read as one sign
# What Streamlit still replaces once the Markdown is parsed, where a backslash no longer helps:
# :emoji: and :icons:, addresses it would link, and arrows such as -> between blanks.
_SIGNS = re.compile(r":(?=\S)|@|[Ww](?=\.)|[-<>=~](?=[-<>=~])")


def as_html(text: str) -> str:
    """A text as HTML that shows it: no character of it opens a tag or an entity.

    Returns:
        One line, in which line breaks are character references, so that white space survives
        Streamlit's tidying; ``white-space: pre-wrap`` shows it. What is not a character becomes U+FFFD. What turns
        the writing direction is isolated, so that it turns nothing.
    """
    return _DIRECTIONS.sub(r"<bdi>\1</bdi>", _escaped(text))


def as_attribute(text: str) -> str:
    """A text as the value of an attribute of HTML, in quotation marks; what turns the writing direction is left out."""
    return _escaped(without_directions(text))


def _escaped(text: str) -> str:
    whole = html.escape(_NO_CHARACTER.sub("\ufffd", text))
    return whole.replace("\r", "&#13;").replace("\n", "&#10;")


def as_label(text: str) -> str:
    r"""A text as Markdown that shows it, white space folded: no character of it is markup or turns its direction.

    Example:
        >>> as_label("*a* [1]")
        '\\*a\\* \\[1\\]'
    """
    folded = " ".join(_NO_CHARACTER.sub("\ufffd", without_directions(text)).split())
    joined = _SIGNS.sub(lambda sign: sign[0] + _WORD_JOINER, folded)
    return _PUNCTUATION.sub(r"\\\1", joined)
