"""`daogou learn`: what a shop learns from its own log, each with a model card; `daogou describe`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from daogou.cli.terminal import DEFAULT_SHOP, Extensible, ShopFolder, complaints, console, progress
from daogou.reply.describe.words import Brief, Length, Tone

if TYPE_CHECKING:
    from daogou.app.learning import LearnedVersion

learn = typer.Typer(name="learn", cls=Extensible, help="Train the models that the guide uses.", no_args_is_help=True)


@learn.command("recommender")
def learn_recommender_command(
    shop: ShopFolder = DEFAULT_SHOP,
    test_share: Annotated[
        float, typer.Option(help="Share of the visits, the newest, that the figures are of.", min=0.0, max=0.5)
    ] = 0.1,
    sequences: Annotated[
        bool, typer.Option("--sequences", help="Train a sequence model as well; needs the extra 'train' (torch).")
    ] = False,
    rollback: Annotated[bool, typer.Option("--rollback", help="Learn nothing; let the version before count.")] = False,
    to: Annotated[
        int | None,
        typer.Option(help="With --rollback: let that version count; 0: as before anything was learnt.", min=0),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed and log give the same recommender.")] = 0,
) -> None:
    """Learn what goes with what from the shop's event log; a running service picks it up by itself.

    Examples:
        daogou learn recommender --shop demo-shop/shop

        daogou learn recommender --shop demo-shop/shop --rollback

    """
    from daogou.app.advising import RECOMMENDER
    from daogou.app.learning import learn_shop_recommender
    from daogou.db.durable import Versions
    from daogou.recommend.learn.recommender import Recipe

    if rollback:
        number = Versions(shop / RECOMMENDER).roll_back(to)
        console.print(f"Version {number} of the recommender counts again.")
        return
    recipe = Recipe(test_share=test_share, seed=seed)
    with progress() as step:
        learned = learn_shop_recommender(shop, recipe, sequences=sequences, on_progress=step)
    _print_recommender(learned)


@learn.command("fit")
def learn_fit_command(
    shop: ShopFolder = DEFAULT_SHOP,
    judgements: Annotated[
        Path | None, typer.Option(help="CSV: query, docid, rating. Without it: the answers that the log tells of.")
    ] = None,
    anyway: Annotated[bool, typer.Option("--anyway", help="Let it count even where it does not help.")] = False,
    rollback: Annotated[bool, typer.Option("--rollback", help="Learn nothing; let the version before count.")] = False,
    to: Annotated[
        int | None, typer.Option(help="With --rollback: let that version count; 0: the standard weights.", min=0)
    ] = None,
) -> None:
    """Learn this shop's own weights of fit from judgements or from logged turns; they count only where they help.

    Examples:
        daogou learn fit --shop shops/icecat --judgements judgements.csv

        daogou learn fit --shop myshop

        daogou learn fit --shop myshop --rollback --to 0

    """
    from daogou.app.learning import learn_shop_fit
    from daogou.app.opening import FIT
    from daogou.db.durable import Versions

    if rollback:
        number = Versions(shop / FIT).roll_back(to)
        counting = f"Version {number} of the weights of fit counts" if number else "The standard weights count"
        console.print(f"{counting} again.")
        return
    with progress() as step:
        learned = learn_shop_fit(shop, judgements=judgements, anyway=anyway, on_progress=step)
    report = learned.report
    console.print(
        f"{report.queries:,} queries left out in turn: NDCG@10 {report.standard:.4f} with the standard weights, {report.learnt:.4f} with"
        f" learnt ones; gain {report.gain}"
    )
    if learned.number is None:
        console.print("It does not help beyond chance: the weights stay as they are (--anyway to let it count).")
    else:
        changed = ", ".join(f"{name} times {factor:.3g}" for name, factor in sorted(learned.factors.items()))
        console.print(
            f"Version {learned.number} counts: {changed or 'nothing changed'}. Model card: {escape(str(learned.card))}"
        )


def _print_recommender(learned: "LearnedVersion") -> None:
    report = learned.report
    console.print(
        f"Version {learned.number}: {report['visits']:,} visits of {report['shoppers']:,} shoppers to {report['items']:,} products,"
        f" learnt in {report['took_s']:.0f} s"
    )
    told = {"mixture": report["mixture"], **report["experts"]} if report["mixture"]["visits"] else {}
    for name, figures in sorted(told.items(), key=lambda one: -one[1]["ndcg@10"]):
        console.print(f"  {name:<16} recall@10 {figures['recall@10']:.3f}  NDCG@10 {figures['ndcg@10']:.3f}")
    console.print(f"Model card: {escape(str(learned.card))}; undo with: daogou learn recommender --rollback")


if TYPE_CHECKING:
    from daogou.app.describing import Estimate

MILLION = 1_000_000


def describe_command(
    output: Annotated[Path, typer.Option(help="A new .csv or .jsonl, or one that a stopped run left.")],
    shop: ShopFolder = DEFAULT_SHOP,
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
    from daogou.app.describing import describe_shop, estimate, model_of

    brief = Brief(language=language, tone=tone, length=length, audience=audience, with_price=with_price, seed=seed)
    with open_shop(shop) as opened:
        wanted = ids or []
        if only_estimate:
            name = model or opened.settings.language_model
            found = estimate(opened, brief, output, ids=wanted, limit=limit, model_name=name)
            _print_estimate(found, price_read=price_read)
            return
        with progress() as step:
            chosen = model_of(opened, model)
            done = describe_shop(opened, brief, output, ids=wanted, limit=limit, model=chosen, on_progress=step)
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
