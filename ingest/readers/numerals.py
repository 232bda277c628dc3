"""Numbers as lists write them."""

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def numeral(number: int, style: str) -> str:
    """A number in a style that HTML names: "1", "a", "A", "i" or "I".

    Returns:
        The number in figures where the style has no way to write it, as letters have none for 0.

    Example:
        >>> [numeral(n, style) for n, style in [(3, "1"), (28, "a"), (14, "I"), (0, "i")]]
        ['3', 'ab', 'XIV', '0']
    """
    if style.lower() not in ("a", "i") or not 0 < number < 4000:
        return str(number)
    written = _roman(number) if style.lower() == "i" else _letters(number)
    return written.upper() if style.isupper() else written


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        written += letters * (number // value)
        number %= value
    return written


def _letters(number: int) -> str:
    """As spreadsheets name their columns: z, aa, ab."""
    written = ""
    while number:
        number, last = divmod(number - 1, 26)
        written = chr(ord("a") + last) + written
    return written
