"""Who is said to do something: the subject of a sentence that names one."""

import re

_NAME = r"[A-Z][\w’'-]*(?:\s(?:(?:and|of|the|for)\s(?:the\s)?)?[A-Z][\w’'-]*|\s\([A-Z]+\)){0,7}"
_SUBJECT = re.compile(
    r"^(?:(?:In|By|From|During|Over|Since|At)\s[^,]{2,50},\s)?"
    rf"(?P<who>(?:[Tt]he\s)?{_NAME})\s(?:also\s|currently\s|now\s)?"
    r"(?:will\b|must\b|shall\b|has\b|have\b|(?:is|are|was|were)\s(?:\w+ly\s)?\w+ing\b|aims?\b|plans?\s+to\b|needs?\b"
    r"|intends?\b|expects?\b|spends?\b|made\b|\w+ed\s(?!and\b|by\b|in\b))"
)
_AGENT = re.compile(rf"^[a-z]+(?:tion|ment|al)\sby\s(?P<who>(?:the\s)?{_NAME})\sof\b")
_PASSIVE = re.compile(r"(?:will|must|shall|has|have|is|are|was|were)\s(?:been\s|be\s)?(?!being\b)\w+(?:ed|en|wn)\b")
# Capitalised at the head of a sentence, and nobody.
_NOBODY = re.compile(
    r"(?:The\s)?(?:This|These|That|Those|There|It|They|We|Our|I|He|She|What|Which|Who|All|A|An|Each|Some|Many|In|By|As|If|When)\b"
)


def find_owner(sentence: str) -> str | None:
    """The body that a sentence names as doing what it says; None for "we" and for what is done to a thing.

    Example:
        >>> find_owner("The Authority will complete a review by May."), find_owner("The review will be completed.")
        ('The Authority', None)
    """
    if agent := _AGENT.match(sentence):
        return agent["who"]
    subject = _SUBJECT.match(sentence)
    if not subject or _NOBODY.match(subject["who"]) or _PASSIVE.match(sentence, subject.end("who") + 1):
        return None
    return subject["who"]
