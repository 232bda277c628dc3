"""The same search on a distributed engine."""

from index.engines.address import Address, parse_address
from index.engines.milvus import MilvusIndex
from index.engines.milvus_publish import Published, publish_to_milvus, roll_back_milvus

__all__ = ["Address", "MilvusIndex", "Published", "parse_address", "publish_to_milvus", "roll_back_milvus"]
