"""Which database, which encoders, which language model: one name, one opener; an engine is imported when it is chosen."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import TypeAlias

from rapidfuzz import process
from sqlalchemy import Engine

from daogou.ask.model.reader import RULES_ALONE, ModelReader, RulesAlone
from daogou.catalog.products.product import Product
from daogou.db.database import open_database
from daogou.encoders import minilm, use
from daogou.encoders.lsa import Lsa
from daogou.errors import SettingsError, ShopError
from daogou.index.building import Encoders
from daogou.index.documents import reads_english
from daogou.llm import named
from daogou.llm.named import MODELS
from daogou.ports import Encoder, LanguageModel
from daogou.rank.likelihood import SEARCHED, SILENT, TAUGHT, Likelihood, Silent
from daogou.reply.chooser import Chooser
from daogou.reply.weights import Weights, WorkerPool
from daogou.settings import AUTO, NO_MODEL, Settings

DATABASE = "shop.db"


def now() -> datetime:
    """The time, aware, UTC."""
    return datetime.now(UTC)


def database_url(folder: Path, settings: Settings) -> str:
    """The SQLAlchemy URL of the shop's database."""
    return settings.database_url or f"sqlite:///{folder / DATABASE}"


# What stands in an installed package: how to make it, and where it says how to install it.
_PACKAGED: Mapping[str, tuple[Callable[[Settings], Encoder], ModuleType]] = {
    "minilm": (lambda settings: minilm.MiniLM(threads=settings.threads), minilm),
    "use": (lambda settings: use.Use(), use),
}


@contextmanager
def shop_database(folder: Path, settings: Settings) -> Iterator[Engine]:
    """The shop's database, let go of at the end."""
    engine = open_database(database_url(folder, settings))
    try:
        yield engine
    finally:
        engine.dispose()


@dataclass(frozen=True, kw_only=True)
class ShopEncoders:
    """The encoders of a load, and what is missing, with the command that installs it."""

    encoders: Encoders
    warnings: tuple[str, ...] = ()


def shop_encoders(settings: Settings, products: Iterable[Product]) -> ShopEncoders:
    """Those that the settings name; "auto": what these products' language wants, else LSA, which needs no package.

    LSA beside another one cost more than it brought, in both languages (docs/experiments.md).
    """
    automatic, names = settings.encoders == (AUTO,), settings.encoders
    if automatic:  # a question in another language than the catalogue's needs the multilingual one everywhere
        names = ("minilm", "use") if reads_english(products) else ("use",)
    ready = [encoder for name in names if (encoder := packaged(name, settings))]
    learns = "lsa" in names or (automatic and not ready)
    return ShopEncoders(
        encoders=Encoders(ready=ready, makers={"lsa": Lsa.learn} if learns else {}),
        warnings=tuple(missing(name) for name in names if name in _PACKAGED and not _here(name)),
    )


def packaged(name: str, settings: Settings) -> Encoder | None:
    """The encoder of that name, None where it isn't installed or comes in no package."""
    return _PACKAGED[name][0](settings) if name in _PACKAGED and _here(name) else None


def missing(name: str) -> str:
    """One sentence: what to do about an encoder that isn't here."""
    if name not in _PACKAGED:
        raise ShopError(f"the index was made with the encoder '{name}', which is not known here; load the feed again")
    return f"the encoder '{name}' is not installed, so the guide goes on without it; run: {_PACKAGED[name][1].INSTALL}"


def _here(name: str) -> bool:
    return bool(_PACKAGED[name][1].available())


GROUP = "daogou.language_models"  # entry points: a name, and a function that takes what stands behind the colon and the settings
SHORT = 1024  # tokens of prompt and continuation: what judges or writes a few lines needs, and 110 MB less memory than the 4096 of any GGUF
SPEAKING = {name: model for name, model in MODELS.items() if model.speaks}
Opener: TypeAlias = Callable[[str, Settings], LanguageModel]


def open_model(settings: Settings) -> LanguageModel | None:
    """The model that is set, ready to use; None where there is to be none.

    SettingsError: no engine has that name. MissingExtra: its library is not installed. BackendError: it can't be opened.
    """
    if settings.language_model in ("", NO_MODEL):
        return None
    engine, _, which = settings.language_model.partition(":")
    return _opener(engine)(which, settings)


