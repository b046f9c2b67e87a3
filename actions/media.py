"""Files as they come in from outside: what they are is told by their content, never by their name.

Pictures are painted anew, so that neither metadata (place, camera, time) nor anything hidden
behind the picture is kept.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from PIL import Image, ImageCms, ImageOps, ImageSequence

BYTES_AT_MOST = 10 * 1024 * 1024
PIXELS_AT_MOST = 50_000_000
FRAMES_AT_MOST = 300
THUMBNAIL = (480, 480)
_FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
IMAGE_TYPES = frozenset(_FORMATS.values())
_KEPT_AS = {"MPO": "JPEG"}  # a photo of a telephone with a second picture behind it: only what is seen is kept
_PDF_BEGINS_WITHIN, _PDF_ENDS_WITHIN = 1024, 2048


class MediaRefused(Exception):
    """A file that is not taken. ``code``: bad_upload (nothing in it), too_large, bad_type."""

    def __init__(self, code: Literal["bad_upload", "too_large", "bad_type"]) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Media:
    """A file that is taken, as it is stored. ``kind``: photo, document, voice."""

    kind: str
    media_type: str
    data: bytes
    width: int = 0
    height: int = 0
    thumbnail: bytes | None = None  # JPEG


def examine(data: bytes, *, voice: bool = False) -> Media:
    """What a file is, and what of it is kept. Raises MediaRefused. Takes up to a second: not for an event loop.

    ``voice``: speech in Ogg is taken too, as a channel's voice messages are.
    """
    if not data:
        raise MediaRefused("bad_upload")
    if len(data) > BYTES_AT_MOST:
        raise MediaRefused("too_large")
    if is_pdf(data):
        return Media("document", "application/pdf", data)
    if voice and data.startswith(b"OggS"):
        return Media("voice", "audio/ogg", data)
    return _picture(data)


def is_pdf(data: bytes) -> bool:
    """True when it begins and ends as a PDF does."""
    return b"%PDF-" in data[:_PDF_BEGINS_WITHIN] and b"%%EOF" in data[-_PDF_ENDS_WITHIN:]


def _picture(data: bytes) -> Media:
    try:
        with Image.open(io.BytesIO(data), formats=tuple(_FORMATS)) as picture:
            if picture.width * picture.height > PIXELS_AT_MOST:
                raise MediaRefused("too_large")
            form = _KEPT_AS.get(str(picture.format), str(picture.format))
            moves = form in ("GIF", "WEBP") and getattr(picture, "is_animated", False)
            still = _upright(picture)
            painted = _painted_moving(picture, form) if moves else _painted(still, form)
    except MediaRefused:
        raise
    except Image.DecompressionBombError:
        raise MediaRefused("too_large") from None
    except Exception:  # a broken picture may raise anything at all, and must stop nobody else's from being taken
        raise MediaRefused("bad_type") from None
    return Media("photo", _FORMATS[form], painted, still.width, still.height, _thumbnail(still))


def _upright(picture: Image.Image) -> Image.Image:
    """The first frame as it is to be seen: turned as the camera noted, in the colours that every screen knows."""
    picture.seek(0)
    picture.load()
    profile = picture.info.get("icc_profile")
    turned = ImageOps.exif_transpose(picture)
    has_alpha = "A" in turned.getbands() or "transparency" in turned.info
    still = turned.convert("RGBA" if has_alpha else "RGB")
    if profile and turned.mode in ("RGB", "RGBA"):
        still = _in_common_colours(still, profile)
    clean = Image.new(still.mode, still.size)  # a copy of the pixels and of nothing else
    clean.paste(still)
    return clean


def _in_common_colours(still: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(still, source, ImageCms.createProfile("sRGB"), outputMode=still.mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return still  # a broken profile: the colours as they are
    return turned or still


def _painted(still: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    if form == "JPEG":
        still.convert("RGB").save(out, "JPEG", quality=90, optimize=True)
    elif form == "WEBP":
        still.save(out, "WEBP", quality=90)
    else:
        still.save(out, form)
    return out.getvalue()


def _painted_moving(picture: Image.Image, form: str) -> bytes:
    frames, durations = [], []
    # How many there are is not asked: counting a hundred thousand of them takes a minute.
    for _ in islice(ImageSequence.Iterator(picture), FRAMES_AT_MOST):
        frames.append(picture.convert("RGBA"))
        durations.append(int(picture.info.get("duration", 100)) or 100)
        if len(frames) * picture.width * picture.height > PIXELS_AT_MOST:
            break
    for frame in frames:
        frame.info.clear()
    out = io.BytesIO()
    frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=durations, loop=0)
    return out.getvalue()


def _thumbnail(still: Image.Image) -> bytes:
    small = still.copy()
    small.thumbnail(THUMBNAIL)
    if small.mode == "RGBA":
        ground = Image.new("RGB", small.size, "white")
        ground.paste(small, mask=small.getchannel("A"))
        small = ground
    out = io.BytesIO()
    small.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()
