"""The bytes of a feed file, whatever they are packed in, and how far they have been read."""

import io
import zlib
from pathlib import Path
from typing import BinaryIO, Protocol

from daogou.errors import FeedError, MissingExtra

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_CHUNK = 16_384  # of packed bytes; what a damaged archive costs at most


class FeedFile:
    """A feed on disk; every `open` starts at its beginning. `bytes_read` counts packed bytes, for a progress bar."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise FeedError(f"{path}: there is no such file")
        self.path = path
        self.total_bytes = path.stat().st_size
        if self.total_bytes == 0:
            raise FeedError(f"{path}: the file is empty")
        self._raw: BinaryIO | None = None
        self._done = 0

    @property
    def bytes_read(self) -> int:
        """How many bytes of the file on disk the last `open` has taken in."""
        return self._done if self._raw is None or self._raw.closed else self._raw.tell()

    def open(self) -> io.BufferedReader:
        """The unpacked bytes; reading raises FeedError where an archive is cut off or damaged."""
        raw = self.path.open("rb")
        self._raw = raw
        magic = raw.read(4)
        raw.seek(0)
        if magic.startswith(_GZIP):
            return io.BufferedReader(_Unpacked(raw, self, "gzip"), 1 << 16)
        if magic == _ZSTD:
            return io.BufferedReader(_Unpacked(raw, self, "zstd"), 1 << 16)
        return raw

    def finished(self) -> None:
        """The whole file has been read."""
        self._done = self.total_bytes
        self._raw = None

    def head(self, size: int) -> bytes:
        """The first unpacked bytes, as far as they can be had."""
        with self.open() as stream:
            pieces = b""
            try:
                while len(pieces) < size and (piece := stream.read1(size - len(pieces))):
                    pieces += piece
            except FeedError:
                if not pieces:
                    raise
        return pieces


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


class _Unpacked(io.RawIOBase):
    """A gzip or zstd file as plain bytes; several members or frames in a row are one file."""

    def __init__(self, raw: BinaryIO, file: FeedFile, packing: str) -> None:
        self._raw, self._file, self._packing = raw, file, packing
        self._inner, self._damage = _decompressor(packing)
        self._packed = self._plain = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._plain:
            if not self._packed:
                self._packed = self._raw.read(_CHUNK)
            if not self._packed:
                return self._end()
            self._unpack()
        taken = self._plain[: len(buffer)]
        buffer[: len(taken)] = taken
        self._plain = self._plain[len(taken) :]
        return len(taken)

    def close(self) -> None:
        self._raw.close()
        super().close()

    def _unpack(self) -> None:
        if self._inner.eof:
            self._inner, _ = _decompressor(self._packing)
        try:
            self._plain = self._inner.decompress(self._packed)
        except self._damage as error:
            self._packed = b""
            raise FeedError(f"the {self._packing} archive is damaged here ({error}); what follows is lost") from error
        self._packed = self._inner.unused_data

    def _end(self) -> int:
        if not self._inner.eof:
            raise FeedError(f"the {self._packing} archive is cut off here; what follows is lost")
        return 0


def _decompressor(packing: str) -> tuple[_Decompressor, type[Exception]]:
    """What unpacks one member or frame, and what it raises where that is damaged."""
    if packing == "gzip":
        return zlib.decompressobj(wbits=31), zlib.error
    try:
        import zstandard
    except ModuleNotFoundError as missing:
        raise MissingExtra("zstandard, which unpacks .zst,", "formats") from missing
    return zstandard.ZstdDecompressor().decompressobj(), zstandard.ZstdError
