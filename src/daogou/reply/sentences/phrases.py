"""The guide's sentences: templates in `phrases.toml`, one chosen by turn, so that it does not sound canned."""

import functools
import tomllib
import zlib
from dataclasses import dataclass
from importlib import resources

from daogou.reply.sentences.nouns import cased
from daogou.reply.sentences.rendering import clean
from daogou.text.thesaurus import thesaurus

LANGUAGES = ("en", "zh")


@dataclass(frozen=True, kw_only=True)
class Phrases:
    """The templates of one language; `seed` fixes which variant is said."""

    language: str
    seed: str = ""

    def say(self, key: str, **values: str) -> str:
        """The phrase with its places filled; `key` is "table.name". A price may begin somewhere: "at from $199" is "from $199"."""
        return self.variants(key)[self._choice(key)].format(**values).replace(" at from ", " from ")

    def label(self, attribute: str) -> str:
        """The attribute's name in this language."""
        key = f"label.{attribute}"
        return self.say(key) if self.has(key) else cased(clean(thesaurus().attribute_label(attribute, self.language)))

    def has(self, key: str) -> bool:
        """Whether there is such a phrase."""
        return key in templates(self.language)

    def variants(self, key: str) -> tuple[str, ...]:
        """Every way of saying it, unfilled."""
        return templates(self.language)[key]

    def _choice(self, key: str) -> int:
        return zlib.crc32(f"{self.seed}|{key}".encode()) % len(self.variants(key))


@functools.cache
def templates(language: str) -> dict[str, tuple[str, ...]]:
    """Every template of the language by key."""
    tables = tomllib.loads(resources.files("daogou.reply").joinpath("phrases.toml").read_text(encoding="utf-8"))
    return {
        f"{table}.{name}": tuple(entry[language])
        for table, entries in tables.items()
        for name, entry in entries.items()
    }
