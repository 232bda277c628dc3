"""The real page, served by a process of its own that is always ended."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

ROOT = Path(__file__).parents[1]
_PATIENCE = 60.0  # seconds for it to listen


@contextmanager
def served_page(**settings: str) -> Iterator[str]:
    """Serve the page on this machine alone.

    Args:
        settings: What the environment says besides.

    Yields:
        Its address, without a slash at the end.

    Raises:
        RuntimeError: If it ends, or does not listen in time.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    command += ["--server.headless", "true", "--server.address", "127.0.0.1", "--browser.gatherUsageStats", "false"]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", **settings}
    with TemporaryFile() as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)  # noqa: S603  our own
        try:
            _wait(f"http://127.0.0.1:{port}", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"streamlit ended with {server.returncode}")
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).close()  # noqa: S310  our own address
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{address} did not answer within {_PATIENCE:.0f} seconds")
