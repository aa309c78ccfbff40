"""`daogou learn language`. What trains is imported when it is asked for."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

language = typer.Typer(add_completion=False, rich_markup_mode="markdown")


@language.command("language")
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
    from daogou.cli.terminal import console, progress
    from daogou_training.language.corpus import Sources, languages_of, products_of
    from daogou_training.language.run import CARD, CURVE, Recipe, learn_language

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
    from daogou.cli.terminal import console, progress
    from daogou_training.student import teach

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
