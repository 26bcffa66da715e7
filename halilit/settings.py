"""Settings, read once from the environment (and from a `.env` file beside manage.py).

Every variable is typed and documented in docs/settings.md; a bad value stops the start with one line that names it.
Without any variable the result is a development set-up that only answers on this machine.
"""

import sys
from datetime import time, timedelta
from importlib.util import find_spec
from pathlib import Path

import django_stubs_ext
from django.utils.translation import gettext_lazy as _
from environs import Env, EnvError, validate
from servestatic.compress import Compressor

from . import databases, logs, policies, reports
from .secret import own_key

# So that ModelAdmin[Brand] and the like, which the type checker wants, can be written in code that runs.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
AGENT = "HalilitSupportCentre/1.0 (+https://www.halilit.com)"
WEEKDAYS = ["", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]

env = Env()
ENV_FILE = env.str("HALILIT_ENV_FILE", str(BASE_DIR / ".env"))
env.read_env(ENV_FILE, recurse=False)

try:
    DEBUG = env.bool("DEBUG", True)
    DATA_DIR = Path(env.str("HALILIT_DATA_DIR", str(BASE_DIR / "data"))).expanduser().resolve()
    SECRET_KEY = env.str("SECRET_KEY", "")
    ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", [])
    CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
    LOGIN_FAILURES = env.int("HALILIT_LOGIN_FAILURES", 5, validate=validate.Range(1, 100))
    LOGIN_REST_MINUTES = env.int("HALILIT_LOGIN_REST_MINUTES", 15, validate=validate.Range(1, 1440))
    LOGINS_A_MINUTE = env.int("HALILIT_LOGINS_A_MINUTE", 20, validate=validate.Range(0))
    STAFF_SESSION_HOURS = env.int("HALILIT_STAFF_SESSION_HOURS", 12, validate=validate.Range(1, 720))
    STAFF_IDLE_MINUTES = env.int("HALILIT_STAFF_IDLE_MINUTES", 60, validate=validate.Range(0, 1440))
    HTTPS = env.bool("HALILIT_HTTPS", not DEBUG)
    TWO_FACTOR = env.bool("HALILIT_TWO_FACTOR", HTTPS)
    PAGES_KEPT_SECONDS = env.int("HALILIT_PAGES_KEPT_SECONDS", 600, validate=validate.Range(0, 86400))
    _database = env.dj_db_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'db.sqlite3'}")
    DATABASES = {"default": databases.connected(dict(_database), DATA_DIR)}
    S3_BUCKET = env.str("HALILIT_S3_BUCKET", "", validate=validate.Regexp(r"^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$"))
    S3_URL = env.str("HALILIT_S3_URL", "", validate=validate.Regexp(r"^(https?://[^\s/]+\S*)?$"))
    S3_REGION = env.str("HALILIT_S3_REGION", "us-east-1")
    S3_KEY = env.str("HALILIT_S3_KEY", "")
    S3_SECRET = env.str("HALILIT_S3_SECRET", "")

    CHROMIUM = env.str("HALILIT_CHROMIUM", "")
    ALLOW_PRIVATE_HOSTS = env.bool("HALILIT_ALLOW_PRIVATE_HOSTS", False)
    SCRAPE_WORKERS = env.int("HALILIT_SCRAPE_WORKERS", 2, validate=validate.Range(1, 64))
    USER_AGENT = env.str("HALILIT_USER_AGENT", AGENT, validate=validate.Regexp(r"^[ -~]+$"))
    RUN_SLICE_SECONDS = env.float("HALILIT_RUN_SLICE_SECONDS", 20.0, validate=validate.Range(1, 60))

    LLM = env.str("HALILIT_LLM", "", validate=validate.OneOf(["", "extractive", "gemini", "google-genai", "openai"]))
    LLM_MODEL = env.str("HALILIT_LLM_MODEL", "")
    LLM_URL = env.str("HALILIT_LLM_URL", "", validate=validate.Regexp(r"^(https?://[^\s/]+\S*)?$"))
    LLM_TIMEOUT = env.float("HALILIT_LLM_TIMEOUT", 30.0, validate=validate.Range(1, 600))
    LLM_ATTEMPTS = env.int("HALILIT_LLM_ATTEMPTS", 2, validate=validate.Range(1, 5))
    LLM_FAILURES = env.int("HALILIT_LLM_FAILURES", 4, validate=validate.Range(0, 100))
    LLM_REST = env.float("HALILIT_LLM_REST", 20.0, validate=validate.Range(1, 3600))
    LLM_TOKENS_A_DAY = env.int("HALILIT_LLM_TOKENS_A_DAY", 2_000_000, validate=validate.Range(0))
    ASK_A_MINUTE = env.int("HALILIT_ASK_A_MINUTE", 20, validate=validate.Range(0))
    ASK_ALL_A_MINUTE = env.int("HALILIT_ASK_ALL_A_MINUTE", 600, validate=validate.Range(0))
    ASK_WAITING = env.int("HALILIT_ASK_WAITING", 200, validate=validate.Range(0))
    SEARCH_A_MINUTE = env.int("HALILIT_SEARCH_A_MINUTE", 240, validate=validate.Range(0))
    SEARCH_ALL_A_MINUTE = env.int("HALILIT_SEARCH_ALL_A_MINUTE", 6000, validate=validate.Range(0))
    API_A_MINUTE = env.int("HALILIT_API_A_MINUTE", 300, validate=validate.Range(0))
    ASK_A_DAY = env.int("HALILIT_ASK_A_DAY", 500, validate=validate.Range(0))
    REUSE_DAYS = env.int("HALILIT_REUSE_DAYS", 30, validate=validate.Range(0, 3650))
    GEMINI_API_KEY = env.str("GEMINI_API_KEY", "")
    OPENAI_API_KEY = env.str("OPENAI_API_KEY", "")
    CONTACT_URL = env.str("HALILIT_CONTACT_URL", "https://www.halilit.com", validate=validate.URL())
    EMBEDDER = env.str("HALILIT_EMBEDDER", "")
    SEARCH_LOG_DAYS = env.int("HALILIT_SEARCH_LOG_DAYS", 90, validate=validate.Range(0, 3650))
    ADDRESS = env.str("HALILIT_ADDRESS", "http://127.0.0.1:8000", validate=validate.URL(require_tld=False))
    MAIL = env.dj_email_url("EMAIL_URL", "console://")
    DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("HALILIT_EMAIL_FROM", "support@halilit.com")
    NOTIFY_EMAILS: list[str] = env.list("HALILIT_NOTIFY_EMAILS", [])
    NOTIFY_WEBHOOK = env.str("HALILIT_NOTIFY_WEBHOOK", "", validate=validate.Regexp(r"^(https?://[^\s/]+\S*)?$"))
    NOTIFY_SECRET = env.str("HALILIT_NOTIFY_SECRET", "")
    NOTIFY_LANGUAGE = env.str("HALILIT_NOTIFY_LANGUAGE", "en", validate=validate.OneOf(["en", "he"]))
    NOTIFY_EVERY = env.int("HALILIT_NOTIFY_EVERY", 30, validate=validate.Range(0, 1440))
    _quiet = env.str("HALILIT_NOTIFY_QUIET", "", validate=validate.Regexp(r"^(\d\d?:\d\d-\d\d?:\d\d)?$"))
    _hours = [time.fromisoformat(each.zfill(5)) for each in _quiet.split("-")] if _quiet else []
    NOTIFY_QUIET = (_hours[0], _hours[1]) if _hours else None
    SUMMARY_DAY = env.str("HALILIT_SUMMARY_DAY", "sunday", validate=validate.OneOf(WEEKDAYS))
    LOG_DAYS = env.int("HALILIT_LOG_DAYS", 180, validate=validate.Range(0, 3650))
    AUDIT_DAYS = env.int("HALILIT_AUDIT_DAYS", 730, validate=validate.Range(0, 3650))
    LOG_FORMAT = env.str("HALILIT_LOG_FORMAT", "line", validate=validate.OneOf(["line", "json"]))
    SENTRY_DSN = env.str("SENTRY_DSN", "", validate=validate.Regexp(r"^(https?://[^\s/]+\S*)?$"))
    LOG_LEVEL = env.str("HALILIT_LOG_LEVEL", "INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]))
except (EnvError, ValueError) as problem:
    sys.exit(f"Bad setting: {problem} Mend the environment or {BASE_DIR / '.env'}; docs/settings.md lists all of them.")

if not DEBUG and not ALLOWED_HOSTS:
    sys.exit("Bad setting: ALLOWED_HOSTS is empty while DEBUG is off. Name the host names that this site answers to.")

# django.core.mail: where EMAIL_URL leads.
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = MAIL["EMAIL_BACKEND"], MAIL["EMAIL_HOST"], MAIL["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL["EMAIL_HOST_USER"], MAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL["EMAIL_USE_TLS"], MAIL["EMAIL_USE_SSL"]
EMAIL_FILE_PATH, EMAIL_TIMEOUT = MAIL["EMAIL_FILE_PATH"], 20

# Waits before a URL is tried again after a passing error, by the number of the attempt. Seconds.
RETRY_SECONDS = (2, 10)

# Without a choice, a key decides: Gemini where one is set, else answers are put together from the sources themselves.
LLM = LLM or ("gemini" if GEMINI_API_KEY else "extractive")

if S3_BUCKET:
    if not (find_spec("storages") and find_spec("boto3")):
        sys.exit(
            "Bad setting: HALILIT_S3_BUCKET needs packages: pip install -r requirements-s3.txt -c constraints.txt."
        )
    if not (S3_KEY and S3_SECRET):
        sys.exit("Bad setting: HALILIT_S3_BUCKET needs HALILIT_S3_KEY and HALILIT_S3_SECRET, which open the bucket.")
    if "sqlite3" in DATABASES["default"]["ENGINE"]:
        sys.exit("Bad setting: HALILIT_S3_BUCKET is for several hosts, and they need PostgreSQL: see DATABASE_URL.")
    if not SECRET_KEY:
        sys.exit("Bad setting: SECRET_KEY is empty. Hosts that share HALILIT_S3_BUCKET need one SECRET_KEY for all.")

try:
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    SECRET_KEY = SECRET_KEY or own_key(DATA_DIR)
except OSError as problem:
    sys.exit(f"Bad setting: HALILIT_DATA_DIR {DATA_DIR} cannot be used: {problem.strerror}.")

INSTALLED_APPS = [
    "halilit",
    "catalog",
    "ingestion",
    "rag",
    "servestatic.runserver_nostatic",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django_htmx",
    "template_partials",
    "django_q",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
]

# Each of these works in both worlds. One that is sync-only would break the background work of streamed answers; the
# compressing one leaves streams alone, which it would hold back.
MIDDLEWARE = [
    "halilit.ops.requests.identified",
    "halilit.face.pages.bare_pictures",
    "halilit.face.inline.Security",
    "servestatic.middleware.ServeStaticMiddleware",
    "halilit.face.inline.Policy",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "halilit.face.pages.compressed_pages",
    "halilit.face.inline.Session",
    "halilit.face.inline.Locale",
    "halilit.face.languages.language_in_address",
    "halilit.face.inline.Common",
    "halilit.face.inline.Csrf",
    "halilit.face.inline.Authentication",
    "halilit.accounts.middleware.verified_staff",
    "halilit.accounts.audit.recorded",
    "halilit.face.inline.Messages",
    "halilit.face.inline.Framing",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "halilit.api.middleware.api_answers",
    "halilit.face.kept.KeptPages",
]

ROOT_URLCONF = "halilit.urls"
ASGI_APPLICATION = "halilit.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["halilit.templatetags.addresses"],
        },
    }
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared by the processes of a host.
CACHES = {
    "default": {
        "BACKEND": "halilit.ops.cache.Cache",
        "LOCATION": DATA_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
    "shared": {  # by all hosts, where there are several: see catalog.shared
        "BACKEND": "halilit.ops.cache.Table" if S3_BUCKET else "halilit.ops.cache.Cache",
        "LOCATION": "halilit_shared" if S3_BUCKET else DATA_DIR / "cache" / "shared",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
    "pages": {  # apart: they are many, and whatever is one too many lets a third of all go
        "BACKEND": "halilit.ops.cache.Cache",
        "LOCATION": DATA_DIR / "cache" / "pages",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
}

_queue = {"retry": 240, "timeout": 180, "max_attempts": 0, "bulk": 1, "queue_limit": 1, "recycle": 200}
Q_CLUSTER = {
    "name": "default",
    "orm": "default",
    "cache": "shared",
    "poll": 0.5,
    "workers": 1,
    "catch_up": False,
    "save_limit": 500,
    "ack_failures": True,
    "ALT_CLUSTERS": {"scrape": {**_queue, "workers": SCRAPE_WORKERS, "scheduler": False, "recycle": 1}},
    **_queue,
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "halilit.accounts.passwords.CommonAtHeart"},
    {"NAME": "halilit.accounts.passwords.NamesOfThisPlace"},
]
LOGIN_URL = "admin:login"
# A wrong password counts for its account and address together: nobody can lock others out of theirs.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "rag.visitors.network_of"
AXES_FAILURE_LIMIT = LOGIN_FAILURES
AXES_COOLOFF_TIME = timedelta(minutes=LOGIN_REST_MINUTES)
AXES_LOCKOUT_CALLABLE = "halilit.accounts.views.locked"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # halilit.accounts.audit tells of it
AXES_VERBOSE = False
OTP_TOTP_ISSUER = "Halilit Support Centre"
OTP_ADMIN_HIDE_SENSITIVE_DATA = True

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("he", _("Hebrew"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Jerusalem"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"  # from the root: a language in the address does not change it
STATIC_ROOT = DATA_DIR / "static"
# The API pages' files. As an installed app, ninja would cost every worker of the clusters 12 MB.
_ninja = find_spec("ninja")
_ninja_static = [("ninja", Path(_ninja.origin).parent / "static" / "ninja")] if _ninja and _ninja.origin else []
STATICFILES_DIRS = [BASE_DIR / "static", *_ninja_static]
MEDIA_ROOT = DATA_DIR / "files"
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "halilit.ops.bucket.Bucket" if S3_BUCKET else "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "servestatic.storage.CompressedManifestStaticFilesStorage"
    },
}
SERVESTATIC_USE_FINDERS = DEBUG
SERVESTATIC_AUTOREFRESH = DEBUG
# Source maps are for debuggers: compressing them would take three times as long as everything else.
SERVESTATIC_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
SERVESTATIC_KEEP_ONLY_HASHED_FILES = not DEBUG

CONTENT_SECURITY_POLICY = policies.content_security(https=HTTPS)
PERMISSIONS_POLICY = policies.PERMISSIONS
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
# A cookie of this prefix is the browser's promise that no other host and no page without HTTPS has set it.
_prefix = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_prefix}sessionid", f"{_prefix}csrftoken"
LANGUAGE_COOKIE_NAME, THEME_COOKIE_NAME = f"{_prefix}django_language", f"{_prefix}theme"
CSRF_COOKIE_HTTPONLY = True  # pages carry the token themselves
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE = True, "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
# Not in a cookie: a new token's secret is told in a message, and should not lie about in the browser.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# These look for Django's own middleware by name. Ours (halilit.face.inline) are subclasses, and do all that it does:
# tests/security/test_headers.py asks for what it sends.
SILENCED_SYSTEM_CHECKS = ["security.W001", "security.W002", "security.W003"]

_passwords = [EMAIL_HOST_PASSWORD or "", str(DATABASES["default"].get("PASSWORD") or "")]
# The address of a chat's webhook is its key.
_secrets = [
    SECRET_KEY,
    NOTIFY_SECRET,
    NOTIFY_WEBHOOK,
    SENTRY_DSN,
    GEMINI_API_KEY,
    OPENAI_API_KEY,
    S3_SECRET,
    *_passwords,
]
LOGGING = logs.configured(level=LOG_LEVEL, form=LOG_FORMAT, secrets=_secrets)

if SENTRY_DSN:
    if not find_spec("sentry_sdk"):
        sys.exit("Bad setting: SENTRY_DSN needs a package: pip install -r requirements-sentry.txt -c constraints.txt.")
    reports.begin(SENTRY_DSN, _secrets)
