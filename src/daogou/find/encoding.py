"""Which encoders read the question: the one that knows English best in an English shop; in another language, the one that knows both."""

from collections.abc import Mapping, Sequence

from daogou.find.expand import Wording
from daogou.ports import Encoder, Vectors

MULTILINGUAL = frozenset({"use"})
ENGLISH = frozenset({"minilm"})


def encoded(said: Wording, encoders: Sequence[Encoder], languages: Sequence[str]) -> Mapping[str, Vectors]:
    """(dimensions,) for each encoder that has something to read; `languages` are the catalogue's.

    A question in another language is read as it was asked: what the thesaurus makes of it misses every word that nobody
    put there, and an encoder that knows one language, or learned from the catalogue, misled more than it helped.
    """
    readers, text = encoders, said.text
    if said.foreign and (multilingual := [encoder for encoder in encoders if encoder.name in MULTILINGUAL]):
        readers, text = multilingual, said.foreign
    elif tuple(languages) == ("en",) and any(encoder.name in ENGLISH for encoder in encoders):
        readers = [encoder for encoder in encoders if encoder.name not in MULTILINGUAL]
    return {encoder.name: encoder.encode([text])[0] for encoder in readers} if text else {}
