"""What can be wrong with training."""


class TrainingError(Exception):
    """The reader cannot be trained as asked. The message says why and what to do."""
