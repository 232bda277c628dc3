"""The house keeps its shape: imports run one way, no folder is empty, nothing is pickled."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# Each stage may import what stands before it here; ui may import every stage, and app.py ui and the stages; but for
# training: of that eval takes the rule by which documents are held out, and nobody else anything.
STAGES = ["ingest", "index", "answer", "training", "eval", "desk", "ui"]
ALLOWED = {stage: set(STAGES[: i + 1]) for i, stage in enumerate(STAGES)} | {"app": {*STAGES}}
for stage in ("desk", "ui", "app"):
    ALLOWED[stage] = ALLOWED[stage] - {"training"}
FORBIDDEN = {"pickle", "dill", "joblib", "shelve", "marshal"}
VAGUE = {"utils", "helpers", "common", "manager", "processor", "misc"}


def modules(root: Path) -> Iterator[tuple[str, Path]]:
    """Each module of the house with the stage it is of."""
    for stage in STAGES:
        for path in sorted((root / stage).rglob("*.py")):
            yield stage, path
    yield "app", root / "app.py"


def imported(source: str) -> set[str]:
    """The top-level names that a module imports, inside functions and under TYPE_CHECKING too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {"." if node.level else (node.module or "").split(".")[0]}
    return names


def wrong_way(root: Path) -> list[str]:
    """Every import of a stage that its importer may not use."""
    return [
        f"{path.relative_to(root)} imports {name}"
        for stage, path in modules(root)
        for name in sorted(imported(path.read_text("utf-8")))
        if name in {*STAGES, "app", "tests"} - ALLOWED[stage] or name == "."
    ]


def test_imports_run_one_way() -> None:
    assert wrong_way(ROOT) == []


@pytest.mark.parametrize(
    ("file", "source", "expected"),
    [
        pytest.param("ingest/a.py", "import index", "ingest/a.py imports index", id="rightwards"),
        pytest.param("index/a.py", "from answer.compose import x", "index/a.py imports answer", id="from a module"),
        pytest.param(
            "answer/a.py", "def f():\n    import eval.run", "answer/a.py imports eval", id="inside a function"
        ),
        pytest.param("eval/a.py", "from ui import chat", "eval/a.py imports ui", id="a stage imports the face"),
        pytest.param("ui/a.py", "import app", "ui/a.py imports app", id="the face imports the door"),
        pytest.param("answer/a.py", "import training", "answer/a.py imports training", id="an answer needs training"),
        pytest.param("ui/a.py", "import training.data", "ui/a.py imports training", id="the face needs training"),
        pytest.param("ui/a.py", "from . import b", "ui/a.py imports .", id="a relative import hides the stage"),
    ],
)
def test_an_import_that_runs_the_wrong_way_is_found(tmp_path: Path, file: str, source: str, expected: str) -> None:
    for stage in STAGES:
        (tmp_path / stage).mkdir()
    (tmp_path / "app.py").write_text("")
    (tmp_path / file).write_text(source)

    assert wrong_way(tmp_path) == [expected]


@pytest.mark.parametrize("stage", STAGES)
def test_no_stage_is_empty(stage: str) -> None:
    assert [p for p in (ROOT / stage).glob("*.py") if p.name != "__init__.py"]


@pytest.mark.parametrize(("stage", "path"), list(modules(ROOT)), ids=lambda value: str(value).removeprefix(str(ROOT)))
def test_nothing_is_pickled_and_names_say_what_a_module_does(stage: str, path: Path) -> None:
    source = path.read_text("utf-8")

    assert not imported(source) & FORBIDDEN
    assert "allow_pickle=True" not in source
    assert path.stem not in VAGUE


@pytest.mark.parametrize("path", [p for _, p in modules(ROOT) if p.name == "__init__.py"], ids=lambda p: p.parent.name)
def test_a_front_door_holds_no_code(path: Path) -> None:
    """A docstring, imports and __all__: nothing that runs."""
    for node in ast.parse(path.read_text("utf-8")).body:
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        names = isinstance(node, ast.Assign) and [t.id for t in node.targets if isinstance(t, ast.Name)] == ["__all__"]
        assert docstring or names or isinstance(node, ast.Import | ast.ImportFrom), ast.unparse(node)
