"""`python -m trials.restore`: back up while people ask, destroy everything, put it back, and look at it all again."""

import json
import random
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

import typer

from answer import Assistant, MadeWith, load_reader
from desk import REASONS, REFUSAL, VERDICTS, Judged, NotKept, Person, Store, Turn, decide, open_case, queue
from desk.asking import ask
from desk.backup import BackupError, back_up, read_backup
from desk.holdings import Holdings
from desk.narrowing import Narrowed
from desk.reindex import Places
from desk.restore import restore
from desk.turns import turn_to_bytes
from eval.evaluate import Folders
from index import build, check_matches, find_model, load, load_encoder, read_manifest, roll_back

ROOT = Path(__file__).parents[1]
_MAINTAINER = Person("M. Keeper", "maintainer", "issuer keeper")
_REVIEWER = Person("R. Viewer", "reviewer", "issuer reviewer")
_STAFF = [Person(f"Staff {n}", "staff", f"issuer staff-{n}") for n in range(5)]
_DAMAGES = 50

Asker = Callable[[str], Turn]
Things = Mapping[str, object]  # by what tells one from another


@dataclass(slots=True)
class Figures:
    """What came of it: of each thing that was there, how many were and how many came back as they were."""

    there: dict[str, int] = field(default_factory=dict)
    back: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def wrong(self) -> list[str]:
        """What did not come back as it was."""
        return [name for name, n in self.there.items() if self.back.get(name) != n or not n]

    def lines(self) -> Iterable[str]:
        """A line each."""
        for name, n in self.there.items():
            yield f"{name}: {self.back.get(name, 0)} of {n}"
        yield "; ".join(f"{name} {seconds:.1f} s" for name, seconds in self.seconds.items())


def prove(places: Places, file: Path, asker: Asker, questions: Sequence[str], *, before_destroying: int = 5) -> Figures:
    """Use a desk, back it up while it is used, destroy it, put it back, and count what is as it was.

    Args:
        places: Where everything is; an index is live there, and one is before it.
        file: The review database, which is made.
        asker: Answers a question.
        questions: What is asked before the backup.
        before_destroying: How many more must be asked while the backup is made.

    Returns:
        The figures; ``wrong`` is empty if all came back.
    """
    figures, url, backup = Figures(), f"sqlite:///{file}", file.with_name("backup.zip")
    store = Store.open(url)
    asked = _use(store, asker, questions)
    was = _seen(store, asked, places)
    _during(store, asker, questions, before_destroying, lambda: _timed(figures, "backup", back_up, places, url, backup))
    store.close()
    figures.there["damaged backups refused or whole all the same"] = _DAMAGES
    figures.back["damaged backups refused or whole all the same"] = _refused(backup, _DAMAGES)
    _destroy(places, file)
    _timed(figures, "restore", restore, backup, places, url, replace=False)
    store = Store.open(url)
    try:
        _compare(figures, was, _seen(store, asked, places))
    finally:
        store.close()
    before = read_manifest(places.index).fingerprint
    roll_back(places.index)
    figures.there["indexes to go back to"] = 1
    figures.back["indexes to go back to"] = int(read_manifest(places.index).fingerprint != before)
    return figures


def _use(store: Store, asker: Asker, questions: Sequence[str]) -> list[tuple[str, Person, str]]:
    """Ask, flag, decide and delete as people do; gives each answer's id, whose it is and its conversation."""
    asked: list[tuple[str, Person, str]] = []
    talks: dict[str, str] = {}
    for n, question in enumerate(questions):
        person = _STAFF[n % len(_STAFF)]
        talks[person.key], asked_id = store.keep(talks.get(person.key) if n % 4 else None, person, asker(question))
        asked.append((asked_id, person, talks[person.key]))
        if n % 3 == 0:
            store.flag(asked_id, person, REASONS[n % len(REASONS)], f"note {n}")
        if n % 2 == 0:
            parts = open_case(store, _REVIEWER, asked_id).parts
            judged = [Judged(part, VERDICTS[(n + part) % len(VERDICTS)], f"verdict {n}") for part in parts]
            decide(store, _REVIEWER, asked_id, "", judged or [Judged(REFUSAL, VERDICTS[0])])
    gone = {talk for _, _, talk in asked[::10]}
    for talk in gone:
        store.delete_conversation(talk, next(person for _, person, other in asked if other == talk))
    return asked


def _seen(store: Store, asked: Sequence[tuple[str, Person, str]], places: Places) -> dict[str, Things]:
    """All that can be seen of what was asked, decided and built, by what it is."""
    links: dict[str, object] = {}
    verdicts: dict[str, object] = {}
    talks: dict[str, object] = {}
    for asked_id, person, talk in asked:
        for who in (person, _REVIEWER):
            links[f"{asked_id} {who.role}"] = _or_gone(partial(_link, store, asked_id, who))
        for n, said in enumerate(_verdicts(store, asked_id)):
            verdicts[f"{asked_id} {n}"] = said
        talks[talk] = _or_gone(partial(_talk, store, talk, person))
    lists = {chosen: f"{queue(store, _REVIEWER, chosen).total:9}" for chosen in ("open", "flagged", "decided", "all")}
    manifest = read_manifest(places.index)
    files = {path.name: path.read_bytes() for path in places.corpus.iterdir() if path.is_file()}
    journal = {line.id: line for line in Holdings(places.corpus, places.kept).journal()}
    loaded = {passage.passage_id: passage.text for passage in load(places.index).passages}
    return {
        "links": links,
        "flags and verdicts": verdicts,
        "conversations": talks,
        "lists of the queue": lists,
        "documents": files,
        "lines of the journal": journal,
        "passages": loaded,
        "indexes": {"fingerprint": manifest.fingerprint},
    }


