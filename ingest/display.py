"""What was read, for people to look at: a summary, a full report, a document's tree, its passages."""

from collections import Counter
from collections.abc import Iterable, Iterator

from rich.console import Console

from ingest.corpus import Corpus, ReadDocument
from ingest.currency import spoken_date
from ingest.documents import Block, Span
from ingest.quotes import quote_at
from ingest.terminal import shown

_SHOWN = 100  # characters of a block's words in the tree
_INDENT = "  "


def print_summary(out: Console, read: Corpus) -> None:
    """Say what was read and how much of each document passages leave out, by rule."""
    for item in read.documents:
        _print_head(out, item)
        for left in item.left_out:
            times = _many(left.times, "time")
            _print(out, f"  left out of passages: {left.rule}, {times}, {left.characters:,} characters")
        for remark in item.remarks:
            out.print(f"  [yellow]{shown(remark)}[/]", soft_wrap=True)
    _print_foot(out, read)


def print_report(out: Console, read: Corpus) -> None:
    """Say of each document what it is made of, and show everything that passages leave out, with the reason."""
    for item in read.documents:
        _print_head(out, item)
        pages = [page.label or str(page.number) for page in item.document.pages]
        _print(
            out, f"  pages: {f'{len(pages)}, labelled {pages[0]} to {pages[-1]}' if pages else 'none in the source'}"
        )
        _print(out, f"  blocks: {_counted(block.kind for block in item.blocks)}")
        _print(out, f"  passages: {_counted(passage.kind for passage in item.passages)}")
        shared = Counter(other.rpartition(":")[0] for p in item.passages for other in p.same_as)
        for other, n in sorted(shared.items()):
            _print(out, f"  says the same as {other}: {_many(n, 'passage')}")
        for block in item.blocks:
            if block.kind == "furniture":
                _print(out, f"  left out, {block.rule}: {_place(block.spans)} {_words(item, block.spans)}")
        for remark in item.remarks:
            out.print(f"  [yellow]{shown(remark)}[/]", soft_wrap=True)
    _print_foot(out, read)


def print_tree(out: Console, read: ReadDocument) -> None:
    """Print a document's headings with what is under each, every part with its kind and its spans."""
    depth = 0
    for block in read.blocks:
        if block.kind == "heading":
            depth = block.depth
            place = f"[dim]{_place(block.spans)}[/]"
            out.print(f"{_INDENT * (depth - 1)}[bold]{shown(_words(read, block.spans))}[/] {place}", soft_wrap=True)
            continue
        for line in _lines_of(read, block):
            out.print(f"{_INDENT * depth}{line}", soft_wrap=True)


def print_passages(out: Console, read: ReadDocument) -> None:
    """Print a document's passages under their headings."""
    for passage in read.passages:
        out.print(f"[bold]{shown(' > '.join(passage.headings) or '(no heading)')}[/]", soft_wrap=True)
        if passage.lead_in:
            out.print(f"  [dim](continues: {shown(passage.lead_in)})[/]", soft_wrap=True)
        number = f", paragraph {passage.paragraph}" if passage.paragraph else ""
        page = f", page {passage.page}" if passage.page else ""
        span = f"{passage.spans[0][0]}-{passage.spans[-1][1]}"
        out.print(f"  [dim]{passage.kind}, {span}{page}{shown(number)}[/] {shown(passage.text)}", soft_wrap=True)


def _lines_of(read: ReadDocument, block: Block) -> Iterator[str]:
    """A block as the lines of a tree: its kind, where it stands, its words; a row's cells under it."""
    text = read.document.text
    marker = f"{text[block.marker[0] : block.marker[1]]} " if block.marker else ""
    of = f" of {block.group}" if block.group is not None else ""
    indent = _INDENT * max(0, block.depth - 1) if block.kind == "item" else ""
    why = f" ({block.rule})" if block.rule else ""
    head = f"{indent}[dim]{block.kind}{shown(why)}{of} {_place(block.spans)}[/]"
    yield f"{head} {shown(marker + _words(read, block.spans))}"
    if block.kind != "row":
        return
    for cell in block.cells:
        over = quote_at(text, tuple(sorted(cell.header))) if cell.header else ""
        if cell.spans:
            yield f"{_INDENT}[dim]{shown(over)}{':' if over else '-'}[/] {shown(_words(read, cell.spans))}"


def _print_head(out: Console, item: ReadDocument) -> None:
    document, words = item.document, sorted(len(p.text.split()) for p in item.passages)
    lengths = f" of {words[0]} to {words[-1]} words, median {words[len(words) // 2]}" if words else ""
    size = f"{len(document.text):,} characters, {_many(len(document.sections), 'section')}"
    out.print(f"[bold]{shown(document.doc_id)}[/] ({spoken_date(document.published)})", soft_wrap=True)
    _print(out, f"  {size}, {_many(len(item.passages), 'passage')}{lengths}")


def _print_foot(out: Console, read: Corpus) -> None:
    for unread in read.unread:
        out.print(f"[red]not read: {shown(unread.name)}: {shown(unread.reason)}[/]", soft_wrap=True)
    passages = sum(len(item.passages) for item in read.documents)
    _print(out, f"{_many(len(read.documents), 'document')} read, {len(read.unread)} not, {_many(passages, 'passage')}.")


def _print(out: Console, line: str) -> None:
    out.print(shown(line), soft_wrap=True)


def _words(read: ReadDocument, spans: Iterable[Span]) -> str:
    words = quote_at(read.document.text, tuple(sorted(spans)))
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN].rstrip()} …"


def _place(spans: Iterable[Span]) -> str:
    return ",".join(f"{start}-{end}" for start, end in spans)


def _counted(kinds: Iterable[str]) -> str:
    return ", ".join(f"{n:,} {kind}" for kind, n in sorted(Counter(kinds).items(), key=lambda x: (-x[1], x[0])))


def _many(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"
