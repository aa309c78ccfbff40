"""The bytes of a feed file, whatever they are packed in, and how far they have been read."""

import codecs
import contextlib
import io
import zlib
from dataclasses import dataclass
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


_SAMPLE = 1 << 20  # bytes looked at, from the first one that is not ASCII
_EVERYDAY = {"gb18030": range(0xB0, 0xD8), "cp950": range(0xA4, 0xC7)}  # the lead bytes of everyday characters
_MOSTLY = 0.6
_LOOKED_AT = 100_000  # characters
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, kw_only=True)
class Encoding:
    """A Python codec, what a byte that does not belong becomes, and what the merchant should know of it."""

    codec: str
    errors: str = "surrogateescape"  # such a row is found and named by its lone surrogates
    notice: str = ""


def detect_encoding(file: FeedFile) -> Encoding:
    """The encoding of the feed's text; Latin-1 comes with a notice, since nothing in the file can confirm it."""
    sample = _sample(file)
    for mark, codec in _MARKS:
        if sample.startswith(mark):
            return Encoding(codec=codec, errors="surrogateescape" if codec == "utf-8-sig" else "replace")
    if _is_utf8(sample):
        return Encoding(codec="utf-8")
    if codec := _chinese(sample):
        return Encoding(codec=codec)
    codec = max(_WESTERN, key=lambda each: _letters(sample, each))
    name = {"mac_roman": "Mac OS Roman", "cp850": "DOS text (code page 850)"}.get(codec, "Latin-1")
    return Encoding(
        codec=codec,
        notice=f"the text is neither UTF-8 nor GB18030 nor Big5; it was read as {name}, so look at the accented letters",
    )


_WESTERN = ("cp1252", "latin-1", "mac_roman", "cp850")
_ACCENTED = frozenset("äöüßéèêëàâáãåæçíîïñóôõøœúûù")


def _letters(sample: bytes, codec: str) -> float:
    """How many of the bytes beyond ASCII are accented letters of everyday words; a capital behind a small letter is none."""
    text = sample.decode(codec, errors="replace")
    placed = [(text[max(place - 1, 0)], c) for place, c in enumerate(text[:_LOOKED_AT]) if ord(c) > 127]
    good = sum(c in _ACCENTED or (c.lower() in _ACCENTED and not before.islower()) or c in "€£" for before, c in placed)
    return good - sum(c == "\ufffd" for _, c in placed)


def _sample(file: FeedFile) -> bytes:
    """The head of the file; where that is plain ASCII, the first part that is not."""
    head = file.head(_SAMPLE)
    if not head.isascii():
        return head
    with file.open() as stream, contextlib.suppress(FeedError):
        while chunk := stream.read1(_SAMPLE):
            if not chunk.isascii():
                return chunk + stream.readline() + stream.read1(_SAMPLE) + stream.readline()
    return head


def _is_utf8(sample: bytes) -> bool:
    """Whether most lines that are not ASCII decode; the others are then broken rows of a UTF-8 feed."""
    lines = [line for line in sample.split(b"\n")[:-1] or [sample] if not line.isascii()]
    good = sum(_decodes(line, "utf-8") for line in lines)
    return 2 * good > len(lines) or not lines


def _chinese(sample: bytes) -> str:
    """GB18030 or Big5, where most of its double bytes are everyday characters: accented letters stand alone."""
    lines = [line for line in sample.split(b"\n")[:-1] or [sample] if not line.isascii()]
    shares = {codec: _everyday(lines, codec, leads) for codec, leads in _EVERYDAY.items()}
    codec = max(shares, key=lambda each: shares[each])
    return codec if shares[codec] > _MOSTLY else ""


def _everyday(lines: list[bytes], codec: str, leads: range) -> float:
    """The share of its characters that stand in the codec's first plane, if it can read most lines."""
    good = [line.decode(codec) for line in lines if _decodes(line, codec)]
    codes = [c.encode(codec) for line in good for c in line if ord(c) > 127 and c.isalpha()]
    marks = sum(ord(c) > 127 for line in good for c in line) - len(codes)
    known = sum(len(code) == 2 and code[0] in leads for code in codes)
    return known / (len(codes) + marks / 2) if 2 * len(good) > len(lines) and codes else 0.0


def _decodes(line: bytes, codec: str) -> bool:
    try:
        line.decode(codec)
    except UnicodeDecodeError:
        return False
    return True
