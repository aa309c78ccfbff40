"""A guide over a few products, everything in memory."""

from collections.abc import Sequence
from datetime import datetime

from daogou.ask.lexicon import Lexicon
from daogou.guide import Guide
from daogou.language.lsa import Lsa
from daogou.reply.choose import Chooser
from daogou.shop.product import Product
from daogou.store.memory import MemoryCatalogue, MemoryEvents, MemoryIndex, MemorySessions
from daogou.store.vocabulary import build_vocabulary


def memory_guide(products: Sequence[Product], lsa: Lsa, *, at: datetime, chooser: Chooser | None = None) -> Guide:
    """It always answers at that moment."""
    vocabulary = build_vocabulary(products)
    return Guide(
        catalogue=MemoryCatalogue(products),
        index=MemoryIndex(products, encoders=(lsa,), vocabulary=vocabulary, clock=lambda: at),
        encoders=(lsa,),
        lexicon=Lexicon.of(vocabulary),
        sessions=MemorySessions(),
        events=MemoryEvents(),
        clock=lambda: at,
        chooser=chooser,
    )
