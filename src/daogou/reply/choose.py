"""Several responses, P(r | q), argmax: hard vetoes first, a language model judges what is left, the best is said."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from daogou.ports import Ability, Deadline, LanguageModel
from daogou.reply.choose_budget import UNABLE, Slots
from daogou.reply.choose_judge import Judged, judge, score
from daogou.reply.choose_veto import left_out, veto
from daogou.reply.choose_weights import Weights
from daogou.reply.plans import PLAIN, planned
from daogou.reply.publish import capital
from daogou.reply.scene import Scene
from daogou.reply.spoken import spoken_form
from daogou.shop.conversation import Considered, Response

ItemPrior: TypeAlias = Callable[[Sequence[str]], float]  # log P(items | shopper), the mean over these product ids
NOBODY = "none"  # scored_by
WRITTEN = "written"  # the plan of a text that the model wrote


@dataclass(frozen=True, kw_only=True)
class Option:
    """One response that could be given, and what is known of it so far."""

    response: Response
    plan: str
    written_by: str = PLAIN
    veto: str = ""
    text: str = ""  # what a model wrote, where that did not become a response
    judged: Judged | None = None
    score: float | None = None


@dataclass(frozen=True, kw_only=True)
class Ballot:
    """All options of a turn, the plain one first; `unscored` says why no model judged where one was to."""

    options: tuple[Option, ...]
    weights: Weights
    scored_by: str = NOBODY
    unscored: str = ""

    @property
    def best(self) -> Option:
        """argmax; of equals the first, so the plain one where nothing speaks for another."""
        standing = [option for option in self.options if not option.veto] or self.options[:1]
        return max(standing, key=lambda option: -math.inf if option.score is None else option.score)

    def response(self) -> Response:
        """The best one, and everything that was considered beside it."""
        best = self.best
        return replace(
            best.response,
            considered=(*(self._considered(option) for option in self.options), *best.response.considered),
            written_by=best.written_by,
            scored_by=self.scored_by,
            unscored=self.unscored,
        )

    def _considered(self, option: Option) -> Considered:
        judged, weights = option.judged, self.weights
        return Considered(
            text=option.text or option.response.text,
            log_likelihood=judged.log_likelihood(weights) if judged else None,
            log_prior=judged.log_prior(weights) if judged else None,
            score=option.score,
            veto=option.veto,
            plan=option.plan,
            written_by=option.written_by,
            chosen=option is self.best,
        )


class Chooser:
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
        standing = [option for option in options if not option.veto]
        judged = self._judged(model, standing, scene, messages, deadline) if can_score else [None] * len(standing)
        scored = [self._scored(option, one, items) for option, one in zip(standing, judged, strict=True)]
        options = (*scored, *(option for option in options if option.veto))
        if not can_score:
            return Ballot(options=options, weights=self.weights, unscored=f"language model {UNABLE}")
        return Ballot(options=options, weights=self.weights, scored_by=model.name)

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
        total = score(judged, self.weights, items=items(_spoken_of(option.response)), plan=option.plan)
        written = self.weights.written if judged is None and option.plan == WRITTEN else 0.0
        return replace(option, judged=judged, score=total + written)


def no_prior(product_ids: Sequence[str]) -> float:
    """Nothing is known of what this shopper likes."""
    return 0.0


def popularity_prior(popularity: Mapping[str, float]) -> ItemPrior:
    """What everybody buys as log P(items | shopper): smoothed by one, so that a new product is unlikely, not impossible."""
    total = sum(popularity.values()) + len(popularity) + 1

    def prior(product_ids: Sequence[str]) -> float:
        logs = [math.log((popularity.get(product_id, 0.0) + 1) / total) for product_id in product_ids]
        return sum(logs) / len(logs) if logs else 0.0

    return prior


def _spoken_of(response: Response) -> list[str]:
    """The products that the text speaks of, in its order: the shelf is the same for every response of a turn."""
    shown = {(one.product.id, reason.text) for one in response.recommendations for reason in one.reasons}
    told = [claim.product_id for claim in response.claims if (claim.product_id, capital(claim.text)) not in shown]
    return list(dict.fromkeys(told or [one.product.id for one in response.recommendations]))
