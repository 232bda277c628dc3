"""The same questions asked of the index of this folder and of the same index in an engine.

    python -m benchmarks.engine [--engine milvus://…]

Publishes the live snapshot (by default to a Milvus Lite in a folder of its own that is then removed), asks every
question of the evaluation of both, and prints how many have the same ten passages in the same order, each that has not,
how many rows a second were sent, and how long a search takes on each. Exit 1 if fewer than ``LEAST`` of 100 are so.
"""

import json
import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.markup import escape

from index import Encoding, Hit, find_model, load, load_encoder, one_thread_a_question, search_encoded
from index.engines import MilvusIndex, engine_address, publish_to_milvus
from index.hybrid import Searchable

LEAST = 95
_out = Console(highlight=False)


def asked(index: Searchable, questions: list[str], encodings: list[Encoding]) -> tuple[list[list[Hit]], list[float]]:
    """The ten passages for each question, and how many milliseconds each search took."""
    found, took = [], []
    for question, encoding in zip(questions, encodings, strict=True):
        began = time.perf_counter()
        found.append(search_encoded(index, question, encoding))
        took.append((time.perf_counter() - began) * 1000)
    return found, took


def main(
    engine: Annotated[str, typer.Option(help="Where to publish; left out, a Milvus Lite that is then removed.")] = "",
    folder: Annotated[Path, typer.Option(help="Where the index is kept.")] = Path("build/index"),
    questions: Annotated[Path, typer.Option(help="The evaluation's questions.")] = Path("eval/questions.jsonl"),
) -> None:
    """Ask both the same, and say what differs."""
    one_thread_a_question()
    snapshot, encoder = load(folder), load_encoder(find_model())
    texts = [json.loads(line)["question"] for line in questions.read_text("utf-8").splitlines() if line.strip()]
    encodings = [encoder.encode([text])[0] for text in texts]
    with TemporaryDirectory() as made:
        address = engine_address(os.environ, engine or f"milvus:///{made}/engine.db?name=benchmark")
        if address is None:
            raise typer.BadParameter("no engine is named")
        began = time.perf_counter()
        sent = publish_to_milvus(snapshot, address).sent
        seconds = time.perf_counter() - began
        _out.print(f"{sent} rows sent in {seconds:.1f} s: {sent / seconds:.0f} a second", soft_wrap=True)
        remote = MilvusIndex.open(address)
        here, here_ms = asked(snapshot, texts, encodings)
        there, there_ms = asked(remote, texts, encodings)
        remote.close()
    same = [[h.place for h in one] == [h.place for h in other] for one, other in zip(here, there, strict=True)]
    for text, is_same, one, other in zip(texts, same, here, there, strict=True):
        if not is_same:
            _out.print(f"differs: {escape(text)}: {[h.place for h in one]} here, {[h.place for h in other]} there")
    share = 100 * sum(same) / len(same)
    _out.print(f"the same ten in the same order: {sum(same)} of {len(same)} ({share:.1f} %; to be reached: {LEAST} %)")
    for where, took in (("here", here_ms), ("there", there_ms)):
        _out.print(f"a search {where}: median {np.median(took):.1f} ms, p95 {np.percentile(took, 95):.1f} ms")
    raise typer.Exit(0 if share >= LEAST else 1)


if __name__ == "__main__":
    typer.run(main)
