"""Train the learned reader: `python -m training.reader --bench DIR`.

A cross-encoder: all-MiniLM-L6-v2 reads the question and the passage together; training/network.py says what a unit's
score is made of. The loss is the cross-entropy of the right units against the others and nothing,
within a passage, and again over all passages of a question, with scores against nothing, as they are used.

It learns in phases, each of which begins with what the one before has learnt: first from the public sets alone, then
from them and our own questions over their passages, which ask in words that the answer does not have, then from
strategy documents of invented organisations besides.

Seeded throughout, without dropout. On another kind of processor sums come out in another order, and the weights differ
a little.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from answer.errors import ReaderProblem
from answer.reader import FOLDER, Layout, Settings, Window, load_tokenizer
from index.encoder import find_model
from index.errors import IndexProblem
from training.data import OWN, SETS, Group, Labelled, digest, digests, held_out, read_groups, read_own, vary
from training.errors import TrainingError
from training.export import export
from training.strategies import ORGANISATIONS, digest_of, is_learnt_from, read_strategies

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

app = typer.Typer(add_completion=False)
WEIGHTS = "weights.safetensors"
_KEEP_EVERY = 80  # steps
_OF_PUBLIC = 5  # a seed: which of the public questions are taken where not all are


@dataclass(frozen=True, slots=True)
class Recipe:
    """What the weights depend on beside the data. docs/decisions.md, "The learned reader".

    Attributes:
        seed: For everything drawn.
        steps: How many changes of the weights the rates are laid out for.
        stop: After how many of them it ends, if that is fewer.
        public: The share of the public sets' questions that are taken.
        own: How many times each of our own questions stands among the others.
        organisations: And each question on an invented organisation.
        most_own: How many of our own questions there are, from the first; None for all.
        groups: How many questions each time.
        negatives: How many passages beside the one asked about a question has.
        encoder_rate: The highest learning rate of the encoder.
        head_rate: And of the head.
        warm_up: The share of steps over which the rates rise from 0; then they fall to 0 in a line.
        frozen: How many of the encoder's layers stay as they are, from below; its embeddings do too.
        sub_batch: How many passages go through the encoder at once; this is for speed and memory.
        shares: How many workers read the questions of a step, each with one thread.
    """

    seed: int = 7
    steps: int = 640
    stop: int = 480
    public: float = 1.0
    own: int = 0
    organisations: int = 0
    most_own: int | None = None
    groups: int = 8
    negatives: int = 1
    encoder_rate: float = 1e-4
    head_rate: float = 5e-4
    warm_up: float = 0.06
    frozen: int = 1
    sub_batch: int = 8
    shares: int = 2


# What each phase taught, and why it ends before its rates do: docs/decisions.md, "The learned reader".
PHASES = (
    Recipe(),
    Recipe(seed=11, steps=1400, stop=300, encoder_rate=7e-5, head_rate=2.8e-4),
    Recipe(seed=12, steps=1000, stop=800, own=3, most_own=1442, encoder_rate=7e-5, head_rate=2.8e-4),
    Recipe(seed=13, steps=1200, stop=1200, own=2, encoder_rate=6e-5, head_rate=2.4e-4),
    Recipe(seed=13, steps=800, stop=800, public=1 / 3, own=1, organisations=3, encoder_rate=7e-5, head_rate=2.8e-4),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One window to read, with what is right in it.

    Attributes:
        window: What is read.
        answers: The rows of its units that answer; none for nothing.
        every: As in ``Labelled``.
        group: The place of its question among those read together.
    """

    window: Window
    answers: tuple[int, ...]
    every: bool
    group: int


@app.command()
def main(
    bench: Annotated[Path, typer.Option(help="The folder of the question sets: squad2, doc2dial, clapnq.")],
    out: Annotated[Path, typer.Option(help="Where the reader is written.")] = FOLDER,
    work: Annotated[Path, typer.Option(help="Where weights are kept on the way.")] = Path("build/training"),
    weights: Annotated[Path | None, typer.Option(help="Write these weights, kept by a run, and train nothing.")] = None,
    stop: Annotated[int | None, typer.Option(min=1, help="After how many steps each phase ends, for a trial.")] = None,
) -> None:
    """Train the reader from public question sets and write it as a graph with its manifest."""
    err = Console(stderr=True)
    try:
        phases = [recipe if stop is None else replace(recipe, stop=stop) for recipe in PHASES]
        data: dict[str, object] = {name: digests(bench / name) for name in SETS}
        trained = {
            "phases": [asdict(recipe) for recipe in phases],
            "data": {**data, "own": digest(OWN), "organisations": digest_of(ORGANISATIONS)},
        }
        learned = train_all(bench, phases, work, err=err) if weights is None else read_weights(weights)
        size = export(learned, out, trained=trained)
    except (TrainingError, ReaderProblem, IndexProblem) as error:
        err.print(str(error), style="red", markup=False, highlight=False)
        raise typer.Exit(2) from error
    err.print(f"{out}: {size:,} bytes")


