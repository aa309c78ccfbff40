"""What every Catalogue does."""

import threading
from dataclasses import replace
from decimal import Decimal

from daogou.ports import Catalogue
from tests.contracts.products import BAG, CHAIN, JEWEL, LAPTOP, MOUSE, SHOP, fact, product


class CatalogueContract:
    """Inherit, and say which catalogue."""

    def catalogue(self) -> Catalogue:
        raise NotImplementedError

    def test_it_starts_empty(self) -> None:
        catalogue = self.catalogue()
        assert (len(catalogue), catalogue.ids(), list(catalogue.products())) == (0, set(), [])

    def test_products_come_back_exactly_as_they_were_given(self) -> None:
        catalogue = self.catalogue()
        assert catalogue.upsert(SHOP) == len(SHOP)
        assert list(catalogue.products()) == sorted(SHOP, key=lambda product: product.id)
        assert catalogue.get(["mouse", "nothing", "bag", "mouse"]) == {"mouse": MOUSE, "bag": BAG}
        assert catalogue.ids() == {product.id for product in SHOP}

    def test_a_price_keeps_its_zeros(self) -> None:
        catalogue = self.catalogue()
        catalogue.upsert([product("1", "Pen", "1.50")])
        assert str(catalogue.get(["1"])["1"].offers[0].price.amount) == "1.50"

    def test_the_lowest_of_several_prices_and_the_state_of_what_has_none_come_back(self) -> None:
        catalogue = self.catalogue()
        catalogue.upsert([CHAIN, JEWEL])
        assert catalogue.get(["chain", "jewel"]) == {"chain": CHAIN, "jewel": JEWEL}

    def test_odd_texts_come_back_as_they_were(self) -> None:
        catalogue = self.catalogue()
        odd = product(
            "odd",
            'half a pair \ud83d, a delete \x7f, a quote " and 导购 \u2028',
            offers=(),
            attributes=(
                fact("na\x7fme", "x", ""),
                fact("note", "tab\tdel\x7fend", ""),
                fact("length", "1E+3", "m"),
                fact("true", "True"),
            ),
        )
        catalogue.upsert([odd])
        assert catalogue.get(["odd"]) == {"odd": odd}

    def test_the_last_of_an_id_wins(self) -> None:
        catalogue = self.catalogue()
        catalogue.upsert([LAPTOP])
        catalogue.upsert([product("laptop", "Older"), product("laptop", "Newer", product_type="laptop")])
        assert (catalogue.get(["laptop"])["laptop"].title, len(catalogue)) == ("Newer", 1)

    def test_the_same_again_changes_nothing(self) -> None:
        catalogue = self.catalogue()
        catalogue.upsert(SHOP)
        before = catalogue.version
        assert (catalogue.upsert(SHOP), catalogue.version) == (len(SHOP), before)

    def test_every_change_makes_a_newer_version(self) -> None:
        catalogue = self.catalogue()
        versions = [catalogue.version]
        catalogue.upsert(SHOP)
        versions.append(catalogue.version)
        catalogue.upsert([replace(LAPTOP, title="Another")])
        versions.append(catalogue.version)
        catalogue.set_types({"laptop": "tablet"})
        versions.append(catalogue.version)
        catalogue.withdraw(["bag"])
        versions.append(catalogue.version)
        assert versions == sorted(set(versions))

    def test_what_is_withdrawn_is_gone_and_may_come_back(self) -> None:
        catalogue = self.catalogue()
        catalogue.upsert(SHOP)
        assert (catalogue.withdraw(["bag", "bag", "nothing"]), catalogue.get(["bag"])) == (1, {})
        before = catalogue.version
        assert (catalogue.withdraw(["bag"]), catalogue.version) == (0, before)
        catalogue.upsert([BAG])
        assert catalogue.get(["bag"]) == {"bag": BAG}
        catalogue.set_types({"bag": "sack"})
        assert catalogue.withdraw(["bag"]) == 1
        catalogue.upsert([BAG])
        assert catalogue.get(["bag"]) == {"bag": BAG}

    def test_types_are_set_in_bulk(self) -> None:
        catalogue = self.catalogue()
        catalogue.upsert([replace(LAPTOP, product_type=""), MOUSE])
        assert catalogue.set_types({"laptop": "laptop", "mouse": "mouse", "nothing": "bag"}) == 1
        assert catalogue.get(["laptop", "mouse"]) == {"laptop": LAPTOP, "mouse": MOUSE}

    def test_a_type_stays_set_until_the_product_comes_with_another(self) -> None:
        catalogue = self.catalogue()
        given = replace(LAPTOP, product_type="Notebooks > Business")
        catalogue.upsert([given])
        assert catalogue.set_types({"laptop": "laptop"}) == 1
        before = catalogue.version
        catalogue.upsert([given])
        assert (catalogue.get(["laptop"]), catalogue.version) == ({"laptop": LAPTOP}, before)
        catalogue.upsert([replace(given, brand="Acer")])
        assert catalogue.get(["laptop"]) == {"laptop": replace(LAPTOP, brand="Acer")}
        catalogue.upsert([replace(given, product_type="tablet")])
        assert catalogue.get(["laptop"])["laptop"].product_type == "tablet"
        assert catalogue.set_types({"laptop": "tablet"}) == 0

    def test_more_products_than_fit_in_one_query(self) -> None:
        catalogue = self.catalogue()
        many = {f"{number:05}": product(f"{number:05}", f"Pen {number}", f"{number}.10") for number in range(1203)}
        assert catalogue.upsert(iter(many.values())) == 1203
        assert catalogue.get(list(many)) == many
        assert list(catalogue.products()) == list(many.values())
        assert catalogue.withdraw(many) == 1203

    def test_readers_and_writers_in_many_threads_see_whole_products(self) -> None:
        catalogue = self.catalogue()
        catalogue.upsert(SHOP)
        wrong: list[object] = []

        def write(number: int) -> None:
            catalogue.upsert([product(f"pen-{number}", "Pen", str(number))])

        def read() -> None:
            found = catalogue.get(["laptop", "mouse"])
            if found != {"laptop": LAPTOP, "mouse": MOUSE}:
                wrong.append(found)

        jobs = [threading.Thread(target=write, args=(number,)) for number in range(8)]
        jobs += [threading.Thread(target=read) for _ in range(8)]
        for job in jobs:
            job.start()
        for job in jobs:
            job.join()
        assert wrong == []
        assert {catalogue.get([f"pen-{n}"])[f"pen-{n}"].offers[0].price.amount for n in range(8)} == set(
            map(Decimal, range(8))
        )
