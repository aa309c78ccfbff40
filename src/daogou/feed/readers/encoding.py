"""Which encoding a feed's text is in: UTF-8 (with or without a mark), UTF-16, GB18030, Big5, and as a last resort Latin-1."""

import codecs
import contextlib
from dataclasses import dataclass

from daogou.errors import FeedError
from daogou.feed.readers.opening import FeedFile

_SAMPLE = 1 << 20  # bytes looked at, from the first one that is not ASCII
_EVERYDAY = {"gb18030": range(0xB0, 0xD8), "cp950": range(0xA4, 0xC7)}  # the lead bytes of everyday characters
_MOSTLY = 0.6
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
    return Encoding(
        codec="cp1252" if _decodes(sample, "cp1252") else "latin-1",
        notice="the text is neither UTF-8 nor GB18030 nor Big5; it was read as Latin-1, so look at the accented letters",
    )


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
