"""What was found without what is refused: a row that has it goes, and where every row has it the wish is given up."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from daogou.shop.candidate import Retrieval
from daogou.shop.matching import Outcome, outcome
from daogou.shop.need import TEXT, Constraint, Operator, ShopperNeed
from daogou.shop.product import Product


def without_refused(
    retrieval: Retrieval, need: ShopperNeed, products: Mapping[str, Product], at: datetime
) -> Retrieval:
    """The candidates whose rows do not say that they contain what the shopper refused; the index has not read them."""
    for must in refusals(need):
        said = {
            candidate.product_id: outcome(products[candidate.product_id], must, at)
            for candidate in retrieval.candidates
            if candidate.product_id in products
        }
        out = {product_id for product_id, told in said.items() if told is Outcome.BROKEN}
        out |= _telling_silence(said, products)
        if out and len(out) == len(retrieval.candidates):
            retrieval = replace(retrieval, given_up=(*retrieval.given_up, must))
            continue
        kept = tuple(candidate for candidate in retrieval.candidates if candidate.product_id not in out)
        retrieval = replace(retrieval, candidates=kept, total=max(retrieval.total - len(out), len(kept)))
    return retrieval


def _telling_silence(said: Mapping[str, Outcome], products: Mapping[str, Product]) -> set[str]:
    """The silent rows of a kind that mostly speaks of it, with some free of it: those would have said so."""
    by_kind: dict[str, list[str]] = {}
    for product_id in said:
        by_kind.setdefault(products[product_id].product_type, []).append(product_id)
    silent: set[str] = set()
    for ids in by_kind.values():
        quiet = {product_id for product_id in ids if said[product_id] is Outcome.UNKNOWN}
        if 2 * len(quiet) < len(ids) and any(said[product_id] is Outcome.MET for product_id in ids):
            silent |= quiet
    return silent


def refusals(need: ShopperNeed) -> tuple[Constraint, ...]:
    """The musts that say what a product shall not contain."""
    return tuple(must for must in need.musts if must.attribute == TEXT and must.operator is Operator.IS_NOT)
