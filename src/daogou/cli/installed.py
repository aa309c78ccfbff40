"""Commands that are imported when they are asked for, those of other installed packages among them."""

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Any

import typer
from typer.core import TyperGroup

GROUP = (
    "daogou.commands"  # entry points: NAME is the Typer app of `daogou NAME`, GROUP.NAME that of `daogou GROUP NAME`
)
ROOT = "daogou"


class LazyGroup(TyperGroup):
    """A group with further commands, each a Typer app that is made when it is asked for."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        self._further = self.further()
        self.commands = {**self.commands, **dict.fromkeys(self._further)}  # type: ignore[dict-item]

    def further(self) -> Mapping[str, Callable[[], typer.Typer]]:
        """By name, in the order of the help."""
        return {}

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """One of its own, or a further one, imported now."""
        if self.commands.get(cmd_name) is None and cmd_name in self._further:
            self.commands[cmd_name] = typer.main.get_command(self._further[cmd_name]())
        return super().get_command(ctx, cmd_name)


class Extensible(LazyGroup):
    """A group that other installed packages add commands to."""

    def further(self) -> Mapping[str, Callable[[], typer.Typer]]:
        """Those whose names have as many parts as they need to stand here."""
        prefix = "" if self.name == ROOT else f"{self.name}."
        names = {point.name.removeprefix(prefix): point.load for point in _points() if point.name.startswith(prefix)}
        return {name: load for name, load in names.items() if "." not in name}


def _points() -> Any:
    return sorted(entry_points(group=GROUP), key=lambda point: point.name)
