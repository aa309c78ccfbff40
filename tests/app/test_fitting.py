"""Weights of fit that a shop learns: from judgements and clicks, and that they count only where they help."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from daogou.app.fitting import (
    WIDEST,
    Judged,
    folds_of,
    learn_factors,
    ndcg,
    propensities,
    shown_turns,
    without_positions,
)
from daogou.app.learning import Asked, Asker, learn_shop_fit
from daogou.app.loading import load_shop
from daogou.app.opening import FIT, WEIGHTS, open_shop, read_weights, write_weights
from daogou.catalog.matching.matching import Outcome
from daogou.catalog.products.event import Event, EventItem, EventName
from daogou.db.durable import Versions
from daogou.errors import ShopError
from daogou.rank.kinds import STANDARD

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def judged(seed: int, *, right: str = "minilm", information: float = 12.0) -> Judged:
    """Ten products; people want those of which that part is high, and the rest, which weighs more, knows nothing of it."""
    dice = np.random.default_rng(seed)
    parts = {name: dice.uniform(0, 0.3, 10) for name in ("minilm", "kind")}
    rest = dice.uniform(0, 0.5, 10)
    gains = np.where(parts[right] > 0.15, 7.0, 0.0)
    ranked = np.argsort(-(rest + sum(parts.values())), kind="stable")
    return Judged(
        query=f"q{seed}",
        product_ids=tuple(f"p{one}" for one in ranked),
        parts={name: part[ranked] for name, part in parts.items()},
        rest=rest[ranked],
        information=information,
        gains=gains[ranked],
    )


class TestTheSearch:
    def test_a_weight_that_is_too_small_is_raised_and_the_others_are_not(self) -> None:
        factors = learn_factors([judged(seed) for seed in range(100)])
        assert factors["minilm"] > 2
        assert factors.get("kind", 1.0) <= 1

    def test_no_weight_changes_its_sign_or_runs_away(self) -> None:
        factors = learn_factors([judged(seed) for seed in range(100)])
        assert all(1 / WIDEST <= factor <= WIDEST for factor in factors.values())

    def test_where_the_order_is_right_nothing_is_changed(self) -> None:
        right = [judged(seed) for seed in range(50)]
        for one in right:
            one.rest[:] = one.gains
        assert learn_factors(right) == {}

    def test_what_a_telling_word_is_worth_moves_kind_and_wishes_together_where_much_is_said(self) -> None:
        said = [judged(seed, right="kind", information=120.0) for seed in range(100)]
        factors = learn_factors(said)
        assert factors.get("worth", 1.0) * factors.get("kind", 1.0) > 2

    def test_nothing_judged_teaches_nothing(self) -> None:
        assert learn_factors([]) == {}

    def test_the_same_query_is_left_out_together(self) -> None:
        folds = folds_of([judged(seed) for seed in (1, 2, 3, 4, 5, 6, 1, 1)])
        assert folds[0] == folds[6] == folds[7]
        assert set(folds) == {0, 1, 2, 3, 4}

    def test_ndcg_of_a_planted_order(self) -> None:
        assert ndcg(np.array([0.0, 7.0, 1.0])) == pytest.approx((7 / np.log2(3) + 1 / 2) / (7 + 1 / np.log2(3)))
        assert ndcg(np.zeros(3)) == 0
        assert ndcg(np.array([0.0] * 10 + [7.0])) == 0


class TestPlaces:
    @staticmethod
    def _turns(number: int) -> list[Judged]:
        """Every other product is wanted, whatever its fit; it is touched where it is looked at: the place k in one of k + 1 turns."""
        dice = np.random.default_rng(0)
        turns = []
        for turn in range(number):
            wanted = dice.uniform(size=6) < 0.5
            seen = dice.uniform(size=6) < 1 / np.arange(1, 7)
            turns.append(
                Judged(
                    query=f"q{turn}",
                    product_ids=tuple("abcdef"),
                    parts={"minilm": dice.uniform(0, 0.1, 6)},
                    rest=np.zeros(6),
                    information=12.0,
                    gains=np.where(wanted & seen, 1.0, 0.0),
                    positions=np.arange(6),
                )
            )
        return [one for one in turns if one.tells]

    def test_a_place_that_is_seldom_looked_at_is_found_out(self) -> None:
        looked_at = propensities(self._turns(1500))
        assert looked_at[0] == 1
        assert looked_at[1] < 0.7
        assert looked_at[5] < looked_at[2] < looked_at[1]
        assert looked_at.min() >= 0.1

    def test_what_is_touched_there_counts_for_more(self) -> None:
        turns = self._turns(1500)
        looked_at = propensities(turns)
        weighed = without_positions(turns)
        assert all(
            (after.gains == before.gains / looked_at[:6]).all() for before, after in zip(turns, weighed, strict=True)
        )

    def test_of_a_handful_of_turns_every_place_is_taken_for_about_alike(self) -> None:
        assert propensities(self._turns(3)).min() > 0.3

    def test_where_a_person_judged_no_place_is_taken_out(self) -> None:
        one = judged(1)
        assert without_positions([one]) == [one]


class TestTurns:
    @staticmethod
    def _event(name: EventName, *items: EventItem, minute: int = 0, query: str = "", session: str = "s") -> Event:
        return Event(
            event_id=f"{name}{minute}{session}",
            name=name,
            timestamp=NOON + timedelta(minutes=minute),
            session_id=session,
            items=items,
            search_term=query,
        )

    def _shown(self, **more: object) -> Event:
        items = [EventItem(item_id=one, index=place, item_list_id="turn") for place, one in enumerate("abc")]
        return self._event(EventName.VIEW_ITEM_LIST, *items, query="tea", **more)

    def test_a_deed_is_joined_by_the_list_that_it_names(self) -> None:
        click = self._event(
            EventName.SELECT_ITEM, EventItem(item_id="b", index=1, item_list_id="turn"), minute=5, session="other"
        )
        [turn] = shown_turns([self._shown(), click])
        assert (turn.query, turn.positions, turn.grades) == ("tea", {"a": 0, "b": 1, "c": 2}, {"b": 1})

    def test_a_purchase_is_joined_to_what_its_session_was_shown(self) -> None:
        events = [
            self._shown(),
            self._event(EventName.VIEW_ITEM, EventItem(item_id="c"), minute=3),
            self._event(EventName.PURCHASE, EventItem(item_id="c"), EventItem(item_id="x"), minute=9),
        ]
        [turn] = shown_turns(events)
        assert turn.grades == {"c": 3}

    @pytest.mark.parametrize("more", [{"minute": 60 * 24 + 1}, {"session": "other"}, {"session": ""}])
    def test_what_is_too_late_or_somebody_elses_is_not(self, more: dict[str, object]) -> None:
        assert shown_turns([self._shown(), self._event(EventName.PURCHASE, EventItem(item_id="c"), **more)]) == []


class TestWeights:
    def test_factors_multiply_a_searcher_a_number_or_a_whole_scale(self) -> None:
        weights = STANDARD.times({"lsa": 2.0, "stranger": 3.0, "credit": 0.5, "firm": 2.0})
        assert weights.of("lsa") == 2 * STANDARD.of("lsa")
        assert weights.of("stranger") == 3 * STANDARD.other_encoder
        assert weights.of("minilm") == STANDARD.of("minilm")
        assert weights.credit == STANDARD.credit / 2
        assert weights.points("firm", Outcome.UNKNOWN) == 2 * STANDARD.points("firm", Outcome.UNKNOWN)
        assert weights.points("value", Outcome.UNKNOWN) == STANDARD.points("value", Outcome.UNKNOWN)
        assert weights.points("firm", Outcome.MET) == 0

    def test_what_is_written_is_read_again(self, tmp_path: Path) -> None:
        weights = STANDARD.times({"lsa": 2.0, "worth": 1.33, "word": 0.5})
        write_weights(tmp_path, weights)
        assert read_weights(tmp_path, name=weights.name) == weights

    @pytest.mark.parametrize("text", ["?", "{}", '{"found": 1}', "[]"])
    def test_what_is_damaged_is_said(self, tmp_path: Path, text: str) -> None:
        (tmp_path / WEIGHTS).write_text(text)
        with pytest.raises(ShopError, match="is damaged"):
            read_weights(tmp_path, name="fit 1")


class TestInAShop:
    """Teas of which people want what the encoder finds nearest, though the words weigh more in the order."""

    @pytest.fixture
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("DAOGOU_ENCODERS", "lsa")
        dice = np.random.default_rng(0)
        words = [
            "green",
            "black",
            "smoked",
            "fresh",
            "loose",
            "mild",
            "strong",
            "sweet",
            "dark",
            "light",
            "bold",
            "rich",
        ]
        titles = {f"p{number:03}": " ".join(dice.choice(words, 4, replace=False)) + " tea" for number in range(120)}
        rows = [f"{product_id},{title},{Decimal(9)} EUR" for product_id, title in titles.items()]
        (tmp_path / "feed.csv").write_text("\n".join(["id,title,price", *rows]), encoding="utf-8")
        load_shop(tmp_path / "feed.csv", folder=tmp_path / "shop")
        pairs = [f"{one} {other}" for one in words for other in words if one < other]
        with open_shop(tmp_path / "shop") as shop:
            lines = [line for query in pairs for line in self._nearest(Asker(shop), query, list(titles))]
        (tmp_path / "judged.csv").write_text("\n".join(["query,docid,rating", *lines]), encoding="utf-8")
        return tmp_path

    @staticmethod
    def _nearest(asker: Asker, query: str, ids: list[str]) -> list[str]:
        """Judgements: the three that the encoder likes best are wanted."""
        found = asker.weigh(Asked(query=query, grades=dict.fromkeys(ids, 1)))
        assert found is not None
        best = np.argsort(-found.parts["lsa"], kind="stable")
        rated = {found.product_ids[one]: max(0, 3 - place) for place, one in enumerate(best)}
        return [f"{query},{product_id},{rating}" for product_id, rating in rated.items()]

    def test_the_parts_of_a_fit_add_up_to_it(self, folder: Path) -> None:
        with open_shop(folder / "shop") as shop:
            ids = [product.id for product in shop.catalogue.products()]
            found = Asker(shop).weigh(Asked(query="dark green", grades=dict.fromkeys(ids, 1)))
            shown = shop.guide.search("dark green", limit=100).shortlist
        assert found is not None
        totals = dict(zip(found.product_ids, found.totals.tolist(), strict=True))
        assert len(shown) == 100
        assert {one.product_id: totals[one.product_id] for one in shown} == pytest.approx(
            {one.product_id: one.score("total") for one in shown}
        )

    def test_judgements_become_weights_that_a_running_shop_picks_up_and_gives_back(self, folder: Path) -> None:
        with open_shop(folder / "shop") as shop:
            before = shop.guide.answer("dark green").response
            learned = learn_shop_fit(folder / "shop", judgements=folder / "judged.csv")
            after = shop.guide.answer("dark green").response
            assert learned.report.gain.helps
            assert learned.factors["lsa"] > 1
            assert (before.ranked_by, after.ranked_by) == ("classical", "fit 1")
            assert learned.card is not None
            assert "- lsa: " in learned.card.read_text(encoding="utf-8")
            Versions(folder / "shop" / FIT).roll_back()
            assert shop.guide.answer("dark green").response.ranked_by == "classical"
        with open_shop(folder / "shop") as again:
            assert again.guide.answer("dark green").response.ranked_by == "classical"

    def test_where_people_want_what_stands_first_nothing_counts(self, folder: Path) -> None:
        with open_shop(folder / "shop") as shop:
            lines = [
                f"{query},{one.product_id},{max(0, 3 - place)}"
                for query in dict.fromkeys(
                    line.split(",")[0] for line in (folder / "judged.csv").read_text().split("\n")[1:]
                )
                for place, one in enumerate(shop.guide.search(query).shortlist)
            ]
        (folder / "judged.csv").write_text("\n".join(["query,docid,rating", *lines]))
        learned = learn_shop_fit(folder / "shop", judgements=folder / "judged.csv")
        assert (learned.number, learned.card, learned.report.gain.helps) == (None, None, False)
        assert learned.report.standard == pytest.approx(1)
        assert Versions(folder / "shop" / FIT).number() is None

    def test_clicks_teach_as_judgements_do(self, folder: Path) -> None:
        """Every answer is touched at the product that the encoder likes best among those shown."""
        wanted: dict[str, dict[str, float]] = {}
        for line in (folder / "judged.csv").read_text().split("\n")[1:]:
            query, product_id, rating = line.split(",")
            wanted.setdefault(query, {})[product_id] = float(rating)
        with open_shop(folder / "shop") as shop:
            for query, rated in wanted.items():
                turn = shop.guide.answer(query, session_id=query.replace(" ", "-")).turn
                best = max(turn.shown, key=lambda one: rated.get(one, 0.0))
                item = EventItem(item_id=best, item_list_id=turn.turn_id)
                click = Event(
                    event_id=f"c-{query}",
                    name=EventName.SELECT_ITEM,
                    timestamp=turn.at,
                    session_id=query,
                    items=(item,),
                )
                shop.events.append([click])
        learned = learn_shop_fit(folder / "shop", anyway=True)
        assert learned.report.queries >= 30
        assert learned.card is not None
        assert "logged turns" in learned.card.read_text(encoding="utf-8")

    def test_damaged_weights_leave_the_last_ones_counting(self, folder: Path) -> None:
        with open_shop(folder / "shop") as shop:
            learn_shop_fit(folder / "shop", judgements=folder / "judged.csv", anyway=True)
            assert shop.guide.answer("dark green").response.ranked_by == "fit 1"
            Versions(folder / "shop" / FIT).publish(lambda part: (part / WEIGHTS).write_text("?") and None)
            assert shop.guide.answer("dark green").response.ranked_by == "fit 1"

    def test_too_little_to_learn_from_is_said(self, folder: Path) -> None:
        with pytest.raises(ShopError, match="0 queries with logged turns tell of an order; at least 30 are needed"):
            learn_shop_fit(folder / "shop")

    def test_the_folder_of_the_old_ranker_is_ignored(self, folder: Path) -> None:
        Versions(folder / "shop" / "ranker").publish(lambda part: (part / "ranker.txt").write_text("trees") and None)
        with open_shop(folder / "shop") as shop:
            assert shop.guide.answer("dark green").response.ranked_by == "classical"

    @pytest.mark.parametrize("query", ["two teas, the cheapest first", "what do you sell?"])
    def test_what_no_weight_ordered_teaches_nothing(self, folder: Path, query: str) -> None:
        with open_shop(folder / "shop") as shop:
            assert Asker(shop).weigh(Asked(query=query, grades={"p001": 1, "p002": 0})) is None
