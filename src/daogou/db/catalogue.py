"""The products in the database (port Catalogue), and each as JSON: compactly, and exactly."""

import functools
import hashlib
import json
import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import sqlalchemy as sql

from daogou.catalog.products.product import Attribute, Availability, Money, Offer, Product, Rating, Translation
from daogou.db.database import Row, advance, chunks, counter, products, reading, rows_with_ids, withdrawn, writing

PRODUCTS_PER_TRANSACTION = 500
CACHED_BYTES = 48 * 2**20  # of JSON; the products made of it take about as much again
_VERSION = "catalogue"
_COLUMNS = (products.c.id, products.c.set_type, products.c.body)


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What happened to the catalogue after a version of it, up to `version`."""

    version: int
    changed: tuple[str, ...]
    withdrawn: tuple[str, ...]


class Given(NamedTuple):
    """A product as it came, and the type that was set for it since; empty: none."""

    product: Product
    set_type: str


class SqlCatalogue:
    """Products as rows: id, type, and the rest as JSON; recently read ones stay in memory."""

    def __init__(self, engine: sql.Engine, *, cached_bytes: int = CACHED_BYTES) -> None:
        self._engine = engine
        self._cache = _Cache(cached_bytes)

    def get(self, product_ids: Sequence[str]) -> dict[str, Product]:
        """Those that exist, in the order asked for; the others are left out."""
        if not product_ids:
            return {}
        with reading(self._engine) as connection:
            version = counter(connection, _VERSION)
            found = self._cache.get(product_ids, version)
            missing = [product_id for product_id in dict.fromkeys(product_ids) if product_id not in found]
            rows = list(rows_with_ids(connection, _COLUMNS, products.c.id, missing))
        read = {row.id: (_product(row), len(row.body)) for row in rows}
        self._cache.put(read, version)
        found |= {product_id: product for product_id, (product, _) in read.items()}
        return {product_id: found[product_id] for product_id in product_ids if product_id in found}

    def upsert(self, new: Iterable[Product]) -> int:
        """Insert or replace by id, in transactions of 500; what is already there as given changes nothing.

        A type that was set stays set until the product comes with another type than before.
        """
        return sum(self._upsert(some) for some in chunks(new, PRODUCTS_PER_TRANSACTION))

    def withdraw(self, product_ids: Iterable[str]) -> int:
        """Remove by id; how many there were."""
        with writing(self._engine) as connection:
            wanted = dict.fromkeys(product_ids)
            gone = [row.id for row in rows_with_ids(connection, (products.c.id,), products.c.id, wanted)]
            if gone:
                version = advance(connection, _VERSION)
                for some in chunks(gone, PRODUCTS_PER_TRANSACTION):
                    connection.execute(sql.delete(products).where(products.c.id.in_(some)))
                connection.execute(sql.insert(withdrawn), [{"id": key, "version": version} for key in gone])
        return len(gone)

    def set_types(self, types: Mapping[str, str]) -> int:
        """Set the product type of those that exist, over the one they came with; how many changed."""
        with writing(self._engine) as connection:
            columns = (products.c.id, products.c.given_type, products.c.set_type)
            rows = rows_with_ids(connection, columns, products.c.id, types)
            changed = [row.id for row in rows if (row.set_type or row.given_type) != types[row.id]]
            if changed:
                version = advance(connection, _VERSION)
                update = sql.update(products).where(products.c.id == sql.bindparam("key"))
                update = update.values(set_type=sql.bindparam("type"), version=version)
                connection.execute(update, [{"key": key, "type": types[key]} for key in changed])
        return len(changed)

    def products(self) -> Iterator[Product]:
        """All of them, by id, read in chunks: what changes meanwhile may or may not be seen."""
        return map(_product, self._rows())

    def given(self, *, every: int = 1) -> Iterator[Given]:
        """The same as they came, beside the types that were set; or the first of every so many."""
        rows = self._rows() if every == 1 else self._sampled(every)
        return (Given(product_from_json(row.id, "", row.body), row.set_type) for row in rows)

    def ids(self) -> set[str]:
        """All ids."""
        with reading(self._engine) as connection:
            return set(connection.execute(sql.select(products.c.id)).scalars())

    def __len__(self) -> int:
        """How many there are."""
        with reading(self._engine) as connection:
            return connection.execute(sql.select(sql.func.count()).select_from(products)).scalar_one()

    @property
    def version(self) -> int:
        """Grows with every change."""
        with reading(self._engine) as connection:
            return counter(connection, _VERSION)

    def changed_since(self, version: int) -> int:
        """How many changed after that version, those that went aside."""
        with reading(self._engine) as connection:
            changed = sql.select(sql.func.count()).where(products.c.version > version)
            return connection.execute(changed).scalar_one()

    def changes_since(self, version: int) -> Changes:
        """The ids that changed or went after that version."""
        later = [
            sql.select(one.c.id).where(one.c.version > version).order_by(one.c.id) for one in (products, withdrawn)
        ]
        with reading(self._engine) as connection:
            changed, gone = (tuple(connection.execute(wanted).scalars()) for wanted in later)
            return Changes(version=counter(connection, _VERSION), changed=changed, withdrawn=gone)

    def _rows(self) -> Iterator[Row]:
        after = ""
        while True:
            page = sql.select(*_COLUMNS).where(products.c.id > after).order_by(products.c.id)
            with reading(self._engine) as connection:
                rows = connection.execute(page.limit(PRODUCTS_PER_TRANSACTION)).all()
            if not rows:
                return
            yield from rows
            after = rows[-1].id

    def _sampled(self, every: int) -> Iterator[Row]:
        place = sql.func.row_number().over(order_by=products.c.id).label("place")
        numbered = sql.select(products.c.id, place).subquery()
        chosen = sql.select(numbered.c.id).where((numbered.c.place - 1) % every == 0).order_by(numbered.c.place)
        with reading(self._engine) as connection:
            ids = connection.execute(chosen).scalars().all()
            for some in chunks(ids, PRODUCTS_PER_TRANSACTION):
                rows = {row.id: row for row in rows_with_ids(connection, _COLUMNS, products.c.id, some)}
                yield from (rows[key] for key in some if key in rows)

    def _upsert(self, some: Sequence[Product]) -> int:
        rows = {product.id: _row(product) for product in some}
        with writing(self._engine) as connection:
            columns = (products.c.id, products.c.given_type, products.c.set_type, products.c.digest)
            known = {row.id: row for row in rows_with_ids(connection, columns, products.c.id, rows)}
            changed = [row for key, row in rows.items() if key not in known or row["digest"] != known[key].digest]
            if changed:
                _write(connection, changed, known, advance(connection, _VERSION))
        return len(some)


def _product(row: Row) -> Product:
    return product_from_json(row.id, row.set_type, row.body)


def _row(product: Product) -> dict[str, Any]:
    body = product_to_json(product)
    digest = hashlib.blake2b(body.encode(), digest_size=16).hexdigest()
    return {"key": product.id, "given": product.product_type, "set": "", "digest": digest, "body": body}


def _write(connection: sql.Connection, rows: list[dict[str, Any]], known: Mapping[str, Row], version: int) -> None:
    fresh, stale = [], []
    for row in rows:
        before = known.get(row["key"])
        if before is None:
            fresh.append(row)
        else:  # a type that was set stays set
            stale.append(row | {"set": before.set_type if row["given"] == before.given_type else ""})
    bound = {"given_type": "given", "set_type": "set", "digest": "digest", "body": "body"}
    values: dict[str, Any] = {column: sql.bindparam(name) for column, name in bound.items()} | {"version": version}
    if fresh:
        connection.execute(sql.insert(products).values(id=sql.bindparam("key"), **values), fresh)
        connection.execute(sql.delete(withdrawn).where(withdrawn.c.id.in_([row["key"] for row in fresh])))
    if stale:
        connection.execute(sql.update(products).where(products.c.id == sql.bindparam("key")).values(values), stale)


class _Cache:
    """The least recently used go first; a new version of the catalogue empties it."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[Product, int]] = OrderedDict()
        self._bytes = 0
        self._version = -1

    def get(self, product_ids: Iterable[str], version: int) -> dict[str, Product]:
        with self._lock:
            if version != self._version:
                self._kept.clear()
                self._bytes, self._version = 0, version
            found = [product_id for product_id in product_ids if product_id in self._kept]
            for product_id in found:
                self._kept.move_to_end(product_id)
            return {product_id: self._kept[product_id][0] for product_id in found}

    def put(self, read: Mapping[str, tuple[Product, int]], version: int) -> None:
        with self._lock:
            if version != self._version:
                return
            for product_id, (product, size) in read.items():
                if product_id not in self._kept:
                    self._kept[product_id] = (product, size)
                    self._bytes += size
            while self._bytes > self._limit_bytes:
                self._bytes -= self._kept.popitem(last=False)[1][1]


