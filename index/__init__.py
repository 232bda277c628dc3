"""Passages to a searchable snapshot to hits."""

from index.build import Progress, build
from index.changes import Changes
from index.compiled import compiled_encoder, load_encoder
from index.current import snapshot_folder, snapshot_name
from index.durable import sync_folder, write_durably
from index.encoder import (
    DEFAULT_MODEL,
    Encoder,
    Encoding,
    Model,
    SentenceTransformerEncoder,
    Vectors,
    find_model,
    load_torch_encoder,
)
from index.errors import (
    BUILD_COMMAND,
    BuildFailed,
    BuildRefused,
    DamagedIndex,
    IndexProblem,
    ModelProblem,
    NoIndex,
    StaleIndex,
)
from index.hybrid import ARMS, HYBRID, Hit, Weights, search, search_encoded
from index.library import Shelved, load_library, load_unread
from index.live import Candidate, candidate, discard, publish, roll_back
from index.snapshot import (
    Manifest,
    Snapshot,
    check_matches,
    check_precision,
    load,
    load_snapshot,
    manifest_of,
    read_manifest,
)
from index.texts import index_text
from index.threads import one_thread_a_question
from index.tokens import tokenize

__all__ = [
    "ARMS",
    "BUILD_COMMAND",
    "DEFAULT_MODEL",
    "HYBRID",
    "BuildFailed",
    "BuildRefused",
    "Candidate",
    "Changes",
    "DamagedIndex",
    "Encoder",
    "Encoding",
    "Hit",
    "IndexProblem",
    "Manifest",
    "Model",
    "ModelProblem",
    "NoIndex",
    "Progress",
    "SentenceTransformerEncoder",
    "Shelved",
    "Snapshot",
    "StaleIndex",
    "Vectors",
    "Weights",
    "build",
    "candidate",
    "check_matches",
    "check_precision",
    "compiled_encoder",
    "discard",
    "find_model",
    "index_text",
    "load",
    "load_encoder",
    "load_library",
    "load_snapshot",
    "load_torch_encoder",
    "load_unread",
    "manifest_of",
    "one_thread_a_question",
    "publish",
    "read_manifest",
    "roll_back",
    "search",
    "search_encoded",
    "snapshot_folder",
    "snapshot_name",
    "sync_folder",
    "tokenize",
    "write_durably",
]
