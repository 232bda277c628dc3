"""`python -m ingest`: read the corpus and say what was read and what was left out."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from ingest.corpus import Corpus, ReadDocument, read_corpus
from ingest.currency import spoken_date
from ingest.errors import CorpusError
from ingest.register import find_register, register_record


def main(
    corpus: Annotated[Path, typer.Option(help="The folder of documents.")] = Path("corpus"),
    show: Annotated[str, typer.Option(help="Print the passages of this document, with their spans.")] = "",
    register: Annotated[
        bool, typer.Option("--register", help="Print targets, results, milestones and budgets as JSON Lines.")
    ] = False,
    document: Annotated[str, typer.Option(help="With --register: only this document's.")] = "",
) -> None:
    """Read every document of the corpus; say what was read, what was left out of passages, and why."""
    out = Console(highlight=False)
    try:
        read = read_corpus(corpus)
    except CorpusError as error:
        Console(stderr=True, highlight=False).print(f"[red]error:[/] {escape(str(error))}", soft_wrap=True)
        raise typer.Exit(2) from error
    if register:
        _register([_document(read, document)] if document else read.documents)
    elif show:
        _show(out, _document(read, show))
    else:
        _report(out, read)


def _report(out: Console, read: Corpus) -> None:
    for item in read.documents:
        document, words = item.document, sorted(len(p.text.split()) for p in item.passages)
        lengths = f" of {words[0]} to {words[-1]} words, median {words[len(words) // 2]}" if words else ""
        size = f"{len(document.text):,} characters, {_many(len(document.sections), 'section')}"
        out.print(f"[bold]{escape(document.doc_id)}[/] ({spoken_date(document.published)})", soft_wrap=True)
        out.print(f"  {size}, {_many(len(item.passages), 'passage')}{lengths}", soft_wrap=True)
        for left in item.left_out:
            times = _many(left.times, "time")
            out.print(f"  left out of passages: {left.rule}, {times}, {left.characters:,} characters", soft_wrap=True)
        for remark in item.remarks:
            out.print(f"  [yellow]{escape(remark)}[/]", soft_wrap=True)
    for unread in read.unread:
        out.print(f"[red]not read: {escape(unread.name)}: {escape(unread.reason)}[/]", soft_wrap=True)
    passages = sum(len(item.passages) for item in read.documents)
    out.print(f"{_many(len(read.documents), 'document')} read, {len(read.unread)} not, {_many(passages, 'passage')}.")


def _many(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def _document(read: Corpus, doc_id: str) -> ReadDocument:
    """The document of an id; a mistake of the caller's where there is none."""
    found: ReadDocument | None = next((i for i in read.documents if i.document.doc_id == doc_id), None)
    if found is None:
        known = ", ".join(i.document.doc_id for i in read.documents)
        Console(stderr=True).print(
            f"error: no document '{escape(doc_id)}'. The documents are: {escape(known)}", soft_wrap=True
        )
        raise typer.Exit(2)
    return found


def _register(documents: Sequence[ReadDocument]) -> None:
    for read in documents:
        for row in find_register(read):
            typer.echo(json.dumps(register_record(row, read.document.text), ensure_ascii=False))


def _show(out: Console, found: ReadDocument) -> None:
    for passage in found.passages:
        out.print(f"[bold]{escape(' > '.join(passage.headings) or '(no heading)')}[/]", soft_wrap=True)
        if passage.lead_in:
            out.print(f"  [dim](continues: {escape(passage.lead_in)})[/]", soft_wrap=True)
        out.print(
            f"  [dim]{passage.kind}, {passage.spans[0][0]}-{passage.spans[-1][1]}[/] {escape(passage.text)}",
            soft_wrap=True,
        )


if __name__ == "__main__":
    typer.run(main)
