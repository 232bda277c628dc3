"""Bring a part of the page into view: the one script the page runs."""

from typing import Literal

import streamlit as st

# It holds nothing from a document or a user: a selector of ours, where in the view it goes, and what makes
# Streamlit run it again. For a while it holds its place against what is still being drawn, and against
# Streamlit, which shows the end of a page with a chat in it; it lets go at the first touch of the reader's.
_SCRIPT = """<span></span><script>
(() => {
  const until = Date.now() + 2500;
  let left = false;
  for (const touch of ["wheel", "touchstart", "pointerdown", "keydown"])
    window.addEventListener(touch, () => { left = true; }, {once: true, capture: true});
  const show = () => {
    const places = [...document.querySelectorAll("%s")].filter((e) => e.getClientRects().length);
    if (left || Date.now() > until) return;
    places.at(%d)?.scrollIntoView({block: "%s"});
    setTimeout(show, 60);
  };
  show();
})(); // %s
</script>"""

Part = Literal[".cv-lead", ".cv-question", ".cv-text mark"]


def bring_into_view(part: Part, *, last: bool, block: Literal["start", "center"], again: tuple[int, ...]) -> None:
    """Scroll to a part of the page once it is drawn.

    Args:
        part: Which: the welcome, a question, or what is marked in the source viewer.
        last: The last of its kind on the page, else the first.
        block: Where it goes: to the top of the view or its middle.
        again: Numbers that differ when the page should scroll anew; the same ones leave it where it is.
    """
    script = _SCRIPT % (part, -1 if last else 0, block, " ".join(map(str, again)))
    st.html(script, unsafe_allow_javascript=True)
