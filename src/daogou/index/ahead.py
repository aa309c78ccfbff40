"""An encoder that works ahead: texts that will be asked for are encoded in the background, while others read and write."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

import numpy as np

from daogou.ports import Encoder, Vectors

TEXTS_AT_ONCE = 2048  # of about the same length side by side, since encoders sort them: less padding


class Ahead:
    """The same answers as the encoder's, sooner where a text was expected; use it in a `with`."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dimensions = encoder.name, encoder.dimensions
        self._encoder = encoder
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"daogou-{encoder.name}")
        self._waiting: dict[str, None] = {}
        self._begun: dict[str, tuple[Future[Vectors], int]] = {}  # text -> the encoding it is part of, its row there

    def expect(self, texts: Iterable[str]) -> None:
        """These will be asked for."""
        self._waiting |= dict.fromkeys(text for text in texts if text not in self._begun)
        if len(self._waiting) >= TEXTS_AT_ONCE:
            self._begin()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """(n_texts, dimensions), as the encoder would; waits for what is still being encoded."""
        self._begin()
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        unexpected = []
        for row, text in enumerate(texts):
            if text in self._begun:
                encoding, place = self._begun[text]
                vectors[row] = encoding.result()[place]
            else:
                unexpected.append(row)
        if unexpected:
            vectors[unexpected] = self._encoder.encode([texts[row] for row in unexpected])
        return vectors

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def _begin(self) -> None:
        if self._waiting:
            texts = list(self._waiting)
            encoding = self._pool.submit(self._encoder.encode, texts)
            self._begun |= {text: (encoding, row) for row, text in enumerate(texts)}
            self._waiting = {}
