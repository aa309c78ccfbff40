"""Little shops written blind, and messages to them with the products that answer: which are answered right, by kind and shop?

`evals/shops/*/` hold them: CSV feeds as merchants write them, and `messages.jsonl`, one case a line. A case is right if the first
product shown (or named, where nothing is shown) is in `right`; "@T.P" there is the product that turn T showed at place P.

    right_top       any of so many first ones may be the right one
    wrong_before    products that must not stand above the first right one
    must_not_show   products that must not be shown at all
    none            it must be told that it is not sold
    right_all_of    groups; at least one product of each is shown
    say_any         words of which one must be in the text
    say_all         words that must all be in it ("a|b" is either)
    or_say          patterns that make the answer right as well; {it} is the right product's mark or title

`daogou evaluate shops` runs it.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from daogou.catalog.products.conversation import Response
from daogou.catalog.products.need import Sold
from daogou.cli.terminal import console, progress
from daogou.errors import UserError
from daogou.guide import Guide
from daogou.progress import Progress, silent
from daogou_evals.measured import load, opened
from daogou_evals.options import SHOPS_FOLDER, Shops, WithoutList, chosen_lists, print_table
from daogou_evals.questions import read_lines, tracked
from daogou_evals.without import without

MESSAGES = "messages.jsonl"
EXCLUSIONS = 1
KINDS: Mapping[int, str] = {
    EXCLUSIONS: "exclusions",
    2: "budget and attributes",
    3: "compatibility",
    4: "words",
    5: "not sold",
    6: "shop, several, references",
    7: "purposes, people",
    8: "codes",
}
_MARKS = "①②③④⑤⑥⑦⑧⑨"
_CUT = 24  # letters of a title that an answer keeps at least
EVALS = Path("evals/shops")


@dataclass(frozen=True, kw_only=True)
class ShopCase:
    """What is said to a shop, turn by turn, and what the last answer must be."""

    shop: str
    kind: int
    language: str
    turns: tuple[str, ...]
    why: str
    expected: Mapping[str, Any]  # `right` and whatever else of the fields above

    @property
    def feed(self) -> str:
        """Of its shop, from the folder of the messages: tea.csv, or another set's ../fourth/tea.csv."""
        return str(self.expected["shop"])

    def products(self, field: str) -> list[str]:
        """Product ids of one field."""
        return list(self.expected.get(field, ()))


