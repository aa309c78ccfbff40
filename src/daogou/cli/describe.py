"""`daogou describe`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from daogou.cli.terminal import complaints, console, progress
from daogou.reply.describe.words import Brief, Length, Tone

if TYPE_CHECKING:
    from daogou.app.jobs.describing import Estimate

MILLION = 1_000_000


def describe_command(
    output: Annotated[Path, typer.Option(help="A new .csv or .jsonl, or one that a stopped run left.")],
    shop: Annotated[Path, typer.Option("--shop", help="The shop's folder.", envvar="DAOGOU_SHOP")] = Path("shop"),
    language: Annotated[str, typer.Option(help="en or zh.")] = "en",
    tone: Annotated[Tone, typer.Option(help="How it sounds.")] = Tone.PLAIN,
    length: Annotated[Length, typer.Option(help="1 to 2, 3 to 4, or 5 to 7 sentences.")] = Length.MEDIUM,
    audience: Annotated[
        str, typer.Option(help="general, gift, student, professional, parent, or free words.")
    ] = "general",
    with_price: Annotated[bool, typer.Option("--with-price", help="Tell the price as well; it ages.")] = False,
    seed: Annotated[int, typer.Option(help="Another seed gives other wordings.")] = 0,
    ids: Annotated[list[str] | None, typer.Option(help="Only this product; may be given several times.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many products; 0: all.", min=0)] = 0,
    model: Annotated[str, typer.Option(help="builtin, openai:MODEL ...; default: as the shop is set.")] = "",
    only_estimate: Annotated[bool, typer.Option("--estimate", help="Say what it takes, and stop.")] = False,
    price_read: Annotated[float, typer.Option(help="What a million tokens read cost, for --estimate.")] = 0.0,
) -> None:
    """Describe every product of a shop from the facts of its row; nothing is said that the row does not bear out.

    Stopped at any moment, the same command goes on where it was; no product is described twice.

    Examples:
        daogou describe --shop myshop --language zh --tone warm --length medium --output described.csv

        daogou describe --shop myshop --output described.jsonl --ids 4711 --ids 4712 --audience gift

        daogou describe --shop myshop --output described.csv --model builtin --estimate

    """
    from daogou.app import open_shop
    from daogou.app.jobs.describing import describe_shop, estimate, model_of

    brief = Brief(language=language, tone=tone, length=length, audience=audience, with_price=with_price, seed=seed)
    with open_shop(shop) as opened:
        wanted = ids or []
        if only_estimate:
            name = model or opened.settings.language_model
            found = estimate(opened, brief, output, ids=wanted, limit=limit, model_name=name)
            _print_estimate(found, price_read=price_read)
            return
        with progress() as step:
            done = describe_shop(
                opened,
                brief,
                output,
                ids=wanted,
                limit=limit,
                model=model_of(opened, model),
                on_progress=step,
            )
    if done.unknown:
        complaints.print(f"[yellow]warning:[/yellow] the shop has no product {escape(', '.join(done.unknown))}")
    console.print(f"{done.written:,} products described, {done.already:,} were there already: {escape(str(output))}")


def _print_estimate(found: "Estimate", *, price_read: float) -> None:
    console.print(f"{found.products:,} products, about {found.seconds:,.0f} s on this machine.")
    if found.tokens_read:
        console.print(f"The model's server reads about {found.tokens_read:,} tokens.")
    if price_read:
        cost = found.tokens_read * price_read / MILLION
        console.print(f"Cost: about {cost:,.2f} (at {price_read} for each million).")
