"""llama.cpp, loaded once and quiet: what it has to say goes to Python's log, and its last complaint into our errors."""

import ctypes
import functools
import logging
from collections import deque
from typing import Any

import llama_cpp

_LEVELS = {
    2: logging.DEBUG,
    3: logging.INFO,
    4: logging.WARNING,
}  # its own: debug 1, info 2, warning 3, error 4, continued 5
_log = logging.getLogger("daogou.llama_cpp")
_complaints: deque[str] = deque(maxlen=3)


def _heard(level: int, text: bytes | None, _data: Any) -> None:
    line = (text or b"").decode("utf-8", "replace").strip()
    if not line:
        return
    _log.log(_LEVELS.get(level, logging.DEBUG), line)
    if level == 4:
        _complaints.append(line)


_callback = llama_cpp.llama_log_callback(_heard)  # kept: llama.cpp calls it as long as it lives


@functools.cache
def started() -> None:
    """Once before anything else."""
    llama_cpp.llama_log_set(_callback, ctypes.c_void_p(0))
    llama_cpp.llama_backend_init()


def complaints() -> str:
    """What llama.cpp last complained of, which is then forgotten."""
    said = "; ".join(_complaints)
    _complaints.clear()
    return said or "llama.cpp doesn't say why"
