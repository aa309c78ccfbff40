"""`daogou learn`: training, each command resumable, each with a model card."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from daogou.assembly.advising import RECOMMENDER
from daogou.assembly.fitted import FIT
from daogou.assembly.learning import languages_of, products_of
from daogou.assembly.learning_fit import learn_shop_fit
from daogou.assembly.learning_recommender import LearnedVersion, learn_shop_recommender
from daogou.assembly.learning_student import teach
from daogou.cli.terminal import console, progress
from daogou.learn.corpus import Sources
from daogou.learn.language import CARD, CURVE, Recipe, learn_language
from daogou.learn.recommender import Recipe as RecommenderRecipe
from daogou.store.versions import Versions

learn = typer.Typer()


@learn.command("language")
def learn_language_command(
    folder: Annotated[Path, typer.Argument(help="Where the run lives: checkpoints, model, card. Run again to go on.")],
    shop: Annotated[
        list[Path] | None, typer.Option("--shop", help="A shop folder to learn from; may be repeated.")
    ] = None,
    size: Annotated[str, typer.Option(help="5m, 15m or 60m parameters.")] = "5m",
    steps: Annotated[int, typer.Option(help="Training steps of about 5,000 tokens.", min=1)] = 2000,
    texts: Annotated[Path | None, typer.Option(help="A folder with Icecat and WebShop texts.")] = None,
    start: Annotated[Path | None, typer.Option("--from", help="A model folder to go on from: fine-tuning.")] = None,
    invented: Annotated[int, typer.Option(help="How many invented shops to read about.", min=0)] = 1400,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    rate: Annotated[float, typer.Option(help="Learning rate; 0: the size's own.", min=0.0)] = 0.0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same corpus and the same batches.")] = 0,
    teacher: Annotated[
        str, typer.Option(help="Learn a student of this model's log P(q | product) instead: gemma-270m, gguf:FILE ...")
    ] = "",
    requests: Annotated[int, typer.Option(help="With --teacher: how many, made of the shop's titles.", min=10)] = 400,
    questions: Annotated[
        Path | None,
        typer.Option(help="With --teacher: real ones to measure the student on, as for `daogou evaluate ladder`."),
    ] = None,
) -> None:
    """Train a small language model from scratch, or fine-tune one on your own shop; or a student of a larger one.

    Stopped at any moment, the same command goes on from the last checkpoint (one a minute).

    Examples:
        daogou learn language runs/small --shop demo-shop/shop

        daogou learn language runs/mine --from runs/small/model --shop myshop --steps 300 --invented 100

        daogou learn language runs/large --size 60m --device cuda --steps 40000

        daogou learn language runs/student --teacher gemma-270m --shop myshop --questions queries.jsonl

    """
    if teacher:
        _learn_student(folder, shop or [], teacher, requests, questions, seed, device)
        return
    shops = products_of(shop or [])
    sources = Sources(shops=shops, languages=languages_of(shops), data=texts, invented=invented, seed=seed)
    recipe = Recipe(sources=sources, size=size, steps=steps, seed=seed, device=device, start=start, rate=rate)
    with progress() as step:
        learned = learn_language(folder, recipe, on_progress=step)
    console.print(
        f"{learned.parameters:,} parameters, {learned.tokens:,} tokens in {learned.took_s / 60:.0f} minutes;"
        f" right in {learned.measured.right:.1%} of {learned.measured.choices} held-out choices"
    )
    console.print(f"Model card: {escape(str(folder / CARD))}; loss: {escape(str(folder / CURVE))}")


def _learn_student(
    folder: Path, shops: list[Path], teacher: str, requests: int, questions: Path | None, seed: int, device: str
) -> None:
    if len(shops) != 1:
        raise typer.BadParameter("a student is one shop's: name it with --shop")
    with progress() as step:
        taught = teach(
            folder,
            shops[0],
            teacher=teacher,
            requests=requests,
            questions=questions,
            seed=seed,
            device=device,
            on_progress=step,
            on_cost=lambda seconds: console.print(
                f"The teacher needs about {seconds / 60:.0f} minutes; stopped at any moment, the same command goes on."
            ),
        )
    console.print(
        f"{taught.lists} requests; on every fifth, left out, the student's order agrees with the teacher's by {taught.agreement:.2f}"
        f" (Kendall), that of the fit alone by {taught.plain:.2f}"
    )
    for name, (before, after, gain) in taught.gains.items():
        console.print(f"{name}: {before:.3f} without the student, {after:.3f} with it; gain {gain}")
    console.print(f"The student and its report: {escape(str(folder))}. No turn asks it (docs/language.md).")


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
    if rollback:
        number = Versions(shop / RECOMMENDER).roll_back(to)
        console.print(f"Version {number} of the recommender counts again.")
        return
    with progress() as step:
        learned = learn_shop_recommender(
            shop, RecommenderRecipe(test_share=test_share, seed=seed), sequences=sequences, on_progress=step
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


def _print_recommender(learned: LearnedVersion) -> None:
    report = learned.report
    console.print(
        f"Version {learned.number}: {report['visits']:,} visits of {report['shoppers']:,} shoppers to {report['items']:,} products,"
        f" learnt in {report['took_s']:.0f} s"
    )
    told = {"mixture": report["mixture"], **report["experts"]} if report["mixture"]["visits"] else {}
    for name, figures in sorted(told.items(), key=lambda one: -one[1]["ndcg@10"]):
        console.print(f"  {name:<16} recall@10 {figures['recall@10']:.3f}  NDCG@10 {figures['ndcg@10']:.3f}")
    console.print(f"Model card: {escape(str(learned.card))}; undo with: daogou learn recommender --rollback")
