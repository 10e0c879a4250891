"""How the laboratory's processes speak with each other: four bytes of length, then msgpack, over a Unix socket."""

from __future__ import annotations

import socket
import struct
from typing import Any

import msgspec

LARGEST = 8 << 20
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode


class FrameBroken(Exception):
    """The other side has gone in the middle, or says what can't be read."""


def send(channel: socket.socket, value: object) -> None:
    """Send one value; raises OSError (timeouts among them) and ValueError for one that is too large."""
    body = _encode(value)
    if len(body) > LARGEST:
        raise ValueError(f"a frame of {len(body)} bytes")
    channel.sendall(struct.pack(">I", len(body)) + body)


def receive(channel: socket.socket) -> Any:  # noqa: ANN401 -- whatever was sent
    """Return the next value; raises FrameBroken, and OSError when nothing comes in time."""
    (size,) = struct.unpack(">I", _exactly(channel, 4))
    if size > LARGEST:
        raise FrameBroken(f"a frame of {size} bytes")
    try:
        return _decode(_exactly(channel, size))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FrameBroken from error


def _exactly(channel: socket.socket, size: int) -> bytes:
    found = bytearray()
    while len(found) < size:
        more = channel.recv(min(size - len(found), 1 << 18))
        if not more:
            raise FrameBroken("the other side has gone")
        found += more
    return bytes(found)
