"""Text shown as the text it is, wherever the page would read it as HTML or Markdown.

Every text that came from a document, a user or a file goes through here. ``as_html`` is for ``st.html``
(``laid_out`` marks words by it); ``as_label`` is for what Streamlit reads as Markdown and offers no other way for:
the labels of buttons, tooltips, a status line, a warning.

Covered: HTML, CommonMark and its GitHub additions, and what Streamlit adds to them: mathematics,
colours and other directives, emoji codes, icons, arrows.
Not covered: text that hides or reorders itself with invisible characters; it is shown as it stands.
"""

import html
import re

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_NO_CHARACTER = re.compile(r"[\ud800-\udfff\0]")
_WORD_JOINER = "\u2060"  # nothing to see, no place to break; it keeps two characters from being read as one sign
# What Streamlit still replaces once the Markdown is parsed, where a backslash no longer helps:
# :emoji: and :icons:, addresses it would link, and arrows such as -> between blanks.
_SIGNS = re.compile(r":(?=\S)|@|[Ww](?=\.)|[-<>=~](?=[-<>=~])")


def as_html(text: str) -> str:
    """A text as HTML that shows it: no character of it opens a tag or an entity.

    Returns:
        One line, in which line breaks are character references, so that white space survives
        Streamlit's tidying; ``white-space: pre-wrap`` shows it. What is not a character becomes U+FFFD.
    """
    whole = html.escape(_NO_CHARACTER.sub("\ufffd", text))
    return whole.replace("\r", "&#13;").replace("\n", "&#10;")


def as_label(text: str) -> str:
    r"""A text as Markdown that shows it, white space folded: no character of it is markup.

    Example:
        >>> as_label("*a* [1]")
        '\\*a\\* \\[1\\]'
    """
    folded = " ".join(_NO_CHARACTER.sub("\ufffd", text).split())
    joined = _SIGNS.sub(lambda sign: sign[0] + _WORD_JOINER, folded)
    return _PUNCTUATION.sub(r"\\\1", joined)
