"""`daogou keys`: API keys of which the settings hold only a digest, and signed user ids."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from daogou.cli.terminal import console

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
    shop: Annotated[Path, typer.Option("--shop", help="The shop's folder.", envvar="DAOGOU_SHOP")] = Path("shop"),
) -> None:
    """Sign a user id: what a page sends as `user_id` so that this shopper's history counts.

    Example: daogou keys sign u00021 --shop myshop
    """
    from daogou.api.middleware.keys import Pseudonyms
    from daogou.app.serving import user_secret
    from daogou.settings import read_settings

    console.print(Pseudonyms(user_secret(shop, read_settings(shop))).signed(user_id), soft_wrap=True, markup=False)
