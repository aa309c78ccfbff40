"""What every LanguageModel does; a test of an ability that the model does not declare is skipped."""

import json
import math
from concurrent.futures import ThreadPoolExecutor

import pytest

from daogou.errors import CannotDo, TooLate
from daogou.ports import Ability, Deadline, LanguageModel, LogLikelihood
from tests.tiny_models import END, LIKELY, PROMPT, UNLIKELY

TEXTS = (LIKELY, "", UNLIKELY, " 有的，这里有很多包。\n", " a", LIKELY)
HOSTILE = (
    "\x00\x01\x7f\u2028", "half a pair \ud83d", "👩‍👩‍👧 e\u0301 \u202eabc", "'; DROP TABLE--", "\ufffd\ufeff", " " * 40,
)  # fmt: skip
SCHEMA = {
    "type": "object",
    "properties": {
        "act": {"enum": ["find", "compare", "闲聊"]},
        "most": {"type": "integer", "minimum": 0, "maximum": 9999},
        "colours": {"type": "array", "items": {"enum": ["red", "blue", "红"]}, "maxItems": 2},
    },
    "required": ["act", "most", "colours"],
    "additionalProperties": False,
}
LONG_AGO = Deadline(ends=0.0)


class LanguageModelContract:
    """Inherit, and say which model: one that was taught `tests.tiny_models.TAUGHT`."""

    tolerance = 1e-3  # in log-likelihood, between two ways of computing the same
    end_mark = END  # how the model's own end is spelt, which a shopper may write too

    @pytest.fixture
    def model(self) -> LanguageModel:
        raise NotImplementedError

    def test_it_says_who_it_is(self, model: LanguageModel) -> None:
        assert model.name.strip() == model.name != ""
        assert model.abilities <= frozenset(Ability)
        assert model.abilities
        assert isinstance(model.instructed, bool)
        assert model.context > 0

    def test_the_same_seed_gives_the_same_texts(self, model: LanguageModel) -> None:
        needs(model, Ability.WRITE)
        first = model.write(PROMPT, n=3, max_tokens=12, seed=5)
        assert first == model.write(PROMPT, n=3, max_tokens=12, seed=5)
        assert all(isinstance(text, str) for text in first)

    @pytest.mark.parametrize("n", [1, 2, 5])
    def test_as_many_texts_as_were_asked_for(self, model: LanguageModel, n: int) -> None:
        needs(model, Ability.WRITE)
        assert len(model.write(PROMPT, n=n, max_tokens=4, seed=1)) == n

    def test_samples_differ(self, model: LanguageModel) -> None:
        needs(model, Ability.WRITE)
        assert len(set(model.write(PROMPT, n=8, max_tokens=12, seed=1, temperature=3.0))) > 1

    def test_greedy_writing_needs_no_luck(self, model: LanguageModel) -> None:
        needs(model, Ability.WRITE)
        texts = model.write(PROMPT, n=2, max_tokens=12, seed=1, temperature=0.0)
        assert texts == [texts[0]] * 2 == model.write(PROMPT, n=2, max_tokens=12, seed=2, temperature=0.0)

    def test_it_writes_what_it_was_taught(self, model: LanguageModel) -> None:
        needs(model, Ability.WRITE)
        assert model.write(PROMPT, n=1, max_tokens=40, seed=1, temperature=0.0, stop=["\n"]) == [LIKELY.rstrip()]

    def test_no_more_tokens_than_asked_for(self, model: LanguageModel) -> None:
        needs(model, Ability.WRITE)
        whole = model.write(PROMPT, n=1, max_tokens=12, seed=1, temperature=0.0)[0]
        part = model.write(PROMPT, n=1, max_tokens=2, seed=1, temperature=0.0)[0]
        assert len(part) < len(whole)
        assert whole.startswith(part)

    def test_a_text_ends_before_the_first_stop(self, model: LanguageModel) -> None:
        needs(model, Ability.WRITE)
        whole = model.write(PROMPT, n=1, max_tokens=40, seed=1, temperature=0.0)[0]
        early, late = whole[2:5], whole[6:8]
        cut = whole[: min(whole.index(early), whole.index(late))]
        stopped = model.write(PROMPT, n=2, max_tokens=40, seed=1, temperature=0.0, stop=[late, early, "nowhere"])
        assert stopped == [cut, cut]

    def test_what_was_taught_is_likelier(self, model: LanguageModel) -> None:
        needs(model, Ability.SCORE)
        unlikely, likely = model.log_likelihood(PROMPT, [UNLIKELY, LIKELY])
        assert likely.mean > unlikely.mean
        assert likely.total > unlikely.total

    def test_the_prompt_counts(self, model: LanguageModel) -> None:
        needs(model, Ability.SCORE)
        after = model.log_likelihood(PROMPT, [LIKELY])[0]
        alone = model.log_likelihood("", [LIKELY])[0]
        assert after.total > alone.total

    def test_likelihoods_are_sums_over_tokens(self, model: LanguageModel) -> None:
        needs(model, Ability.SCORE)
        for text, scored in zip(TEXTS, model.log_likelihood(PROMPT, TEXTS), strict=True):
            assert math.isfinite(scored.total)
            assert scored.total <= 0
            assert (scored.tokens == 0) == (text == "") == (scored.total == 0)
            if scored.by_token:
                assert len(scored.by_token) == scored.tokens
                assert math.isclose(sum(scored.by_token), scored.total, abs_tol=1e-4)
            if Ability.COUNT in model.abilities:
                assert scored.tokens == model.count_tokens(text)

    def test_nothing_to_score(self, model: LanguageModel) -> None:
        needs(model, Ability.SCORE)
        assert model.log_likelihood(PROMPT, []) == []
        assert model.log_likelihood("", [""]) == [LogLikelihood(total=0.0, tokens=0)]

    @pytest.mark.parametrize("prompt", [PROMPT, "", "shopper: 你们卖包吗？\nguide:"])
    def test_together_is_one_by_one(self, model: LanguageModel, prompt: str) -> None:
        needs(model, Ability.SCORE)
        together = model.log_likelihood(prompt, TEXTS)
        apart = [model.log_likelihood(prompt, [text])[0] for text in TEXTS]
        assert [scored.tokens for scored in together] == [scored.tokens for scored in apart]
        for one, other in zip(together, apart, strict=True):
            assert one.total == pytest.approx(other.total, abs=self.tolerance)
            assert one.by_token == pytest.approx(other.by_token, abs=self.tolerance)

    def test_a_text_is_as_likely_as_its_parts(self, model: LanguageModel) -> None:
        needs(model, Ability.SCORE)
        whole, start = model.log_likelihood("", [PROMPT + LIKELY, PROMPT])
        rest = model.log_likelihood(PROMPT, [LIKELY])[0]
        assert whole.tokens == start.tokens + rest.tokens
        assert whole.total == pytest.approx(start.total + rest.total, abs=2 * self.tolerance)

    def test_many_continuations_of_many_lengths_keep_their_order(self, model: LanguageModel) -> None:
        needs(model, Ability.SCORE)
        texts = [f"{LIKELY[: 1 + 7 * number % 25]} {'lamps' * (number % 3)}" for number in range(40)]
        shuffled = texts[::-3] + texts[::-1]
        known = dict(zip(texts, model.log_likelihood(PROMPT, texts), strict=True))
        for text, scored in zip(shuffled, model.log_likelihood(PROMPT, shuffled), strict=True):
            assert scored.total == pytest.approx(known[text].total, abs=self.tolerance)

    def test_tokens_are_counted(self, model: LanguageModel) -> None:
        needs(model, Ability.COUNT)
        assert model.count_tokens("") == 0
        assert model.count_tokens("lamps") > 0
        assert model.count_tokens("导购") > 0
        assert model.count_tokens(PROMPT + LIKELY) == model.count_tokens(PROMPT) + model.count_tokens(LIKELY)

    @pytest.mark.parametrize("text", HOSTILE)
    def test_odd_text_is_text(self, model: LanguageModel, text: str) -> None:
        if Ability.COUNT in model.abilities:
            assert model.count_tokens(text) > 0
        if Ability.SCORE in model.abilities:
            scored = [*model.log_likelihood(text, [LIKELY, text]), *model.log_likelihood("", [text])]
            assert all(math.isfinite(one.total) and one.total < 0 for one in scored)
        if Ability.WRITE in model.abilities:
            assert len(model.write(text, n=1, max_tokens=4, seed=1)[0].encode()) < 400

    def test_who_spells_the_end_ends_nothing(self, model: LanguageModel) -> None:
        if Ability.COUNT in model.abilities:
            assert model.count_tokens(self.end_mark) > 1
        if Ability.SCORE in model.abilities:
            scored = model.log_likelihood(f"shopper: {self.end_mark}\nguide:", [self.end_mark, LIKELY])
            assert scored[0].tokens > 1

    def test_the_oldest_of_a_long_prompt_is_left_out(self, model: LanguageModel) -> None:
        needs(model, Ability.SCORE)
        middle = "shopper: a red bag please\n" * (model.context // 4)
        one, other = (
            model.log_likelihood(f"{start}\n{middle}{PROMPT}", [LIKELY, UNLIKELY])
            for start in ("shopper: lamps", "guide: 有的 boats")
        )
        assert [scored.total for scored in one] == pytest.approx([scored.total for scored in other], abs=self.tolerance)
        assert all(math.isfinite(scored.total) and scored.tokens for scored in one)

    def test_a_long_prompt_is_written_on(self, model: LanguageModel) -> None:
        needs(model, Ability.WRITE)
        prompt = "shopper: a red bag please\n" * (model.context // 4) + PROMPT
        assert len(model.write(prompt, n=2, max_tokens=6, seed=1)) == 2

    def test_what_it_lacks_it_refuses(self, model: LanguageModel) -> None:
        asked = {
            Ability.WRITE: lambda: model.write(PROMPT, n=1, max_tokens=4, seed=1),
            Ability.SCORE: lambda: model.log_likelihood(PROMPT, [LIKELY]),
            Ability.COUNT: lambda: model.count_tokens(PROMPT),
            Ability.CONSTRAIN: lambda: model.write(PROMPT, n=1, max_tokens=4, seed=1, schema=SCHEMA),
        }
        for ability in set(Ability) - model.abilities:
            with pytest.raises(CannotDo):
                asked[ability]()

    def test_too_late_is_said(self, model: LanguageModel) -> None:
        if Ability.WRITE in model.abilities:
            with pytest.raises(TooLate):
                model.write(PROMPT, n=2, max_tokens=8, seed=1, deadline=LONG_AGO)
        if Ability.SCORE in model.abilities:
            with pytest.raises(TooLate):
                model.log_likelihood(PROMPT, TEXTS, deadline=LONG_AGO)

    @pytest.mark.parametrize("temperature", [0.0, 1.0])
    def test_written_json_follows_its_schema(self, model: LanguageModel, temperature: float) -> None:
        needs(model, Ability.WRITE, Ability.CONSTRAIN)
        texts = model.write(PROMPT, n=3, max_tokens=80, seed=1, temperature=temperature, schema=SCHEMA)
        assert len(texts) == 3
        for found in map(json.loads, texts):
            assert list(found) == ["act", "most", "colours"]
            assert found["act"] in ("find", "compare", "闲聊")
            assert isinstance(found["most"], int)
            assert 0 <= found["most"] <= 9999
            assert len(found["colours"]) <= 2
            assert set(found["colours"]) <= {"red", "blue", "红"}

    def test_many_threads_get_what_one_gets(self, model: LanguageModel) -> None:
        def asked(seed: int) -> tuple[list[str], list[float]]:
            written = model.write(PROMPT, n=2, max_tokens=8, seed=seed) if Ability.WRITE in model.abilities else []
            scored = model.log_likelihood(PROMPT, TEXTS[seed:]) if Ability.SCORE in model.abilities else []
            return written, [one.total for one in scored]

        alone = list(map(asked, range(4)))
        with ThreadPoolExecutor(4) as pool:
            together = list(pool.map(asked, range(4)))
        for (texts, totals), (texts_again, totals_again) in zip(alone, together, strict=True):
            assert texts == texts_again
            assert totals == pytest.approx(totals_again, abs=self.tolerance)


def needs(model: LanguageModel, *abilities: Ability) -> None:
    """Skip what the model says it can't do."""
    lacking = [ability for ability in abilities if ability not in model.abilities]
    if lacking:
        pytest.skip(f"{model.name} does not {' or '.join(lacking)}")
