"""Settings by environment or ``.env``. docs/settings.md lists them all; a test keeps that list true."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.logs import LEVELS
from models.session import async_url

ROOT = Path(__file__).resolve().parents[1]
SECRET_AT_LEAST = 32


class SettingsError(ValueError):
    """A setting that cannot be used; the message names it."""


class Settings(BaseSettings):
    """Everything a shop may set. Names in the environment: ``KAIROS_`` before the name, but for the first three."""

    model_config = SettingsConfigDict(env_file=".env", env_prefix="KAIROS_", extra="ignore")

    database_url: str = Field(
        "", validation_alias="DATABASE_URL", description="SQLite file or PostgreSQL; empty: var/kairos.db"
    )
    port: int = Field(8000, validation_alias="PORT", ge=0, le=65535, description="port to listen on")
    demo: bool = Field(
        True, validation_alias="DEMO", description="serve the demonstration shop and its three customers"
    )
    shop_url: str = Field(
        "", description="the shop's own systems (docs/ports.md); empty: the demonstration shop in our database"
    )
    shop_secret: str = Field("", description="signs what is said to the shop's systems; 32 characters at least")
    shop_timeout_s: float = Field(
        3.5, gt=0, le=30, description="what one call to the shop may take, with all its tries"
    )
    host: str = Field("127.0.0.1", description="address to listen on; 0.0.0.0 for all")
    public_url: str = Field("", description="where customers reach this server, for links; empty: host and port")
    data_dir: Path = Field(ROOT / "var", description="where database, models and secrets are kept")
    model: Path | None = Field(
        None,
        description="a trained model to use as the standard one; empty: the one that fits the present data and code",
    )
    corpus: Path = Field(
        ROOT / "nlu" / "data",
        description="messages that new versions of the hearing begin from: `train/`, and `test/` to compare by",
    )
    identity_secret: str = Field(
        "", repr=False, description="signs customers' identities; empty: one is made in the data folder"
    )
    server_secret: str = Field(
        "",
        repr=False,
        description="encrypts secrets in the database; several machines need the same; empty: one is made",
    )
    password_memory_mb: int = Field(64, ge=8, le=1024, description="memory that hashing one password takes (argon2id)")
    metrics_token: str = Field("", repr=False, description="lets /metrics be read from elsewhere than the loopback")
    shop_timezone: str = Field("Asia/Shanghai", description="the shop's time zone (IANA name)")
    fragment_window_s: float = Field(1.2, ge=0, le=10, description="messages this close together are one turn")
    engine_timeout_s: float = Field(5.0, gt=0, description="after this a customer hears the honest line instead")
    rate_per_s: float = Field(5.0, gt=0, description="messages a second that one session may send, on average")
    rate_burst: int = Field(30, gt=0, description="messages that one session may send at once")
    oidc_issuer: str = Field("", description="OpenID Connect provider that staff may sign in with, by its address")
    oidc_client_id: str = Field("", description="this shop's client id at that provider")
    oidc_client_secret: str = Field("", repr=False, description="this shop's client secret there")
    oidc_name: str = Field("OpenID", description="the provider's name on the sign-in page")
    undo_s: float = Field(5.0, ge=0, le=60, description="seconds in which staff can take a reply back")
    assignment: Literal["hand", "round_robin", "least_busy"] = Field(
        "hand",
        description="how waiting conversations find staff until the page says: hand, round_robin or least_busy",
    )
    drain_s: float = Field(10.0, ge=0, description="how long a shutdown waits for turns under way")
    workers: int = Field(1, ge=1, le=64, description="serving processes on one port; more than one needs PostgreSQL")
    jobs: bool = Field(True, description="serving processes also do what falls due; false: leave it to kairos worker")
    database_connections: int = Field(16, ge=2, le=200, description="connections of one process to PostgreSQL at most")
    attachments: str = Field(
        "", description="where customers' files are kept: a folder, or s3://bucket/prefix; empty: var/attachments"
    )
    s3_endpoint: str = Field(
        "", validation_alias="AWS_ENDPOINT_URL", description="address of a bucket's server that is not Amazon's"
    )
    s3_key: str = Field("", validation_alias="AWS_ACCESS_KEY_ID", description="key of the bucket")
    s3_secret: str = Field("", validation_alias="AWS_SECRET_ACCESS_KEY", description="secret of the bucket")
    s3_region: str = Field("", validation_alias="AWS_REGION", description="region of the bucket")
    telegram_token: str = Field(
        "", validation_alias="TELEGRAM_TOKEN", repr=False, description="the bot's token; empty: no Telegram"
    )
    telegram_updates: Literal["auto", "polling", "webhook"] = Field(
        "auto", description="how updates come: a webhook where `KAIROS_PUBLIC_URL` is https, else long polling"
    )
    telegram_api: str = Field("https://api.telegram.org", description="address of the Bot API server")
    log_level: str = Field("info", description="debug, info, warning or error")
    log_json: bool = Field(False, description="logs as JSON lines instead of text")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        return async_url(url) if url else url

    @field_validator("shop_timezone")
    @classmethod
    def _known_timezone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"no time zone is called {name!r}") from None
        return name

    @field_validator("attachments")
    @classmethod
    def _known_storage(cls, place: str) -> str:
        url = urlsplit(place)
        if url.scheme and not (url.scheme == "s3" and url.netloc):
            raise ValueError("a folder, or s3://bucket/prefix")
        return place

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, level: str) -> str:
        if level.lower() not in LEVELS:
            raise ValueError(f"one of {', '.join(LEVELS)}")
        return level.lower()

    @field_validator("shop_url")
    @classmethod
    def _shop_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
            raise ValueError("an address that begins with https:// or http://, without a query")
        return url

    @model_validator(mode="after")
    def _shop_is_whole(self) -> Settings:
        if self.shop_url and len(self.shop_secret) < SECRET_AT_LEAST:
            raise ValueError(f"KAIROS_SHOP_SECRET: with KAIROS_SHOP_URL it needs {SECRET_AT_LEAST} characters at least")
        if self.shop_url and self.shop_timeout_s >= self.engine_timeout_s:
            raise ValueError("KAIROS_SHOP_TIMEOUT_S: it must be shorter than KAIROS_ENGINE_TIMEOUT_S")
        return self

    @property
    def is_demo(self) -> bool:
        """True when the demonstration shop is served; a shop with systems of its own has its own pages."""
        return self.demo and not self.shop_url

    @property
    def calls_within_s(self) -> float:
        """What one turn may spend on the shop's systems, so that it is settled before it is given up as slow."""
        return self.engine_timeout_s * 0.8

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.data_dir / 'kairos.db'}"

    @property
    def is_demonstration(self) -> bool:
        """True when DEMO=1 was said outright: only then are there accounts whose password everybody knows."""
        return self.demo and "demo" in self.model_fields_set

    @property
    def base_url(self) -> str:
        """Where links point to."""
        host = "127.0.0.1" if self.host == "0.0.0.0" else self.host
        return self.public_url.rstrip("/") or f"http://{host}:{self.port}"

    @property
    def attachments_place(self) -> str:
        """Where customers' files are kept."""
        return self.attachments or str(self.data_dir / "attachments")

    @property
    def models_dir(self) -> Path:
        """Where trained models are."""
        return self.data_dir / "models"

    def secret(self) -> str:
        """The identity secret: the one that was set, or one made once and kept in the data folder."""
        return self.identity_secret or self._kept("identity.secret")

    def server_key(self) -> str:
        """What encrypts secrets in the database: the one that was set, or one made once."""
        return self.server_secret or self._kept("server.secret")

    def _kept(self, name: str) -> str:
        path = self.data_dir / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_hex(32), encoding="ascii")
        return path.read_text(encoding="ascii").strip()


