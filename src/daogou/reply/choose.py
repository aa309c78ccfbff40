"""Several responses, P(r | q), argmax: hard vetoes first, a language model judges what is left, the best is said."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from daogou.ports import Ability, Deadline, LanguageModel
from daogou.reply.choose_ballot import WRITTEN, Ballot, Option, by_model
from daogou.reply.choose_budget import UNABLE, Slots, reason
from daogou.reply.choose_items import ItemPrior, no_prior, shares_prior, spoken_of
from daogou.reply.choose_judge import Judged, judge, score
from daogou.reply.choose_veto import left_out, veto
from daogou.reply.choose_weights import Weights
from daogou.reply.choose_written import written
from daogou.reply.plans import planned
from daogou.reply.scene import Scene
from daogou.reply.spoken import spoken_form
from daogou.shop.conversation import Response

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
