"""Which language model answers is a matter of settings; what can't be opened says what to do."""

import sys
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from daogou.app import Shop, engines, load_shop, open_shop
from daogou.app.engines import open_chooser, open_model
from daogou.errors import BackendError, MissingExtra, SettingsError
from daogou.ports import LanguageModel
from daogou.reply.chooser import Chooser
from daogou.reply.weights import FILE_NAME, Weights
from daogou.settings import Settings, read_settings
from tests.talking_model import TalkingModel

FEED = "id,title,price,brand\n1,Acme kettle 1.5 l,39.00 EUR,Acme\n2,Acme toaster,29.00 EUR,Acme\n"


def open_talking(which: str, settings: Settings) -> LanguageModel:
    """What a stranger's entry point names."""

    def likes(prompt: str, text: str) -> float:
        return -1.0 if "Side by side" in text or "they differ" in text else -2.0

    return TalkingModel(likes, name=f"talking:{which}")


@pytest.fixture
def stranger(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint(name="talking", value=f"{__name__}:open_talking", group=engines.GROUP)
    monkeypatch.setattr(engines, "entry_points", lambda group: EntryPoints([point]).select(group=group))


def test_without_a_model_there_is_none() -> None:
    assert open_model(Settings()) is None
    assert open_chooser(Settings(), None) is None


def test_an_unknown_engine_is_named_with_the_nearest() -> None:
    with pytest.raises(
        SettingsError, match=r"no engine 'bulitin'; the nearest is 'builtin' \(known: builtin, gemma-270m, gguf, "
    ):
        open_model(Settings(language_model="bulitin"))


@pytest.mark.parametrize(
    ("engine", "library", "command"),
    [
        ("transformers:some/model", "transformers", "pip install 'daogou[transformers]'"),
        ("gguf:model.gguf", "llama_cpp", "pip install 'daogou[gguf]'"),
        ("openai:model", "httpx2", "pip install 'daogou[remote]'"),
    ],
)
def test_a_missing_library_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, engine: str, library: str, command: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    for name in [name for name in sys.modules if name.startswith("daogou.llm.")]:
        monkeypatch.delitem(sys.modules, name)  # what has imported the library already
    with pytest.raises(MissingExtra) as caught:
        open_model(Settings(language_model=engine, model_url="http://127.0.0.1:1/v1"))
    assert command in str(caught.value)


@pytest.mark.parametrize("engine", ["transformers", "gguf", "openai"])
def test_an_engine_that_needs_more_than_its_name_says_so(engine: str) -> None:
    with pytest.raises(SettingsError, match=f"'{engine}' needs "):
        open_model(Settings(language_model=engine))


def test_a_server_needs_its_address() -> None:
    with pytest.raises(SettingsError, match="needs model_url"):
        open_model(Settings(language_model="openai:some-model"))


def test_a_folder_without_a_model_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(BackendError):
        open_model(Settings(language_model=f"builtin:{tmp_path}"))


def test_a_scripted_model_says_what_stands_behind_the_colon() -> None:
    model = open_model(Settings(language_model="scripted:Look at {A.title}."))

    assert model is not None
    assert model.write("guide:", n=1, max_tokens=20, seed=3) == ["Look at {A.title}."]


def test_strangers_enter_by_entry_point(stranger: None) -> None:
    model = open_model(Settings(language_model="talking:loud"))

    assert model is not None
    assert model.name == "talking:loud"


def test_the_chooser_keeps_what_was_set(stranger: None) -> None:
    settings = Settings(language_model="talking:x", choose="model", model_budget_ms=150)
    chooser = open_chooser(settings, open_model(settings))

    assert isinstance(chooser, Chooser)
    assert (chooser.budget_s, chooser.weights) == (0.15, Weights())
    assert open_chooser(Settings(language_model="talking:x"), open_model(settings)) is None


def test_weights_are_read_from_the_models_own_folder(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text(Weights(share=0.125).toml(), encoding="utf-8")
    chooser = open_chooser(Settings(language_model=f"builtin:{tmp_path}", choose="model"), TalkingModel())

    assert isinstance(chooser, Chooser)
    assert chooser.weights.share == 0.125


def test_choosing_needs_a_model(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="'choose': 'model' needs a language model"):
        read_settings(tmp_path, {"DAOGOU_CHOOSE": "model"})


def test_the_models_key_is_never_printed(tmp_path: Path) -> None:
    assert "sesame" not in repr(Settings(model_key="sesame-sesame-sesame", api_keys=("sesame",)))
    (tmp_path / "daogou.toml").write_text("model_key = 31337\napi_keys = 31337\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_settings(tmp_path, {})
    assert "31337" not in str(caught.value)


def test_ways_of_choosing_are_checked(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="setting 'choose': 'best' is not one of plain, model"):
        read_settings(tmp_path, {"DAOGOU_CHOOSE": "best"})


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stranger: None) -> Shop:
    for name, value in {"ENCODERS": "lsa", "LANGUAGE_MODEL": "talking:x", "CHOOSE": "model"}.items():
        monkeypatch.setenv(f"DAOGOU_{name}", value)
    monkeypatch.setenv("DAOGOU_MODEL_BUDGET_MS", "30000")
    feed = tmp_path / "feed.csv"
    feed.write_text(FEED, encoding="utf-8")
    load_shop(feed, folder=tmp_path / "shop")
    return open_shop(tmp_path / "shop")


def test_an_open_shop_chooses_with_its_model_and_closing_it_ends_that(shop: Shop) -> None:
    with shop:
        shop.warm()
        answered = shop.guide.answer("Acme")
        chooser = shop.chooser
    response = answered.response

    assert (response.scored_by, response.written_by) == ("talking:x", "plain")
    assert [one.plan for one in response.considered if one.chosen] == ["compared"]
    assert response.text == answered.turn.text
    assert isinstance(chooser, Chooser)
    assert chooser.pool.closed
