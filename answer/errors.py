"""What can be wrong with a question, as the person who asked would want it said."""


class QuestionError(Exception):
    """A question cannot be answered as it was put. The message says why and what to do."""
