"""Answers for reading by eye, and what a machine can see of their language: sentences and chips over six shops in both languages.

`daogou evaluate answers` runs it: without --print it lists what is wrong, with it the answers themselves.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from daogou.api.schemas.labels import chips
from daogou.catalog.products.turn import Answered
from daogou.cli.terminal import console, progress
from daogou.guide import Guide
from daogou.progress import Progress, silent
from daogou.text.words import language_of
from daogou_evals.measured import opened
from daogou_evals.needs.cases import read_cases
from daogou_evals.needs.judging import spoken
from daogou_evals.needs.rows import feeds
from daogou_evals.options import MAPPINGS, SHOPS_FOLDER, Mappings, Names, Shops, chosen
from daogou_evals.questions import tracked
from daogou_evals.sold import SHOPS as WITH_REQUESTS
from daogou_evals.sold import read_requests

ASKED = 120
SHOPS = ("icecat", "livostyle", "tmall_cosmetics", "pets", "grocery_en", "electronics_zh")
CHIP_WORDS, CHIP_CHARACTERS = 4, 14  # at most, in English and in Chinese

_NOUN = r"(?:product|match|result|item|laptop|phone|shirt|t-shirt|shoe|bag|camera|printer|monitor|dress|collar|toy|bed|drill|hose|glove|bottle|cable|mouse|kettle|cup|case|lens|wallet)"
_GRAMMAR: Mapping[str, re.Pattern[str]] = {
    "with or for before a word that takes none": re.compile(
        r"\b(?:with|of) (?:waterproof|wireless|portable|foldable|rechargeable|organic|vegan|cordless|washable|adjustable|black|white|red|blue|green|grey|gray|pink|cheap)\b(?! \w)",
        re.I,
    ),
    "an attribute's name where a wish should stand": re.compile(
        r"\bwith (?:connection|colou?r|type|material|form|size|pattern|style|shape|finish) \w+", re.I
    ),
    "a number beside a singular": re.compile(rf"\b(?:[2-9]|\d{{2,}}|\d,\d{{3}}) {_NOUN}\b(?!s)(?=[ .,:;!?]|$)", re.I),
    "one beside a plural": re.compile(rf"(?<![\d.,–-])\b1 {_NOUN}s\b", re.I),
    "a word twice": re.compile(r"\b([A-Za-z]{2,})\b \1\b(?! \1)", re.I),
    "a Chinese word twice": re.compile(r"(的的|了了|是是|在在|和和|最最最)"),
    "an article before the wrong sound": re.compile(
        r"\b[Aa] (?=[aeio][a-z])(?!one\b|once\b|one-|european)|\b[Aa]n (?=[b-df-gj-np-tv-z][a-z])"
    ),
    "an empty quotation": re.compile(r"“\s*”|\"\s*\"|「\s*」|《\s*》"),
    "marks that do not belong together": re.compile(
        r"[,，、;；]\s*[.。,，、;；!?！？]|\.\.(?!\.)(?<!\.\.\.)|。。| [,.;!?](?: |$)"
    ),
    "a place that was not filled": re.compile(r"\{\w*\}|\bNone\b(?! of)|\bTrue\b|\bFalse\b|_\w+_|\w_\w"),
    "two spaces": re.compile(r"\S  +\S"),
}
_PAIRS = (("(", ")"), ("（", "）"), ("[", "]"), ("【", "】"), ("“", "”"), ("《", "》"))
PRODUCTS = 3  # named below an answer


@dataclass(frozen=True, kw_only=True)
class Message:
    """What one shop is asked."""

    shop: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Said:
    """One answer with what stands around it; `wrong` in words."""

    message: Message
    text: str
    chips: tuple[str, ...]
    titles: tuple[str, ...]
    wrong: tuple[str, ...]


def sample(count: int = ASKED, *, shops: Sequence[str] = SHOPS) -> list[Message]:
    """The same messages every time, spread evenly over shops and languages: first turns of the needs suite, requests of `sold`."""
    pools = {(shop, language): _spread(shop, language) for shop in shops for language in ("en", "zh")}
    found: list[Message] = []
    place = 0
    while len(found) < count and any(len(pool) > place for pool in pools.values()):
        found += [pool[place] for pool in pools.values() if len(pool) > place]
        place += 1
    return found[:count]


def say_all(guides: Mapping[str, Guide], messages: Sequence[Message], *, on_progress: Progress = silent) -> list[Said]:
    """Every message answered and looked over."""
    found = []
    for message in tracked(messages, "asking", on_progress):
        answered = guides[message.shop].answer(message.text)
        labels = tuple(chip.label for chip in chips(answered.turn.need))
        titles = tuple(one.product.title_in(answered.turn.need.language) for one in answered.response.recommendations)
        wrong = tuple(faults(message.text, answered, labels))
        found.append(Said(message=message, text=answered.response.text, chips=labels, titles=titles, wrong=wrong))
    return found


def faults(message: str, answered: Answered, chips: Sequence[str]) -> Iterator[str]:
    """Everything that a machine can see in the sentences and chips; titles and what is quoted are not ours."""
    words = spoken(answered)
    sentences = re.sub(r"“[^”]+”", "“…”", words)
    for name, pattern in _GRAMMAR.items():
        if match := pattern.search(sentences):
            yield f"{name}: …{sentences[max(0, match.start() - 20) : match.end() + 20]}…"
    for opening, closing in _PAIRS:
        if words.count(opening) != words.count(closing):
            yield f"unbalanced {opening}{closing}"
    yield from _language(message, sentences)
    for chip in chips:
        yield from _chip(chip)
    yield from (f"the same chip twice: {chip!r}" for chip in dict.fromkeys(chips) if chips.count(chip) > 1)


def _language(message: str, sentences: str) -> Iterator[str]:
    language = language_of(message)
    chinese = len(re.findall(r"[\u3400-\u9fff]", sentences))
    letters = len(re.findall(r"[A-Za-z]", sentences))
    if (language == "zh" and chinese < letters / 4) or (language == "en" and chinese > letters / 4):
        yield f"the shopper speaks {language}: {sentences[:60]}"


def _chip(chip: str) -> Iterator[str]:
    if not chip.strip():
        yield "an empty chip"
    if language_of(chip) == "zh":
        long = len(re.findall(r"[\u3400-\u9fff]", chip)) > CHIP_CHARACTERS
    else:
        long = len(re.sub(r"(\d) (?=\w)", r"\1", chip).split()) > CHIP_WORDS  # an amount is one word
    if long:
        yield f"a long chip: {chip!r}"
    if len(re.findall(r",|，|、|\bor\b|或|/", chip)) > 1:
        yield f"a chip that lists names: {chip!r}"


def _spread(shop: str, language: str) -> list[Message]:
    texts = [case.turns[0].say for case in read_cases([shop])] if shop in feeds() else []
    texts += [request.message for request in read_requests(shop)] if shop in WITH_REQUESTS else []
    wanted = list(dict.fromkeys(text for text in texts if language_of(text) == language))
    step = max(1, len(wanted) // 15)
    return [Message(shop=shop, text=text) for start in range(step) for text in wanted[start::step]]


def command(
    shops: Shops = SHOPS_FOLDER,
    data: Annotated[Path | None, typer.Option(help="The folder with their feeds: missing shops are loaded.")] = None,
    mappings: Mappings = MAPPINGS,
    shop: Names = None,
    count: Annotated[int, typer.Option(help="Messages, spread over six shops and both languages.", min=1)] = ASKED,
    shown: Annotated[int, typer.Option("--print", help="Print so many answers for reading by eye.", min=0)] = 0,
    most: Annotated[float, typer.Option(help="Share of answers with a fault, above it exit status 1.")] = 1.0,
) -> None:
    """Sentences and chips over six shops: what a machine can see of grammar, marks and language, or the answers themselves.

    Example: daogou evaluate answers --shops shops --print 40
    """
    names = chosen(shop, SHOPS)
    with progress() as step, opened(names, shops, data=data, mappings=mappings, on_progress=step) as guides:
        said = say_all(guides, sample(shown or count, shops=names), on_progress=step)
    faulty = [one for one in said if one.wrong]
    if shown:
        for one in said:
            _print(one)
        return
    for one in faulty:
        console.print(escape(f"{one.message.shop}: {one.message.text}"))
        for wrong in one.wrong:
            console.print(escape(f"    {wrong}"))
    console.print(f"{len(said)} answers, {len(faulty)} with a fault in their sentences or chips")
    raise typer.Exit(int(bool(said) and len(faulty) > most * len(said)))


def _print(said: Said) -> None:
    console.print(f"\n[bold]{escape(said.message.shop)}> {escape(said.message.text)}[/bold]")
    console.print(escape(said.text))
    if said.chips:
        console.print(f"[dim]chips: {escape(' | '.join(said.chips))}[/dim]")
    for number, title in enumerate(said.titles[:PRODUCTS], start=1):
        console.print(f"  {number}. {escape(title[:100])}")
    for wrong in said.wrong:
        console.print(f"  [red]![/red] {escape(wrong)}")
