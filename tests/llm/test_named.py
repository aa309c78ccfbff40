"""Named models: put together once, checked each time, and said in one sentence where something is wrong."""

import hashlib
import importlib.metadata
import re
from pathlib import Path

import pytest

from daogou.encoders import packaged
from daogou.errors import BackendError, MissingExtra, UserError
from daogou.llm.named import MODELS, File, NamedModel, files, forget, here, named

PARTS = {"toy-part1": b"GGUF and ", "toy-part2": b"the rest"}
WHOLE = b"".join(PARTS.values())
TOY = NamedModel(
    name="toy",
    good_for="tests",
    packages=("toy==1.0", "toy-part1==1.0", "toy-part2==1.0"),
    files=(
        File(
            parts=tuple((package, f"{package}/weights") for package in PARTS), sha256=hashlib.sha256(WHOLE).hexdigest()
        ),
    ),
    megabytes=1,
    licence="Apache-2.0",
    setting='ranker = "model"',
)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where packages are installed: both parts are."""
    site = tmp_path / "site"
    for package, content in PARTS.items():
        (site / package).mkdir(parents=True)
        (site / package / "weights").write_bytes(content)

    class Installed:
        def locate_file(self, path: str) -> Path:
            return site / path

    def distribution(name: str) -> Installed:
        if not (site / name).exists():
            raise importlib.metadata.PackageNotFoundError(name)
        return Installed()

    monkeypatch.setattr(importlib.metadata, "distribution", distribution)
    return site


def test_the_parts_become_one_file_in_the_cache_once(site: Path, tmp_path: Path) -> None:
    [file] = files(TOY, tmp_path / "cache")
    assert file.read_bytes() == WHOLE
    made_at = file.stat().st_mtime_ns
    assert files(TOY, tmp_path / "cache") == [file]
    assert file.stat().st_mtime_ns == made_at
    assert list((tmp_path / "cache").iterdir()) == [file]


def test_a_file_that_comes_whole_stays_where_it_is(site: Path, tmp_path: Path) -> None:
    first = File(parts=TOY.files[0].parts[:1], sha256=hashlib.sha256(PARTS["toy-part1"]).hexdigest())
    model = NamedModel(
        name="one", good_for="", packages=("toy-part1==1.0",), files=(first,), megabytes=1, licence="MIT"
    )
    assert files(model, tmp_path / "cache") == [site / "toy-part1" / "weights"]
    assert not (tmp_path / "cache").exists()


def test_a_damaged_file_in_the_cache_is_made_anew(site: Path, tmp_path: Path) -> None:
    [file] = files(TOY, tmp_path / "cache")
    file.write_bytes(b"half of")
    assert files(TOY, tmp_path / "cache") == [file]
    assert file.read_bytes() == WHOLE


def test_other_weights_are_refused_and_named(site: Path, tmp_path: Path) -> None:
    (site / "toy-part2" / "weights").write_bytes(b"other")
    told = r"toy-[0-9a-f]{8}\.gguf is damaged or another file: its sha256 [0-9a-f]{16}\.\.\. is not .* run: daogou models add toy$"
    with pytest.raises(BackendError, match=told):
        files(TOY, tmp_path / "cache")


def test_a_part_that_is_gone_is_named(site: Path, tmp_path: Path) -> None:
    (site / "toy-part2" / "weights").unlink()
    assert not here(TOY)
    with pytest.raises(BackendError, match="the model 'toy' lacks weights; run: daogou models add toy"):
        files(TOY, tmp_path / "cache")


def test_a_model_that_is_not_installed_says_the_command(site: Path, tmp_path: Path) -> None:
    assert here(TOY)
    assert not here(MODELS["gemma-270m"])
    with pytest.raises(MissingExtra, match="the model 'smollm2-135m' is not installed; run: daogou models add smol"):
        files(MODELS["smollm2-135m"], tmp_path / "cache")


def test_a_cache_that_can_not_be_written_is_an_error(site: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("no folder")
    with pytest.raises(BackendError, match=r"can't be written .*XDG_CACHE_HOME"):
        files(TOY, tmp_path / "cache")


def test_what_was_made_is_forgotten(site: Path, tmp_path: Path) -> None:
    [file] = files(TOY, tmp_path / "cache")
    forget(TOY, tmp_path / "cache")
    forget(TOY, tmp_path / "cache")
    assert not file.exists()


def test_a_file_in_the_making_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(TypeError), packaged.made(tmp_path / "folder" / "file") as half:
        half.write("no bytes")  # type: ignore[arg-type]
    assert list((tmp_path / "folder").iterdir()) == []


def test_the_cache_follows_xdg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert packaged.user_cache() == tmp_path / "daogou"


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    assert named("minilm") is MODELS["minilm"]
    with pytest.raises(UserError, match=re.escape("no model 'gema-270m'; the nearest is 'gemma-270m' (known: gemma-")):
        named("gema-270m")


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.name)
def test_everything_is_said_of_every_model(model: NamedModel) -> None:
    assert all("==" in package for package in model.packages)
    assert {package for file in model.files for package, _ in file.parts} <= {
        package.partition("==")[0] for package in model.packages
    }
    assert all(len(file.sha256) == 64 for file in model.files)
    assert model.megabytes > 0
    assert model.good_for
    assert model.licence
