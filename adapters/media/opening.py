"""Has a picture opened in a child process, within limits of size, memory and time."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import enum
import json
import os
import pathlib
import sys
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

CHILD = pathlib.Path(__file__).with_name("child.py")
"""Run by its path: it needs nothing of ours, and gets nothing of ours."""
TURNS = 8
_CHUNK = 1 << 16
_PASSED_ON = ("LD_LIBRARY_PATH", "PATH")
"""All of the environment that the child gets: our secrets may be in the rest."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a picture may cost. Of an animation, `frames` are decoded at most and `looks` at most hashed."""

    size: int = 20 * 1024 * 1024
    side: int = 12_000
    pixels: int = 40_000_000
    frames: int = 300
    frame_pixels: int = 200_000_000
    looks: int = 24
    memory: int = 1024 * 1024 * 1024
    cpu: dt.timedelta = dt.timedelta(seconds=8)
    wall: dt.timedelta = dt.timedelta(seconds=15)


LIMITS = Limits()


class Why(enum.StrEnum):
    """Why a picture was not opened."""

    NO_PICTURE = "is no JPEG, PNG, GIF or WebP"
    TOO_LARGE = "is larger than is opened here"
    BROKEN = "cannot be opened: it is damaged, or made to do damage"
    LATE = "took too long to open"
    CRASHED = "made the program that opens pictures fail"


_ANSWERS = {"no picture": Why.NO_PICTURE, "too large": Why.TOO_LARGE, "broken": Why.BROKEN}


class NotOpenedError(Exception):
    """A picture that was not opened."""

    def __init__(self, why: Why) -> None:
        self.why = why
        super().__init__(f"the file {why}")


@dataclass(frozen=True, slots=True)
class Look:
    """One picture of a file: its hash in each of the eight ways to turn it, upright first.

    `quality`, of 100, is how much there is to go by; `pixels` are red, green and blue in the shape asked for.
    """

    hashes: tuple[str, ...]
    quality: int
    pixels: bytes = b""


@dataclass(frozen=True, slots=True)
class Opened:
    """What was seen in a file. `whole` is false where a long animation was not seen to its end."""

    looks: tuple[Look, ...]
    whole: bool


class _Told(BaseModel):
    """What the child says, which a picture may have taken over."""

    model_config = ConfigDict(extra="forbid", strict=True)


class _ToldLook(_Told):
    hashes: Annotated[
        list[Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]], Field(min_length=TURNS, max_length=TURNS)
    ]
    quality: Annotated[int, Field(ge=0, le=100)]
    pixels: str


class _Answer(_Told):
    looks: Annotated[list[_ToldLook], Field(min_length=1)] | None = None
    whole: bool = False
    failed: str = ""


async def open_picture(
    content: bytes, limits: Limits = LIMITS, shape: tuple[int, int] | None = None
) -> Opened:
    """Open a picture and say what is in it.

    Raises:
        NotOpenedError: If it is none, goes over a limit, or breaks what opens it.
    """
    if len(content) > limits.size:
        raise NotOpenedError(Why.TOO_LARGE)
    asked = {
        "side": limits.side,
        "pixels": limits.pixels,
        "frames": limits.frames,
        "frame_pixels": limits.frame_pixels,
        "looks": limits.looks,
        "memory": limits.memory,
        "seconds": max(1, round(limits.cpu.total_seconds())),
        "shape": shape,
    }
    most = limits.looks * (_CHUNK + (4 * shape[0] * shape[1] if shape else 0))
    try:
        async with asyncio.timeout(limits.wall.total_seconds()):
            told = await _asked(json.dumps(asked).encode() + b"\n" + content, most)
    except TimeoutError:
        raise NotOpenedError(Why.LATE) from None
    return _opened(told, shape)


def _opened(told: bytes, shape: tuple[int, int] | None) -> Opened:
    try:
        answer = _Answer.model_validate_json(told)
        if answer.looks is None:
            raise NotOpenedError(_ANSWERS.get(answer.failed, Why.CRASHED))
        looks = tuple(
            Look(tuple(look.hashes), look.quality, base64.b64decode(look.pixels, validate=True))
            for look in answer.looks
        )
    except (ValidationError, ValueError):
        raise NotOpenedError(Why.CRASHED) from None
    if any(len(look.pixels) != (3 * shape[0] * shape[1] if shape else 0) for look in looks):
        raise NotOpenedError(Why.CRASHED)
    return Opened(looks, answer.whole)


async def _asked(request: bytes, most: int) -> bytes:
    """Run the child; gives all that it said, which is nothing whole where it was killed."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(CHILD),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=kept | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        cwd="/",
    )
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_feed(child, request))
            told = tasks.create_task(_heard(child, most))
        await child.wait()
    finally:
        if child.returncode is None:
            child.kill()
            await child.communicate()
    return told.result()


async def _feed(child: asyncio.subprocess.Process, request: bytes) -> None:
    if child.stdin is None:
        return
    try:
        child.stdin.write(request)
        await child.stdin.drain()
        child.stdin.close()
    except (BrokenPipeError, ConnectionResetError):
        pass  # it died before it had read all; its silence says so


async def _heard(child: asyncio.subprocess.Process, most: int) -> bytes:
    heard = bytearray()
    while child.stdout is not None and (chunk := await child.stdout.read(_CHUNK)):
        heard += chunk
        if len(heard) > most:
            child.kill()
            return b""
    return bytes(heard)
