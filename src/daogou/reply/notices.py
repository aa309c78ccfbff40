"""What the shopper should know beside the answer, in words."""

from daogou.reply.cleaning import short
from daogou.reply.scene import Scene
from daogou.shop.need import Notice


def notice_texts(scene: Scene) -> tuple[str, ...]:
    """One sentence for each notice, in their order."""
    return tuple(_text(notice, scene) for notice in scene.need.notices)


def _text(notice: Notice, scene: Scene) -> str:
    values = {name: short(value) for name, value in notice.params.items()}
    if "attribute" in notice.params:
        values["attribute"] = scene.phrases.label(notice.params["attribute"])
    for key in _keys(notice):
        if scene.phrases.has(key):
            try:
                return scene.phrases.say(key, **values)
            except KeyError:  # a notice without what its sentence names
                break
    quoted = ", ".join(f"“{value}”" for value in values.values())
    return scene.phrases.say("notice.other" if quoted else "notice.unnamed", value=quoted)


def _keys(notice: Notice) -> list[str]:
    attribute = notice.params.get("attribute")
    special = [f"notice.{notice.code}_{attribute}", f"notice.{notice.code}_other"] if attribute else []
    return [*special, f"notice.{notice.code}"]
