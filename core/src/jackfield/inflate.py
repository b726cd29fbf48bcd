"""A reply's body as it was before `content-encoding`, never larger than the bound.

Rules: gzip and deflate are undone here, because a decoder without a bound on its output lets a few kilobytes become
gigabytes; nothing else is asked for, so nothing else is accepted. A truncated body is an error.
"""

import zlib

from jackfield.errors import DecodeError, ReplyTooLarge, TransportError

ACCEPTED = "gzip, deflate"
_NONE = frozenset({"", "identity"})
_KNOWN = frozenset({"gzip", "x-gzip", "deflate"})
_EITHER = 32 + zlib.MAX_WBITS  # gzip or zlib, told by the header
_RAW = -zlib.MAX_WBITS  # deflate without any header, which some servers send


class Inflater:
    """Decodes one body; `feed` any number of times, then `close`."""

    def __init__(self, encoding: str, max_bytes: int) -> None:
        """Take the `content-encoding`; bound what comes in, and what goes out, by `max_bytes`."""
        self._encoding = encoding.strip().lower()
        self._max_bytes = max_bytes
        self._in = self._out = 0
        self._told = False
        self._inflate = None if self._encoding in _NONE else zlib.decompressobj(_EITHER)

    def feed(self, raw: bytes) -> bytes:
        """The bytes that these give, perhaps none.

        Raises:
            ReplyTooLarge: the body passed `max_bytes`.
            DecodeError: it is not what its `content-encoding` says, or that was not asked for.
        """
        self._in += len(raw)
        if self._inflate is None:
            if self._in > self._max_bytes:
                raise ReplyTooLarge("the reply", max_bytes=self._max_bytes)
            return raw
        body = self._inflated(raw)
        self._out += len(body)
        if max(self._in, self._out) > self._max_bytes:
            raise ReplyTooLarge("the reply", max_bytes=self._max_bytes)
        return body

    def close(self) -> None:
        """The body has ended.

        Raises:
            TransportError: in the middle of compressed data.
        """
        if self._inflate is not None and self._in and not self._inflate.eof:
            msg = "the compressed reply ends too early"
            raise TransportError(msg)

    def _inflated(self, raw: bytes) -> bytes:
        if self._encoding not in _KNOWN:
            msg = f"content-encoding {self._encoding!r} was not asked for"
            raise DecodeError(msg)
        pieces: list[bytes] = []
        left = self._max_bytes - self._out + 1
        while raw and left > 0:
            piece = self._step(raw, left)
            assert self._inflate is not None  # noqa: S101 - an encoded body
            raw = self._inflate.unconsumed_tail
            if self._inflate.eof and (raw := self._inflate.unused_data):
                self._inflate = zlib.decompressobj(_EITHER)  # gzip may come in several members
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)

    def _step(self, raw: bytes, left: int) -> bytes:
        assert self._inflate is not None  # noqa: S101 - an encoded body
        if self._encoding == "deflate" and not self._told:
            self._told = True
            if raw[0] & 0x0F != zlib.DEFLATED:  # the method in the first byte of a zlib header
                self._inflate = zlib.decompressobj(_RAW)
        try:
            return self._inflate.decompress(raw, left)
        except zlib.error as error:
            msg = f"not {self._encoding}: {error}"
            raise DecodeError(msg) from error
