"""PDFs set for the purpose, read back and held against what was set."""

import importlib.util
import io
import logging
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdf
import pytest
from rapidfuzz.distance import Levenshtein

from ingest.documents import Block
from ingest.errors import UnreadableDocument
from ingest.quotes import fold
from ingest.readers import Reading, read_bytes
from ingest.readers.pdf import read_pdf

_spec = importlib.util.spec_from_file_location("made_pdfs", Path(__file__).parent / "made_pdfs.py")
