"""Soft wishes: words of the shopper that the row's text bears out, and a wish that it does not."""

from collections.abc import Iterator
from dataclasses import replace

from daogou.reply.answers import facts_for, say_fact
from daogou.reply.called import called
from daogou.reply.cleaning import short
from daogou.reply.draft import Statement
from daogou.reply.gather import passage
from daogou.reply.mirror import asked_value, extra_words
from daogou.reply.scene import Scene
from daogou.shop.matching import meets
from daogou.shop.need import ON_SALE, PRICE, READ_OFF_ROWS, TEXT, Operator
from daogou.shop.product import Product
from daogou.text.thesaurus import thesaurus

MOST_EXTRA = 2  # of the query's further words named in reasons


def words_met(product: Product, scene: Scene) -> Iterator[Statement]:
    """Purpose and recipient, only where the row's own text has the word; the word is quoted."""
    for wish in (scene.need.purpose, scene.need.recipient):
        statement = _met(product, wish, scene) if wish else None
        if statement:
            yield statement


def unmet_wish(product: Product, scene: Scene) -> Iterator[Statement]:
    """The first wish that the row contradicts, so that nobody is surprised."""
    for wish in scene.need.wishes:
        if wish.attribute in (TEXT, PRICE, *READ_OFF_ROWS) or wish.operator is not Operator.IS:
            continue
        if meets(product, wish, scene.at) is False:
            facts = facts_for(product, replace(wish, attribute=PRICE) if wish.attribute == ON_SALE else wish, scene)
            if not facts:
                continue
            if wish.attribute == ON_SALE:
                text = scene.phrases.say("answer.no_sale", price=facts[0].printed)
            else:
                wanted = asked_value(wish, scene.language, scene.currency)
                text = scene.phrases.say("answer.instead", fact=say_fact(facts, scene), wanted=wanted)
            yield Statement(text=text, product=product, facts=facts, brief=text)
            return


def extra_met(product: Product, scene: Scene) -> Iterator[Statement]:
    """The query's further words that the row has: a phrase as a whole, else those of its words that stand there."""
    found = 0
    named = called(scene.need, scene.phrases, rows=scene.shown)
    for phrase in extra_words(scene.need):
        if phrase in named:
            continue
        whole = mentioned(product, phrase, scene)
        pieces = [] if whole else [mentioned(product, word, scene) for word in phrase.split()]
        for statement in filter(None, [whole, *pieces]):
            if found < MOST_EXTRA:
                yield statement
            found += 1


def mentioned(product: Product, words: str, scene: Scene) -> Statement | None:
    """That the row has these words, quoted as the shopper said them; None where it has not."""
    fact = passage(product, words)
    if fact is None:
        return None
    text = scene.phrases.say("fact.mentions", word=short(words))
    return Statement(text=text, product=product, facts=(fact,), brief=text)


def _met(product: Product, wish: str, scene: Scene) -> Statement | None:
    return next(filter(None, (mentioned(product, word, scene) for word in _same_meaning(wish))), None)


def _same_meaning(wish: str) -> list[str]:
    """The wish itself, then its other names in both languages."""
    folded = wish.casefold()
    names = [wish]
    for concept in thesaurus().values.values():
        phrases = [phrase for each in concept.phrases.values() for phrase in each]
        if concept.attribute in ("purpose", "recipient") and folded in (concept.key, *map(str.casefold, phrases)):
            names += phrases
    return list(dict.fromkeys(names))
