"""Training: the loss, what is read in which order, and that it starts, learns and stops as told."""

import math
from itertools import islice
from pathlib import Path

import pytest
import torch
from rich.console import Console
from typer.testing import CliRunner

from answer.reader import Layout, Readable, Settings, load_tokenizer
from training.data import Group, Labelled
from training.reader import Recipe, app, batches, cross_entropy, read_weights, readings, train


@pytest.mark.parametrize(
    ("answers", "every", "expected"),
    [
        pytest.param([], True, math.log(4), id="nothing"),
        pytest.param([0], True, math.log(4), id="one of four alike"),
        pytest.param([0, 1], True, math.log(4), id="each of two"),
        pytest.param([0, 1], False, math.log(2), id="either of two"),
    ],
)
def test_the_loss_of_a_choice_among_three_units_and_nothing(answers: list[int], every: bool, expected: float) -> None:
    assert cross_entropy(torch.zeros(4), answers, every=every).item() == pytest.approx(expected)


def test_the_loss_is_small_when_the_right_unit_stands_out() -> None:
    logits = torch.tensor([0.0, 0.0, 10.0])

    assert cross_entropy(logits, [1], every=True).item() < 0.001
    assert cross_entropy(logits, [0], every=True).item() > 9


FERRY = Labelled(Readable("Ferry", ("The ferry runs daily.", "A ticket is £3.", "Dogs are welcome.")), (1,))
BUS = Labelled(Readable("Bus", ("The bus runs hourly.", "It is red.")))
GROUPS = [
    Group("What does the ferry cost?", (FERRY, BUS), "Ferry", "squad2"),
    Group("Is the bus red?", (Labelled(BUS.passage, (1,)), Labelled(FERRY.passage)), "Bus", "squad2"),
    Group("Who owns the bus?", (BUS,), "Bus", "squad2"),
]
RECIPE = Recipe(steps=4, groups=2)


@pytest.fixture(scope="module")
def layout() -> Layout:
    return Layout(load_tokenizer()[0], Settings())


def test_every_question_is_read_before_any_is_read_again(layout: Layout) -> None:
    steps = list(batches(GROUPS, layout, RECIPE))

    assert [len({reading.group for reading in step}) for step in steps[:2]] in ([2, 1], [1, 2])
    assert len(steps) == RECIPE.steps


def test_the_same_seed_reads_the_same(layout: Layout) -> None:
    assert list(batches(GROUPS, layout, RECIPE)) == list(batches(GROUPS, layout, RECIPE))
    other = Recipe(steps=4, groups=2, seed=8)
    assert list(batches(GROUPS * 9, layout, RECIPE)) != list(batches(GROUPS * 9, layout, other))


def test_of_a_long_passage_a_window_with_the_answer_is_read(layout: Layout) -> None:
    import random

    units = (*("Nothing is said of it here, nor is it there." for _ in range(90)), "The fee is £4.")
    group = Group("What is the fee?", (Labelled(Readable("", units), (90,)),), "Fees", "squad2")

    (read,) = readings(group, layout, random.Random(1))

    row = read.answers[0]
    assert read.window.units[row][0] == 90


def test_training_learns_and_leaves_what_is_frozen(tmp_path: Path) -> None:
    from training.reader import loss_of, make_model

    before = make_model()
    layout = Layout(load_tokenizer()[0], Settings())
    (batch,) = islice(batches(GROUPS, layout, Recipe(steps=1, groups=3)), 1)

    weights = train(GROUPS, Recipe(steps=6, groups=3, warm_up=0.1), tmp_path, err=Console(quiet=True))

    after = make_model()
    after.load_state_dict(weights)
    with torch.no_grad():
        assert loss_of(after.eval(), batch, 8) < loss_of(before.eval(), batch, 8) - 0.1
    for name, value in before.state_dict().items():
        frozen = name.startswith(("encoder.embeddings.", "encoder.encoder.layer.0."))
        assert torch.equal(value, weights[name]) == frozen or name.startswith("weight."), name
    kept = read_weights(tmp_path / "weights.safetensors")
    assert all(torch.equal(kept[name], value) for name, value in weights.items())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(["--bench", "nowhere"], "--bench", id="no sets"),
        pytest.param([], "Missing option", id="not told where they are"),
    ],
)
def test_a_mistake_is_told_in_a_line(tmp_path: Path, arguments: list[str], says: str) -> None:
    result = CliRunner().invoke(app, [*arguments, "--out", str(tmp_path)])

    assert result.exit_code == 2
    assert says in result.output
