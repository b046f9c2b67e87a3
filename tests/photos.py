"""Files as customers send them, made on the spot."""

from __future__ import annotations

import io

from PIL import Image

GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def photo(width: int = 320, height: int = 200, *, turned: bool = False, form: str = "JPEG") -> bytes:
    """A picture whose left half is red; as a JPEG it tells camera and place, and may lie on its side."""
    picture = Image.new("RGB", (width, height), "blue")
    picture.paste("red", (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[MAKE] = "Camera of Wang"
    exif[ORIENTATION] = 6 if turned else 1
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (31.0, 13.0, 49.0)
    out = io.BytesIO()
    picture.save(out, form, exif=exif)
    return out.getvalue()


def moving() -> bytes:
    """A GIF of three frames."""
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=80, comment=b"made at home")
    return out.getvalue()


def of_two_pictures() -> bytes:
    """What many telephones make: a JPEG with a second picture (depth, brightness) behind the one that is seen."""
    out = io.BytesIO()
    seen, behind = (Image.new("RGB", size, "green") for size in ((64, 48), (16, 12)))
    seen.save(out, "MPO", save_all=True, append_images=[behind])
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    """The picture in these bytes."""
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture
