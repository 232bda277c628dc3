"""Draw a chart with its text alternative."""

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from eval.charts import Chart


def draw_chart(make: "Callable[[], Chart]", said: str, key: str) -> None:
    """Make a chart and draw it.

    Args:
        make: Makes the chart.
        said: What it shows, in words: read out in its place.
        key: Tells it from the page's other charts.
    """
    # While one session's thread is still importing pandas for the first time, Altair in another finds half of it and
    # fails. Importing it here waits until it is whole; Streamlit needs it for the chart in any case.
    importlib.import_module("pandas")
    st.altair_chart(make(), alt=said, key=key)
