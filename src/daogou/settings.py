"""Settings, read once: `daogou.toml` in the shop folder, then DAOGOU_* environment variables on top."""

import dataclasses
import math
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from rapidfuzz import process

from daogou.errors import SettingsError

FILE_NAME = "daogou.toml"
PREFIX = "DAOGOU_"
NO_MODEL = "none"
AUTO = "auto"
_ENCODERS = (AUTO, "minilm", "use", "lsa")
_CHOICES = {
    "choose": ("plain", "model"),
    "reader": ("rules", "model"),
    "ranker": ("classical", "model"),
}
_FROM_NOTHING = {"stale_after_hours": 8_760}  # may be 0, and at most so much
_SECRET = ("api_keys", "model_key", "user_secret")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that can be set; the defaults serve one shop on one machine."""

    name: str = ""  # what the shop calls itself; empty: the folder's name
    time_zone: str = "UTC"  # of dates in feeds and logs that name none: "Europe/Berlin"
    stale_after_hours: int = 0  # after which the guide says that its feed is old; 0: only where a watch has missed it
    database_url: str = ""  # SQLAlchemy URL; empty: shop.db in the shop folder
    encoders: tuple[str, ...] = (AUTO,)  # of "minilm", "use", "lsa"; auto: what the catalogue's language wants
    threads: int = 2  # for the encoder
    shown: int = 6  # products in one answer
    api_keys: tuple[str, ...] = field(default=(), repr=False)  # for writing, as `daogou keys new` prints them
    write_without_key: bool = False  # this machine may write where no key is set; else a key of the hour is printed
    user_secret: str = field(default="", repr=False)  # signs user ids; empty: a file in the shop folder holds one
    trusted_proxies: tuple[str, ...] = ()  # addresses whose X-Forwarded-For is believed
    allowed_origins: tuple[str, ...] = ()  # "https://shop.example": whose pages may call from a browser
    requests_per_minute: int = 1200  # of one client or key
    image_origins: tuple[str, ...] = ()  # "https://images.example": whose images the page may show
    sponsored: tuple[str, ...] = ()  # ids of products that somebody pays for; shown apart, under that label
    workers: int = 4  # turns answered at the same time; more make all of them slower (docs/experiments.md)
    message_limit: int = 2000  # characters
    language_model: str = NO_MODEL  # "builtin", "builtin:FOLDER", "transformers:NAME", "gguf:FILE", "gemma-270m", "openai:MODEL" ... (app/models.py)
    model_url: str = ""  # of the server of openai:
    model_key: str = field(default="", repr=False)  # its key
    model_budget_ms: int = 200  # a turn waits so long for the model, then the plain answer is given
    ranker_budget_ms: int = 3000  # the same for ranking: what is read is bounded, so this is for a model that hangs
    reader: str = "rules"  # "model": the language model adds to what the rules understood
    ranker: str = "classical"  # "model": the language model's log P(q | product) speaks for the products that lead
    choose: str = "plain"  # "model": the language model chooses among several responses


def read_settings(folder: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of a shop folder; SettingsError names every unknown key and wrong value at once."""
    given = _from_file(folder / FILE_NAME) | _from_environment(environment)
    fields = {field.name: field for field in dataclasses.fields(Settings)}
    problems = [_unknown(key, list(fields)) for key in given if key not in fields]
    values: dict[str, object] = {}
    for key in given.keys() & fields.keys():
        try:
            values[key] = _typed(key, given[key], getattr(Settings(), key))
        except ValueError as error:
            problems.append(str(error))
    problems += [*_together(values), *_encoders(values), *_time_zone(values)]
    if problems:
        raise SettingsError("\n".join(sorted(problems)))
    return Settings(**values)  # type: ignore[arg-type]


def _together(values: Mapping[str, object]) -> list[str]:
    """What each setting allows by itself and the others do not."""
    if values.get("language_model", NO_MODEL) != NO_MODEL:
        return []
    return [
        f"setting '{key}': 'model' needs a language model; set language_model, for example to 'builtin'"
        for key in _CHOICES
        if values.get(key) == "model"
    ]


def _encoders(values: Mapping[str, object]) -> list[str]:
    given = values.get("encoders", ())
    names = given if isinstance(given, tuple) else ()
    unknown = [name for name in names if name not in _ENCODERS]
    if unknown:
        return [f"setting 'encoders': '{unknown[0]}' is not one of {', '.join(_ENCODERS)}"]
    return ["setting 'encoders': 'auto' stands alone"] if AUTO in names and len(names) > 1 else []


def _time_zone(values: Mapping[str, object]) -> list[str]:
    name = str(values.get("time_zone", "UTC"))
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return [f"setting 'time_zone': {name!r} is no time zone; write for example 'Europe/Berlin' or 'Asia/Shanghai'"]
    return []


def _from_file(path: Path) -> dict[str, object]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from error


def _from_environment(environment: Mapping[str, str]) -> dict[str, object]:
    return {
        key.removeprefix(PREFIX).lower(): value
        for key, value in environment.items()
        if key.startswith(PREFIX) and not key.startswith(f"{PREFIX}TEST_")
    }


def _unknown(key: str, known: list[str]) -> str:
    nearest = process.extractOne(key, known)
    return f"setting '{key}' is unknown; the nearest is '{nearest[0]}' (known: {', '.join(sorted(known))})"


def _typed(key: str, value: object, default: object) -> object:
    shown = "…" if key in _SECRET else repr(value)
    if isinstance(default, tuple):
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            return tuple(value)
        raise ValueError(f"setting '{key}': {shown} is not a list of texts")
    if isinstance(default, bool):
        if str(value).lower() not in ("true", "false"):
            raise ValueError(f"setting '{key}': {shown} is neither true nor false")
        return str(value).lower() == "true"
    if isinstance(default, int):
        return _number(key, value)
    if not isinstance(value, str):
        raise ValueError(f"setting '{key}': {shown} is not a text")
    if value not in _CHOICES.get(key, (value,)):
        raise ValueError(f"setting '{key}': {shown} is not one of {', '.join(_CHOICES[key])}")
    return value


def _number(key: str, value: object) -> int:
    try:
        number = int(str(value))
    except ValueError:
        number = -1
    least, most = (0, _FROM_NOTHING[key]) if key in _FROM_NOTHING else (1, math.inf)
    if not least <= number <= most or isinstance(value, bool):
        wanted = f"from 0 to {most}" if key in _FROM_NOTHING else "above zero"
        raise ValueError(f"setting '{key}': {value!r} is not a whole number {wanted}")
    return number
