"""Every setting of the installation, read once from the environment."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from dotenv import load_dotenv

from support import sealing
from support.refusals import BadSetting

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says; see "Settings" in the README."""

    data: Path
    database_url: str
    redis_url: str
    secret_key: str
    host: str
    port: int
    public_url: str
    proxy_hops: int
    api_id: int
    api_hash: str
    endpoint: str
    endpoint_trusted: bool
    public_key: str
    local_telegram: str
    local_control: str
    local_secret: str
    max_upload_mb: int
    demo_scripts: bool = True

    @property
    def demo(self) -> bool:
        """Whether the local Telegram stands in for the real one."""
        return bool(self.local_control)

    @property
    def demo_passwords(self) -> bool:
        """Passwords of the demonstration are shown to this machine alone."""
        return self.demo and self.host in LOOPBACK

    @property
    def telegram_configured(self) -> bool:
        """Whether a bot can log in at all."""
        return self.demo or bool(self.api_id and self.api_hash)


def load() -> Settings:
    """Read the environment and `.env`; raise `BadSetting` for a value that cannot be."""
    load_dotenv(ROOT / ".env")
    env = os.environ.get
    data = Path(env("SWITCHBOARD_DATA") or ROOT / "var").resolve()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    endpoint = env("SWITCHBOARD_LOCAL_TELEGRAM") or env("TELEGRAM_ENDPOINT", "")
    trusted = env("TELEGRAM_ENDPOINT_TRUSTED") == "1"
    return Settings(
        data=data,
        database_url=env("DATABASE_URL") or f"sqlite:///{data / 'switchboard.db'}",
        redis_url=env("REDIS_URL") or "redis://127.0.0.1:6379/0",
        secret_key=env("SECRET_KEY") or own_secret(data),
        host=env("HOST") or "127.0.0.1",
        port=whole_number("PORT", 8000),
        public_url=env("PUBLIC_URL", "").rstrip("/"),
        proxy_hops=whole_number("PROXY_HOPS", 0),
        api_id=whole_number("TELEGRAM_API_ID", 0),
        api_hash=env("TELEGRAM_API_HASH", ""),
        endpoint=checked_endpoint(endpoint, trusted=trusted),
        endpoint_trusted=trusted,
        public_key=env("TELEGRAM_PUBLIC_KEY", ""),
        local_telegram=env("SWITCHBOARD_LOCAL_TELEGRAM", ""),
        local_control=env("SWITCHBOARD_LOCAL_CONTROL", ""),
        local_secret=env("SWITCHBOARD_LOCAL_SECRET", ""),
        max_upload_mb=whole_number("MAX_UPLOAD_MB", 50),
        demo_scripts=env("SWITCHBOARD_DEMO_SCRIPTS") != "0",
    )


def whole_number(name: str, default: int) -> int:
    """Read a whole number; refuse anything else by the setting's name."""
    value = os.environ.get(name) or str(default)
    if not value.isdecimal():
        raise BadSetting(name=name, value=value)
    return int(value)


def checked_endpoint(endpoint: str, *, trusted: bool) -> str:
    """Another Telegram server must be on this machine unless it is trusted by name."""
    if not endpoint:
        return ""
    host, _, port = endpoint.rpartition(":")
    if not port.isdecimal() or not (trusted or host.strip("[]") in LOOPBACK):
        raise BadSetting(name="TELEGRAM_ENDPOINT", value=endpoint)
    return endpoint


def own_secret(data: Path) -> str:
    """Return the installation's own key for cookies, made once."""
    return sealing.kept(data / "secret_key", secrets.token_hex(32)).strip()
