"""`python -m ingest`: read the corpus; say what was read, what was left out, and what it defines."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from ingest.corpus import Corpus, ReadDocument, read_corpus
from ingest.display import print_passages, print_report, print_summary, print_tree
from ingest.errors import CorpusError
from ingest.glossary import find_terms, term_record
from ingest.register import find_register, register_record
from ingest.terminal import shown


def main(  # noqa: PLR0913, PLR0917 (a command's options)
    corpus: Annotated[Path, typer.Option(help="The folder of documents.")] = Path("corpus"),
    show: Annotated[str, typer.Option(metavar="ID", help="Print this document's tree, with spans.")] = "",
    passages: Annotated[str, typer.Option(metavar="ID", help="Print this document's passages, with spans.")] = "",
    report: Annotated[bool, typer.Option("--report", help="Print counts, and all that is left out and why.")] = False,
    register: Annotated[
        bool, typer.Option("--register", help="Print targets, results, milestones and budgets as JSON Lines.")
    ] = False,
    glossary: Annotated[bool, typer.Option("--glossary", help="Print the terms defined, as JSON Lines.")] = False,
    document: Annotated[str, typer.Option(metavar="ID", help="With --register or --glossary: of this one only.")] = "",
) -> None:
    """Read every document of the corpus; say what was read, what was left out of passages, and why."""
    out = Console(highlight=False)
    read = _read(corpus)
    if show:
        print_tree(out, _document(read, show))
    elif passages:
        print_passages(out, _document(read, passages))
    elif register or glossary:
        chosen = [_document(read, document)] if document else read.documents
        _print_lines(_register(chosen) if register else _glossary(chosen))
    elif report:
        print_report(out, read)
    else:
        print_summary(out, read)


def _read(folder: Path) -> Corpus:
    """The corpus, with a bar on the terminal while it is read; a mistake of the caller's is one line."""
    notes = Console(stderr=True, highlight=False)
    try:
        with Progress(console=notes, transient=True, disable=not notes.is_terminal) as bar:
            task = bar.add_task("Reading documents")
            return read_corpus(folder, lambda done, of: bar.update(task, completed=done, total=of))
    except CorpusError as error:
        notes.print(f"[red]error:[/] {shown(str(error))}", soft_wrap=True)
        raise typer.Exit(2) from error


def _document(read: Corpus, doc_id: str) -> ReadDocument:
    """The document of an id; a mistake of the caller's where there is none."""
    found = next((item for item in read.documents if item.document.doc_id == doc_id), None)
    if found is None:
        known = ", ".join(item.document.doc_id for item in read.documents)
        Console(stderr=True).print(
            f"error: no document '{shown(doc_id)}'. The documents are: {shown(known)}", soft_wrap=True
        )
        raise typer.Exit(2)
    return found


def _register(documents: Iterable[ReadDocument]) -> Iterable[Mapping[str, Any]]:
    return (register_record(row, read.document.text) for read in documents for row in find_register(read))


def _glossary(documents: Iterable[ReadDocument]) -> Iterable[Mapping[str, Any]]:
    return (term_record(term) for read in documents for term in find_terms(read))


def _print_lines(records: Iterable[Mapping[str, Any]]) -> None:
    for record in records:
        typer.echo(json.dumps(record, ensure_ascii=False))


if __name__ == "__main__":
    typer.run(main)
