"""`daogou backup`, `daogou restore`, `daogou check`: a shop is kept, brought back, looked over."""

from pathlib import Path
from typing import Annotated

import typer

from daogou.cli.terminal import console, progress

ShopFolder = Annotated[Path, typer.Option("--shop", help="The shop's folder.", envvar="DAOGOU_SHOP")]
Archive = Annotated[Path, typer.Argument(help="The file, a .tar.gz.")]
DEFAULT_SHOP = Path("shop")
FAILED = 1


def backup_command(archive: Archive, shop: ShopFolder = DEFAULT_SHOP) -> None:
    """Put a whole shop into one file, also while it is served. It holds shoppers' talks and the shop's secret: keep it safe.

    Example: daogou backup myshop.tar.gz --shop myshop
    """
    from daogou.app.jobs.backup import back_up

    size = back_up(shop, archive)
    console.print(f"{archive}: {size / 2**20:,.1f} MB. Bring it back with: daogou restore {archive} --shop FOLDER")


def restore_command(archive: Archive, shop: ShopFolder = DEFAULT_SHOP) -> None:
    """Bring a shop back from its backup, into a folder that is not there yet.

    Example: daogou restore myshop.tar.gz --shop myshop
    """
    from daogou.app.jobs.backup import restore

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
    from daogou.app.jobs.checking import check_shop

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
