"""ONNX Runtime sends nothing to its makers.

Its builds for Linux, macOS and Windows report events over HTTPS, and keep an identifier of the machine, unless the
environment says otherwise before it is first loaded; its own switch in Python comes after the first event.
"""

import os


def send_nothing() -> None:
    """To be called before ONNX Runtime is imported; programs that this one starts inherit it."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
