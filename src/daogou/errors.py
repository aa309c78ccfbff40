"""Every error Daogou raises, drawn once, split by whose fault it is.

DaogouError
├── UserError            what was given is wrong; the message says what, where and what to do
│   ├── SettingsError    a setting is unknown or has a wrong value
│   ├── MappingError     a feed mapping is wrong (every problem at once)
│   ├── FactsError       the merchant's facts.toml is wrong (every problem at once)
│   ├── FeedError        a feed can't be read at all
│   └── RequestError     an HTTP request can't be served as asked
├── MissingExtra         an optional dependency is not installed; carries the install command
├── ShopError            the shop folder is missing, locked, stale or damaged
├── SessionBusy          another turn of the same session is being answered (409)
├── CannotDo             a language model lacks the ability that was asked of it
└── BackendError         a database, index or model server failed
    └── TooLate          an answer did not come before its deadline
"""


class DaogouError(Exception):
    """The root: catch this to catch everything that Daogou raises on purpose."""


class UserError(DaogouError):
    """What was given is wrong; the message says what, where and what to do."""


class SettingsError(UserError):
    """A setting is unknown or has a wrong value."""


class MappingError(UserError):
    """A feed mapping is wrong; `problems` holds every problem found."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class FactsError(UserError):
    """The merchant's facts.toml is wrong; `problems` holds every problem found."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class FeedError(UserError):
    """A feed can't be read at all: missing, empty, unknown format, damaged archive."""


class RequestError(UserError):
    """An HTTP request can't be served as asked; `status` is the HTTP status it maps to."""

    def __init__(self, message: str, *, status: int = 400, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after_s = retry_after_s


class MissingExtra(DaogouError):
    """An optional dependency is not installed."""

    def __init__(self, what: str, extra: str = "", *, command: str = "") -> None:
        install = command or f"pip install 'daogou[{extra}]'"
        super().__init__(f"{what} is not installed; run: {install}")


class ShopError(DaogouError):
    """The shop folder is missing, locked, stale or damaged."""


class SessionBusy(DaogouError):
    """Another turn of the same session is being answered."""


class BackendError(DaogouError):
    """A database, index or model server failed."""


class CannotDo(DaogouError):
    """A language model lacks the ability that was asked of it; another engine, or a setting, has it."""

    def __init__(self, model: str, ability: str) -> None:
        super().__init__(f"the language model '{model}' cannot {ability}; choose an engine that can (docs/language.md)")


class TooLate(BackendError):
    """An answer did not come before its deadline."""