def _link(store: Store, asked_id: str, person: Person) -> bytes:
    return turn_to_bytes(store.asked(asked_id, person).turn)


def _talk(store: Store, talk: str, person: Person) -> list[str]:
    return [kept.asked_id for kept in store.conversation(talk, person)]


def _verdicts(store: Store, asked_id: str) -> Sequence[object]:
    try:
        case = open_case(store, _REVIEWER, asked_id)
    except NotKept:
        return ()
    return (*case.flags, *case.decisions)


def _or_gone(look: Callable[[], object]) -> object:
    try:
        return look()
    except NotKept as error:
        return str(error)


def _compare(
    figures: Figures, was: Mapping[str, Mapping[str, object]], now: Mapping[str, Mapping[str, object]]
) -> None:
    for name, things in was.items():
        figures.there[name] = len(things)
        # What was asked while the backup was made is in the lists too, or not.
        if name == "lists of the queue":
            figures.back[name] = sum(str(now[name][key]) >= str(n) for key, n in things.items())
        else:
            figures.back[name] = sum(now[name].get(key) == thing for key, thing in things.items())


def _during(store: Store, asker: Asker, questions: Sequence[str], least: int, work: Callable[[], None]) -> None:
    """Do something while somebody goes on asking, some questions at least."""
    done, asked = Event(), 0

    def go_on() -> None:
        nonlocal asked
        for question in cycle(questions):
            store.keep(None, _STAFF[0], asker(question))
            asked += 1
            if done.is_set() and asked >= least:
                return

    thread = Thread(target=go_on, daemon=True)
    thread.start()
    try:
        work()
    finally:
        done.set()
        thread.join()


def _timed(figures: Figures, name: str, work: Callable[..., object], *given: object, **named: object) -> None:
    began = time.perf_counter()
    work(*given, **named)
    figures.seconds[name] = time.perf_counter() - began


def _refused(backup: Path, times: int) -> int:
    """How often a backup with one bit turned, or cut short, is refused; or is whole, where only a date was hit."""
    whole, content, chance, refused = read_backup(backup), backup.read_bytes(), random.Random(1), 0
    damaged = backup.with_name("damaged.zip")
    for n in range(times):
        at = chance.randrange(len(content))
        if n % 5:
            damaged.write_bytes(content[:at] + bytes([content[at] ^ (1 << chance.randrange(8))]) + content[at + 1 :])
        else:
            damaged.write_bytes(content[:at])
        try:
            refused += read_backup(damaged) == whole
        except BackupError:
            refused += 1
    return refused


def _destroy(places: Places, database: Path) -> None:
    for folder in (places.corpus, places.index, places.kept, places.evaluation.questions.parent):
        shutil.rmtree(folder, ignore_errors=True)
    for end in ("", "-wal", "-shm"):
        database.with_name(f"{database.name}{end}").unlink(missing_ok=True)


def _set_up(home: Path) -> tuple[Places, Asker]:
    """The project's documents, indexed twice, so that there is an index to go back to."""
    evaluation = home / "eval"
    folders = Folders(evaluation / "questions.jsonl", home / "runs", evaluation / "accepted", evaluation / "gate.toml")
    places = Places(home / "corpus", home / "build" / "index", folders)
    shutil.copytree(ROOT / "corpus", places.corpus)
    shutil.copytree(ROOT / "eval" / "accepted", folders.accepted)
    for path in (folders.questions, folders.rules):
        shutil.copy(ROOT / "eval" / path.name, path)
    model = find_model()
    encoder = load_encoder(model)
    holdings = Holdings(places.corpus, places.kept)
    holdings.keep(_MAINTAINER)
    build(places.corpus, places.index, model, encoder=lambda _: encoder)
    holdings.add(_MAINTAINER, "minutes.txt", b"Minutes\n\nThe board met in May 2031 and chose a clerk.\n")
    build(places.corpus, places.index, model, encoder=lambda _: encoder)
    snapshot = load(places.index)
    check_matches(snapshot.manifest, places.corpus, model)
    assistant, made_with = Assistant(snapshot, encoder, load_reader()), MadeWith.of(snapshot.manifest)
    return places, lambda question: ask(assistant, question, (), Narrowed(None, ""), made_with)


def main(answers: int = typer.Option(500, min=20, help="How many questions are asked before the backup.")) -> None:
    """Prove that what was backed up comes back, and print how much of it did."""
    rows = [json.loads(line) for line in (ROOT / "eval/questions.jsonl").read_text("utf-8").splitlines() if line]
    questions = list(islice(cycle(row["question"] for row in rows if row["split"] == "dev"), answers))
    with TemporaryDirectory() as home:
        places, asker = _set_up(Path(home))
        figures = prove(places, Path(home) / "review.db", asker, questions)
    for line in figures.lines():
        print(line)  # noqa: T201
    if figures.wrong:
        sys.exit(f"not as it was: {', '.join(figures.wrong)}")


if __name__ == "__main__":
    typer.run(main)