_SEPARATOR: Final = "\x7f"  # JSON writes it as itself, and nobody types it
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_CACHED_ATTRIBUTES: Final = 65_536
_TEXTS: Final = (
    "title",
    "product_type",
    "language",
    "item_group_id",
    "description",
    "brand",
    "gtin",
    "mpn",
    "link",
    "image_link",
)
_NO_TRANSLATIONS: Final[Mapping[str, Translation]] = MappingProxyType({})


def product_to_json(product: Product) -> str:
    """All of it but the id; equal products give equal text."""
    body: dict[str, Any] = {name: getattr(product, name) for name in _TEXTS if getattr(product, name)}
    body["offers"] = [_offer_to(offer) for offer in product.offers]
    body["category"] = product.category
    body["attributes"] = [_attribute_to(attribute) for attribute in product.attributes]
    body["highlights"] = product.highlights
    if product.rating:
        body["rating"] = [str(product.rating.value), product.rating.count]
    if product.unpriced:
        body["unpriced"] = product.unpriced.value
    if product.translations:
        translations = sorted(product.translations.items())
        body["translations"] = {language: [text.title, text.description] for language, text in translations}
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    # Half a surrogate pair, which a JSON feed can hold, fits in no database but as an escape.
    return json.dumps(body, separators=(",", ":")) if _SURROGATE.search(text) else text


