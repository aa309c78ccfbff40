"""What a model server's JSON says, or BackendError: nothing about its shape is taken on trust."""

from collections.abc import Mapping

from daogou.errors import BackendError
from daogou.language.chat_http import DONE


def texts(answer: object) -> list[str]:
    """The text of every choice, chat or completion, in the order of their index."""
    return [_text(choice, message="message") for choice in choices(answer)]


def choices(answer: object) -> list[Mapping[str, object]]:
    """The choices, at least one, in the order of their index."""
    found = _mapping(answer, "answer").get("choices")
    if not isinstance(found, list) or not found:
        raise BackendError("the model server's answer has no choices")
    return sorted((_mapping(choice, "choice") for choice in found), key=_index)


def usage(answer: object) -> tuple[int, int] | None:
    """Tokens read and written, as the server counts them."""
    said = answer.get("usage") if isinstance(answer, Mapping) else None
    if not isinstance(said, Mapping):
        return None
    read, written = said.get("prompt_tokens"), said.get("completion_tokens")
    return (read, written) if isinstance(read, int) and isinstance(written, int) else None


class Delta:
    """One event of a stream: its piece of text, and whether it is the last."""

    def __init__(self, event: object) -> None:
        self.text, self.ends = "", event == DONE
        if self.ends:
            return
        said = _mapping(event, "event")
        if "error" in said:
            raise BackendError("the model server broke the stream off with an error")
        if found := said.get("choices"):  # a last event may have usage alone
            choice = choices({"choices": found})[0]
            self.text = _text(choice, message="delta", whole=False)
            self.ends = bool(choice.get("finish_reason"))


def _text(choice: Mapping[str, object], *, message: str, whole: bool = True) -> str:
    holder = choice if "text" in choice else _mapping(choice.get(message), message)
    text = holder.get("text" if "text" in choice else "content", "" if not whole else None)
    if text is None and not whole:
        return ""
    if not isinstance(text, str):
        raise BackendError(f"the model server's answer has no text in choices[0].{message}")
    return without_surrogates(text)


def without_surrogates(text: str) -> str:
    """Half a character, which JSON can hold and UTF-8 can't, becomes a question mark."""
    return text.encode("utf-8", errors="replace").decode("utf-8")


def _mapping(value: object, what: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise BackendError(f"the model server's {what} is not a JSON object")
    return value


def _index(choice: Mapping[str, object]) -> int:
    index = choice.get("index")
    return index if isinstance(index, int) else 0
