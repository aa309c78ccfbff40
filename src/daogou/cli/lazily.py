"""A group of commands that is imported when one of them is asked for, and not to say that there is such a group."""

import importlib
from typing import Any

from typer.core import TyperGroup
from typer.main import get_group


def lazily(module: str, name: str) -> type[TyperGroup]:
    """The group that the module's Typer of that name makes."""

    def group() -> TyperGroup:
        return get_group(getattr(importlib.import_module(module), name))

    class Lazy(TyperGroup):
        def list_commands(self, ctx: Any) -> list[str]:
            return group().list_commands(ctx)

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            return group().get_command(ctx, cmd_name)

    return Lazy
