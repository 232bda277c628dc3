"""Bring a part of the page into view: the one script the page runs."""

from typing import Literal

import streamlit as st

# A place in the source viewer is brought to the middle of its own box, under the header of its table, and the text's
# box into view. The script holds nothing from a document or a user: a selector of ours, where in the view it goes, and
# what makes Streamlit run it again. For a while it holds its place against what is still being drawn, and against
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
    const place = places.at(%d);
    const box = place?.closest(".cv-text, .cv-sheet");
    if (box) within(box, place);
    else place?.scrollIntoView({block: "%s"});
    setTimeout(show, 60);
  };
  const within = (box, place) => {
    const [room, at] = [box.getBoundingClientRect(), place.getBoundingClientRect()];
    const head = place.closest("tbody") && place.closest("table").tHead;
    const top = room.top + (head && getComputedStyle(head).position === "sticky" ? head.offsetHeight : 0);
    box.scrollTop += (at.top + at.bottom) / 2 - (top + room.bottom) / 2;
    const aside = at.left < room.left || at.right + 80 > room.right;
    if (aside && place.closest("td, th, .cv-sheet")) box.scrollLeft += at.left - room.left - 20;
    if (box.matches(".cv-text")) box.scrollIntoView({block: "nearest"});
  };
  show();
})(); // %s
</script>"""

Part = Literal[".cv-lead", ".cv-title", ".cv-question", ".cv-text .cv-here", ".cv-sheet .cv-boxed"]


def bring_into_view(part: Part, *, last: bool, block: Literal["start", "center"], again: tuple[int, ...]) -> None:
    """Scroll to a part of the page once it is drawn.

    Args:
        part: Which: the welcome, a document's title, a question, the first mark in the source
            viewer, or the first box on the picture of a page.
        last: The last of its kind on the page, else the first.
        block: Where it goes: to the top of the view or its middle.
        again: Numbers that differ when the page should scroll anew; the same ones leave it where it is.
    """
    script = _SCRIPT % (part, -1 if last else 0, block, " ".join(map(str, again)))
    st.html(script, unsafe_allow_javascript=True)
