"""Pictures that others have made: how large they are, and the same in another size."""

from __future__ import annotations

import io

from msgspec import Struct

MOST_PIXELS = 50_000_000  # a picture of more is decoded by nobody: a few kilobytes can claim to be gigabytes
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")


class NoPicture(Exception):
    """These bytes are no picture that can be shown."""


class Frame(Struct, frozen=True):
    """The size that a picture is wanted in. `keeps_aspect`: the height follows from the width."""

    width: int
    height: int
    keeps_aspect: bool = False
    quality: int = 80

    def fitted(self, width: int, height: int) -> tuple[int, int]:
        """Return the size for a picture of this width and height; a small picture is not made larger.

        >>> Frame(1300, 500).fitted(2600, 2000), Frame(500, 200).fitted(250, 100)
        ((1300, 500), (250, 100))
        >>> Frame(500, 200, keeps_aspect=True).fitted(1000, 1000), Frame(500, 1, keeps_aspect=True).fitted(9, 3)
        ((500, 500), (9, 3))
        """
        if self.keeps_aspect:
            wide = min(self.width, width)
            return wide, max(1, round(height * wide / width))
        factor = min(1.0, width / self.width, height / self.height)
        return max(1, round(self.width * factor)), max(1, round(self.height * factor))


def measure(data: bytes) -> tuple[int, int]:
    """Return width and height, read from the head of the file; raises NoPicture."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 -- a server starts sooner without it

    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            width, height = picture.size
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning, *_TROUBLE) as error:
        raise NoPicture(type(error).__name__) from None
    if width * height > MOST_PIXELS:
        raise NoPicture("too many pixels")
    return width, height


def resized(data: bytes, frame: Frame) -> tuple[bytes, str]:
    """Return the picture in another size, cut to its middle, and its ending: png where it is see-through, else jpg.

    What cameras write beside the picture (places, names) is left out. Raises NoPicture.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 -- a server starts sooner without it

    measure(data)
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as found:
            upright = ImageOps.exif_transpose(found)
            is_transparent = upright.has_transparency_data
            picture = ImageOps.fit(upright.convert("RGBA" if is_transparent else "RGB"), frame.fitted(*upright.size))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, *_TROUBLE) as error:
        raise NoPicture(type(error).__name__) from None
    kept = io.BytesIO()
    if is_transparent:
        picture.save(kept, "PNG", optimize=True)
    else:
        picture.save(kept, "JPEG", quality=frame.quality, optimize=True)
    return kept.getvalue(), "png" if is_transparent else "jpg"


# What a decoder raises for a file that is cut off or lies about itself.
_TROUBLE = (OSError, ValueError, SyntaxError, EOFError, OverflowError, IndexError, KeyError, TypeError)
