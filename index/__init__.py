"""Passages to a searchable snapshot to hits."""

from index.build import Changes, Progress, build, index_text, roll_back
from index.encoder import (
    DEFAULT_MODEL,
    Encoder,
    Encoding,
    Model,
    SentenceTransformerEncoder,
    Vectors,
    find_model,
    load_encoder,
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
from index.snapshot import Manifest, Snapshot, check_matches, load, read_manifest, snapshot_name
from index.tokens import tokenize

__all__ = [
    "ARMS",
    "BUILD_COMMAND",
    "DEFAULT_MODEL",
    "HYBRID",
    "BuildFailed",
    "BuildRefused",
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
    "Snapshot",
    "StaleIndex",
    "Vectors",
    "Weights",
    "build",
    "check_matches",
    "find_model",
    "index_text",
    "load",
    "load_encoder",
    "read_manifest",
    "roll_back",
    "search",
    "search_encoded",
    "snapshot_name",
    "tokenize",
]
