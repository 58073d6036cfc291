"""Opens one picture, in a process of its own that can open nothing else.

Run by its path and never imported by the house: what a hostile file may do to Pillow, it does here. It reads
a line of JSON with its limits, then the picture, and answers with a line of JSON.
"""

from __future__ import annotations

import base64
import io
import json
import resource
import sys
import warnings
from dataclasses import dataclass

import numpy as np
import pdqhash  # type: ignore[import-untyped,unused-ignore]
from PIL import (
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

Image.preinit()  # what Pillow imports by itself at the first picture, when no file may be opened any more
FORMATS = (
    GifImagePlugin.GifImageFile.format,
    JpegImagePlugin.JpegImageFile.format,
    PngImagePlugin.PngImageFile.format,
    WebPImagePlugin.WebPImageFile.format,
)
STILL = {JpegImagePlugin.JpegImageFile.format, MpoImagePlugin.MpoImageFile.format}
"""Formats of which everybody shows the first picture alone."""
WORKING_SIDE = 512
"""Pixels: PDQ looks at coarse shapes, and gains nothing from more."""
TURNS = (
    None,
    Image.Transpose.ROTATE_90,
    Image.Transpose.ROTATE_180,
    Image.Transpose.ROTATE_270,
    Image.Transpose.FLIP_LEFT_RIGHT,
    Image.Transpose.FLIP_TOP_BOTTOM,
    Image.Transpose.TRANSPOSE,
    Image.Transpose.TRANSVERSE,
)
"""The eight ways to turn and mirror a picture. PDQ can reckon all from one look, though less exactly."""
_NEW_SCENE = 6.0
"""Mean difference of two small grey pictures, of 255, from which a frame is looked at by itself."""


class TooLargeError(Exception):
    """The picture goes over a limit."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the house allows, and the shape in which it wants the pixels, if it wants them."""

    side: int
    pixels: int
    frames: int
    frame_pixels: int
    looks: int
    memory: int
    seconds: int
    shape: tuple[int, int] | None


def main() -> None:
    """Answer one request, whatever the picture does."""
    asked = Asked(**json.loads(sys.stdin.buffer.readline()))
    content = sys.stdin.buffer.read()
    confine(asked)
    sys.stdout.write(json.dumps(answer(content, asked)))


def confine(asked: Asked) -> None:
    """Give up everything but memory, some time, and the pipes that are open."""
    resource.setrlimit(resource.RLIMIT_CPU, (asked.seconds, asked.seconds))
    resource.setrlimit(resource.RLIMIT_AS, (asked.memory, asked.memory))
    for nothing in (
        resource.RLIMIT_CORE,
        resource.RLIMIT_FSIZE,
        resource.RLIMIT_NOFILE,
        resource.RLIMIT_NPROC,
    ):
        resource.setrlimit(nothing, (0, 0))


def answer(content: bytes, asked: Asked) -> dict[str, object]:
    """Say what was seen in the picture, or in a word why nothing was."""
    Image.MAX_IMAGE_PIXELS = asked.pixels
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            views, whole = looked_at(image, asked)
            return {"looks": [_look(view, asked) for view in views], "whole": whole}
    except UnidentifiedImageError:
        return {"failed": "no picture"}
    except (TooLargeError, Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        return {"failed": "too large"}
    except Exception:  # noqa: BLE001 - a decoder raises whatever it comes to; none of it is a picture
        return {"failed": "broken"}


def looked_at(image: Image.Image, asked: Asked) -> tuple[list[Image.Image], bool]:
    """The pictures in an image that differ from one another, small, and whether these are all."""
    kept: list[Image.Image] = []
    last = None
    for number in range(asked.frames + 1):
        if number and image.format in STILL:
            return kept, True
        if image.width * image.height * number > asked.frame_pixels:
            return kept, False
        try:
            image.seek(number)
        except EOFError:
            return kept, True
        if number == asked.frames:
            break
        if max(image.size) > asked.side or image.width * image.height > asked.pixels:
            raise TooLargeError
        views = _views(image)
        scene = _scene(views[0])
        if last is None or float(np.abs(scene - last).mean()) > _NEW_SCENE:
            last = scene
            kept += views
        if len(kept) > asked.looks:
            return kept[: asked.looks], False
    return kept, False


def _views(frame: Image.Image) -> list[Image.Image]:
    """A frame as it is shown on white and on black, and without its transparency: one, where it has none."""
    if frame.format in STILL:
        frame.draft(frame.mode, (2 * WORKING_SIDE, 2 * WORKING_SIDE))
    if frame.mode.startswith("I"):  # 16 bits a pixel, which convert() would cut off and not scale
        frame = Image.fromarray((np.asarray(frame) >> 8).clip(0, 255).astype(np.uint8))
    if "A" not in frame.getbands() and "transparency" not in frame.info:
        return [_small(frame.convert("RGB"))]
    clear = frame.convert("RGBA")
    hidden = _small(clear.convert("RGB"))
    small = _small(clear)  # in place
    shown = [
        Image.alpha_composite(Image.new("RGBA", small.size, ground), small).convert("RGB")
        for ground in ((255, 255, 255, 255), (0, 0, 0, 255))
    ]
    return [*shown, hidden]


def _small(picture: Image.Image) -> Image.Image:
    picture.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BILINEAR)
    return picture


def _scene(view: Image.Image) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.asarray(view.convert("L").resize((16, 16), Image.Resampling.BOX), dtype=np.float32)


def _look(view: Image.Image, asked: Asked) -> dict[str, object]:
    hashes, quality = hashed(view)
    pixels = view.resize(asked.shape, Image.Resampling.BILINEAR).tobytes() if asked.shape else b""
    return {"hashes": hashes, "quality": quality, "pixels": base64.b64encode(pixels).decode()}


def hashed(view: Image.Image) -> tuple[list[str], int]:
    """The PDQ hashes of a picture turned in every way, upright first, and its quality, of 100."""
    found = [
        pdqhash.compute(np.asarray(view.transpose(turn) if turn is not None else view)) for turn in TURNS
    ]
    return [np.packbits(bits).tobytes().hex() for bits, _ in found], int(found[0][1])


if __name__ == "__main__":
    main()
