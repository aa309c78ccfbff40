"""Several responses, P(r | q), argmax: hard vetoes first, a language model judges what is left, the best is said."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from daogou.catalog.products.conversation import Recommendation, Response
from daogou.catalog.products.evidence import Verdict
from daogou.catalog.products.need import PRICE, Act
from daogou.catalog.products.product import Product
from daogou.ports import Ability, Deadline, LanguageModel
from daogou.reply.choose.ballot import WRITTEN, Ballot, Judged, Option, Weights, by_model, judge, score
from daogou.reply.choose.budget import UNABLE, Slots, reason
from daogou.reply.plans import planned
from daogou.reply.scene import Scene
from daogou.reply.sentences.filling import written
from daogou.reply.verify.gather import TITLE, gather
from daogou.reply.verify.publish import capital
from daogou.reply.verify.verify import broken_must
from daogou.text.prompts import MOST_ITEMS, spoken

ItemPrior: TypeAlias = Callable[[Sequence[str]], float]  # of product ids, the mean


def no_prior(product_ids: Sequence[str]) -> float:
    """Nothing is known of what this shopper likes."""
    return 0.0


def shares_prior(log_shares: Callable[[Sequence[str]], Mapping[str, float]]) -> ItemPrior:
    """What the shopper is likely to want, as the recommender tells it: the mean over the products."""

    def prior(product_ids: Sequence[str]) -> float:
        logs = log_shares(product_ids).values()
        return sum(logs) / len(logs) if logs else 0.0

    return prior


def spoken_of(response: Response) -> list[str]:
    """The products that the text speaks of, in its order: the shelf is the same for every response of a turn."""
    shown = {(one.product.id, reason.text) for one in response.recommendations for reason in one.reasons}
    told = [claim.product_id for claim in response.claims if (claim.product_id, capital(claim.text)) not in shown]
    return list(dict.fromkeys(told or [one.product.id for one in response.recommendations]))


WRITING_SHARE = 0.6  # of the budget, where the same model judges afterwards


class PlainAnswer:
    """Makes no other response than the plain one."""

    def considering(self) -> "Chooser":
        """What makes the others as well."""
        return Chooser()

    def choose(
        self, plain: Response, scene: Scene, *, messages: Sequence[str] = (), items: ItemPrior | None = None
    ) -> Response:
        """The plain one."""
        return plain

    def close(self) -> None:
        """Nothing is under way."""


PLAIN = PlainAnswer()


class Chooser(PlainAnswer):
    """Chooses among the responses of a turn: by a language model within a budget, or without one the plain answer."""

    def __init__(
        self,
        model: LanguageModel | None = None,
        *,
        weights: Weights | None = None,
        budget_s: float = 0.2,
        samples: int = 0,
        slots: Slots | None = None,
    ) -> None:
        self.model = model
        self.weights = weights or Weights()
        self.budget_s = budget_s
        self.samples = samples
        self.slots = slots or Slots()

    def considering(self) -> "Chooser":
        """Itself: it makes them."""
        return self

    def choose(
        self, plain: Response, scene: Scene, *, messages: Sequence[str] = (), items: ItemPrior | None = None
    ) -> Response:
        """The response to send: always over the plain answer's shelf, and the plain answer itself when the budget is spent.

        `messages` are the shopper's, oldest first; `items` gives log P(items | shopper).
        """
        options = tuple(
            Option(
                response=one.response, plan=one.plan, veto=veto(one.response, scene) or left_out(one.response, plain)
            )
            for one in planned(scene, plain)
        )
        return self._ballot(options, scene, messages, items or no_prior).response()

    def close(self) -> None:
        """Ask no model any more."""
        self.slots.close()

    def _ballot(self, options: tuple[Option, ...], scene: Scene, messages: Sequence[str], items: ItemPrior) -> Ballot:
        model = self.model
        if model is None:
            return Ballot(options=options, weights=self.weights)
        deadline = Deadline.within(self.budget_s)
        ballot, why = self.slots.attempt(lambda: self._vote(model, options, scene, messages, items, deadline), deadline)
        return ballot or Ballot(options=options, weights=self.weights, unscored=f"language model {why}")

    def _vote(
        self,
        model: LanguageModel,
        options: tuple[Option, ...],
        scene: Scene,
        messages: Sequence[str],
        items: ItemPrior,
        deadline: Deadline,
    ) -> Ballot:
        """What the model does within the budget: write, then judge."""
        can_score = Ability.SCORE in model.abilities
        options = (*options, *self._written(model, options[0].response, scene, messages, deadline))
        standing = [option for option in options if not option.veto]
        judged = self._judged(model, standing, scene, messages, deadline) if can_score else [None] * len(standing)
        scored = [self._scored(option, one, items) for option, one in zip(standing, judged, strict=True)]
        options = (*scored, *(option for option in options if option.veto))
        if not can_score:
            return Ballot(options=options, weights=self.weights, unscored=_why_unscored(options))
        return Ballot(options=options, weights=self.weights, scored_by=model.name)

    def _written(
        self, model: LanguageModel, plain: Response, scene: Scene, messages: Sequence[str], deadline: Deadline
    ) -> tuple[Option, ...]:
        """What the model writes itself; it leaves time to judge, and its failure costs nothing but its own texts."""
        if not self.samples or Ability.WRITE not in model.abilities:
            return ()
        share = WRITING_SHARE if Ability.SCORE in model.abilities else 1.0
        within = Deadline(ends=min(deadline.ends, time.monotonic() + self.budget_s * share))
        try:
            samples = written(model, plain, scene, messages=messages, n=self.samples, deadline=within)
        except Exception as error:
            return (by_model(model, plain, text="", veto=reason(error)),)
        return tuple(
            by_model(model, one.response, text=one.text, veto=one.veto or veto(one.response, scene)) for one in samples
        )

    def _judged(
        self,
        model: LanguageModel,
        standing: Sequence[Option],
        scene: Scene,
        messages: Sequence[str],
        deadline: Deadline,
    ) -> list[Judged]:
        return judge(
            model,
            [spoken_form(option.response, language=scene.language, at=scene.at) for option in standing],
            messages=messages,
            language=scene.language,
            weights=self.weights,
            deadline=deadline,
        )

    def _scored(self, option: Option, judged: Judged | None, items: ItemPrior) -> Option:
        """Where the model can't judge, its own text that passed every veto is what the merchant chose it for."""
        total = score(judged, self.weights, items=items(spoken_of(option.response)), plan=option.plan)
        written = self.weights.written if judged is None and option.plan == WRITTEN else 0.0
        return replace(option, judged=judged, score=total + written)