@dataclass(frozen=True, kw_only=True)
class ShopAnswer:
    """The answer to a case; `wrong` says what is, or is empty."""

    case: ShopCase
    wrong: str
    denied: bool = False  # though the right product is there
    below: tuple[str, ...] = ()  # refused products that are shown all the same

    @property
    def right(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong


def read_shop_cases(folder: Path) -> list[ShopCase]:
    """Parse a folder's messages; UserError with the line that can't be."""

    def case(entry: Mapping[str, Any]) -> ShopCase:
        shop, turns = Path(entry["shop"]).stem, tuple(entry["turns"])
        why, kind = entry.get("why", ""), int(entry["kind"])
        return ShopCase(shop=shop, kind=kind, language=entry["lang"], turns=turns, why=why, expected=entry)

    return read_lines(folder / MESSAGES, case, "a message with its shop, kind, lang and turns")


def ask_shops(
    guides: Mapping[str, Guide], cases: Iterable[ShopCase], *, on_progress: Progress = silent
) -> list[ShopAnswer]:
    """Every case asked of its shop and judged."""
    titles = {name: {one.id: one.title for one in guide.engine.catalogue.products()} for name, guide in guides.items()}
    asked = [case for case in cases if case.shop in guides]
    return [_asked(guides[one.shop], one, titles[one.shop]) for one in tracked(asked, "asking", on_progress)]


def _asked(guide: Guide, case: ShopCase, titles: Mapping[str, str]) -> ShopAnswer:
    session, responses = "", []
    for message in case.turns:
        answered = guide.answer(message, session_id=session)
        session = answered.session.session_id
        responses.append(answered.response)
    last, wrong = responses[-1], judged(case, responses, titles)
    found = not wrong and "right" in case.expected and not case.expected.get("none")
    below = tuple(one for one in case.products("wrong_before") if one in _shown(last))
    return ShopAnswer(case=case, wrong=wrong, denied=found and last.verdict is Sold.NOT_SOLD, below=below)


def judged(case: ShopCase, responses: Sequence[Response], titles: Mapping[str, str]) -> str:
    """What is wrong with the last answer; empty where nothing is."""
    expected, last = case.expected, responses[-1]
    text, shown = _said(last).lower(), _shown(last)
    told = last.verdict is Sold.NOT_SOLD
    if bad := [one for one in case.products("must_not_show") if one in shown]:
        return f"shows {bad}"
    if expected.get("none"):
        return "" if told else f"does not tell that it isn't sold; shows {shown[:3]}"
    if "say_any" in expected and not any(word.lower() in text for word in expected["say_any"]):
        return "the text says none of the words"
    every = [words.lower().split("|") for words in expected.get("say_all", ())]
    if lacking := [words for words in every if not any(word in text for word in words)]:
        return f"the text lacks {lacking}"
    if "right_all_of" in expected:
        lost = [group for group in expected["right_all_of"] if not set(group) & set(shown)]
        return f"lacks any of {lost}" if lost else ""
    if "right" not in expected:
        return ""
    right = [_pointed(one, responses) for one in case.products("right")]
    if _says_it(case, right, responses, titles):
        return ""
    return _order_wrong(case, right, shown or _named(_said(last), titles))


def _order_wrong(case: ShopCase, right: Sequence[str], order: Sequence[str]) -> str:
    if not order:
        return "shows nothing"
    first = next((place for place, one in enumerate(order) if one in right), len(order))
    if above := [one for one in case.products("wrong_before") if one in order[:first]]:
        return f"wrong before right: {above}"
    if not set(order[: case.expected.get("right_top", 1)]) & set(right):
        return f"first is {order[0]}, right would be {list(right[:5])}"
    return ""


def _pointed(product: str, responses: Sequence[Response]) -> str:
    """The product that "@T.P" points at; empty where that turn showed fewer."""
    if not product.startswith("@"):
        return product
    turn, place = map(int, product[1:].split("."))
    return next(iter(_shown(responses[turn])[place - 1 : place]), "")


def _says_it(case: ShopCase, right: Iterable[str], responses: Sequence[Response], titles: Mapping[str, str]) -> bool:
    """Whether the text alone tells which one it is."""
    if "or_say" not in case.expected or len(responses) < 2:
        return False
    before = _shown(responses[-2])
    marks = {one: _MARKS[before.index(one)] for one in right if one in before}
    names = ["|".join([re.escape(titles.get(one, one)[:_CUT]), *marks.get(one, "")]) for one in right]
    patterns = [said.replace("{it}", f"({name})") for said in case.expected["or_say"] for name in names]
    return any(re.search(pattern, _said(responses[-1]), re.I) for pattern in patterns)


def _named(text: str, titles: Mapping[str, str]) -> list[str]:
    """Products whose title, or its beginning, the text names, in order."""
    at = {one: text.find(title[:40] if title[:40] in text else title[:_CUT]) for one, title in titles.items()}
    long = [one for one, place in at.items() if place >= 0 and (len(titles[one]) > _CUT or titles[one] in text)]
    return sorted(long, key=lambda one: (at[one], -len(titles[one])))


def _shown(response: Response) -> list[str]:
    return [one.product.id for one in response.recommendations]


def _said(response: Response) -> str:
    """The text with the notices that the page shows beside it."""
    return " ".join([response.text, *(text for text in response.notice_texts if text not in response.text)])


def evaluate_shops(
    folders: Sequence[Path], *, shops: Path, left_out: Sequence[str] = (), on_progress: Progress = silent
) -> list[ShopAnswer]:
    """Every message of these folders, without the lists and rules of `left_out`; a shop is loaded as `shops`/FOLDER/NAME."""
    found = []
    for folder in folders:
        if not (folder / MESSAGES).exists():
            raise UserError(f"there is no {folder / MESSAGES}; name a folder of shops, as evals/shops/first")
        cases = read_shop_cases(folder)
        feeds = sorted({folder / case.feed for case in cases})
        with without(left_out):
            for feed in feeds:
                load(feed, shops / folder.name / feed.stem, on_progress=on_progress)
            with opened([feed.stem for feed in feeds], shops / folder.name) as guides:
                found += ask_shops(guides, cases, on_progress=on_progress)
    return found


def command(
    folders: Annotated[
        list[Path] | None, typer.Argument(help="Folders of feeds with messages.jsonl; default: all of evals/shops.")
    ] = None,
    shops: Shops = SHOPS_FOLDER,
    without_list: WithoutList = None,
    wrong: Annotated[bool, typer.Option("--wrong", help="List what is not right.")] = False,
    least: Annotated[float, typer.Option("--min", help="Share that must be right, else exit status 1.")] = 0.0,
) -> None:
    """Messages to shops that were written blind: right by kind, shop and language, denials, refused products shown.

    Example: daogou evaluate shops evals/shops/second --without-list ask.tokens.chunks.corrected
    """
    left_out = chosen_lists(without_list)
    with progress() as step:
        answers = evaluate_shops(folders or sorted(EVALS.iterdir()), shops=shops, left_out=left_out, on_progress=step)
    _print_right(answers, "kind", lambda one: f"{one.case.kind} {KINDS[one.case.kind]}")
    _print_right(answers, "shop", lambda one: one.case.shop)
    denied = [one for one in answers if one.denied]
    below = [one for one in answers if one.right and one.case.kind == EXCLUSIONS and one.below]
    console.print(
        f"right first though the verdict is that it isn't sold: {len(denied)}; refused shown below: {len(below)}"
    )
    for one in answers if wrong else ():
        if not one.right:
            said = f"[{one.case.shop} {one.case.kind}] {' || '.join(one.case.turns)}: {one.wrong} ({one.case.why})"
            console.print(escape(said))
    share = sum(one.right for one in answers) / max(len(answers), 1)
    console.print(f"right {share:.3f} of {len(answers)}")
    raise typer.Exit(int(share < least))


def _print_right(answers: Sequence[ShopAnswer], title: str, key: Callable[[ShopAnswer], str]) -> None:
    def shares(name: str) -> list[str]:
        mine = [one for one in answers if name in ("", key(one))]
        by_language = [[one for one in mine if one.case.language == language] for language in ("en", "zh")]
        return [f"{sum(one.right for one in some)}/{len(some)}" for some in (*by_language, mine)]

    names = [*sorted({key(one) for one in answers}), ""]
    print_table((title, "en", "zh", "all"), [(name or "all", *shares(name)) for name in names])
