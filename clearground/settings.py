"""Settings, from the environment or one TOML file (`clearground.toml`, or `CLEARGROUND_CONFIG`).

The environment wins over the file. Every setting is documented in `docs/settings.md`.
"""

from __future__ import annotations

import os
import secrets
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

BASE_DIR = Path(__file__).resolve().parent
CONFIG_FILE = Path(os.environ.get("CLEARGROUND_CONFIG", "clearground.toml"))
_FILE: dict[str, Any] = tomllib.loads(CONFIG_FILE.read_text("utf-8")) if CONFIG_FILE.is_file() else {}


def setting(name: str, default: str) -> str:
    """`CLEARGROUND_<NAME>` of the environment, else `<name>` of the file, else the default."""
    return os.environ.get(f"CLEARGROUND_{name.upper()}") or str(_FILE.get(name.lower(), default))


def database(url: str, directory: Path) -> dict[str, Any]:
    """The database of a URL; without one, an SQLite file in the data directory."""
    if not url or url.startswith("sqlite"):
        path = url.removeprefix("sqlite:///") or str(directory / "clearground.sqlite3")
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                " PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456;",
            },
            "TEST": {"NAME": os.environ.get("CLEARGROUND_TEST_DATABASE") or None},
        }
    parts = urlparse(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise SystemExit(f"database_url: {parts.scheme}:// is not known; use sqlite:///PATH or postgresql://…")
    host = unquote(parts.hostname or "") or None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
    }


DATA_DIR = Path(setting("data_dir", "var")).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)


def secret_key() -> str:
    """The key as set, else one made on the first start and kept in the data directory, for its owner only."""
    if key := setting("secret_key", ""):
        return key
    path = DATA_DIR / "secret_key"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()


SECRET_KEY = secret_key()
DEBUG = setting("debug", "false").lower() == "true"
# Readers on other machines are refused until this is true: the books name hazard polygons.
PUBLIC = setting("public", "false").lower() == "true"
ALLOWED_HOSTS = setting("allowed_hosts", "127.0.0.1,localhost,[::1]").split(",")
DATABASES = {"default": database(setting("database_url", os.environ.get("DATABASE_URL", "")), DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.Person"
ROOT_URLCONF = "clearground.urls"
WSGI_APPLICATION = "clearground.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "clearground.common",
    "clearground.accounts",
    "clearground.audit",
    "clearground.sources",
    "clearground.places",
    "clearground.land",
    "clearground.exchange",
    "clearground.web",
]
MIDDLEWARE = [
    "clearground.web.middleware.strict_headers",
    "clearground.web.middleware.this_machine_only",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.i18n",
            ]
        },
    }
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("km", "ខ្មែរ")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = setting("time_zone", "UTC")
USE_TZ = True
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True  # served from the package itself: nothing to collect
# Built files carry a digest in their names.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+/build/.+-[0-9A-Za-z]{8,10}\.(js|mjs|css|woff2|svg)$"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
