"""What can be wrong with an index. Each message names the thing and the command that mends it."""

BUILD_COMMAND = "python -m index"


class IndexProblem(Exception):
    """Something stops the index from being built or read."""


class NoIndex(IndexProblem):
    """There is no index yet."""


class StaleIndex(IndexProblem):
    """The index was made from another corpus, with another model, or in another format."""


class DamagedIndex(IndexProblem):
    """A file of the index is missing or is not what was written."""


class BuildRefused(IndexProblem):
    """A build cannot start: another is running, or what was asked for makes no sense."""


class BuildFailed(IndexProblem):
    """A build could not be finished. The index that was there still answers."""


class ModelProblem(IndexProblem):
    """The embedding model cannot be found, or is not the one it should be."""


class EngineProblem(IndexProblem):
    """The search engine cannot be reached, or does not do what it is asked."""
