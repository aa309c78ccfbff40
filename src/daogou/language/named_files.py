"""The files of a named model: put together once where they come in parts, and never used unless they are the ones that were measured."""

import contextlib
from pathlib import Path

from daogou.errors import BackendError, MissingExtra
from daogou.language.named import File, NamedModel
from daogou.language.packaged import located, made, sha256_of, user_cache

BLOCK = 2**20  # bytes copied at once


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