def table() -> str:
    """docs/settings.md: every setting with its name in the environment, its default and what it is for."""
    rows = ["| setting | default | what it is for |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = f"`{_shown(field.default)}`" if field.default not in ("", None) else "empty"
        rows.append(f"| `{_variable(name)}` | {default} | {field.description} |")
    return _PAGE + "\n".join(rows) + "\n"


def _variable(name: str) -> str:
    """The name of a setting in the environment."""
    field = Settings.model_fields.get(name)
    if field is None:  # it has a name of its own
        return name
    return str(field.validation_alias or f"KAIROS_{name.upper()}")


def _shown(default: object) -> object:
    if isinstance(default, Path):
        return default.relative_to(ROOT)
    return str(default).lower() if isinstance(default, bool) else default


_PAGE = """# Settings

In the environment or in a file `.env` in the working folder; the environment wins. Nothing needs to be set.
This page is made from `bot/settings.py` by `python -m bot.settings > docs/settings.md`; a test keeps it true.

"""


def load_settings() -> Settings:
    """Reads the settings. Raises SettingsError naming what is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(
            f"{_variable(str(e['loc'][0]))}: {e['msg']}" if e["loc"] else str(e["msg"]) for e in error.errors()
        )
        raise SettingsError(f"settings: {wrong} (docs/settings.md lists them all)") from error


if __name__ == "__main__":
    print(table(), end="")
