from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot import settings
from bot.settings import Settings, SettingsError, load_settings

pytestmark = pytest.mark.fast
ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("KAIROS_") or name in ("DATABASE_URL", "PORT", "DEMO"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_the_page_of_settings_is_true():
    assert PAGE.read_text(encoding="utf-8") == settings.table(), "python -m bot.settings > docs/settings.md"


def test_every_setting_says_what_it_is_for():
    for name, field in Settings.model_fields.items():
        assert field.description, name
    assert settings.table().count("\n| `") == len(Settings.model_fields)


def test_the_names_on_the_page_are_the_names_that_are_read(monkeypatch: pytest.MonkeyPatch):
    values = {
        "DATABASE_URL": "sqlite+aiosqlite:///own.db", "PORT": "9", "DEMO": "false", "KAIROS_HOST": "::1",
        "KAIROS_DATA_DIR": "own", "KAIROS_MODEL": "own.tar.gz", "KAIROS_SHOP_TIMEZONE": "Europe/London",
        "KAIROS_FRAGMENT_WINDOW_S": "9", "KAIROS_ENGINE_TIMEOUT_S": "9", "KAIROS_RATE_PER_S": "9",
        "KAIROS_RATE_BURST": "9", "KAIROS_DRAIN_S": "9", "KAIROS_LOG_LEVEL": "error", "KAIROS_LOG_JSON": "true",
        "KAIROS_PASSWORD_MEMORY_MB": "9",
        "KAIROS_SHOP_URL": "https://shop.example/kairos", "KAIROS_SHOP_SECRET": "s" * 32, "KAIROS_SHOP_TIMEOUT_S": "8",
        "KAIROS_WORKERS": "9", "KAIROS_JOBS": "false", "KAIROS_DATABASE_CONNECTIONS": "9",
        "KAIROS_UNDO_S": "9", "KAIROS_ASSIGNMENT": "least_busy", "KAIROS_TELEGRAM_UPDATES": "polling",
    }  # fmt: skip
    named = re.findall(r"^\| `([A-Z_]+)`", settings.table(), re.MULTILINE)
    defaults = Settings().model_dump()
    for variable in named:
        monkeypatch.setenv(variable, values.get(variable, "own"))
    unchanged = [name for name, value in load_settings().model_dump().items() if value == defaults[name]]
    assert unchanged == []


def test_nothing_needs_to_be_set():
    loaded = load_settings()
    assert loaded.database == f"sqlite:///{ROOT / 'var' / 'kairos.db'}" and loaded.models_dir == ROOT / "var" / "models"


def test_a_file_in_the_working_folder_sets_them_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / ".env").write_text("PORT=9001\nKAIROS_DRAIN_S=3\n", encoding="utf-8")
    monkeypatch.setenv("PORT", "9002")
    assert (load_settings().port, load_settings().drain_s) == (9002, 3)


@pytest.mark.parametrize(("name", "value"), [
    ("PORT", "many"), ("PORT", "70000"), ("KAIROS_FRAGMENT_WINDOW_S", "11"), ("KAIROS_ENGINE_TIMEOUT_S", "0"),
    ("DATABASE_URL", "mysql://shop"), ("DATABASE_URL", "nonsense"), ("KAIROS_SHOP_TIMEZONE", "Moon/Crater"),
    ("KAIROS_LOG_LEVEL", "loud"), ("DEMO", "perhaps"),
])  # fmt: skip
def test_a_setting_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"settings: {name}: ") as refused:
        load_settings()
    assert "docs/settings.md" in str(refused.value)


def test_the_command_says_so_in_one_line(tmp_path: Path):
    command = [sys.executable, "-c", "from bot.cli import main; main()", "serve"]
    env = {**os.environ, "KAIROS_LOG_LEVEL": "loud", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env, cwd=tmp_path, timeout=60)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("kairos: settings: ") and done.stderr.count("\n") == 1


def test_a_secret_is_made_once_and_kept_from_others(tmp_path: Path):
    made = Settings(data_dir=tmp_path / "new").secret()
    assert len(made) == 64 and Settings(data_dir=tmp_path / "new").secret() == made
    assert (tmp_path / "new" / "identity.secret").stat().st_mode & 0o077 == 0
    assert Settings(data_dir=tmp_path / "other").secret() != made
    assert Settings(data_dir=tmp_path / "new", identity_secret="given").secret() == "given"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"KAIROS_SHOP_URL": "shop.example"}, "KAIROS_SHOP_URL: .*https://"),
        ({"KAIROS_SHOP_URL": "https://shop.example?a=1"}, "KAIROS_SHOP_URL: .*without a query"),
        ({"KAIROS_SHOP_URL": "https://shop.example"}, "KAIROS_SHOP_SECRET"),
        ({"KAIROS_SHOP_URL": "https://shop.example", "KAIROS_SHOP_SECRET": "s" * 31}, "32 characters"),
        (
            {"KAIROS_SHOP_URL": "https://s.example", "KAIROS_SHOP_SECRET": "s" * 32, "KAIROS_SHOP_TIMEOUT_S": "5"},
            "shorter than KAIROS_ENGINE_TIMEOUT_S",
        ),
    ],
)
def test_a_shop_that_could_not_be_asked_is_refused_at_the_start(
    values: dict[str, str], told: str, monkeypatch: pytest.MonkeyPatch
):
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=told):
        load_settings()
