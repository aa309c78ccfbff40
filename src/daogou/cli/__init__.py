"""The command line: load, serve, chat, search, demo, describe, learn, models, keys, backup, restore, check, evaluate."""

import sys
import webbrowser
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.markup import escape

from daogou import __version__
from daogou.cli.keeping import backup_command, check_command, keys, models, restore_command
from daogou.cli.learn import describe_command, learn
from daogou.cli.terminal import (
    DEFAULT_SHOP,
    Extensible,
    ShopFolder,
    Steps,
    complaints,
    console,
    converse,
    price,
    print_answer,
    print_check,
    print_events,
    print_report,
    print_turn,
    progress,
)
from daogou.errors import DaogouError, ShopError

# What the shop stands on is imported by the command that needs it: --version and --help wait for none of it.
app = typer.Typer(
    name="daogou",
    cls=Extensible,  # `daogou evaluate` comes from daogou_evals
    help="Daogou (导购): a shopping guide for any product catalogue.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)]
DEMO_VISITS = 500  # that the demo's recommender is weighed and measured on: a newcomer waits for it

_UNITS = {"s": 1, "m": 60, "h": 3600}

# Exit codes beside 0 (all went well) and 2 (wrong usage).
FAILED, ROWS_REJECTED = 1, 3


def main() -> None:
    """Run the command line; what the user can mend is said in a sentence, without a traceback."""
    try:
        app()
    except (DaogouError, OSError) as error:  # a full disk, a folder that may not be written
        complaints.print(f"[red]daogou:[/red] {escape(str(error))}")
        sys.exit(FAILED)


@app.command()
def load(
    feed: Annotated[
        Path | None,
        typer.Argument(
            help="CSV, TSV, JSON, JSONL (.gz, .zst), Parquet, Merchant XML, a spreadsheet; may be left out with --events."
        ),
    ] = None,
    shop: ShopFolder = DEFAULT_SHOP,
    mapping: Annotated[Path | None, typer.Option(help="A TOML mapping; without one the columns are guessed.")] = None,
    events: Annotated[Path | None, typer.Option(help="A behaviour log to load as well.")] = None,
    currency: Annotated[str, typer.Option(help="ISO 4217 currency of prices that name none.")] = "",
    rejects: Annotated[Path | None, typer.Option(help="Where rejected rows go; default: beside the feed.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Withdraw products that this feed lacks.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Withdraw even more than half of the shop.")] = False,
    watch: Annotated[str, typer.Option(help="A feed's URL or file to look at again and again.")] = "",
    every: Annotated[str, typer.Option(help="How often: 90s, 15m, 2h.")] = "15m",
    check: Annotated[bool, typer.Option("--check", help="Say how the feed would be read, and write nothing.")] = False,
) -> None:
    """Load a product feed and build the index; loading it again changes nothing.

    Exit status: 0 every row loaded, 3 some rows rejected (the good ones are loaded), 1 nothing could be loaded, or --replace
    would withdraw more than half of the shop and was not told --yes.

    Examples:
        daogou load products.csv --shop myshop

        daogou load feed.jsonl.gz --mapping mapping.toml --events log.jsonl --replace

        daogou load --events log.parquet --shop myshop

        daogou load --watch https://shop.example/feed.csv --every 15m --replace --shop myshop

        daogou load export.csv --check

    """
    from daogou.app import Listener, Reading, Replacing, load_shop

    def load_once(path: Path, log: Path | None = None) -> int:
        with progress() as step:
            ask = partial(_ask_currency, step)
            reading = Reading(mapping=mapping, events=log, currency=currency, rejects=rejects, ask_currency=ask)
            replacing = Replacing(missing=replace, most=yes)
            told = Listener(progress=step)
            report = load_shop(path, folder=shop, reading=reading, replacing=replacing, listener=told)
        print_report(report, shop)
        return FAILED if not report.loaded or report.spared else ROWS_REJECTED if report.rejected else 0

    if watch:
        _watch(watch, shop, _seconds(every), lambda path: load_once(path) != FAILED)
    if feed is None:
        _load_events(shop, events, mapping, rejects)
    if check:
        from daogou.app.loading import check_feed

        report = check_feed(feed, folder=shop, mapping=mapping, currency=currency)
        print_check(report)
        raise typer.Exit(FAILED if not report.good else ROWS_REJECTED if report.rejected else 0)
    raise typer.Exit(load_once(feed, events))


def _ask_currency(step: Steps, likely: str) -> str:
    """Asks once, on a terminal; elsewhere nobody is there to answer."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return ""
    step.progress.stop()
    said: str = typer.prompt("The feed names no currency. Which one are its prices in (ISO 4217)?", default=likely)
    step.progress.start()
    return said.strip().upper()


@app.command()
def forget(
    user_id: Annotated[str, typer.Argument(help="The shopper's pseudonym in the event log.")],
    shop: ShopFolder = DEFAULT_SHOP,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase a shopper: events, conversations, and what was done unnamed in the shopper's own sessions.

    Example: daogou forget u00021 --shop myshop
    """
    from daogou.app.loading_events import forget_shopper

    if not yes:
        typer.confirm(f"Erase everything of '{user_id}'? There is no way back", abort=True)
    gone = forget_shopper(shop, user_id)
    console.print(f"{gone.events:,} events and {gone.conversations:,} conversations are gone.")


def _watch(source: str, shop: Path, every_s: float, load_once: Callable[[Path], bool]) -> NoReturn:
    from daogou.app.watching import watch

    def tell(problem: str) -> None:
        complaints.print(f"[yellow]warning:[/yellow] {escape(problem)}")

    try:
        watch(source, folder=shop, every_s=every_s, load=load_once, tell=tell)
    except KeyboardInterrupt:
        raise typer.Exit from None
    raise typer.Exit


def _seconds(every: str) -> float:
    number, unit = every[:-1], every[-1:]
    if unit not in _UNITS or not number.isdecimal() or int(number) == 0:
        raise typer.BadParameter(f"--every {every}: write 90s, 15m or 2h")
    return float(number) * _UNITS[unit]


def _load_events(shop: Path, log: Path | None, mapping: Path | None, rejects: Path | None) -> NoReturn:
    if log is None:
        raise typer.BadParameter("name a product feed, a behaviour log (--events LOG), or both")
    from daogou.app import Listener
    from daogou.app.loading_events import load_event_log

    with progress() as step:
        report = load_event_log(log, folder=shop, mapping=mapping, rejects=rejects, listener=Listener(progress=step))
    print_events(report)
    raise typer.Exit(ROWS_REJECTED if report.rejected else 0)


@app.command()
def serve(
    shop: ShopFolder = DEFAULT_SHOP,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    write_without_key: Annotated[
        bool, typer.Option("--write-without-key", help="Let this machine write where no API key is set.")
    ] = False,
) -> None:
    """Serve the HTTP API and the page.

    Shoppers' calls need no key. Writing does: one from the settings, else the one that is printed at the start.

    Example: daogou serve --shop myshop --port 8000
    """
    from daogou.app import open_shop, serve_shop

    with open_shop(shop) as opened:
        console.print(
            f"{escape(opened.name)}: {len(opened.catalogue):,} products on http://{host}:{port} (Ctrl+C ends)"
        )
        serve_shop(opened, host=host, port=port, write_without_key=write_without_key, say=console.print)


@app.command()
def chat(
    message: Annotated[list[str] | None, typer.Argument(help="One message; without one, a conversation.")] = None,
    shop: ShopFolder = DEFAULT_SHOP,
    considered: Annotated[bool, typer.Option("--considered", help="Show every response that was considered.")] = False,
) -> None:
    """Talk with the guide in the terminal; an empty line or Ctrl+D ends, /new starts over.

    Examples:
        daogou chat

        daogou chat "a laptop under 800 euros" --shop myshop --considered

    """
    from daogou.app import open_shop

    with open_shop(shop) as opened:
        if message:
            print_turn(opened.guide.answer(" ".join(message), considered=considered), considered=considered)
            return
        converse(opened, considered=considered)


@app.command()
def search(
    query: Annotated[list[str], typer.Argument(help="What to look for.")],
    shop: ShopFolder = DEFAULT_SHOP,
    limit: Annotated[int, typer.Option(help="How many products.", min=1, max=1000)] = 10,
    scores: Annotated[bool, typer.Option("--scores", help="Show every score that moved a product.")] = False,
) -> None:
    """Search without a conversation.

    Example: daogou search wireless mouse --limit 5 --scores
    """
    from daogou.app import open_shop

    with open_shop(shop) as opened:
        result = opened.guide.search(" ".join(query), limit=limit)
        for position, candidate in enumerate(result.shortlist, start=1):
            product = result.products[candidate.product_id]
            console.print(f"{position:>3}. {escape(product.title)}  {price(product, opened.clock())}")
            if scores:
                told = ", ".join(f"{score.source} {score.value:.3f}" for score in candidate.scores)
                console.print(f"     [dim]{candidate.product_id}: {escape(told)}[/dim]")
        console.print(f"[dim]{result.retrieval.total:,} products fit[/dim]")


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(help="Where the demo shop lives.")] = Path("demo-shop"),
    host: Host = "127.0.0.1",
    port: Port = 8000,
    only_load: Annotated[bool, typer.Option("--only-load", help="Load the shop and stop.")] = False,
) -> None:
    """Make the demo shop (2,025 products, a year of shoppers), load it, learn from its shoppers, and open the door.

    Example: daogou demo --port 8080
    """
    from daogou.app import Listener, Reading, load_shop, open_shop, serve_shop
    from daogou.app.demo.shoppers import EVENTS, FEED, MAPPING, SHOP, write_demo
    from daogou.app.learning import learn_shop_recommender
    from daogou.recommend.learn.recommender import Recipe

    shop = folder / SHOP
    if not _opens(shop):
        write_demo(folder)
        with progress() as step:
            reading = Reading(mapping=folder / MAPPING, events=folder / EVENTS)
            report = load_shop(folder / FEED, folder=shop, reading=reading, listener=Listener(progress=step))
            learned = learn_shop_recommender(shop, Recipe(visits=DEMO_VISITS), on_progress=step)
        print_report(report, shop)
        console.print(
            f"The recommender foretells {learned.report['mixture']['recall@10']:.0%} of what shoppers chose next in its first ten"
            f" (popular products: {learned.report['experts']['popular']['recall@10']:.0%})."
        )
    if only_load:
        return
    with open_shop(shop) as opened:
        for message in ("I want to buy a new laptop", "想买一台新笔记本电脑"):
            console.print(f"\n[bold]> {message}[/bold]")
            print_answer(opened.guide.answer(message), most=3)
        address = f"http://{host}:{port}"
        console.print(f"\nThe demo shop is open: [bold]{address}[/bold] (Ctrl+C closes it)")
        if sys.stdout.isatty():
            webbrowser.open(address)
        serve_shop(opened, host=host, port=port, say=console.print)


app.command("describe")(describe_command)
app.command("backup")(backup_command)
app.command("restore")(restore_command)
app.command("check")(check_command)
app.add_typer(learn)
app.add_typer(models)
app.add_typer(keys)


def _version(wanted: bool) -> None:
    if wanted:
        console.print(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say it and stop.")
    ] = False,
) -> None:
    pass


def _opens(shop: Path) -> bool:
    """Whether a whole shop of this version is there already."""
    from daogou.app import open_shop

    try:
        open_shop(shop).close()
    except ShopError:
        return False
    return True
