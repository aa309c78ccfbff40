"""Results that are kept as they come: JSON lines; after a kill, what is there is not made again."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class KeptLines:
    """A file that grows: an entry is on the disk when `add` returns, and half a line, left by a kill, spoils no other."""

    def __init__(self, path: Path) -> None:
        self.path = path
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        self._torn = text != "" and not text.endswith("\n")
        whole = text.splitlines()[: -1 if self._torn else None]
        self.entries: list[Mapping[str, Any]] = [json.loads(line) for line in whole if _reads(line)]

    def add(self, entry: Mapping[str, Any]) -> None:
        """One line more."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write("\n" * self._torn + json.dumps(entry, ensure_ascii=False) + "\n")
        self._torn = False
        self.entries.append(entry)


def _reads(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False  # what a kill once left, with a line of its own since
    return True
