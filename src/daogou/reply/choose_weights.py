"""How much each part of a response's score weighs; fitted on held-out cases, kept in a TOML file beside the model."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from daogou.errors import SettingsError

FILE_NAME = "choose.toml"


@dataclass(frozen=True, kw_only=True)
class Weights:
    """score = log P(r | q) / |r|^length - share * log P(r) / |r|^length + items * log P(items | shopper) + plans[plan].

    The share taken off is that of domain-conditional PMI (Holtzman et al. 2021): short, generic text is likely whatever was asked.
    """

    length: float = 1.0  # 1: per token; below: longer texts pay for their length
    share: float = 0.5
    items: float = 0.05
    written: float = 0.5  # what a vetted text of the model is worth more, where the model can write and not score
    plans: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> "Weights":
        """Those of a model's folder; the defaults where it has none."""
        path = folder / FILE_NAME
        return cls.parse(path.read_text(encoding="utf-8"), where=str(path)) if path.exists() else cls()

    @classmethod
    def parse(cls, text: str, *, where: str = FILE_NAME) -> "Weights":
        """From TOML; SettingsError names every unknown key and every value that is no number."""
        try:
            given = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(f"{where}: not valid TOML: {error}") from error
        plans = given.pop("plans", {})
        known = {one.name for one in fields(cls)} - {"plans"}
        if not isinstance(plans, dict):
            raise SettingsError(f"{where}: 'plans': {plans!r} is no table")
        numbers = {**given, **{f"plans.{plan}": value for plan, value in plans.items()}}
        problems = [f"'{key}' is unknown (known: {', '.join(sorted(known))}, plans)" for key in given.keys() - known]
        problems += [f"'{key}': {value!r} is not a number" for key, value in numbers.items() if not _is_number(value)]
        if problems:
            raise SettingsError("\n".join(f"{where}: {problem}" for problem in sorted(problems)))
        return cls(**given, plans=plans)

    def toml(self) -> str:
        """As `read` reads it."""
        numbers = [f"{one.name} = {getattr(self, one.name)!r}" for one in fields(self) if one.name != "plans"]
        plans = [f"{plan} = {value!r}" for plan, value in sorted(self.plans.items())]
        return "\n".join([*numbers, *(["", "[plans]", *plans] if plans else [])]) + "\n"


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
