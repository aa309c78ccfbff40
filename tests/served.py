"""A small shop behind `daogou serve`, in a process of its own: `with served(folder) as door`."""

import json
import os
import resource
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COLOURS = ("Red", "Blue", "Green", "Black", "White", "Grey", "Brown", "Pink")
KINDS = ("mug", "lamp", "bag", "chair", "laptop", "pen")
ROWS = [
    {"id": f"p{number}", "title": f"{colour} {kind}, {number} cm", "price": f"{10 + number} EUR"}
    for number, (colour, kind) in enumerate((colour, kind) for colour in COLOURS for kind in KINDS)
]


def write_feed(path: Path, rows: list[dict[str, str]] = ROWS) -> Path:
    """The rows as a feed."""
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def daogou(*arguments: object, **more: Any) -> subprocess.CompletedProcess[str]:
    """One command, to its end."""
    return subprocess.run(command(*arguments), capture_output=True, text=True, timeout=120, **more)


def command(*arguments: object) -> list[str]:
    """How it is called."""
    return [sys.executable, "-m", "daogou", *map(str, arguments)]


def make_shop(folder: Path) -> Path:
    """A shop folder with the rows, quickly encoded."""
    (folder / "shop").mkdir(parents=True)
    (folder / "shop" / "daogou.toml").write_text('encoders = ["lsa"]\nrequests_per_minute = 1000000\n')
    made = daogou("load", write_feed(folder / "feed.jsonl"), "--shop", folder / "shop")
    assert made.returncode == 0, made.stdout + made.stderr
    return folder / "shop"


@dataclass(frozen=True)
class AppState:
    """Where it is, and which process."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def call(self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Any:
        """Status and JSON."""
        data = None if body is None else json.dumps(body).encode()
        given = {"Content-Type": "application/json", **(headers or {})}
        request = urllib.request.Request(self.url + path, data, given, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def memory_mb(self) -> float:
        """What the process holds."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 2**20

    def connect(self) -> socket.socket:
        """A bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)


@contextmanager
def served(shop: Path, *options: str, **environment: str) -> Iterator[AppState]:
    """The door, once it answers; ended at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = command("serve", "--shop", shop, "--port", port, "--write-without-key", *options)
    with subprocess.Popen(
        arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **environment}
    ) as process:
        door = AppState(port, process)
        try:
            _wait(door)
            yield door
        finally:
            process.kill()


def _wait(door: AppState) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        try:
            door.call("GET", "/v1/health")
            return
        except OSError:
            assert door.process.poll() is None, "it ended at once"
            time.sleep(0.1)
    raise AssertionError("it does not answer")
