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
ALLOWED_HOSTS = setting("allowed_hosts", "127.0.0.1,localhost,[::1]").split(",")
# A register that other machines reach must be behind TLS: cookies travel no other way.
IS_LOCAL = set(ALLOWED_HOSTS) <= {"127.0.0.1", "localhost", "[::1]", "testserver"}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not IS_LOCAL
SECURE_HSTS_SECONDS = 0 if IS_LOCAL else 31_536_000
if setting("behind_tls_proxy", "false").lower() == "true":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # failed logins are counted by the reader's address, not by the proxy's
DATABASES = {"default": database(setting("database_url", os.environ.get("DATABASE_URL", "")), DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.Person"
ROOT_URLCONF = "clearground.urls"
WSGI_APPLICATION = "clearground.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "clearground.web",  # before the login library, whose templates ours replace
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
    "clearground.common",
    "clearground.accounts",
    "clearground.audit",
    "clearground.sources",
    "clearground.places",
    "clearground.land",
    "clearground.publications",
    "clearground.exchange",
]
MIDDLEWARE = [
    "clearground.web.middleware.strict_headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "clearground.web.middleware.rights_of_pages",
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
                "django.contrib.messages.context_processors.messages",
                "clearground.web.shell.context.of_page",
            ]
        },
    }
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL, LOGIN_REDIRECT_URL = "account_login", "web:landing"
ACCOUNT_ADAPTER = "clearground.web.account.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD, ACCOUNT_USER_MODEL_EMAIL_FIELD = "login", "email"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "web:landing"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key,20/m/ip"}
MFA_ADAPTER = "clearground.web.account.adapters.CodeAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Clearground"
MFA_TOTP_TOLERANCE = 1  # clocks of phones are off by half a minute
ACCOUNT_SESSION_REMEMBER = False  # a session ends with the browser
ACCOUNT_FORMS = {
    "login": "clearground.web.account.forms.LoginForm",
    "change_password": "clearground.web.account.forms.ChangePasswordForm",
    "reauthenticate": "clearground.web.account.forms.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "clearground.web.account.forms.CodeForm",
    "reauthenticate": "clearground.web.account.forms.CodeAgainForm",
    "activate_totp": "clearground.web.account.forms.ActivateForm",
}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"clearground.accounts.passwords.{name}", "OPTIONS": options}
    for name, options in (
        ("NotLikeThePerson", {"user_attributes": ("login", "name", "email")}),
        ("LongEnough", {"min_length": 12}),
        ("NotCommon", {}),
    )
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "clearground.common.access.AsJson"}},
    "handlers": {"access": {"class": "logging.StreamHandler", "formatter": "json"}},
    "loggers": {"clearground.access": {"handlers": ["access"], "level": "INFO"}},
}
# Shared by all processes that answer: failed logins are counted once.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(DATA_DIR / "cache"),
    }
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
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
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60  # a day's work, however busy
SESSION_COOKIE_NAME = "sessionid" if IS_LOCAL else "__Host-sessionid"  # no other host of the domain can set it
# The largest file that somebody may send, in megabytes.
MAX_UPLOAD_MB = int(setting("max_upload_mb", "100"))
FILE_UPLOAD_HANDLERS = [
    "clearground.web.intake.receiving.Measure",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
