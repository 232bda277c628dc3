"""`python -m answer`: one cited answer in the terminal, or many over JSON Lines; `python -m answer verify PACK`."""

import json
import os
import sys
import textwrap
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.console import Console

from answer.assistant import Answer, Assistant
from answer.compose import source_line
from answer.errors import ModelSettingsError, PackError, QuestionError, ReaderProblem
from answer.model_writer import ModelWriter
from answer.pack import MOST_BYTES, MadeWith, export_pack, verify_pack
from answer.personal import personal_data, said_of_personal
from answer.question import check_history, clean
from answer.reader import load_reader, reader_digest
from answer.record import answer_record, error_record, read_question
from index import (
    DEFAULT_MODEL,
    IndexProblem,
    Snapshot,
    check_matches,
    find_model,
    load_encoder,
    one_thread_a_question,
)
from index.engines import engine_address, open_index
from ingest import CorpusError, read_corpus, standing
from ingest.terminal import shown, visible

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # this is a program, not an import: nothing is fetched
# A longer line is no question: it is answered with an error, and never held whole.
_LONGEST_LINE = 1_000_000
_LEADS = 3


def main(  # noqa: PLR0913, PLR0917  each argument is an option of the command
    question: Annotated[str, typer.Argument(help="The question.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as one JSON object.")] = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Read questions from standard input, one JSON object a line.")
    ] = False,
    document: Annotated[list[str] | None, typer.Option(help="Look only in this document (may be given again).")] = None,
    history: Annotated[
        list[str] | None, typer.Option(help="A question asked before this one (may be given again).")
    ] = None,
    corpus: Annotated[Path, typer.Option(help="The folder of documents.")] = Path("corpus"),
    index: Annotated[Path, typer.Option(help="Where the index is kept.")] = Path("build/index"),
    model: Annotated[str, typer.Option(help="The embedding model the index was made with.")] = DEFAULT_MODEL,
    pack: Annotated[
        Path | None, typer.Option(help="Write the answer as an audit pack to this new file besides.")
    ] = None,
    no_model: Annotated[
        bool, typer.Option("--no-model", help="Do without the language model, though one is configured.")
    ] = False,
) -> None:
    """Answer a question from the documents, each statement with its source."""
    err = Console(stderr=True, highlight=False)
    one_thread_a_question()
    try:
        _check_pack(pack, jsonl=jsonl)
        if not jsonl:
            clean(question)  # before the seconds that loading takes
            check_history(history or ())
        writer = None if no_model else ModelWriter.from_environment(os.environ)
        found = find_model(model)
        snapshot = open_index(index, engine_address(os.environ))
        check_matches(snapshot.manifest, corpus, found)
        assistant = Assistant(snapshot, load_encoder(found), load_reader(), writer)
        if jsonl:
            _answer_lines(assistant, sys.stdin.buffer)
            return
        began = time.perf_counter()
        said = assistant.answer(question, history or (), document or ())
        latency_ms = (time.perf_counter() - began) * 1000
        if pack:
            _write_pack(pack, said, snapshot)
    except (QuestionError, ModelSettingsError, PackError, ReaderProblem, IndexProblem, CorpusError) as error:
        err.print(f"[red]error:[/] {shown(str(error))}", soft_wrap=True)
        raise typer.Exit(2) from error
    for note in (*said.notes, *_kept_by_the_shell(question)):
        err.print(f"[yellow]note:[/] {shown(note)}", soft_wrap=True)
    if as_json:
        print(json.dumps(answer_record("1", said, snapshot.documents, latency_ms), ensure_ascii=False))  # noqa: T201
    else:
        _print(Console(highlight=False), said, assistant)


def _kept_by_the_shell(question: str) -> tuple[str, ...]:
    """A warning where a question seems to hold personal data."""
    kinds = personal_data(question)
    return (f"{said_of_personal(kinds)} This command keeps nothing; your shell's history may.",) if kinds else ()


def _check_pack(pack: Path | None, *, jsonl: bool) -> None:
    if pack and jsonl:
        raise PackError("--pack is for one question, and --jsonl reads many. Leave one of them out")
    if pack and pack.exists():
        raise PackError(f"{pack} is there already. Name a new file")


def _write_pack(pack: Path, said: Answer, snapshot: Snapshot) -> None:
    made = datetime.now(UTC).isoformat(timespec="seconds")
    made_with = MadeWith.of(snapshot.manifest, reader_digest())
    try:
        with pack.open("xb") as file:
            file.write(export_pack(said, snapshot.documents, made_with, made=made))
    except OSError as error:
        raise PackError(f"{pack} cannot be written: {error.strerror or error}") from error


