"""What shoppers might type, made of a shop's own titles: some of their words, in order."""

import random
from collections.abc import Iterator, Sequence

from daogou.catalog.products.product import Product
from daogou.text.words import segment

SHORTEST, LONGEST = 2, 5  # words of a request
RUN = 0.5  # share of the requests whose words stand side by side in the title
BRANDED = 0.3  # that name the brand where the product has one


def asked_of(products: Sequence[Product], *, count: int, seed: int) -> Iterator[str]:
    """`count` different requests, or fewer where the shop has no more; of the same seed the first are always the same."""
    dice, seen = random.Random(seed), set[str]()
    mixed = list(products) * 2
    dice.shuffle(mixed)
    for product in mixed:
        request = _request(product, dice)
        if request and request not in seen:
            seen.add(request)
            yield request
        if len(seen) == count:
            return


def _request(product: Product, dice: random.Random) -> str:
    spaced = product.language != "zh"
    pieces = product.title.split() if spaced else segment(product.title)
    words = [word for word in pieces if any(sign.isalnum() for sign in word)]
    many = min(len(words), dice.randint(SHORTEST, LONGEST))
    if not many:
        return ""
    start = dice.randrange(len(words) - many + 1)
    places = range(start, start + many) if dice.random() < RUN else sorted(dice.sample(range(len(words)), k=many))
    chosen = [words[place] for place in places]
    if product.brand and product.brand not in chosen and dice.random() < BRANDED:
        chosen.insert(0, product.brand)
    return (" " if spaced else "").join(chosen)
