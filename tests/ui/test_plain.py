"""Text from documents and users is shown as text: no character of it comes alive."""

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ui.plain import as_attribute, as_html, as_label

MARKUP = st.text(alphabet="ab 1$*_<>&\"'`[](){}#+-.!|~:/\\@=^\n\t\r£é", max_size=60)
# fmt: off
SIGNS = st.lists(
    st.sampled_from([
        "<li>", "</p>", "&lt;", "**", "$x$", "[1](x)", "![](x)", ":red[", "]", ":smile:", ":material/home:", "`", "~~",
        "\\", "->", "<->", "--", ">=", "www.a.uk", "a@b.uk", "http://a.uk", "1.", "#", "-", "|-|",
    ]),
    max_size=12,
).flatmap(lambda parts: st.sampled_from(["", " ", "\n"]).map(lambda gap: gap.join(parts)))
# fmt: on
DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
TURNED = st.text(alphabet=st.sampled_from(f"ab<*[ {DIRECTIONS}"), max_size=20)
TEXT = MARKUP | SIGNS | TURNED | st.text(max_size=40)
JOINER = "\u2060"
NO_CHARACTER = re.compile("[\ud800-\udfff\0]")

# What Streamlit's page does to the text of a label once its Markdown is parsed, from its StreamlitMarkdown script:
# emoji, its logo and icons, bare addresses made links, and arrows.
AFTER_PARSING = [
    re.compile(r":\+1:|:-1:|:[\w-]+:"),
    re.compile(r"(https?://|www(?=\.))([-.\w]+)([^ \t\r\n]*)", re.IGNORECASE),
    re.compile(r"(?:^|(?<=[\s\W_]))([-.\w+]+)@([-\w]+(?:\.[-\w]+)+)"),
    re.compile(r"(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)"),
]


class Reader(HTMLParser):
    """What a browser makes of HTML: the tags that came alive, and the text that is read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.read = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:
        self.tags.append("comment")

    def handle_data(self, data: str) -> None:
        self.read += data


def read(source: str) -> Reader:
    reader = Reader()
    reader.feed(source)
    reader.close()
    return reader


@given(TEXT)
def test_text_as_html_opens_no_tag_and_reads_as_it_was(text: str) -> None:
    shown = as_html(text)
    alone = re.sub(f"<bdi>([{DIRECTIONS}])</bdi>", r"\1", shown)

    assert set(read(shown).tags) <= {"bdi", "/bdi"}
    assert read(alone).tags == []
    assert html.unescape(alone) == NO_CHARACTER.sub("\ufffd", text)
    assert "\n" not in shown


@given(TEXT)
def test_what_turns_the_writing_direction_stands_alone_or_not_at_all(text: str) -> None:
    assert not set(DIRECTIONS) & set(re.sub(f"<bdi>[{DIRECTIONS}]</bdi>", "", as_html(text)))
    assert not set(DIRECTIONS) & set(as_label(text) + as_attribute(text))


@given(TEXT)
def test_text_as_an_attribute_ends_it_nowhere(text: str) -> None:
    value = as_attribute(text)

    assert not set("\"<>'\n") & set(value)
    assert html.unescape(value) == NO_CHARACTER.sub("\ufffd", re.sub(f"[{DIRECTIONS}]", "", text))


@given(TEXT)
def test_text_as_a_label_holds_no_markdown_and_reads_as_it_was(text: str) -> None:
    label = as_label(text)
    tokens = [t for t in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(label) if t.type != "inline"]
    inline = [child for t in MarkdownIt("commonmark").parseInline(label) for child in t.children or []]
    shown = "".join(child.content for child in inline)
    plain = NO_CHARACTER.sub("\ufffd", re.sub(f"[{JOINER}{DIRECTIONS}]", "", text))

    assert [t.type for t in tokens] in ([], ["paragraph_open", "paragraph_close"])
    assert {child.type for child in inline} <= {"text", "text_special"}
    assert shown.replace(JOINER, "") == " ".join(plain.split())
    assert not [pattern.pattern for pattern in AFTER_PARSING if pattern.search(shown)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("£5 or $x$", "£5 or \\$x\\$", id="mathematics"),
        pytest.param("*a* _b_ ~~c~~", "\\*a\\* \\_b\\_ \\~" + JOINER + "\\~c\\~" + JOINER + "\\~", id="emphasis"),
        pytest.param("<li>one", "\\<li\\>one", id="a tag"),
        pytest.param("[1](x)", "\\[1\\]\\(x\\)", id="a link"),
        pytest.param(":red[x]", "\\:" + JOINER + "red\\[x\\]", id="a colour"),
        pytest.param(":smile:", "\\:" + JOINER + "smile\\:", id="an emoji"),
        pytest.param(":material/home:", "\\:" + JOINER + "material\\/home\\:", id="an icon"),
        pytest.param("www.met.uk a@b.uk", "www" + JOINER + "\\.met\\.uk a\\@" + JOINER + "b\\.uk", id="addresses"),
        pytest.param("a -> b", "a \\-" + JOINER + "\\> b", id="an arrow"),
        pytest.param("1. One\n# Two", "1\\. One \\# Two", id="a list and a heading"),
        pytest.param("Met Forward Two: Met Partners", "Met Forward Two\\: Met Partners", id="a plain title"),
        pytest.param("\ud800\0", "\ufffd\ufffd", id="half a character, and none"),
    ],
)
def test_how_nasty_texts_stand_in_a_label(text: str, shown: str) -> None:
    assert as_label(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param('<img src="x">', "&lt;img src=&quot;x&quot;&gt;", id="a tag"),
        pytest.param("&lt;", "&amp;lt;", id="an entity"),
        pytest.param("a\n  b", "a&#10;  b", id="a line break"),
        pytest.param("$x$ *a* :red[x]", "$x$ *a* :red[x]", id="Markdown means nothing to HTML"),
    ],
)
def test_how_nasty_texts_stand_in_html(text: str, shown: str) -> None:
    assert as_html(text) == shown
