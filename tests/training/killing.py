"""A training run in a process of its own, killed where it hurts: right after a checkpoint."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def run(program: str, folder: Path) -> subprocess.Popen[bytes]:
    """The program, told the folder that it trains in."""
    return subprocess.Popen([sys.executable, "-c", program, str(folder)], cwd=Path(__file__).parents[2])


def kill_after_a_checkpoint(process: subprocess.Popen[bytes], folder: Path, checkpoint: str) -> None:
    """kill -9 as soon as a file of that name was written anew below the folder."""
    before = _written(folder, checkpoint)
    while process.poll() is None and _written(folder, checkpoint) == before:
        time.sleep(0.005)
    assert process.poll() is None, "it ended before it could be killed"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def _written(folder: Path, checkpoint: str) -> list[int]:
    return [path.stat().st_mtime_ns for path in sorted(folder.rglob(checkpoint))]
