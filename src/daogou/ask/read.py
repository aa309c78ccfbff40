"""One message by itself, cut into chunks and read: kinds, quantities, values, wishes, and what is left."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from daogou.ask.lexicon import Lexicon
from daogou.ask.nouns.nouns import (
    Nouns,
    broader_kinds,
    names_of,
    noun_names,
    nouns,
    product_line,
    types_of,
    unfiled,
    unnamed,
    unsold_words,
    worded,
)
from daogou.ask.nouns.relations import relations
from daogou.ask.quantities.measured import measured
from daogou.ask.quantities.measures import noun_places, said_attributes
from daogou.ask.quantities.quantities import Quantity, quantities
from daogou.ask.reading import Reading, changes
from daogou.ask.tokens.chunks import Chunk, without
from daogou.ask.tokens.phrases import Cue, Kind
from daogou.ask.wishes.exclusions import exclusions
from daogou.ask.wishes.values import best_meaning, in_text, not_of_kind, values
from daogou.ask.wishes.wishes import purpose_of, recipient_of, sort_of
from daogou.catalog.products.need import AVAILABILITY, FITS, MODEL, ON_SALE, PART, Constraint, Operator, Strength
from daogou.catalog.products.product import Availability
from daogou.text.heads import names_part
from daogou.text.words import is_chinese

_ANY_MORE = ("anymore", "any more", "longer", "no longer", "了", "不要了", "就不要了")
_BARE = 2  # words


def read(chunks: Sequence[Chunk], lexicon: Lexicon, *, category: Sequence[str] = (), first: bool = True) -> Reading:
    """The message alone; `category` is what the talk was about before, `first` that there was no need before."""
    refused = exclusions(chunks, lexicon)
    chunks = refused.chunks
    turned_down = refused.values
    said = chunks
    related = relations(chunks, quantities(chunks), lexicon)
    chunks = without(chunks, related.hidden)
    turned_down -= related.hidden
    amounts = quantities(chunks)
    spans = {place for amount in amounts for place in range(amount.start, amount.end)}
    change = changes(chunks, turned_down, spans, lexicon)
    turned_down -= change.used
    counted = noun_places(chunks, amounts)
    kinds = nouns(
        without(chunks, spans | counted | _named(chunks, amounts) | change.used), turned_down, lexicon, first=first
    )
    about = kinds.category or tuple(category)

    measure = measured(chunks, amounts, about, lexicon, first=first)
    spans = (spans - measure.names) | counted
    used = spans | measure.places | kinds.used | change.used
    recipient = recipient_of(chunks, used | turned_down)
    used |= recipient.used
    purpose = purpose_of(chunks, used | turned_down)
    used |= purpose.used
    sort, sort_places, untold = sort_of(chunks, avoid=used | turned_down, category=about, lexicon=lexicon)
    used |= sort_places

    rest = [place for place in range(len(chunks)) if place not in used]
    chosen = values(chunks, rest, negated=turned_down, category=about, lexicon=lexicon)
    words = [place for place in rest if _wordlike(chunks, place, about, lexicon)]
    unsold = kinds.unsold or (() if kinds.heads else unsold_words(chunks, words, turned_down, lexicon, asked=first))
    bare = first and len(words) <= _BARE and not any(chunk.has(Cue.FOR) for chunk in chunks)
    answers = (bare or not first) and not kinds.heads  # a bare word is all that was asked for: 补水
    required = set(words) if answers else _beside(chunks, kinds.heads)
    said_of_text, unknown = worded(chunks, words, negated=turned_down, required=required, lexicon=lexicon)
    names = noun_names(chunks, kinds, words, turned_down, lexicon)
    if unnamed(chunks):
        names, unsold = (), ()
    return Reading(
        category=kinds.category,
        constraints=(
            *measure.constraints,
            *chosen,
            *_of_a_part(related.constraints, names[0] if names else ""),
            *_described(chunks, kinds, related.fitted, lexicon),
            *said_of_text,
            *refused.constraints,
            *_offer(chunks),
        ),
        sort=sort,
        purpose=purpose.text,
        recipient=recipient.text,
        unsold=unsold,
        names=names,
        notices=(*measure.notices, *untold, *unknown),
        bare=measure.bare,
        alternatives=tuple(measure.alternatives),
        words=tuple(
            _query(
                said,
                spans | related.silent | turned_down | sort_places | change.used | (measure.places - set(kinds.heads)),
            )
        ),
        dropped=change.dropped,
        dropped_values=(*change.dropped_values, *refused.taken_back),
        moved=change.moved,
        kept=change.kept,
        widens=any(chunk.has(Cue.ALSO) for chunk in chunks),
        permits=any(chunk.has(Cue.INDIFFERENT, Cue.ALSO) for chunk in chunks),
        retracts=any(chunk.text in _ANY_MORE for chunk in chunks),
    )


def _of_a_part(related: Sequence[Constraint], noun: str) -> list[Constraint]:
    """A case, a battery, a blade: the model that was named is what it has to fit, or its own; 骁龙855的手机 is one of that name."""
    part = names_part(noun)
    if not part and is_chinese(noun):
        related = [
            in_text((str(one.value),), Operator.IS, one.said) if one.attribute == FITS else one for one in related
        ]
    return [replace(one, attribute=FITS, aspect=PART) if part and one.attribute == MODEL else one for one in related]


def _named(chunks: Sequence[Chunk], amounts: Sequence[Quantity]) -> set[int]:
    """Names of properties beside their number (16GB memory), where another kind of thing is spoken of as well."""
    places: set[int] = set()
    for amount in amounts:
        _, place = said_attributes(chunks, amount, places)
        places |= set() if place is None else {place}
    others = any(chunk.means(Kind.TYPE) for place, chunk in enumerate(chunks) if place not in places)
    return places if others else set()


def _described(chunks: Sequence[Chunk], kinds: Nouns, fitted: Collection[int], lexicon: Lexicon) -> list[Constraint]:
    """Kinds that only describe become words of the text: the camera of "camera case"; kinds turned down are excluded."""
    branded = lexicon.accessory(kinds.category) and any(chunk.means(Kind.BRAND) for chunk in chunks)
    others = () if branded else kinds.complements  # ink for an Epson printer: Epson tells
    places = (*kinds.modifiers, *(place for place in others if place not in fitted))
    found = [
        in_text(names_of(chunks[place], lexicon), Operator.IS, chunks[place].text) for place in dict.fromkeys(places)
    ]
    found += [name for head in kinds.heads if kinds.category for name in product_line(chunks[head], lexicon)]
    told = [
        head for head in kinds.heads if broader_kinds(chunks[head], lexicon) or not (kinds.category or kinds.unsold)
    ]
    found += [word for head in told for word in unfiled(chunks[head], lexicon)]
    return [*found, *(_turned_down(chunks[place], kinds, lexicon) for place in kinds.excluded)]


def _turned_down(chunk: Chunk, kinds: Nouns, lexicon: Lexicon) -> Constraint:
    """Not that kind ("printer, no laser printer"); a part of the wanted kind may not be spoken of ("without a scanner")."""
    types = types_of(chunk)
    if types and (not kinds.category or set(types) & set(kinds.category)):
        return not_of_kind(types, chunk.text)
    return in_text(names_of(chunk, lexicon), Operator.IS_NOT, chunk.text)


def _offer(chunks: Sequence[Chunk]) -> list[Constraint]:
    """In stock is a must, on sale a wish: only an offer with a regular price beside it can tell."""
    found: list[Constraint] = []
    for chunk in chunks:
        if chunk.has(Cue.IN_STOCK):
            value = Availability.IN_STOCK.value
            found.append(Constraint(attribute=AVAILABILITY, operator=Operator.IS, value=value, said=chunk.text))
        if chunk.has(Cue.ON_SALE):
            wish = Constraint(attribute=ON_SALE, operator=Operator.IS, value=True, said=chunk.text)
            found.append(replace(wish, strength=Strength.PREFER))
    return found


def _beside(chunks: Sequence[Chunk], heads: Iterable[int]) -> set[int]:
    """The places of everything said in one breath with a kind: its adjectives and what is put after it."""
    places: set[int] = set()
    for head in heads:
        for step in (-1, 1):
            place = head
            while 0 <= place < len(chunks) and (place == head or _attached(chunks[place])):
                places.add(place)
                place += step
    return places


def _attached(chunk: Chunk) -> bool:
    return chunk.names or bool(chunk.amount) or chunk.has(Cue.OF, Cue.SUBJECTIVE) or chunk.means(Kind.TYPE) != ()


def _wordlike(chunks: Sequence[Chunk], place: int, category: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether nothing but the catalogue's texts can say what it is."""
    chunk = chunks[place]
    named = bool(chunk.means(Kind.VALUE)) and not chunk.cues and best_meaning(chunks, place, category, lexicon) is None
    return (chunk.word and chunk.text[0].isalnum()) or named


def _query(chunks: Sequence[Chunk], hidden: Iterable[int]) -> list[str]:
    """The words to search for: whatever names something and is no comparison, refusal or politeness."""
    out = set(hidden)
    return [
        chunk.text
        for place, chunk in enumerate(chunks)
        if place not in out and (chunk.names or chunk.has(Cue.PERSON, Cue.GIFT) or _numbered(chunk))
    ]


def _numbered(chunk: Chunk) -> bool:
    """A number in digits may be part of a name (iphone 7); "one" is none."""
    return chunk.amount is not None and not chunk.amount.counts and any(c.isdigit() for c in chunk.text)