def open_chooser(settings: Settings, model: LanguageModel | None) -> Chooser | None:
    """Who chooses among several responses; None: the plain answer is given."""
    if settings.choose != "model" or model is None:
        return None
    return Chooser(model, weights=_weights(settings), budget_s=_budget_s(settings))


def open_reader(settings: Settings, model: LanguageModel | None, pool: WorkerPool) -> RulesAlone:
    """The model as a second reader, waited for in `slots`."""
    if settings.reader != "model" or model is None:
        return RULES_ALONE
    return ModelReader(model, attempt=pool.attempt, budget_s=_budget_s(settings))


def open_likelihood(settings: Settings, model: LanguageModel | None, pool: WorkerPool) -> Silent:
    """The model's voice in the order."""
    if settings.ranker != "model" or model is None:
        return SILENT
    taught = model.instructed or settings.language_model.partition(":")[0] == "builtin"
    return Likelihood(
        model,
        attempt=pool.attempt,
        form=TAUGHT if taught else SEARCHED,
        budget_s=settings.ranker_budget_ms / 1000,
    )


def _budget_s(settings: Settings) -> float:
    """A turn waits no longer for a model that reads and chooses than for one that does one of them."""
    steps = [settings.reader, settings.choose].count("model")
    return settings.model_budget_ms / 1000 / max(1, steps)


def _opener(engine: str) -> Opener:
    if engine in OPENERS:
        return OPENERS[engine]
    strangers = {point.name: point for point in entry_points(group=GROUP)}
    if engine in strangers:
        opener: Opener = strangers[engine].load()
        return opener
    known = sorted((NO_MODEL, *OPENERS, *strangers))
    nearest = process.extractOne(engine, known)
    raise SettingsError(
        f"setting 'language_model': there is no engine '{engine}'; the nearest is '{nearest[0]}' (known: {', '.join(known)})"
    )


def _weights(settings: Settings) -> Weights:
    """Those that were fitted for a model of our own; a stranger's folder is not looked into."""
    engine, _, which = settings.language_model.partition(":")
    if engine != "builtin":
        return Weights()
    from daogou.llm.builtin.model import WEIGHTS

    return Weights.read(Path(which) if which else WEIGHTS)


def _named(which: str, engine: str, what: str) -> str:
    if not which:
        raise SettingsError(f"setting 'language_model': '{engine}' needs {what}: \"{engine}:{what.upper()}\"")
    return which


def _builtin(which: str, settings: Settings) -> LanguageModel:
    from daogou.llm.builtin.model import Builtin

    return Builtin.open(Path(which) if which else None, threads=settings.threads)


def _transformers(which: str, settings: Settings) -> LanguageModel:
    name = _named(which, "transformers", "name")
    from daogou.llm.transformers.model import TransformersModel

    return TransformersModel.open(name, threads=settings.threads)


def _gguf(which: str, settings: Settings) -> LanguageModel:
    """A file, or the short name of a model that `daogou models add` brought."""
    file = _named(which, "gguf", "file")
    if which in SPEAKING:
        return _short(which, settings)
    from daogou.llm.gguf.model import GgufModel

    return GgufModel.open(file, threads=settings.threads)


def _short(which: str, settings: Settings, *, name: str = "") -> LanguageModel:
    """The short name alone says everything."""
    name = name or which
    [file] = named.files(SPEAKING[name])
    from daogou.llm.gguf.model import GgufModel

    return GgufModel.open(str(file), name=name, context=SHORT, threads=settings.threads)


def _openai(which: str, settings: Settings) -> LanguageModel:
    model = _named(which, "openai", "model")
    if not settings.model_url:
        raise SettingsError("setting 'language_model': 'openai' needs model_url, for example http://127.0.0.1:8080/v1")
    from daogou.llm.openai.api import ChatApi

    return ChatApi.open(model, url=settings.model_url, key=settings.model_key)


def _scripted(which: str, settings: Settings) -> LanguageModel:
    from daogou.llm.scripted import Scripted

    return Scripted(texts=(_named(which, "scripted", "text"),), likelihoods={})


OPENERS: Mapping[str, Opener] = {
    "builtin": _builtin,
    "gguf": _gguf,
    "openai": _openai,
    "scripted": _scripted,
    "transformers": _transformers,
    **{name: partial(_short, name=name) for name in SPEAKING},
}
