"""`daogou evaluate ladder`: a shop and what is asked of it, or the needs suite's shops, rung by rung up to a language model's voice."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from daogou.app.opening import Shop
from daogou.catalog.products.need import ShopperNeed
from daogou.cli.terminal import progress
from daogou.errors import ShopError
from daogou.find.retrieve import retrieve
from daogou.guide import Guide
from daogou.progress import Progress, silent
from daogou.rank.fit import relevance
from daogou.settings import NO_MODEL, Settings, read_settings
from daogou.text.words import language_of
from daogou_evals.climbing import CHAT, FIT, READINGS, VECTORS, WORDS, Ask, Kept, Outcome, Rung, Step, climb, steps
from daogou_evals.measured import aside, load, there
from daogou_evals.needs.cases import Case, read_cases
from daogou_evals.needs.rows import Rows, feeds, read_rows
from daogou_evals.needs.suite import TruthCheck, run_needs, truth_of
from daogou_evals.options import WithoutList, chosen_lists, print_table
from daogou_evals.questions import Question, read_questions
from daogou_evals.search import DEPTH
from daogou_evals.without import without

USES = ("ranker", "reader", "choose")  # of a model: the settings that take "model"
Way: TypeAlias = Callable[[Guide, str], Sequence[str]]  # guide, message -> product ids, best first
Talk: TypeAlias = Callable[[Mapping[str, Guide], Case], Outcome]


@dataclass(frozen=True, kw_only=True)
class Voice:
    """A language model, what it is used for, and how long a turn may wait for it."""

    model: str
    use: str = "ranker"
    budget_ms: int = 5000

    @property
    def name(self) -> str:
        """Of its rung."""
        return f"+ {self.model}" if self.use == "ranker" else f"+ {self.model} as {self.use}"

    def set_in(self, settings: Settings) -> Settings:
        """The shop's settings with nothing else asked of any model."""
        given = {self.use: "model", "model_budget_ms": self.budget_ms, "ranker_budget_ms": self.budget_ms}
        return replace(_plain(settings), language_model=self.model, **given)  # type: ignore[arg-type]


def climb_shop(
    shop: Path,
    questions: Path,
    *,
    voices: Sequence[Voice] = (),
    kept: Path,
    feed: Path | None = None,
    limit: int = 0,
    on_progress: Progress = silent,
) -> list[Step]:
    """Search, and conversation where right products are known, on every rung; the shop is loaded from `feed` where it is missing."""
    if feed is not None:
        load(feed, shop, on_progress=on_progress)
    _there(shop)
    asked = {one.text: one for one in read_questions(questions)[: limit or None]}
    rungs = _shop_rungs(shop, asked, voices, chats=any(one.right for one in asked.values()))
    about = f"{shop.resolve().name}, {questions.name}"
    return steps(rungs, climb(rungs, list(asked), Kept(kept, about), on_progress=on_progress))


def climb_needs(
    shops: Path,
    data: Path,
    *,
    voices: Sequence[Voice] = (),
    kept: Path,
    split: str = "dev",
    limit: int = 0,
    on_progress: Progress = silent,
) -> list[Step]:
    """The share of the needs suite's turns that pass, without and with each of the other readings and of the models."""
    cases = {f"{one.shop}: {one.id}": one for one in read_cases() if split in ("", one.split)}
    cases = dict(list(cases.items())[: limit or None])
    wanted = sorted({one.shop for one in cases.values()})
    for name in wanted:
        _there(shops / name)
    rows = {name: read_rows(feed, data) for name, feed in feeds().items() if name in wanted}
    ladder = [(FIT, "", _plain, _without_readings), (READINGS, FIT, _plain, None)]
    ladder += [(voice.name, READINGS, voice.set_in, None) for voice in voices]
    rungs = [
        Rung(name=name, below=below, opened=partial(_talking, shops, wanted, cases, rows, settings, bend))
        for name, below, settings, bend in ladder
    ]
    return steps(rungs, climb(rungs, list(cases), Kept(kept, "the needs suite"), on_progress=on_progress))


def _shop_rungs(shop: Path, asked: Mapping[str, Question], voices: Sequence[Voice], *, chats: bool) -> list[Rung]:
    """A search is held against the search below it, a conversation against the conversation below, or the search of its own rung."""

    def rung(name: str, below: str, way: Way, settings: Callable[[Settings], Settings] | None = None) -> Rung:
        return Rung(name=name, below=below, opened=partial(_asking, shop, asked, way, settings or _plain))

    talked = "{}: " + CHAT
    bottom = [
        rung(WORDS, "", lambda guide, text: _found(aside(guide, encoders=()), text)),
        rung(VECTORS, WORDS, _found),
        rung(FIT, VECTORS, lambda guide, text: _searched(aside(guide, bend=_without_readings), text)),
        rung(READINGS, FIT, _searched),
        *(rung(voice.name, READINGS, _searched, voice.set_in) for voice in voices),
    ]
    chat = [
        rung(talked.format(FIT), FIT, lambda guide, text: _talked(aside(guide, bend=_without_readings), text)),
        rung(talked.format(READINGS), talked.format(FIT), _talked),
        *(rung(talked.format(voice.name), talked.format(READINGS), _talked, voice.set_in) for voice in voices),
    ]
    return bottom + (chat if chats else [])


@contextmanager
def _asking(
    folder: Path, asked: Mapping[str, Question], way: Way, settings: Callable[[Settings], Settings]
) -> Iterator[Ask]:
    with _opened(folder, settings) as guide:

        def ask(text: str) -> Outcome:
            started = time.perf_counter()
            ids = way(guide, text)
            took_ms = 1000 * (time.perf_counter() - started)
            figures = {name: [measure(ids)] for name, measure in asked[text].measures.items()}
            return Outcome(figures=figures, took_ms=[took_ms])

        yield ask


