"""The index that answers: a folder's live snapshot or, where an engine is named, the one that is live there.

CHAPTER_ENGINE          the engine's address (index/engines/address.py); none for the folder's own
CHAPTER_ENGINE_TOKEN    the secret that lets one in, where the address does not hold it
"""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

from index.current import snapshot_name
from index.engines.address import Address, parse_address
from index.engines.milvus import MilvusIndex
from index.engines.milvus_connection import PUBLISH_COMMAND
from index.errors import StaleIndex
from index.snapshot import Snapshot, load, read_manifest


def engine_address(environment: Mapping[str, str], text: str = "") -> Address | None:
    """The engine that is named, if one is.

    Args:
        environment: Where CHAPTER_ENGINE and CHAPTER_ENGINE_TOKEN may be.
        text: An address that goes before that of the environment.

    Raises:
        EngineProblem: If it is named by something that is no address.
    """
    text = text or environment.get("CHAPTER_ENGINE", "")
    return parse_address(text, environment.get("CHAPTER_ENGINE_TOKEN", "")) if text else None


def open_index(folder: Path, engine: Address | None) -> Snapshot:
    """Open the index that answers.

    Args:
        folder: Where snapshots are kept.
        engine: The engine to ask; None to answer from the folder.

    Returns:
        A snapshot in memory, or a MilvusIndex, which is asked in the same way.

    Raises:
        IndexProblem: If it cannot be opened, or the folder has a snapshot and the engine another.
    """
    if engine is None:
        return load(folder)
    index = MilvusIndex.open(engine)
    if snapshot_name(folder) is not None and read_manifest(folder).fingerprint != index.manifest.fingerprint:
        index.close()
        raise StaleIndex(f"{engine} has another snapshot than {folder}. Run: {PUBLISH_COMMAND}")
    return cast(Snapshot, index)  # it has all that who answers asks of one
