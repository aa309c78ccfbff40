"""`daogou learn`: what a shop learns from its own log, each with a model card; daogou_training adds `language`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from daogou.cli.installed import Extensible
from daogou.cli.terminal import console, progress

if TYPE_CHECKING:
    from daogou.app.learning_recommender import LearnedVersion

learn = typer.Typer(name="learn", cls=Extensible, help="Train the models that the guide uses.", no_args_is_help=True)


@learn.command("recommender")
def learn_recommender_command(
    shop: Annotated[Path, typer.Option("--shop", help="The shop's folder.", envvar="DAOGOU_SHOP")] = Path("shop"),
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
    from daogou.app.learning_recommender import learn_shop_recommender
    from daogou.db.versions import Versions
    from daogou.recommend.learn.recommender import Recipe

    if rollback:
        number = Versions(shop / RECOMMENDER).roll_back(to)
        console.print(f"Version {number} of the recommender counts again.")
        return
    with progress() as step:
        learned = learn_shop_recommender(
            shop, Recipe(test_share=test_share, seed=seed), sequences=sequences, on_progress=step
        )
    _print_recommender(learned)


@learn.command("fit")
def learn_fit_command(
    shop: Annotated[Path, typer.Option("--shop", help="The shop's folder.", envvar="DAOGOU_SHOP")] = Path("shop"),
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
    from daogou.app.fitted import FIT
    from daogou.app.learning_fit import learn_shop_fit
    from daogou.db.versions import Versions

    if rollback:
        number = Versions(shop / FIT).roll_back(to)
        console.print(
            f"Version {number} of the weights of fit counts again." if number else "The standard weights count again."
        )
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
