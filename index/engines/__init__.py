"""The same search on a distributed engine."""

from index.engines.address import Address, parse_address
from index.engines.milvus import MilvusIndex
from index.engines.milvus_publish import Published, publish_to_milvus
from index.engines.opening import engine_address, open_index

__all__ = [
    "Address",
    "MilvusIndex",
    "Published",
    "engine_address",
    "open_index",
    "parse_address",
    "publish_to_milvus",
]
