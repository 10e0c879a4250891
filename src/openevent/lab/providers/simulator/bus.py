"""Commands of the I2C bus (group 4), with the chips of the bench on it."""

from __future__ import annotations

import struct
from typing import Final

from openevent.lab.providers.simulator.board import ACK, DONE, Answer, Board, Command, Commands

_REFUSED: Final = 0x11  # done, and nobody answered
_SIZE: Final = 256


def _start(board: Board, address_and_way: int) -> Answer:
    address = address_and_way >> 1
    known = address in board.bench.chips
    is_reading = bool(address_and_way & 1)
    place = board.bus[1] if board.bus and is_reading and board.bus[0] == address else -1 + is_reading
    board.bus = (address, place) if known else None
    return Answer(ack=ACK if known else _REFUSED)


def _stop(board: Board) -> Answer:
    if board.bus is not None:
        board.bus = (board.bus[0], max(board.bus[1], 0))
    return DONE


def _send(board: Board, byte: int) -> Answer:
    if board.bus is None:
        return Answer(ack=_REFUSED)
    address, place = board.bus
    if place >= 0:
        board.bench.chips[address][place] = byte
    board.bus = (address, (place + 1) % _SIZE if place >= 0 else byte)
    return DONE


def _send_on(board: Board, byte: int) -> Answer:
    _send(board, byte)
    return Answer(ack=None)


def _read(board: Board) -> Answer:
    if board.bus is None:
        return Answer(b"\xff", _REFUSED)
    address, place = board.bus
    board.bus = (address, (max(place, 0) + 1) % _SIZE)
    return Answer(bytes((board.bench.chips[address][max(place, 0)],)))


def _read_bulk(board: Board, address: int, register: int, number: int) -> Answer:
    memory = board.bench.chips.get(address)
    if memory is None:
        return Answer(b"\xff" * number, _REFUSED)
    return Answer(bytes(memory[(register + offset) % _SIZE] for offset in range(number)))


def _write_bulk(board: Board, address: int, _number: int, data: bytes) -> Answer:
    memory = board.bench.chips.get(address)
    if memory is None:
        return Answer(ack=_REFUSED)
    for offset, byte in enumerate(data[1:]):
        memory[(data[0] + offset) % _SIZE] = byte
    return DONE


def _write_bytes(_address: int, number: int) -> int:
    return number


def _status(_board: Board) -> Answer:
    return Answer(struct.pack("<H", 0))


def _nothing(_board: Board, *_arguments: int) -> Answer:
    return DONE


# fmt: off
COMMANDS: Commands = {
    (4, 1):  Command("I2C start",       "B",    _start),
    (4, 4):  Command("I2C start again", "B",    _start),
    (4, 3):  Command("I2C stop",        "",     _stop),
    (4, 2):  Command("I2C send",        "B",    _send),
    (4, 8):  Command("I2C send on",     "B",    _send_on),
    (4, 5):  Command("I2C read on",     "",     _read),
    (4, 6):  Command("I2C read last",   "",     _read),
    (4, 7):  Command("I2C wait",        "",     _nothing),
    (4, 9):  Command("I2C speed",       "H",    _nothing),
    (4, 10): Command("I2C status",      "",     _status),
    (4, 11): Command("I2C read bulk",   "BBB",  _read_bulk),
    (4, 12): Command("I2C write bulk",  "BB",   _write_bulk, _write_bytes),
    (4, 14): Command("I2C begin",       "",     _nothing),
}
# fmt: on
