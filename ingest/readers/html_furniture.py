"""What on a web page is not part of what it says: navigation, banners, forms, and what is hidden.

No rule names a site. A rule that may be wrong (a form, a class) does not apply to an element that holds
the main content or half of the page's words.
"""

import re
from collections.abc import Collection
from typing import Any

from ingest.furniture import CONTENTS

Element = Any  # lxml has no types of its own

_BY_TAG = {
    "nav": "navigation",
    "footer": "site footer",
    "header": "site header",
    "aside": "beside the main content",
    "form": "form",
    "select": "form",
    "textarea": "form",
    "button": "form",
    "dialog": "dialogue box",
    "template": "hidden on the page",
    "noscript": "shown without scripts only",
    "svg": "words in a picture",
    "del": "struck out",
    "s": "struck out",
    "strike": "struck out",
}
_BY_ROLE = {
    "navigation": "navigation",
    "menu": "navigation",
    "menubar": "navigation",
    "banner": "site header",
    "contentinfo": "site footer",
    "complementary": "beside the main content",
    "search": "form",
    "dialog": "dialogue box",
    "alertdialog": "dialogue box",
    "doc-toc": CONTENTS,
}
_PART = r"(?:[\w-]*[-_])?(?:{})(?:[-_](?:banner|bar|list|container|wrapper|inner|box|block|links?|message|nav|menu))?"
_BY_CLASS = tuple(
    (re.compile(_PART.format(names), re.IGNORECASE), rule)
    for names, rule in (
        ("breadcrumbs?", "breadcrumb"),
        ("cookies?|cookie-?consent|consent", "cookie banner"),
        ("skip-?(?:to-?)?(?:link|links|nav|content|main)?", "skip link"),
        ("toc|table-of-contents", CONTENTS),
        ("nav|navbar|navigation|menu|sitenav|pagination|pager", "navigation"),
        ("share|sharing|social|social-?media", "links to share the page"),
        ("side-?bar|related-?(?:content|pages)", "beside the main content"),
        ("site-?header|masthead", "site header"),
        ("site-?footer", "site footer"),
    )
)
_HIDDEN_CLASS = frozenset({"hidden", "sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "d-none"})
_HIDDEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_SKIPS = re.compile(r"\s*skip (?:to|over|the)\b", re.IGNORECASE)
_PARTS_OF_CONTENT = frozenset({"main", "article", "section", "blockquote", "figure"})
_UNREAD = frozenset({"script", "style", "head"})
_CONTENT_IDS = ("main-content", "maincontent", "main", "content")
# A main element that holds less of the page's words than this is not where they are.
_LEAST_MAIN = 0.5
_MANY_LINKS = 4
_MOSTLY_LINKS = 0.8
_LONGEST_LINK = 4.0  # words, on average


class Furniture:
    """Which elements of a page are furniture."""

    def __init__(self, body: Element, *, whole: bool = True) -> None:
        """Look over a page.

        Args:
            body: Its outermost element.
            whole: Whether it is a page, with a main part; else it is a piece of one.
        """
        self._body = body
        self.main: frozenset[Element] = frozenset()
        self._counts = _Counts(body)
        self._known: dict[Element, str] = {}
        self._words = self._counts.words[body]
        self._around: frozenset[Element] = frozenset()  # what the main elements are in
        if whole:
            self.main = self._find_main()
            self._around = frozenset(a for element in self.main for a in element.iterancestors())
        titles = [h for element in self.main for h in element.iter("h1")]
        self.needs_title = bool(self.main) and not titles

    def rule(self, element: Element) -> str:
        """The name of the rule that says an element is furniture, or nothing."""
        if element not in self._known:
            self._known[element] = self._rule(element)
        return self._known[element]

    def _rule(self, element: Element) -> str:
        if element in self._around or element in self.main:
            return ""
        if _is_hidden(element):
            return "hidden on the page"
        tag, role = element.tag, element.get("role", "")
        named = _named(element)
        rule = _BY_ROLE.get(role) or _by_tag(element)
        if rule in ("navigation", "") and named:
            rule = named
        if tag == "a" and _SKIPS.match("".join(element.itertext())):
            rule = "skip link"
        if rule and (tag in ("form", "header") or rule == named) and self._holds_much(element):
            rule = ""
        if not rule and not self.main and self._is_link_list(element):
            rule = "navigation"
        return rule

    def _find_main(self) -> frozenset[Element]:
        """The elements that hold what the page says; none where no mark-up says so, or it says so of too little."""
        words = self._counts.words
        for path in (".//main|.//*[@role='main']", ".//article", *(f".//*[@id='{name}']" for name in _CONTENT_IDS)):
            found = set(self._body.xpath(path))
            outermost = frozenset(e for e in found if not any(a in found for a in e.iterancestors()))
            if outermost:
                apart = sum(words[e] for e in self._body.iter("nav", "header", "footer", "aside") if not _within(e))
                if sum(words[e] for e in outermost) >= _LEAST_MAIN * max(self._words - apart, 1):
                    return outermost
        return frozenset()

    def _holds_much(self, element: Element) -> bool:
        """Whether an element holds too much to be furniture: half of the words, or paragraphs of their own."""
        if 2 * self._counts.words[element] >= self._words:
            return True
        if element.tag != "form":
            return False
        return sum(1 for p in element.iter("p") if self._counts.words[p] >= 10) > 1

    def _is_link_list(self, element: Element) -> bool:
        """Whether an element is little but short links."""
        if element.tag not in ("ul", "div", "td", "center"):
            return False
        words, links = self._counts.words[element], self._counts.links[element]
        linked = self._counts.linked[element]
        return links >= _MANY_LINKS and linked >= _MOSTLY_LINKS * words and linked <= _LONGEST_LINK * links


class _Counts:
    """How many words are in each element, how many links, and how many words in those."""

    def __init__(self, body: Element) -> None:
        elements = list(body.iter())
        self.words = dict.fromkeys(elements, 0)
        self.links = dict.fromkeys(elements, 0)
        self.linked = dict.fromkeys(elements, 0)
        # Backwards, an element comes after all that is in it.
        for element in reversed(elements):
            if element.tag in _UNREAD:
                self.words[element] = 0
            else:
                self.words[element] += len((element.text or "").split())
            if element.tag == "a":
                self.links[element], self.linked[element] = 1, self.words[element]
            parent = element.getparent()
            if element is not body and parent is not None:
                self.words[parent] += self.words[element] + len((element.tail or "").split())
                self.links[parent] += self.links[element]
                self.linked[parent] += self.linked[element]


def words_in(element: Element, blocks: Collection[str]) -> str:
    """All words of an element, each block in it on a line of its own."""
    lines: list[str] = []
    _add_lines(element, blocks, lines)
    return "".join(lines)


def _add_lines(element: Element, blocks: Collection[str], lines: list[str]) -> None:
    if element.tag in _UNREAD:
        return
    end = "\n" if element.tag in blocks or element.tag == "br" else ""
    lines += [end, " ".join((element.text or "").split(" ")).replace("\n", " ")]
    for child in element:
        _add_lines(child, blocks, lines)
        lines.append((child.tail or "").replace("\n", " "))
    lines.append(end)


def _by_tag(element: Element) -> str:
    """The rule for an element's tag; a header or footer inside the content is content."""
    tag = element.tag
    if tag == "button" and any(a.tag in ("h1", "h2", "h3", "h4", "h5", "h6") for a in element.iterancestors()):
        return ""
    if tag in ("header", "footer") and any(a.tag in _PARTS_OF_CONTENT for a in element.iterancestors()):
        return ""
    if tag == "aside" and element.get("role", "").startswith(("note", "doc-")):
        return ""
    return _BY_TAG.get(tag, "")


def _named(element: Element) -> str:
    """The rule for an element's classes and id."""
    names = [*element.get("class", "").split(), element.get("id", "")]
    return next((rule for pattern, rule in _BY_CLASS for name in names if name and pattern.fullmatch(name)), "")


def _is_hidden(element: Element) -> bool:
    return (
        element.get("hidden") is not None
        or bool(_HIDDEN_STYLE.search(element.get("style", "")))
        or any(
            name in _HIDDEN_CLASS or name.endswith("-visually-hidden")
            for name in element.get("class", "").lower().split()
        )
    )


def _within(element: Element) -> bool:
    """Whether an element is inside another that holds content or furniture."""
    outer = _PARTS_OF_CONTENT | {"nav", "header", "footer", "aside"}
    return any(a.tag in outer for a in element.iterancestors())
