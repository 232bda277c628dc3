"""Files to text: one module a kind of file, chosen by ``registry``."""

from ingest.readers.limits import check_size
from ingest.readers.reading import Reading
from ingest.readers.registry import read_bytes, readable_kinds

__all__ = ["Reading", "check_size", "read_bytes", "readable_kinds"]
