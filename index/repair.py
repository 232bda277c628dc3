"""Mend an index: build it anew from the corpus, or go back to an earlier one that is whole.

Nothing that is whole is lost: what is damaged leaves the order of what was live, what is whole moves up in its place
and answers at once, and only then is anything built. Where the corpus cannot be read, that is how it stays.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.build import Progress, build
from index.compiled import compiled_encoder
from index.current import CURRENT, order, set_order, snapshot_folder
from index.encoder import Encoder, Model
from index.errors import BuildRefused, DamagedIndex, IndexProblem, StaleIndex
from index.live import CANDIDATE, candidate, clear, drop_candidate, exclusively, is_whole, known_order, read_candidate
from index.snapshot import load_whole
from index.verify import verify_compiled
from ingest import CorpusError


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair came to.

    Attributes:
        said: What was found and done, in order; nothing where all was whole.
        whole: Whether there is a live index now, and it is whole.
    """

    said: tuple[str, ...]
    whole: bool


def repair_index(
    corpus: Path,
    folder: Path,
    find_model: Callable[[], Model],
    encoders: Path,
    *,
    progress: Progress = lambda _what, _done, _of: None,
    encoder: Callable[[Model], Encoder] = compiled_encoder,
) -> Repaired:
    """Mend what is damaged of an index, as far as can be.

    Args:
        corpus: The documents.
        folder: The index'.
        find_model: Finds the embedding model.
        encoders: Where compiled models are kept.
        progress: Told what is being done.
        encoder: How the model is loaded; compiles it where that must be done.

    Returns:
        What was done.

    Raises:
        BuildRefused: If a build is running.
        BuildFailed: If the folder cannot be written.
    """
    with exclusively(folder):
        was_whole = _live_is_whole(folder)
        said = [*_drop_damaged_candidate(folder), *_fall_back(folder)]
        clear(folder)
    if broken := [each for each in verify_compiled(encoders) if not each.good]:
        said += _compile_anew(find_model, encoder, [each.said for each in broken])
    if was_whole:  # what is new in the documents is not for a repair to publish
        return Repaired(tuple(said), whole=True)
    try:
        changes = build(corpus, folder, find_model(), progress=progress, encoder=encoder)
        said.append("built anew from the documents" if changes.built else "it is of the documents as they are")
    except BuildRefused:
        raise
    except (IndexProblem, CorpusError) as error:
        said.append(f"not built anew from the documents: {error}")
    return Repaired(tuple(said), _live_is_whole(folder))


def _live_is_whole(folder: Path) -> bool:
    try:
        names = order(folder)
    except DamagedIndex:
        return False
    return bool(names) and is_whole(snapshot_folder(folder, names[0]))


def _drop_damaged_candidate(folder: Path) -> list[str]:
    """Drop a candidate that could not be published."""
    try:
        read_candidate(folder)
        waiting = candidate(folder)
        if waiting is None or is_whole(snapshot_folder(folder, waiting.name)):
            return []
    except DamagedIndex:
        pass
    drop_candidate(folder)
    return [f"{CANDIDATE} or what it names was damaged, and is dropped. Build it again: python -m index --candidate"]


def _fall_back(folder: Path) -> list[str]:
    """Leave out of the order what is damaged, so that the first that is whole is live; what was done is returned."""
    said = []
    try:
        listed = order(folder)
    except DamagedIndex as error:
        said.append(str(error).partition(". Run:")[0])
        listed = ()
    kept, damaged, other = _sorted_out(folder, listed or known_order(folder))
    said += [f"damaged: {why}" for why in damaged]
    if kept and (said or not listed):
        set_order(folder, [*kept, *other])
        said.append(f"the live index is now {kept[0]}" if kept[:1] != [*listed[:1]] else f"{CURRENT} names it no more")
    return said


def _sorted_out(folder: Path, names: tuple[str, ...]) -> tuple[list[str], list[str], list[str]]:
    """Those that are whole; what is wrong with those that are not; those of another format, which cannot be read."""
    whole, damaged, other = [], [], []
    for name in names:
        try:
            load_whole(snapshot_folder(folder, name))
            whole.append(name)
        except StaleIndex:
            other.append(name)
        except IndexProblem as error:
            damaged.append(str(error).partition(". Run:")[0])
    return whole, damaged, other


def _compile_anew(find_model: Callable[[], Model], encoder: Callable[[Model], Encoder], why: list[str]) -> list[str]:
    said = [f"damaged: {each.partition('. Run:')[0]}" for each in why]
    try:
        encoder(find_model())
    except IndexProblem as error:
        return [*said, f"the model could not be compiled anew: {error}"]
    return [*said, "the model is compiled anew"]