def product_from_json(product_id: str, set_type: str, text: str) -> Product:
    """The product that `product_to_json` was given; a type that was set covers its own."""
    body = json.loads(text)
    texts = {name: body.get(name, "") for name in _TEXTS}
    texts["product_type"] = set_type or texts["product_type"]
    rating, translations = body.get("rating"), body.get("translations", {}).items()
    translated = {language: Translation(title=title, description=told) for language, (title, told) in translations}
    return Product(
        id=product_id,
        offers=tuple(_offer_from(*offer) for offer in body["offers"]),
        category=tuple(body["category"]),
        attributes=tuple(_attribute_from(one) for one in body["attributes"]),
        highlights=tuple(body["highlights"]),
        rating=Rating(value=Decimal(rating[0]), count=rating[1]) if rating else None,
        translations=MappingProxyType(translated) if translated else _NO_TRANSLATIONS,
        unpriced=Availability(body["unpriced"]) if "unpriced" in body else None,
        **texts,
    )


def _offer_to(offer: Offer) -> list[str | int | None]:
    """The beginning of a sale and whether prices are the lowest of several stand last, and only where there are any."""
    price, sale = offer.price, offer.sale_price
    lowest = [int(one is not None and one.lowest) for one in (price, sale)]
    begin = offer.price_valid_from.isoformat() if offer.price_valid_from else None
    return [
        *(str(price.amount), price.currency),
        *((str(sale.amount), sale.currency) if sale else (None, None)),
        offer.price_valid_until.isoformat() if offer.price_valid_until else None,
        offer.availability.value if offer.availability else None,
        offer.condition,
        offer.seller,
        *([begin] if begin or any(lowest) else []),
        *(lowest if any(lowest) else []),
    ]


def _offer_from(
    amount: str,
    currency: str,
    sale_amount: str | None,
    sale_currency: str,
    until: str | None,
    availability: str | None,
    condition: str,
    seller: str,
    begin: str | None = None,
    low: int = 0,
    low_sale: int = 0,
) -> Offer:
    sale = None
    if sale_amount is not None:
        sale = Money(amount=Decimal(sale_amount), currency=sale_currency, lowest=bool(low_sale))
    return Offer(
        price=Money(amount=Decimal(amount), currency=currency, lowest=bool(low)),
        sale_price=sale,
        price_valid_from=datetime.fromisoformat(begin) if begin else None,
        price_valid_until=datetime.fromisoformat(until) if until else None,
        availability=Availability(availability) if availability else None,
        condition=condition,
        seller=seller,
    )


def _attribute_to(attribute: Attribute) -> str | list[str]:
    """Kind, name, unit, source, value in one string; a list where a name holds the separator."""
    value = attribute.value
    kind = "b" if isinstance(value, bool) else "n" if isinstance(value, Decimal) else "t"
    kind = kind if attribute.unit is not None else kind.upper()
    fields = [kind, attribute.name, attribute.unit or "", attribute.source, str(value)]
    return fields if any(_SEPARATOR in field for field in fields[:-1]) else _SEPARATOR.join(fields)


def _attribute_from(written: str | list[str]) -> Attribute:
    return _shared_attribute(written) if isinstance(written, str) else _attribute_of(*written)


@functools.lru_cache(maxsize=_CACHED_ATTRIBUTES)
def _shared_attribute(written: str) -> Attribute:
    return _attribute_of(*written.split(_SEPARATOR, 4))


def _attribute_of(kind: str, name: str, unit: str, source: str, written: str) -> Attribute:
    value = written == "True" if kind in "bB" else Decimal(written) if kind in "nN" else written
    return Attribute(name=name, value=value, unit=None if kind.isupper() else unit, source=source)
