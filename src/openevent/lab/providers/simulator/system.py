"""Commands of the board itself (group 11): version, buffer, memory; SPI and passthrough as far as drivers ask."""

from __future__ import annotations

import struct
from typing import Final

import numpy as np

from openevent.lab.providers.simulator import logic, oscilloscope
from openevent.lab.providers.simulator.board import BUFFER, DONE, Answer, Board, Command, Commands

VERSION: Final = b"PSLab V6\n"
FIRMWARE: Final = (3, 0, 5)


def _version(_board: Board) -> Answer:
    return Answer(VERSION, None)


def _firmware(_board: Board) -> Answer:
    return Answer(bytes(FIRMWARE), None)


def _read_buffer(board: Board, start: int, number: int) -> Answer:
    oscilloscope.settle(board)
    logic.settle(board, start, number)
    end = min(start + number, BUFFER)
    found = board.buffer[min(start, end) : end].astype("<u2").tobytes()
    return Answer(found.ljust(2 * number, b"\0"))


def _clear_buffer(board: Board, start: int, number: int) -> Answer:
    board.capture = None
    board.buffer[start : start + number] = 0
    return DONE


def _fill_buffer(board: Board, start: int, number: int, data: bytes) -> Answer:
    board.capture = None
    room = board.buffer[start : start + number]
    room[:] = np.frombuffer(data, dtype="<u2")[: len(room)]
    return DONE


def _fill_bytes(_start: int, number: int) -> int:
    return 2 * number


def _read_memory(board: Board, address: int) -> Answer:
    return Answer(struct.pack("<H", board.memory.get(address, 0)))


def _write_memory(board: Board, address: int, value: int) -> Answer:
    board.memory[address] = value
    return DONE


def _nothing(_board: Board, *_arguments: int) -> Answer:
    return DONE


def _silence(_board: Board, *_arguments: int) -> Answer:
    return Answer(ack=None)


def _echo8(_board: Board, value: int) -> Answer:
    return Answer(struct.pack("<B", value))


def _echo16(_board: Board, value: int) -> Answer:
    return Answer(struct.pack("<H", value))


# fmt: off
COMMANDS: Commands = {
    # group, number           name                arguments  does
    (11, 5):   Command("version",          "",    _version),
    (11, 6):   Command("firmware",         "",    _firmware),
    (11, 8):   Command("read buffer",      "HH",  _read_buffer),
    (11, 10):  Command("clear buffer",     "HH",  _clear_buffer),
    (11, 27):  Command("fill buffer",      "HH",  _fill_buffer, _fill_bytes),
    (11, 12):  Command("read memory",      "H",   _read_memory),
    (11, 15):  Command("read memory",      "H",   _read_memory),
    (11, 14):  Command("write memory",     "HH",  _write_memory),
    (11, 19):  Command("restart",          "",    _silence),
    (11, 23):  Command("current on",       "BB",  _nothing),
    (11, 24):  Command("current off",      "",    _nothing),
    (3, 5):    Command("SPI parameters",   "H",   _nothing),
    (3, 1):    Command("SPI select",       "B",   _silence),
    (3, 4):    Command("SPI release",      "B",   _silence),
    (3, 2):    Command("SPI 8 bits",       "B",   _echo8),  # what goes out comes back
    (3, 3):    Command("SPI 16 bits",      "H",   _echo16),
    (12, 1):   Command("passthrough",      "H",   _silence),
}
# fmt: on
