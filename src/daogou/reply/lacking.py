"""What no product of an answer is known to meet, told once: "The shop's data doesn't mention “lid” for any of these."."""

from collections.abc import Iterator

from daogou.reply.cleaning import short
from daogou.reply.gather import gather, passage
from daogou.reply.mirror import asked_value, extra_words
from daogou.reply.outcomes import is_word, silent, told, unmet
from daogou.reply.rendering import listed
from daogou.reply.scene import Scene
from daogou.shop.matching import Outcome
from daogou.shop.need import TEXT, Operator
from daogou.text.normalize import is_chinese

MOST_WORDS = 3  # named in one sentence


def lacking(scene: Scene) -> Iterator[str]:
    """At most one sentence for words, one for columns and one for each refusal; nothing that a notice has told."""
    if not scene.shown:
        return
    words = [*(asked_value(wish, scene.language, scene.currency) for wish in silent(scene) if is_word(wish))]
    words = list(dict.fromkeys((*words, *_unmentioned(scene))))[:MOST_WORDS]
    if words:
        quoted = listed([f"“{short(word)}”" for word in words], scene.language, last="or")
        yield scene.phrases.say(_form("lacking.words", scene), words=quoted)
    columns = [wish.attribute for wish in silent(scene) if not is_word(wish)]
    sort = scene.need.sort
    if sort and not any(gather(row, sort.attribute, at=scene.at, language=scene.language) for row in scene.shown):
        columns.append(sort.attribute)
    for column in dict.fromkeys(columns):
        yield scene.phrases.say(_form("lacking.column", scene), attribute=scene.phrases.label(column))
    yield from _some(scene)


def _some(scene: Scene) -> Iterator[str]:
    """What only some of several products say."""
    if len(scene.shown) == 1:
        return
    open_musts = [must for must in unmet(scene) if must not in scene.retrieval.given_up and must.attribute == TEXT]
    wanted = [must for must in open_musts if must.operator is not Operator.IS_NOT and Outcome.MET in told(must, scene)]
    if wanted:
        words = dict.fromkeys(f"“{asked_value(must, scene.language, scene.currency)}”" for must in wanted)
        yield scene.phrases.say("lacking.some", words=listed(list(words), scene.language))
    for must in open_musts:
        if must.operator is Operator.IS_NOT:
            form = "refused_some" if Outcome.MET in told(must, scene) else "refused"
            yield scene.phrases.say(f"lacking.{form}", word=asked_value(must, scene.language, scene.currency))


def _unmentioned(scene: Scene) -> list[str]:
    """The query's further words that no row shown has, where the rows are in its writing; the thing's own noun is none of them."""
    noticed = {value for notice in scene.need.notices for value in notice.params.values()}
    noun = scene.need.thing.split()[-1:] if not is_chinese(scene.need.thing) else [scene.need.thing]
    words = [word for phrase in extra_words(scene.need) for word in phrase.split() if word not in (*noticed, *noun)]
    same_writing = [word for word in words if all(is_chinese(row.title) == is_chinese(word) for row in scene.shown)]
    return [word for word in same_writing if not any(passage(row, word) for row in scene.shown)]


def _form(key: str, scene: Scene) -> str:
    return f"{key}_one" if len(scene.shown) == 1 else key