def chosen(
    chooser: PlainAnswer,
    plain: Response,
    scenes: Sequence[Scene],
    message: str,
    log_shares: Callable[[Sequence[str]], Mapping[str, float]],
) -> Response:
    """Of several ways to say it the best; several answers in one, and the merchant's words, are reworded by no model.

    `log_shares` gives log P(item | shopper). The products are on their way already and stay as they are.
    """
    scene = scenes[0]
    if len(scenes) > 1 or scene.need.shop:
        return plain
    messages = [said for said in (*(turn.message for turn in scene.session.turns), message) if said.strip()]
    return chooser.choose(plain, scene, messages=messages, items=shares_prior(log_shares))


def _why_unscored(options: Sequence[Option]) -> str:
    """A model that only writes: what became of its texts, if none of them may be said."""
    texts = [option for option in options if option.plan == WRITTEN]
    if not texts or not all(option.veto for option in texts):
        return f"language model {UNABLE}"
    return (
        "language model's text refused" if any(option.text for option in texts) else f"language model {texts[0].veto}"
    )


_CHOOSES_PRODUCTS = frozenset({Act.FIND, Act.REFINE, Act.MORE})  # the other acts speak of what the shopper named


def veto(response: Response, scene: Scene) -> str:
    """Why it must not be said: no words, a product that is not there, a statement that is not borne out, a broken must,
    nothing shown where something fits; or "".
    """
    if not response.text.strip():
        return "says nothing"
    rows = {**scene.products, **{row.id: row for row in scene.shortlist}}
    for shown in response.recommendations:
        if rows.get(shown.product.id) != shown.product:
            return f"unknown product: {shown.product.id}"
    for claim in response.claims:
        if claim.product_id not in rows:
            return f"unknown product: {claim.product_id}"
        if claim.verdict is not Verdict.SUPPORTED:
            return f"{claim.verdict.value}: {claim.text}"
    if scene.need.act not in _CHOOSES_PRODUCTS:
        return ""
    return _broken(response, scene) or _nothing(response, scene)


def _broken(response: Response, scene: Scene) -> str:
    for shown in response.recommendations:
        if _of_another_kind(shown.product, scene):
            return f"another kind: {shown.product.product_type or 'unknown'} ({shown.product.id})"
        must = broken_must(shown.product, scene.need, scene.retrieval, scene.at)
        if must is not None:
            return f"breaks a must: {must.attribute} ({shown.product.id})"
    return ""


def _of_another_kind(product: Product, scene: Scene) -> bool:
    """Only where the shelf is of the kind that was understood: a number asked for, or the nearest of other kinds, may be any."""
    asked = scene.need.category
    return bool(asked) and scene.retrieval.of_kind and not scene.need.codes and product.product_type not in asked


def _nothing(response: Response, scene: Scene) -> str:
    return "shows nothing though something fits" if scene.shortlist and not response.recommendations else ""


def left_out(response: Response, plain: Response) -> str:
    """The first statement that the rows did not bear out, beyond those that the plain answer left out too; or ""."""
    dropped = next((one for one in response.considered if one.veto and one not in plain.considered), None)
    return f"{dropped.veto}: {dropped.text}" if dropped else ""


def spoken_form(response: Response, *, language: str, at: datetime) -> str:
    """The text, then title, price and first reason of the first products."""
    items = [_item(one, language, at) for one in response.recommendations[:MOST_ITEMS]]
    return spoken(response.text, items)


def _item(shown: Recommendation, language: str, at: datetime) -> tuple[str, str, str]:
    title = gather(shown.product, TITLE, at=at, language=language)
    price = gather(shown.product, PRICE, at=at, language=language)
    return title[0].printed, price[0].printed if price else "", shown.reasons[0].text if shown.reasons else ""
