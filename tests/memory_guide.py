"""A guide over a few products, everything in memory."""

from collections.abc import Sequence
from datetime import datetime

from daogou.ask.lexicon import Lexicon
from daogou.ask.understand import Understanding
from daogou.catalog.products.product import Product
from daogou.encoders.lsa import Lsa
from daogou.guide import Guide
from daogou.index.memory import MemoryEvents, MemorySessions
from daogou.index.vocabulary import build_vocabulary
from daogou.reply.chooser import Chooser
from daogou.search import SearchEngine
from tests.memory import MemoryCatalogue, MemoryIndex


def memory_guide(products: Sequence[Product], lsa: Lsa, *, at: datetime, chooser: Chooser | None = None) -> Guide:
    """It always answers at that moment."""
    vocabulary = build_vocabulary(products)
    catalogue = MemoryCatalogue(products)
    index = MemoryIndex(products, encoders=(lsa,), vocabulary=vocabulary, clock=lambda: at)
    return Guide(
        understanding=Understanding(catalogue=catalogue, index=index, lexicon=Lexicon.of(vocabulary)),
        engine=SearchEngine(catalogue=catalogue, index=index, encoders=(lsa,), events=MemoryEvents()),
        sessions=MemorySessions(),
        clock=lambda: at,
        chooser=chooser,
    )
