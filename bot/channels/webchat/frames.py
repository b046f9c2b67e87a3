"""The protocol's frames: what a client may send, checked; and what is wrong with what it may not."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

FRAME_BYTES = 16 * 1024
TEXT_CHARS = 4000
LARGEST = 2**53  # what JavaScript can count to; databases can store it
_CLIENT_ID = re.compile(r"[\x21-\x7e]{1,64}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(eq=False)  # not frozen: an exception on its way is written to
class FrameError(Exception):
    """A frame that is refused. ``code`` is one of the protocol's."""

    code: str
    client_id: str | None = None


class _Frame(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Claim(_Frame):
    """Who the customer is, as the shop signed it."""

    id: str = Field(min_length=1, max_length=200)
    name: str = Field("", max_length=200)
    email: str = Field("", max_length=320)
    signature: str = Field("", max_length=200)


class Hello(_Frame):
    """The first frame."""

    type: Literal["hello"]
    session: str | None = Field(None, max_length=200)
    since: int = Field(0, ge=0, le=LARGEST)
    locale: str = Field("zh-CN", max_length=35)
    timezone: str = Field("", max_length=64)
    identity: Claim | None = None


ClientId = Annotated[str, Field(pattern=f"^{_CLIENT_ID.pattern}$")]


class MessageFrame(_Frame):
    """A customer's message."""

    type: Literal["message"]
    client_id: ClientId
    text: str


class ChoiceFrame(_Frame):
    """A tapped choice."""

    type: Literal["choice"]
    client_id: ClientId
    payload: str = Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")


class AttachmentFrame(_Frame):
    """A file sent before."""

    type: Literal["attachment"]
    client_id: ClientId
    upload: str = Field(min_length=1, max_length=200)
    caption: str = Field("", max_length=TEXT_CHARS)


class TypingFrame(_Frame):
    """The customer is typing."""

    type: Literal["typing"]


class ReadFrame(_Frame):
    """The customer has read up to a number."""

    type: Literal["read"]
    seq: int = Field(ge=0, le=LARGEST)


class PingFrame(_Frame):
    """Are you there?"""

    type: Literal["ping"]


ClientFrame = Annotated[
    Hello | MessageFrame | ChoiceFrame | AttachmentFrame | TypingFrame | ReadFrame | PingFrame,
    Field(discriminator="type"),
]
_ADAPTER: TypeAdapter[Any] = TypeAdapter(ClientFrame)


def parse(raw: str | bytes) -> Any:
    """The frame in it. Raises FrameError: ``too_long`` or ``bad_frame``."""
    size = len(raw) if isinstance(raw, bytes) else len(raw.encode("utf-8", "surrogatepass"))
    if size > FRAME_BYTES:
        raise FrameError("too_long", _client_id_in(raw))
    try:
        data = json.loads(raw)
        frame = _ADAPTER.validate_python(data)
    except ValidationError:
        raise FrameError("bad_frame", _client_id_of(data)) from None
    except (ValueError, RecursionError):
        raise FrameError("bad_frame") from None
    if isinstance(frame, MessageFrame):
        check_text(frame)
    return frame


def clean(text: str) -> str:
    """Text without control characters and half characters, trimmed."""
    return _CONTROL.sub("", text.encode("utf-8", "ignore").decode("utf-8")).strip()


def check_text(frame: MessageFrame) -> None:
    """Raises FrameError when the text is empty or too long."""
    if len(frame.text) > TEXT_CHARS:
        raise FrameError("too_long", frame.client_id)
    if not clean(frame.text):
        raise FrameError("bad_frame", frame.client_id)


def _client_id_of(data: Any) -> str | None:
    value = data.get("client_id") if isinstance(data, dict) else None
    return value if isinstance(value, str) and _CLIENT_ID.fullmatch(value) else None


def _client_id_in(raw: str | bytes) -> str | None:
    try:
        return _client_id_of(json.loads(raw))
    except (ValueError, RecursionError):
        return None
