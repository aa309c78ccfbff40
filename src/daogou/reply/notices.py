"""What the shopper should know beside the answer, in words."""

from daogou.reply.cleaning import short
from daogou.reply.scene import Scene


def notice_texts(scene: Scene) -> tuple[str, ...]:
    """One sentence for each notice that has one in this language."""
    texts = [_text(notice.code, notice.params, scene) for notice in scene.need.notices]
    return tuple(dict.fromkeys(text for text in texts if text))


def _text(code: str, params: dict[str, str], scene: Scene) -> str:
    key = f"notice.{code}"
    if not scene.phrases.has(key):
        return ""
    values = {name: short(value) for name, value in params.items()}
    if "attribute" in params:
        values["attribute"] = scene.phrases.label(params["attribute"])
    try:
        return scene.phrases.say(key, **values)
    except KeyError:
        return ""
