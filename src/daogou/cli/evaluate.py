"""`daogou evaluate`: every measurement of how well the guide answers."""

from pathlib import Path
from typing import Annotated

import typer

from daogou.assembly import evaluate_needs, open_shop
from daogou.cli.describe import evaluate_descriptions_command
from daogou.cli.evaluate_answers import evaluate_answers_command
from daogou.cli.evaluate_calibration import evaluate_calibration_command
from daogou.cli.evaluate_ladder import evaluate_ladder_command
from daogou.cli.evaluate_language import evaluate_choice_command
from daogou.cli.evaluate_recommender import next_basket_command, next_item_command, personal_search_command
from daogou.cli.evaluate_shops import evaluate_shops_command
from daogou.cli.evaluate_sold import evaluate_sold_command
from daogou.cli.terminal import progress
from daogou.cli.without_list import WithoutList, chosen_lists
from daogou.trial.needs import BAR
from daogou.trial.search import DEPTH, main_search

evaluate = typer.Typer()
evaluate.command("choice")(evaluate_choice_command)
evaluate.command("next-item")(next_item_command)
evaluate.command("next-basket")(next_basket_command)
evaluate.command("personal-search")(personal_search_command)
evaluate.command("ladder")(evaluate_ladder_command)
evaluate.command("sold")(evaluate_sold_command)
evaluate.command("calibration")(evaluate_calibration_command)
evaluate.command("answers")(evaluate_answers_command)
evaluate.command("shops")(evaluate_shops_command)
evaluate.command("descriptions")(evaluate_descriptions_command)


@evaluate.command("needs")
def evaluate_needs_command(
    data: Annotated[Path, typer.Argument(help="The folder with the real shops.")],
    shops: Annotated[Path, typer.Option(help="Where the loaded shops live; missing ones are loaded.")] = Path("shops"),
    mappings: Annotated[Path, typer.Option(help="The folder with their mappings.")] = Path("examples/mappings"),
    split: Annotated[str, typer.Option(help="dev or test; default: both.")] = "",
    only: Annotated[str, typer.Option(help="One case's name.")] = "",
    least: Annotated[float, typer.Option(help="Share of turns that must pass, else exit status 1.")] = BAR,
    without_list: WithoutList = None,
) -> None:
    """The needs suite: conversations over real shops, each turn tested on the raw feed rows.

    Example: daogou evaluate needs ../shared/data --split dev
    """
    left_out = chosen_lists(without_list)
    with progress() as step:
        passed = evaluate_needs(
            data,
            shops=shops,
            mappings=mappings,
            split=split,
            only=only,
            least=least,
            left_out=left_out,
            on_progress=step,
        )
    raise typer.Exit(0 if passed else 1)


@evaluate.command("search")
def evaluate_search_command(
    judgements: Annotated[Path, typer.Argument(help="CSV with the columns query, docid, rating.")],
    shop: Annotated[Path, typer.Option("--shop", help="The shop's folder.", envvar="DAOGOU_SHOP")] = Path("shop"),
    folds: Annotated[int, typer.Option(help="Cross-validation folds of the weights; 0: none.", min=0)] = 5,
    least: Annotated[float, typer.Option(help="NDCG@10 that must be reached, else exit status 1.")] = 0.0,
    least_judged: Annotated[float, typer.Option(help="The same with unjudged products taken out.")] = 0.0,
) -> None:
    """NDCG@10 of the plain search on people's judgements.

    Example: daogou evaluate search ../shared/data/icecat/judgements.csv --shop shops/icecat
    """
    with open_shop(shop) as opened:
        status = main_search(
            lambda query: opened.guide.search(query, limit=DEPTH).shortlist,
            judgements,
            folds=folds,
            least=least,
            least_judged=least_judged,
        )
    raise typer.Exit(status)
