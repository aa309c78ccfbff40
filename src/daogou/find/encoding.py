"""Which encoders read the question: all of them in the catalogue's language; in another, only one that knows both."""

from collections.abc import Mapping, Sequence

from daogou.find.expand import Wording
from daogou.ports import Encoder, Vectors

MULTILINGUAL = frozenset({"use"})


def encoded(said: Wording, encoders: Sequence[Encoder]) -> Mapping[str, Vectors]:
    """(dimensions,) for each encoder that has something to read.

    A question in another language is read as it was asked: what the thesaurus makes of it misses every word that nobody
    put there, and an encoder that knows one language, or learned from the catalogue, misled more than it helped.
    """
    multilingual = [encoder for encoder in encoders if encoder.name in MULTILINGUAL]
    readers, text = (multilingual, said.foreign) if said.foreign and multilingual else (encoders, said.text)
    return {encoder.name: encoder.encode([text])[0] for encoder in readers} if text else {}
