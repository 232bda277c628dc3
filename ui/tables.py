"""A table that is read as one: by a screen reader, by keyboard, and on a narrow screen, where it scrolls in its box."""

from collections.abc import Sequence

from ui.plain import as_attribute, as_html

Cell = str | tuple[str, str]
"""A text, or a text with a smaller one under it."""


def table_html(name: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """A table as HTML.

    Args:
        name: What it shows, which is read out before it.
        head: The names of the columns.
        rows: Each as long as the head; the first cell of a row names it.
    """
    columns = "".join(f'<th scope="col">{as_html(column)}</th>' for column in head)
    body = "".join(
        f'<tr><th scope="row">{_cell(first)}</th>{"".join(f"<td>{_cell(cell)}</td>" for cell in others)}</tr>'
        for first, *others in rows
    )
    return (
        f'<div class="cv-figures" tabindex="0" role="region" aria-label="{as_attribute(name)}">'
        f"<table><thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return as_html(cell)
    main, small = cell
    return f"{as_html(main)}<br><small>{as_html(small)}</small>" if small else as_html(main)
