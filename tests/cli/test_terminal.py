"""Commands of other installed packages, and what a service never imports."""

import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from daogou.app import learning
from daogou.cli import app, terminal
from daogou.errors import MissingExtra
from daogou.recommend.history import ItemTable
from daogou.recommend.learn.fitting import ItemData
from daogou_training.sequence.expert import SequenceExpert

RUN = CliRunner()
hello = typer.Typer(add_completion=False)
GOODS = ItemData(table=ItemTable(["a"]), vectors={"minilm": np.ones((1, 2), dtype=np.int8)})


@hello.command()
def _hello(name: str) -> None:
    """Greet somebody."""
    typer.echo(f"hello {name}")


@pytest.fixture
def stranger(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another package's commands, one beside ours and one in a group of ours."""
    points = [EntryPoint(name, f"{__name__}:hello", terminal.GROUP) for name in ("hello", "learn.hello")]
    monkeypatch.setattr(terminal, "entry_points", lambda group: points)


@pytest.mark.usefixtures("stranger")
def test_a_stranger_adds_commands_by_entry_points() -> None:
    assert RUN.invoke(app, ["hello", "you"]).output == "hello you\n"
    assert RUN.invoke(app, ["learn", "hello", "you"]).output == "hello you\n"
    assert "Greet somebody" in RUN.invoke(app, ["--help"]).output
    assert RUN.invoke(app, ["learn", "recommender", "--help"]).exit_code == 0


def test_evaluation_and_training_are_found_and_a_slip_is_answered() -> None:
    assert "ladder" in RUN.invoke(app, ["evaluate", "--help"]).output
    assert "--teacher" in RUN.invoke(app, ["learn", "language", "--help"]).output
    assert "Did you mean 'shops'" in RUN.invoke(app, ["evaluate", "shop"]).output


def test_a_service_imports_neither_evaluation_nor_training() -> None:
    program = (
        "import sys, daogou.cli, daogou.app.opening\n"
        "print([name for name in sys.modules if name.startswith(('daogou_evals.', 'daogou_training.'))])"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"


def test_the_trainer_of_sequences_is_the_installed_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(learning.sequence_expert(GOODS, tmp_path), SequenceExpert)
    monkeypatch.setattr(learning, "entry_points", lambda **wanted: ())
    with pytest.raises(MissingExtra, match=r"daogou\[train\]"):
        learning.sequence_expert(GOODS, tmp_path)
