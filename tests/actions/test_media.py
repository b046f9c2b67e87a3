from __future__ import annotations

import io
import zlib

import pytest
from PIL import Image

from actions.media import BYTES_AT_MOST, MediaRefused, examine
from tests.photos import GPS, PDF, moving, of_two_pictures, opened, photo

pytestmark = pytest.mark.fast


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_keeps_its_form_and_loses_camera_and_place(form: str):
    data = photo(form=form)
    assert opened(data).getexif().get_ifd(GPS), "there was something to lose"
    media = examine(data)
    kept = opened(media.data)
    assert (media.kind, kept.format, kept.size) == ("photo", form, (320, 200))
    assert not dict(kept.getexif()) and not kept.getexif().get_ifd(GPS)
    assert b"Camera of Wang" not in media.data


def test_a_photo_that_lies_on_its_side_is_stood_up():
    media = examine(photo(turned=True))
    assert (media.width, media.height) == (200, 320) == opened(media.data).size
    red = opened(media.data).convert("RGB").getpixel((100, 20))
    assert isinstance(red, tuple) and red[0] > 200, "what was left is on top now"


def test_a_thumbnail_is_small_and_in_proportion():
    media = examine(photo(2000, 1000))
    assert media.thumbnail is not None
    assert opened(media.thumbnail).size == (480, 240)


def test_a_moving_gif_goes_on_moving_without_its_comment():
    media = examine(moving())
    assert getattr(opened(media.data), "n_frames", 1) == 3
    assert b"made at home" not in media.data


def test_of_a_telephones_photo_with_a_second_picture_behind_it_the_one_that_is_seen_is_kept():
    assert opened(of_two_pictures()).format == "MPO"
    media = examine(of_two_pictures())
    assert (media.media_type, media.width, media.height) == ("image/jpeg", 64, 48)
    assert opened(media.data).format == "JPEG"


def test_a_picture_that_is_broken_in_the_middle_is_refused_like_any_other_that_is_broken():
    begins, *later = moving().split(b"\x21\xf9\x04")  # how long a frame is shown
    broken = begins + b"\x21\xf9\x04" + b"\x21\xf9\x02".join(later)
    with pytest.raises(MediaRefused, match="bad_type"):
        examine(broken)


def test_a_pdf_is_a_document():
    media = examine(PDF)
    assert (media.kind, media.media_type, media.data) == ("document", "application/pdf", PDF)


@pytest.mark.parametrize("data", [
    b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html><script>alert(1)</script></html>", b"MZ\x90\x00",
    b"PK\x03\x04", b"\xff\xd8\xff\xe0 not really a photo", photo()[:300], b"%PDF-1.4 without an end",
    b"OggS voice", b"GIF89a", b"\x00" * 64,
])  # fmt: skip
def test_what_is_neither_photo_nor_pdf_is_refused(data: bytes):
    with pytest.raises(MediaRefused, match="bad_type"):
        examine(data)


def test_nothing_is_refused_as_such():
    with pytest.raises(MediaRefused, match="bad_upload"):
        examine(b"")


def test_more_than_ten_megabytes_are_refused():
    with pytest.raises(MediaRefused, match="too_large"):
        examine(photo() + b"\0" * BYTES_AT_MOST)


def test_a_picture_that_would_unfold_to_fill_the_memory_is_refused():
    small = Image.new("1", (30_000, 30_000))
    out = io.BytesIO()
    small.save(out, "PNG")
    assert len(out.getvalue()) < 2_000_000
    with pytest.raises(MediaRefused, match="too_large"):
        examine(out.getvalue())


def test_what_hides_behind_a_picture_is_not_kept():
    hidden = b"<script>alert('here')</script>" + zlib.compress(b"and more")
    assert hidden not in examine(photo() + hidden).data


def test_speech_is_taken_only_where_it_may_come_from():
    assert examine(b"OggS" + b"\0" * 40, voice=True).kind == "voice"
