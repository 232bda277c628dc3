"""Web pages and Markdown of a grammar, well formed or not."""

from random import Random

from trials.fuzz_words import BLANKS, LONGEST, words

TAGS = (
    "p div span b i a h1 h2 h6 ul ol li dl dt dd table tr td th thead tbody tfoot caption pre br hr sup"
    " sub nav main header footer"
    " aside section article figure figcaption form input select option button img script style template"
    " noscript details del ins"
    " s blockquote svg math iframe object title head body html base meta link font center frameset"
    " textarea code x-y o:p"
).split()
ATTRIBUTES = (
    "",
    "",
    "",
    ' id="fn1"',
    ' href="#fn1"',
    ' href="#"',
    " hidden",
    ' style="display:none"',
    ' colspan="2"',
    " rowspan=0",
    " rowspan=99999",
    ' role="heading" aria-level="3"',
    ' role="presentation"',
    ' class="footnote-ref"',
    ' class="nav menu"',
    " start=-5",
    ' type="i"',
    " reversed",
    ' value="x"',
    ' style="list-style:lower-roman"',
    " colspan=²",
    ' aria-level="٣"',
    ' role="main"',
    " onload=alert(1)",
    ' value="999999"',
)
ENTITIES = (
    "&amp;",
    "&lt;",
    "&nbsp;",
    "&#0;",
    "&#x202e;",
    "&#xD800;",
    "&#99999999;",
    "&unknown;",
    "&",
    "&#",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<!",
    "<?",
    "</",
    "<",
)


def html_of(chance: Random, depth: int = 0) -> str:
    """A piece of a page, well formed or not."""
    parts = []
    for _ in range(chance.randint(1, 5 if depth < 2 else 3)):
        way = chance.random()
        if way < 0.35 or depth > 7:
            parts.append(words(chance, 6))
        elif way < 0.4:
            parts.append(chance.choice(ENTITIES))
        elif way < 0.45:
            parts.append(chance.choice(BLANKS))
        else:
            tag = chance.choice(TAGS)
            inner = html_of(chance, depth + 1) if chance.random() < 0.9 else html_of(chance, depth + 1) * 4
            parts.append(f"<{tag}{chance.choice(ATTRIBUTES)}>{inner}{f'</{tag}>' if chance.random() < 0.9 else ''}")
    return "".join(parts)


def made_html(chance: Random) -> bytes:
    """A web page."""
    head = chance.choice(
        (
            "",
            "",
            "<!DOCTYPE html>",
            "<meta charset=latin-1>",
            "<meta charset=utf-7>",
            "<?xml version='1.0' encoding='x'?>",
        )
    )
    return (head + html_of(chance))[:LONGEST].encode("utf-8", "replace")


MARKS = (
    "# {w}",
    "## {w} {{#a}}",
    "{w}\n===",
    "{w}\n---",
    "- {w}",
    "  - {w}",
    "    {w}",
    "1. {w}",
    "999999999. {w}",
    "* {w}\n\n  {w}",
    "> {w}",
    "> - {w}",
    "| {w} | {w} |\n|---|:-:|\n| {w} | {w} |",
    "|a|\n|-|\n|{w}",
    "[^1]: {w}",
    "{w}[^1]",
    "[{w}]({w})",
    "![{w}]({w})",
    "[{w}]: {w}",
    "```\n{w}\n```",
    "~~{w}~~",
    "**{w}**",
    "__{w}",
    "<div>{w}</div>",
    "<dl><dt>{w}<dd>{w}</dl>",
    "<!-- {w}",
    "---\n{w}\n---",
    "[TOC]",
    "\\{w}",
    "`{w}",
    "&{w};",
    "<{w}>",
    "<table><tr><td>{w}<td>{w}</table>",
    "{w}  \n{w}",
    "***",
    "+++\n{w}\n+++",
    "<sup>1</sup>{w}",
    "[^{w}]",
    "\t- {w}",
    "<script>{w}",
    "<b>{w}",
)


def made_markdown(chance: Random) -> bytes:
    """A Markdown document."""
    lines = []
    for _ in range(chance.randint(1, 20)):
        made = chance.choice(MARKS)
        for _ in range(made.count("{w}")):
            made = made.replace("{w}", words(chance, 5), 1)
        lines.append(chance.choice(("", "", "", "> ", "  ", "- ")) + made)
    return chance.choice(("\n", "\n\n", "\n\n", "\r\n")).join(lines)[:LONGEST].encode("utf-8", "replace")
