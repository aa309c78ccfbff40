"""The language model as a second reader: what the rules left unread, within a budget, and never against them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from daogou.ask.lexicon import Lexicon
from daogou.ask.model.merge import merged
from daogou.ask.model.schema import ModelReading, kinds_for, parse, schema_for, written
from daogou.ask.tokens.simplify import simplify
from daogou.ask.wishes.wishes import open_questions
from daogou.catalog.products.conversation import Session
from daogou.catalog.products.need import Act, ShopperNeed
from daogou.ports import Ability, Attempt, Deadline, LanguageModel
from daogou.text.prompts import END, Task, line, prompt_for, reading

MOST_TOKENS = 288  # of the JSON: some hundred, but a text of digits has a token for each
_SCHEMA = "schema:"
_READ = (Act.FIND, Act.REFINE)  # what asks for products


class RulesAlone:
    """Adds nothing to what the rules understood."""

    def read(self, need: ShopperNeed, message: str, session: Session, *, lexicon: Lexicon) -> ShopperNeed:
        """The need as it is; `read_by` says so."""
        return replace(need, read_by="rules")


RULES_ALONE = RulesAlone()


class ModelReader(RulesAlone):
    """Adds what a model reads to what the rules understood; `attempt` waits for the model and no longer than it may."""

    def __init__(self, model: LanguageModel, *, attempt: Attempt, budget_s: float = 0.2) -> None:
        self.model = model
        self.attempt = attempt
        self.budget_s = budget_s

    def read(self, need: ShopperNeed, message: str, session: Session, *, lexicon: Lexicon) -> ShopperNeed:
        """The need with what the model adds; the rules' own where it fails. `read_by` says who read, and why not both."""
        if need.act not in _READ or not message.strip():
            return super().read(need, message, session, lexicon=lexicon)
        deadline = Deadline.within(self.budget_s)
        messages = [said for said in (*(turn.message for turn in session.turns), message) if said.strip()]
        work = partial(read_by_model, messages, lexicon, self.model, deadline, language=need.language)
        found, why = self.attempt(work, deadline)
        if found is None:
            return replace(need, read_by=f"rules (language model {why})")
        both = merged(
            need,
            found,
            simplify(message).casefold(),
            before=session.need,
            turn=session.length,
            lexicon=lexicon,
        )
        return replace(both, unknown=open_questions(both, lexicon), read_by=f"rules, {self.model.name}")


def read_by_model(
    messages: Sequence[str], lexicon: Lexicon, model: LanguageModel, deadline: Deadline, *, language: str = "en"
) -> ModelReading:
    """What the model reads in the shopper's words; an error of the model's, or BackendError where it writes no reading."""
    schema = schema_for(messages, lexicon)
    form = reading(messages)
    if Ability.CONSTRAIN not in model.abilities:
        form = f"{_SCHEMA} {line(written(schema))}\n{form}"
    [text] = model.write(
        prompt_for(Task.READ, form, instructed=model.instructed, language=language),
        n=1,
        max_tokens=MOST_TOKENS,
        seed=0,
        temperature=0.0,
        stop=() if Ability.CONSTRAIN in model.abilities else (END,),
        schema=schema if Ability.CONSTRAIN in model.abilities else None,
        deadline=deadline,
    )
    return parse(text, kinds=kinds_for(messages, lexicon))
