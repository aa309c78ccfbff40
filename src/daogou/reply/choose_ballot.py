"""The responses of one turn with what is known of each, and the best of them."""

import math
from dataclasses import dataclass, replace

from daogou.ports import LanguageModel
from daogou.reply.choose_judge import Judged
from daogou.reply.choose_weights import Weights
from daogou.reply.plans import PLAIN
from daogou.shop.conversation import Considered, Response

NOBODY = "none"  # scored_by
WRITTEN = "written"  # the plan of a text that the model wrote


@dataclass(frozen=True, kw_only=True)
class Option:
    """One response that could be given, and what is known of it so far."""

    response: Response
    plan: str
    written_by: str = PLAIN
    veto: str = ""
    text: str = ""  # what a model wrote
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
            text=option.text if option.plan == WRITTEN else option.response.text,
            log_likelihood=judged.log_likelihood(weights) if judged else None,
            log_prior=judged.log_prior(weights) if judged else None,
            score=option.score,
            veto=option.veto,
            plan=option.plan,
            written_by=option.written_by,
            chosen=option is self.best,
        )


def by_model(model: LanguageModel, response: Response, *, text: str, veto: str) -> Option:
    """A text of the model; one that was refused stands for itself, over the plain response."""
    return Option(response=response, plan=WRITTEN, written_by=model.name, text=text, veto=veto)