@contextmanager
def _talking(
    shops: Path,
    wanted: Sequence[str],
    cases: Mapping[str, Case],
    rows: Mapping[str, Rows],
    settings: Callable[[Settings], Settings],
    bend: Callable[[ShopperNeed], ShopperNeed] | None,
) -> Iterator[Ask]:
    with ExitStack() as stack:
        guides = {name: aside(stack.enter_context(_opened(shops / name, settings)), bend=bend) for name in wanted}
        checks: dict[str, TruthCheck] = {}  # a shop's products are read once

        def ask(name: str) -> Outcome:
            case = cases[name]
            if case.shop not in checks:
                checks[case.shop] = truth_of(guides[case.shop])
            only = {case.shop: guides[case.shop]}
            found = run_needs(only, [case], rows=rows, truth=lambda guide: checks[case.shop]).verdicts
            passed = [float(one.passed) for one in found]
            return Outcome(figures={"turns passed": passed}, took_ms=[one.took_ms for one in found])

        yield ask


@contextmanager
def _opened(folder: Path, settings: Callable[[Settings], Settings]) -> Iterator[Guide]:
    """The guide as this rung sets it, with a memory of its own. BackendError, MissingExtra: its model can't be opened."""
    with Shop(folder, settings=settings(read_settings(folder))) as shop:
        _ = shop.model  # a guide goes on without its model; a figure of that model does not
        shop.warm()
        yield aside(shop.guide)


def _there(folder: Path) -> None:
    if not there(folder):
        raise ShopError(f"there is no shop in '{folder}'; load it with: daogou load FEED --shop {folder}")


def _plain(settings: Settings) -> Settings:
    """What the shop's own settings say of models does not count."""
    plain = Settings()
    uses = {use: getattr(plain, use) for use in USES}
    return replace(settings, language_model=NO_MODEL, **uses)


def _without_readings(need: ShopperNeed) -> ShopperNeed:
    return replace(need, alternatives=())


def _found(guide: Guide, text: str) -> list[str]:
    """What the searchers find by the message as it is, nothing understood."""
    need = ShopperNeed(query=text, language=language_of(text))
    found = retrieve(need, index=guide.engine.index, encoders=guide.engine.encoders).candidates
    return [one.product_id for one in sorted(found, key=lambda one: (-relevance(one), one.product_id))]


def _searched(guide: Guide, text: str) -> list[str]:
    return [one.product_id for one in guide.search(text, limit=DEPTH).shortlist]


def _talked(guide: Guide, text: str) -> list[str]:
    return [one.product.id for one in guide.answer(text).response.recommendations]


def command(
    shop: Annotated[Path, typer.Argument(help="A loaded shop folder; of the needs suite: the folder of them.")],
    questions: Annotated[
        Path,
        typer.Argument(
            help='JSON lines {"query", "right": [product ids]}, a CSV (query, docid, rating), or the needs suite\'s DATA folder.'
        ),
    ],
    model: Annotated[
        list[str] | None, typer.Option("--model", help="gemma-270m, smollm2-135m, builtin ...; may be repeated.")
    ] = None,
    use: Annotated[str, typer.Option(help=f"What the models do: {', '.join(USES)}.")] = USES[0],
    feed: Annotated[
        Path | None, typer.Option(help="Load the shop from this feed, its columns guessed, where it is missing.")
    ] = None,
    kept: Annotated[
        Path, typer.Option(help="What was measured; run again, it is not asked anew. Delete it after a change.")
    ] = Path("ladder.jsonl"),
    limit: Annotated[int, typer.Option(help="Questions or conversations; 0: all.", min=0)] = 0,
    split: Annotated[str, typer.Option(help="Of the needs suite: dev or test; empty: both.")] = "dev",
    budget_ms: Annotated[
        int, typer.Option(help="What a turn may wait; long: what the model is worth at leisure.")
    ] = 5000,
    without_list: WithoutList = None,
) -> None:
    """Words, + vectors, + fit (kinds and wishes), + readings, + each model: search and conversation, with 95 % intervals.

    Each rung is held against the one below it, a model against the guide without one. Stopped at any moment, the same command goes on.

    Examples:
        daogou evaluate ladder shops/mine queries.jsonl --model gemma-270m --model smollm2-135m

        daogou evaluate ladder shops/icecat ../shared/data/icecat/judgements.csv --model gemma-270m

        daogou evaluate ladder shops ../shared/data --model gemma-270m --split ""

    """
    if use not in USES:
        raise typer.BadParameter(f"--use is one of {', '.join(USES)}")
    left_out = chosen_lists(without_list)
    if left_out:  # what was measured with them is not what is measured now
        kept = kept.with_name(f"{kept.stem}-without-{'-'.join(left_out).replace('/', '.')}{kept.suffix}")
    voices = [Voice(model=name, use=use, budget_ms=budget_ms) for name in model or ()]
    with progress() as step, without(left_out):
        if questions.is_dir():
            found = climb_needs(shop, questions, voices=voices, kept=kept, split=split, limit=limit, on_progress=step)
        else:
            found = climb_shop(shop, questions, voices=voices, kept=kept, feed=feed, limit=limit, on_progress=step)
    rows = [(it.name, it.figure, f"{it.mean:.4f}", it.gain or "", it.changed, f"{it.p95_ms:.0f}") for it in found]
    print_table(("", "", "mean", "gain (95 %)", "changed", "p95 ms"), rows)
