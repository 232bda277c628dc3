"""`python -m desk`: back up what people and builds made, check a backup, and put it back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from desk.backup import Backup, BackupError, back_up, read_backup
from desk.backup import Progress as Told
from desk.database import DEFAULT_URL
from desk.health import said_size
from desk.reindex import Places
from desk.restore import restore
from eval.evaluate import Folders
from ingest.terminal import shown

commands = typer.Typer(help=__doc__, no_args_is_help=True)
CorpusFolder = Annotated[Path, typer.Option(envvar="CHAPTER_CORPUS", help="The folder of documents.")]
IndexFolder = Annotated[Path, typer.Option(envvar="CHAPTER_INDEX", help="Where the index is kept.")]
Evaluation = Annotated[Path, typer.Option(envvar="CHAPTER_EVALUATION", help="Where the evaluation's questions are.")]
DatabaseUrl = Annotated[str, typer.Option(envvar="CHAPTER_DATABASE", help="The review database.", show_default=False)]


@commands.command("backup")
def make(
    file: Annotated[Path, typer.Argument(help="A new file, as backup.zip.")],
    corpus: CorpusFolder = Path("corpus"),
    index: IndexFolder = Path("build/index"),
    evaluation: Evaluation = Path("eval"),
    database: DatabaseUrl = DEFAULT_URL,
) -> None:
    """Write documents, index, evaluation and review database to one file. The page may go on running."""
    with _told("Backing up") as progress:
        made = back_up(_places(corpus, index, evaluation), database, file, progress)
    _say(made, f"{file}: ")
    if not made.database:
        Console(highlight=False).print(
            "The review database is not in it: there is none, or it is PostgreSQL: use pg_dump."
        )


@commands.command()
def check(file: Annotated[Path, typer.Argument(help="A backup.")]) -> None:
    """Hold every byte of a backup against what it says of itself."""
    with _told("Checking") as progress:
        found = read_backup(file, progress)
    _say(found, f"{file} is whole: ")


@commands.command("restore")
def put_back(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    corpus: CorpusFolder = Path("corpus"),
    index: IndexFolder = Path("build/index"),
    evaluation: Evaluation = Path("eval"),
    database: DatabaseUrl = DEFAULT_URL,
    replace: Annotated[bool, typer.Option("--replace", help="Move aside what is there, and keep it.")] = False,
) -> None:
    """Put a backup back. Stop the page first."""
    with _told("Checking") as progress:
        done = restore(file, _places(corpus, index, evaluation), database, replace=replace, progress=progress)
    _say(done.backup, "Put back: ")
    for path in done.moved:
        Console(highlight=False).print(f"What was there before is now {shown(str(path))}", soft_wrap=True)


@contextmanager
def _told(what: str) -> Iterator[Told]:
    """What is told how far work is, and shows it; what goes wrong is said in one line, with exit status 2."""
    err = Console(stderr=True, highlight=False)
    try:
        with Progress(console=err) as bars:
            task = bars.add_task(what, total=None)
            yield lambda done, of: bars.update(task, completed=done, total=of)
    except BackupError as error:
        err.print(f"[red]error:[/] {shown(str(error))}", soft_wrap=True)
        raise typer.Exit(2) from error


def _places(corpus: Path, index: Path, evaluation: Path) -> Places:
    folders = Folders(
        questions=evaluation / "questions.jsonl", accepted=evaluation / "accepted", rules=evaluation / "gate.toml"
    )
    return Places(corpus, index, folders)


def _say(backup: Backup, before: str) -> None:
    index = f"index {backup.index[:12]}" if backup.index else "no index"
    said = f"{before}{len(backup.files)} files, {said_size(backup.size)}, {index}, made {backup.made}"
    Console(highlight=False).print(shown(said), soft_wrap=True)


if __name__ == "__main__":
    commands()