def _answer_lines(assistant: Assistant, lines: BinaryIO) -> None:
    """Answer each line as it comes; a line that is no question is answered with what is wrong with it."""
    for number, line in enumerate(_lines(lines), start=1):
        if line is not None and not line.strip():
            continue
        print(json.dumps(_answer_line(assistant, number, line), ensure_ascii=False), flush=True)  # noqa: T201


def _answer_line(assistant: Assistant, number: int, line: str | None) -> dict[str, object]:
    if line is None:
        return error_record(None, number, f"this line is longer than {_LONGEST_LINE:,} bytes. Ask a shorter question")
    try:
        asked = read_question(line)
    except QuestionError as error:
        return error_record(None, number, str(error))
    began = time.perf_counter()
    try:
        said = assistant.answer(asked.question, asked.history, asked.documents)
    except QuestionError as error:
        return error_record(asked.id, number, str(error))
    return answer_record(asked.id, said, assistant.snapshot.documents, (time.perf_counter() - began) * 1000)


def _lines(stream: BinaryIO) -> Iterator[str | None]:
    """The lines of a stream as text, bytes that are not UTF-8 replaced; None for one that is too long."""
    while raw := stream.readline(_LONGEST_LINE):
        if len(raw) == _LONGEST_LINE and not raw.endswith(b"\n"):
            while (rest := stream.readline(_LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            yield None
        else:
            yield raw.decode("utf-8", errors="replace")


def _print(out: Console, said: Answer, assistant: Assistant) -> None:
    if said.standalone_question != said.question:
        out.print(f"[dim]Searched for: {shown(said.standalone_question)}[/]\n", soft_wrap=True)
    documents = assistant.snapshot.documents
    if said.status == "not_found":
        out.print(f"[bold]Not in the documents.[/] {shown(said.reason or '')}\n", soft_wrap=True)
        out.print("The nearest passages, which do not answer it:" if said.hits else "")
        for hit in said.hits[:_LEADS]:
            where = " > ".join([source_line(documents[hit.passage.doc_id]), *hit.passage.headings])
            out.print(
                f"  - {shown(where)}: {shown(textwrap.shorten(hit.passage.text, 160, placeholder=' …'))}",
                soft_wrap=True,
            )
        return
    out.print(shown(said.text), soft_wrap=True)
    out.print("")
    if said.reason:
        out.print(f"[bold]Not all of it is in the documents.[/] {shown(said.reason)}\n", soft_wrap=True)
    if said.writing:
        out.print(f"[dim]{shown(said.writing.said)}[/]\n", soft_wrap=True)
    rewritten = any(statement.rewritten for statement in said.statements)
    for citation in said.citations:
        document = documents[citation.doc_id]
        where = " > ".join([document.title, *citation.headings])
        page = f", {document.page_name(citation.page)}" if citation.page is not None else ""
        spans = ", ".join(f"{start}-{end}" for start, end in citation.spans)
        out.print(visible(f"[{citation.number}] {where}{page}, characters {spans}"), markup=False, soft_wrap=True)
        if rewritten:
            out.print(visible(f"    “{citation.quote}”"), markup=False, soft_wrap=True)
    for doc_id in dict.fromkeys(c.doc_id for c in said.citations):
        notes = " ".join(standing(documents[doc_id], documents, date.today()))
        out.print(f"[dim]{shown(documents[doc_id].title)}: {shown(notes)}[/]", soft_wrap=True)


def verify(
    pack: Annotated[Path, typer.Argument(help="The audit pack.")],
    corpus: Annotated[Path, typer.Option(help="The folder of documents.")] = Path("corpus"),
) -> None:
    """Prove an audit pack again: each quote against the documents as they are now.

    Exit 0: all of it holds. Exit 1: something does not, or has changed. Exit 2: it is no pack, or was changed.
    """
    out, err = Console(highlight=False), Console(stderr=True, highlight=False)
    try:
        with pack.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        found = verify_pack(content, {item.document.doc_id: item.document for item in read_corpus(corpus).documents})
    except (PackError, CorpusError, OSError) as error:
        err.print(f"[red]error:[/] {shown(str(pack))}: {shown(str(error))}", soft_wrap=True)
        raise typer.Exit(2) from error
    for finding in found:
        mark = "[green]holds[/]  " if finding.holds else "[red]changed[/]"
        out.print(f"{mark} {shown(finding.about)}: {shown(finding.said)}", soft_wrap=True)
    changed = sum(not finding.holds for finding in found)
    out.print(f"{changed} of {len(found)} do not hold any more." if changed else f"All {len(found)} hold.")
    raise typer.Exit(1 if changed else 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["verify"]:  # no question is that one word
        del sys.argv[1]
        typer.run(verify)
    else:
        typer.run(main)