def read_weights(path: Path) -> "dict[str, Tensor]":
    """The weights that a run kept.

    Raises:
        TrainingError: If they cannot be read.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return dict(load_file(path))
    except (OSError, SafetensorError) as error:
        raise TrainingError(f"{path} cannot be read as weights ({error}). Leave --weights out to train") from error


def train_all(bench: Path, phases: Sequence[Recipe], work: Path, *, err: Console) -> "dict[str, Tensor]":
    """Train in phases.

    Args:
        bench: The folder of the question sets.
        phases: What each phase is; at least one.
        work: Where weights are kept on the way.
        err: Told how it goes on.
    """
    weights: dict[str, Tensor] | None = None
    for recipe in phases:
        weights = train(_read_all(bench, recipe, err), recipe, work, err=err, begin_with=weights)
    return weights or {}


def train(
    groups: Sequence[Group],
    recipe: Recipe,
    work: Path,
    *,
    err: Console,
    begin_with: "Mapping[str, Tensor] | None" = None,
) -> "dict[str, Tensor]":
    """Train on some groups.

    Args:
        groups: What to learn from.
        recipe: How.
        work: Where weights are kept on the way.
        err: Told how it goes on.
        begin_with: Weights to go on from; None for an untrained head.

    Returns:
        The weights, by name; they are in ``work`` too, from time to time.
    """
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(recipe.seed)
    torch.set_num_threads(1)
    model = make_model()
    if begin_with is not None:
        model.load_state_dict(begin_with)
    optimizer, schedule = _optimizer(model, recipe)
    learning = [p for group in optimizer.param_groups for p in group["params"]]
    tokenizer, _ = load_tokenizer()
    layout = Layout(tokenizer, Settings())
    work.mkdir(parents=True, exist_ok=True)
    mean = None
    with _bar(err) as bar, ThreadPoolExecutor(recipe.shares, initializer=lambda: torch.set_num_threads(1)) as workers:
        task = bar.add_task("training", total=min(recipe.stop, recipe.steps))
        for step, batch in enumerate(batches(groups, layout, recipe), start=1):
            # Each worker reads its own questions with one thread: two threads in one reading wait for each other.
            parts = list(workers.map(lambda part: _slopes(model, part, learning, recipe), _shared(batch, recipe)))
            for parameter, *slopes in zip(learning, *(slopes for _, slopes in parts), strict=True):
                parameter.grad = torch.stack(slopes).sum(0) / recipe.groups
            torch.nn.utils.clip_grad_norm_(learning, 1.0)
            optimizer.step()
            schedule.step()
            loss = sum(value for value, _ in parts) / recipe.groups
            mean = loss if mean is None else 0.98 * mean + 0.02 * loss
            bar.update(task, advance=1, description=f"loss {mean:.3f}")
            last = step == min(recipe.stop, recipe.steps)
            if last or step % _KEEP_EVERY == 0:
                save_file(model.state_dict(), work / WEIGHTS)
                if not err.is_terminal:
                    err.print(f"step {step}: loss {mean:.3f}")
            if last:
                break
    return dict(model.state_dict())


def _shared(batch: Sequence[Reading], recipe: Recipe) -> list[list[Reading]]:
    """A batch's readings in so many shares, a question's together."""
    return [[r for r in batch if r.group % recipe.shares == share] for share in range(recipe.shares)]


def _slopes(
    model: "nn.Module", batch: Sequence[Reading], learning: "Sequence[Tensor]", recipe: Recipe
) -> "tuple[float, tuple[Tensor, ...]]":
    """The loss of some readings, added up over their questions, and its gradient."""
    import torch

    if not batch:
        return 0.0, tuple(torch.zeros_like(parameter) for parameter in learning)
    loss = loss_of(model, batch, recipe.sub_batch)
    return loss.item(), torch.autograd.grad(loss, learning)


def make_model() -> "nn.Module":
    """The default embedding model with an untrained head on it."""
    from training.network import Network

    return Network.from_folder(find_model().folder)


def batches(groups: Sequence[Group], layout: Layout, recipe: Recipe) -> Iterator[list[Reading]]:
    """Readings for each step: every group once, in chance order, then all again, each time put otherwise.

    Groups whose passages are of like length come together.
    """
    rng = random.Random(recipe.seed)
    made = 0
    while made < recipe.steps:
        order = rng.sample(range(len(groups)), len(groups))
        for at in range(0, len(order), recipe.groups * 16):
            varied = [vary(groups[i], rng) for i in order[at : at + recipe.groups * 16]]
            laid = sorted((readings(group, layout, rng) for group in varied), key=_pieces)
            steps = [laid[i : i + recipe.groups] for i in range(0, len(laid), recipe.groups)]
            for step in rng.sample(steps, len(steps)):
                yield [_of_group(r, i) for i, of_group in enumerate(step) for r in of_group]
                made += 1
                if made == recipe.steps:
                    return


def readings(group: Group, layout: Layout, rng: random.Random) -> list[Reading]:
    """One window of each passage: one with an answer if there is one, else any."""
    found = []
    for labelled in group.passages:
        windows = layout.windows(group.question, labelled.passage)
        if windows:
            answering = [w for w in windows if _answers(w, labelled)]
            window = rng.choice(answering or windows)
            found.append(Reading(window, _answers(window, labelled), labelled.every, 0))
    return found


def _answers(window: Window, labelled: Labelled) -> tuple[int, ...]:
    return tuple(row for row, (at, _, _) in enumerate(window.units) if at in labelled.answers)


def _of_group(reading: Reading, group: int) -> Reading:
    return Reading(reading.window, reading.answers, reading.every, group)


def _pieces(read: Sequence[Reading]) -> int:
    return sum(len(reading.window.pieces) for reading in read)


def loss_of(model: "nn.Module", batch: Sequence[Reading], sub_batch: int) -> "Tensor":
    """The loss of some readings, added up over their questions.

    That of a question is the mean of the losses within its passages, plus the loss over all their units together.
    """
    import torch

    order = sorted(range(len(batch)), key=lambda i: len(batch[i].window.pieces))
    logits: dict[int, tuple[Tensor, Tensor]] = {}
    for at in range(0, len(order), sub_batch):
        chosen = order[at : at + sub_batch]
        logits.update(zip(chosen, model([batch[i].window for i in chosen]), strict=True))
    losses = []
    for group in sorted({reading.group for reading in batch}):
        own = [(reading, *logits[i]) for i, reading in enumerate(batch) if reading.group == group]
        within = [cross_entropy(torch.cat([nothing, units]), r.answers, every=r.every) for r, units, nothing in own]
        losses.append(torch.stack(within).mean() + _over_all(own))
    return torch.stack(losses).sum()


def _over_all(read: "Sequence[tuple[Reading, Tensor, Tensor]]") -> "Tensor":
    """The loss of choosing among the units of all passages of a question, each scored against nothing there."""
    import torch

    answers: list[int] = []
    size = 0
    for reading, units, _ in read:
        answers += [size + row for row in reading.answers]
        size += len(units)
    scores = torch.cat([torch.zeros(1), *(units - nothing for _, units, nothing in read)])
    return cross_entropy(scores, answers, every=all(r.every for r, _, _ in read if r.answers))


def cross_entropy(logits: "Tensor", answers: Sequence[int], *, every: bool) -> "Tensor":
    """The loss of one choice.

    Args:
        logits: (1 + n_units,): nothing, then each unit.
        answers: The units that are right, from 0; none if nothing is.
        every: Whether each of them is to be chosen, with equal shares; else any of them will do.
    """
    log_shares = logits.log_softmax(0)
    if not answers:
        return -log_shares[0]
    right = log_shares[[1 + at for at in answers]]
    return -right.mean() if every else -right.logsumexp(0)


def _optimizer(
    model: "nn.Module", recipe: Recipe
) -> "tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]":
    import torch

    still = ("encoder.embeddings.", *(f"encoder.encoder.layer.{i}." for i in range(recipe.frozen)))
    body: list[nn.Parameter] = []
    head: list[nn.Parameter] = []
    for name, parameter in model.named_parameters():
        if name.startswith(still):
            parameter.requires_grad_(False)
        else:
            (body if name.startswith("encoder.") else head).append(parameter)
    rates = [{"params": body, "lr": recipe.encoder_rate}, {"params": head, "lr": recipe.head_rate}]
    optimizer = torch.optim.AdamW(rates, weight_decay=0.01)
    rise = max(1, round(recipe.warm_up * recipe.steps))

    def share(step: int) -> float:
        return min((step + 1) / rise, (recipe.steps - step) / max(1, recipe.steps - rise))

    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, share)


def _read_all(bench: Path, recipe: Recipe, err: Console) -> list[Group]:
    """The groups of the public sets, and our own as often as they are wanted."""
    groups: list[Group] = []
    for name in SETS:
        found = read_groups(
            bench / name, name, keep=lambda doc: not held_out(doc), negatives=recipe.negatives, seed=recipe.seed
        )
        err.print(f"{name}: {len(found)} questions")
        groups += found
    if recipe.public < 1:
        groups = random.Random(_OF_PUBLIC).sample(groups, int(recipe.public * len(groups)))
    if recipe.own:
        own = read_own(bench, keep=lambda doc: not held_out(doc), negatives=recipe.negatives, seed=recipe.seed)
        err.print(f"our own: {len(own[: recipe.most_own])} questions, {recipe.own} times")
        groups += own[: recipe.most_own] * recipe.own
    if recipe.organisations:
        invented = read_strategies(keep=is_learnt_from, negatives=recipe.negatives, seed=recipe.seed)
        err.print(f"invented organisations: {len(invented)} questions, {recipe.organisations} times")
        groups += invented * recipe.organisations
    return groups


def _bar(err: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=err
    )


if __name__ == "__main__":
    app()
