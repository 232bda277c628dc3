"""What can be wrong with a corpus, as its owner would say it."""


class CorpusError(Exception):
    """Something in the corpus folder stops it from being read. The message names it and the way out."""


class UnreadableDocument(CorpusError):
    """One document cannot be read; the others can."""


class CatalogueError(CorpusError):
    """The catalogue does not say what it should."""


class QuoteError(CorpusError):
    """A quote does not stand in its document."""
