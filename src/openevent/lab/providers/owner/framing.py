"""Messages on a Unix socket: four bytes of length, big endian, then MessagePack."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from typing import Final

from msgspec import MsgspecError, msgpack

from openevent.lab.providers.owner.messages import Ask, Reply

LONGEST: Final = 8 * 1024 * 1024
_LENGTH: Final = struct.Struct(">I")
_CHUNK: Final = 1 << 18
_ENCODER: Final = msgpack.Encoder()
_ASKS: Final = msgpack.Decoder(Ask)
_REPLIES: Final = msgpack.Decoder(Reply)


class FrameBroken(Exception):
    """The peer ended in the middle of a message, or sent something that is none."""


def packed(message: Ask | Reply) -> bytes:
    """Return a message with its length before it."""
    body = _ENCODER.encode(message)
    return _LENGTH.pack(len(body)) + body


def exchange(path: str, ask: Ask, seconds: float) -> Reply:
    """Send a request over a connection of its own and return the reply; raises OSError or FrameBroken."""
    until = time.monotonic() + seconds
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(seconds)
        line.connect(path)
        line.sendall(packed(ask))
        (length,) = _LENGTH.unpack(_received(line, _LENGTH.size, until))
        if length > LONGEST:
            raise FrameBroken("The answer is too long.")
        return _decoded(_received(line, length, until))


def _received(line: socket.socket, number: int, until: float) -> bytes:
    found = bytearray()
    while len(found) < number:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        line.settimeout(left)
        chunk = line.recv(min(number - len(found), _CHUNK))
        if not chunk:
            raise FrameBroken("The connection ended.")
        found += chunk
    return bytes(found)


def _decoded(body: bytes) -> Reply:
    try:
        return _REPLIES.decode(body)
    except MsgspecError as error:
        raise FrameBroken(str(error)) from None


async def read_ask(reader: asyncio.StreamReader) -> Ask:
    """Return the next request of a client; raises FrameBroken for anything else, and at the end."""
    try:
        (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
        if length > LONGEST:
            raise FrameBroken("The request is too long.")
        return _ASKS.decode(await reader.readexactly(length))
    except (asyncio.IncompleteReadError, OSError, MsgspecError) as error:
        raise FrameBroken(str(error)) from None
