"""What can be wrong with a question, or with the settings, as the person concerned would want it said."""


class QuestionError(Exception):
    """A question cannot be answered as it was put. The message says why and what to do."""


class ModelSettingsError(Exception):
    """A language model is configured by halves, or its client is not installed. The message says what to do."""
