"""One message by itself, cut into chunks and read: kinds, quantities, values, wishes, and what is left."""

from collections.abc import Iterable, Sequence

from daogou.ask.changes import changes
from daogou.ask.chunks import Chunk
from daogou.ask.cues import Cue
from daogou.ask.features import features
from daogou.ask.lexicon import Lexicon
from daogou.ask.measures import attribute_of, constraints_of, said_attributes, spelled_out
from daogou.ask.nouns import Nouns, names_of, nouns
from daogou.ask.polarity import content, negated
from daogou.ask.quantities import Quantity, as_about, as_ceiling, quantities
from daogou.ask.reading import Reading
from daogou.ask.unsold import unsold_words
from daogou.ask.values import in_text, not_of_kind, values
from daogou.ask.wishes import purpose_of, recipient_of, sort_of
from daogou.shop.need import AVAILABILITY, PRICE, Constraint, Notice, Operator
from daogou.shop.product import Availability


def read(chunks: Sequence[Chunk], lexicon: Lexicon, *, category: Sequence[str] = (), first: bool = True) -> Reading:
    """The message alone; `category` is what the talk was about before, `first` that there was no need before."""
    turned_down = negated(chunks)
    amounts = quantities(chunks)
    spans = {place for amount in amounts for place in range(amount.start, amount.end)}
    kinds = nouns(_without(chunks, spans), turned_down, lexicon)
    about = kinds.category or tuple(category)

    measured, measured_places, notices = _measured(chunks, amounts, about, lexicon)
    used = spans | measured_places | kinds.used
    change = changes(chunks, turned_down, used, lexicon)
    used |= change.used
    recipient = recipient_of(chunks, used | turned_down)
    used |= recipient.used
    purpose = purpose_of(chunks, used | turned_down)
    used |= purpose.used
    sort, sort_places = sort_of(chunks, avoid=used | turned_down, category=about, lexicon=lexicon)
    used |= sort_places

    rest = [place for place in range(len(chunks)) if place not in used]
    chosen = values(chunks, rest, negated=turned_down, category=about, lexicon=lexicon)
    words = [place for place in rest if _wordlike(chunks[place])]
    unsold = kinds.unsold or unsold_words(chunks, words, turned_down, lexicon, asked=first, heads=kinds.heads)
    left = features(chunks, words, negated=turned_down, required=bool(kinds.heads), lexicon=lexicon)
    return Reading(
        category=kinds.category,
        constraints=(*measured, *chosen, *_described(chunks, kinds, lexicon), *left.constraints, *_offer(chunks)),
        sort=sort,
        purpose=purpose.text,
        recipient=recipient.text,
        unsold=unsold,
        notices=(*notices, *(() if unsold else left.notices)),
        words=tuple(_query(chunks, spans | turned_down | sort_places | change.used | measured_places)),
        dropped=change.dropped,
        dropped_values=change.dropped_values,
        moved=change.moved,
        widens=change.widens,
        others_of=change.others_of,
    )


def _without(chunks: Sequence[Chunk], spans: Iterable[int]) -> list[Chunk]:
    """The chunks with those of quantities made empty, so that places stay what they are."""
    hidden = set(spans)
    return [
        Chunk(chunk.start, chunk.end, chunk.text, (Cue.FILLER,)) if place in hidden else chunk
        for place, chunk in enumerate(chunks)
    ]


def _measured(
    chunks: Sequence[Chunk], amounts: Sequence[Quantity], category: Sequence[str], lexicon: Lexicon
) -> tuple[list[Constraint], set[int], list[Notice]]:
    """Constraints of the quantities, the chunks that named their attributes, and what could not be placed."""
    constraints: list[Constraint] = []
    places: set[int] = set()
    notices: list[Notice] = []
    for amount in amounts:
        names, place = said_attributes(chunks, amount, places)
        attribute = attribute_of(amount, names, category, lexicon)
        said = " ".join(chunk.text for chunk in chunks[amount.start : amount.end])
        if place is not None and attribute in names:
            places.add(place)
        if attribute == PRICE:
            constraints += _priced(chunks, amount, lexicon, said)
            notices += _currency(amount, lexicon)
        elif attribute:
            constraints += constraints_of(amount, attribute, lexicon, said)
        elif amount.units and amount.exact:
            constraints.append(spelled_out(amount, said))
        elif amount.units:
            notices.append(Notice(code="unknown_value", params={"value": said}))
    return constraints, places, notices


def _priced(chunks: Sequence[Chunk], amount: Quantity, lexicon: Lexicon, said: str) -> list[Constraint]:
    """A bare price is a ceiling after a budget's word ("budget 500", "for 500 euros"), else about that much."""
    if amount.exact and not amount.compared:
        opened = chunks[max(0, amount.start - 2) : amount.start]
        budget = (
            any(chunk.has(Cue.PRICE, Cue.FOR, Cue.WITH) for chunk in opened) or len(chunks) == amount.end - amount.start
        )
        amount = as_ceiling(amount) if budget else as_about(amount)
    return constraints_of(amount, PRICE, lexicon, said)


def _currency(amount: Quantity, lexicon: Lexicon) -> list[Notice]:
    kept = lexicon.vocabulary.currency
    if not amount.currency or not kept or amount.currency == kept:
        return []
    return [Notice(code="currency", params={"said": amount.currency, "currency": kept})]


def _described(chunks: Sequence[Chunk], kinds: Nouns, lexicon: Lexicon) -> list[Constraint]:
    """Kinds that only describe become words of the text: the camera of "camera case"; kinds turned down are excluded."""
    found = [
        in_text(names_of(chunks[place], lexicon), Operator.IS, chunks[place].text)
        for place in dict.fromkeys((*kinds.modifiers, *kinds.complements))
    ]
    return [*found, *([not_of_kind(kinds.excluded, kinds.excluded[0])] if kinds.excluded else [])]


def _offer(chunks: Sequence[Chunk]) -> list[Constraint]:
    for chunk in chunks:
        if chunk.has(Cue.IN_STOCK):
            value = Availability.IN_STOCK.value
            return [Constraint(attribute=AVAILABILITY, operator=Operator.IS, value=value, said=chunk.text)]
    return []


def _wordlike(chunk: Chunk) -> bool:
    """Whether nothing but the catalogue's texts can say what it is."""
    return chunk.word and chunk.text[0].isalnum()


def _query(chunks: Sequence[Chunk], hidden: Iterable[int]) -> list[str]:
    """The words to search for: whatever names something and is no comparison, refusal or politeness."""
    out = set(hidden)
    return [
        chunk.text
        for place, chunk in enumerate(chunks)
        if place not in out
        and (content(chunk) or chunk.has(Cue.PERSON, Cue.GIFT) or (chunk.amount and not chunk.amount.counts))
    ]
