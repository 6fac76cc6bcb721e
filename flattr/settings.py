"""One file of settings; the environment is read by small functions in `flattr.env`.

Local mode (FLATTR_LOCAL=1, set by run.py alone) simulates payments and shows a
mailbox. Outside it a missing key is an error at start.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from flattr import env, money, pay_methods, vat

if not __debug__:
    # Money code states what must hold as assertions, and they stay on (O4).
    raise ImproperlyConfigured(
        "Python runs with -O or PYTHONOPTIMIZE, which switches off assertions that"
        " guard money. Start it without."
    )

BASE_DIR = Path(__file__).resolve().parent.parent

LOCAL = env.flag("FLATTR_LOCAL")
STATE = Path(env.text("FLATTR_STATE", str(BASE_DIR / ".local"))) if LOCAL else None

# --- Where it is served ----------------------------------------------------------

SITE_URL = env.site_url("SITE_URL", "http://127.0.0.1:8000" if LOCAL else None)
SITE_HOST = urlsplit(SITE_URL).netloc
HTTPS = SITE_URL.startswith("https://")
if not LOCAL and not HTTPS:
    raise ImproperlyConfigured("SITE_URL must begin with https:// in production.")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", urlsplit(SITE_URL).hostname)
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS has only commas in it.")
# Hosts beside it that may be ours: they serve what other people's pages load, and
# lead people on to SITE_URL.
OTHER_HOSTS = [name for name in ALLOWED_HOSTS if name != urlsplit(SITE_URL).hostname]
# The first Flattr's hosts, which stand in old links and feeds: read as if they were ours.
LEGACY_HOSTS = env.words(
    "FLATTR_LEGACY_HOSTS",
    "flattr.com,www.flattr.com,api.flattr.com,button.flattr.com",
)
SECRET_KEY = env.secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = [
    env.long_enough("SECRET_KEY_FALLBACKS", key)
    for key in env.words("SECRET_KEY_FALLBACKS")
]
# Fernet keys for bank details, newest first; rotated by putting a new one in front.
ENCRYPTION_KEYS = env.fernet_keys("FLATTR_ENCRYPTION_KEY")
DEBUG = False
# How many proxies of ours stand in front; 0 believes no X-Forwarded-For at all.
TRUSTED_PROXIES = env.whole("FLATTR_TRUSTED_PROXIES", 0, low=0, high=5)
DEMO_BLOG_URL = (
    env.site_url("FLATTR_DEMO_BLOG_URL", "http://localhost:8001") if LOCAL else ""
)
# Exact host:port that the proof fetcher may reach although they are local.
PROOF_HOSTS = env.words("FLATTR_PROOF_HOSTS", "")
if PROOF_HOSTS and not LOCAL:
    raise ImproperlyConfigured("FLATTR_PROOF_HOSTS is for local mode only.")

# --- The product's rules ---------------------------------------------------------

CURRENCY = env.one_of("FLATTR_CURRENCY", "EUR", money.CURRENCIES)
FEE_PERCENT = env.whole("FLATTR_FEE_PERCENT", 0, low=0, high=30)
POLICY = env.one_of("FLATTR_POLICY", "creator", ("creator", "thing"))
LARGE_PAYOUT = env.whole("FLATTR_LARGE_PAYOUT", 50_000, low=1_000, high=money.LARGEST)
# A lone operator may do without the second approval; the admin shows a banner.
SECOND_APPROVAL = env.flag("FLATTR_SECOND_APPROVAL", True)
SMALLEST_BUDGET = 200
LARGEST_BUDGET = 10_000
SMALLEST_PAYOUT = 1_000

# --- Who runs it, as the imprint says --------------------------------------------

OPERATOR_NAME = env.text("FLATTR_OPERATOR_NAME", "Flattr")
OPERATOR_EMAIL = env.needed(
    "FLATTR_OPERATOR_EMAIL",
    "where people can write",
    "hello@localhost" if LOCAL else None,
)
OPERATOR_LEGAL_NAME = env.needed(
    "FLATTR_OPERATOR_LEGAL_NAME",
    "who runs the site, by the name and form of the law",
    "Flattr Example Cooperative (invented)" if LOCAL else None,
)
OPERATOR_ADDRESS = env.needed(
    "FLATTR_OPERATOR_ADDRESS",
    "the postal address of whoever runs the site",
    "1 Example Street, 21119 Exampletown" if LOCAL else None,
)
# A paragraph on the front page: who you are, and how you pay for it.
DEMONSTRATION = _(
    "This is a demonstration on one machine. Its people and works are invented, and no"
    " payment is real."
)
ABOUT = env.text("FLATTR_ABOUT", "") or (DEMONSTRATION if LOCAL else "")
# Left out where nothing is said.
OPERATOR_REPRESENTATIVE = env.text(
    "FLATTR_OPERATOR_REPRESENTATIVE", "Erika Example" if LOCAL else ""
)
OPERATOR_PHONE = env.text("FLATTR_OPERATOR_PHONE", "+46 40 000 00 00" if LOCAL else "")
OPERATOR_REGISTER = env.text(
    "FLATTR_OPERATOR_REGISTER", "Example Register, 000000-0000" if LOCAL else ""
)
OPERATOR_VAT_ID = env.text("FLATTR_OPERATOR_VAT_ID", "")
OPERATOR_RESPONSIBLE = env.text("FLATTR_OPERATOR_RESPONSIBLE", "")
# Where people can complain when we do not help.
PRIVACY_AUTHORITY = env.text("FLATTR_PRIVACY_AUTHORITY", "")
ACCESSIBILITY_AUTHORITY = env.text("FLATTR_ACCESSIBILITY_AUTHORITY", "")

# --- What invoices to creators say of VAT -----------------------------------------

VAT_COUNTRY = env.text("FLATTR_VAT_COUNTRY", "")
# Of the fee, which contains it; in hundredths of a percent.
VAT_RATE = env.rate("FLATTR_VAT_RATE")
# Why there is no VAT, where there is none.
VAT_NOTE = env.text(
    "FLATTR_VAT_NOTE",
    "This invoice is invented, and there is no VAT in it."
    if LOCAL and not VAT_RATE
    else "",
)
if wrong := vat.contradiction(
    VAT_COUNTRY, VAT_RATE, OPERATOR_VAT_ID, VAT_NOTE, FEE_PERCENT
):
    raise ImproperlyConfigured(wrong)

# --- Money in and out ------------------------------------------------------------

# Restricted keys where there are several processes: see README.md. Locally the
# simulator's, which stands at STRIPE_API_BASE.
STRIPE_API_KEY = env.text("STRIPE_API_KEY", "sk_test_local" if LOCAL else None)
STRIPE_LIVEMODE = STRIPE_API_KEY.startswith(("sk_live_", "rk_live_"))
# Two while a secret is rotated, the newer in front.
STRIPE_WEBHOOK_SECRETS = env.words("STRIPE_WEBHOOK_SECRET", "" if LOCAL else None)
STRIPE_CONNECT_WEBHOOK_SECRETS = env.words(
    "STRIPE_CONNECT_WEBHOOK_SECRET", "" if LOCAL else None
)
STRIPE_API_BASE = env.text("STRIPE_API_BASE", "").rstrip("/")
if STRIPE_API_BASE and not LOCAL:
    raise ImproperlyConfigured("STRIPE_API_BASE is for local mode only.")
# Where Stripe's hosted pages stand, for the CSP of the pages that lead there.
STRIPE_PAGES = (
    [STRIPE_API_BASE]
    if STRIPE_API_BASE
    else [
        "https://checkout.stripe.com",
        "https://connect.stripe.com",
        "https://hooks.stripe.com",
    ]
)
# By what readers may pay. What Stripe's account has not switched on fails there, so
# without a word of the operator's it is the card alone.
PAY_METHODS = env.some_of(
    "FLATTR_PAY_METHODS",
    ",".join(pay_methods.existing_in(CURRENCY)) if LOCAL else "card",
    pay_methods.existing_in(CURRENCY),
)
# What a payment costs, for the reader to see before choosing how and how often to pay:
# hundredths of a percent, and minor units on top.
PAY_COSTS = env.costs("FLATTR_PAY_COSTS", pay_methods.COSTS)

# --- Apps ------------------------------------------------------------------------

INSTALLED_APPS = [
    # First, so that its commands stand before those that only refuse.
    *(["local"] if LOCAL else []),
    "flattr",
    "accounts",
    "buttons",
    "payouts",
    "payouts.ledger",
    "flattr.apps.StaffConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "oauth2_provider",
    "rest_framework",
    "csp",
    "django_structlog",
]

MIDDLEWARE = [
    "buttons.embed.scripts.readable_redirects",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "flattr.web.controls.middleware",
    "buttons.embed.scripts.middleware",
    "flattr.api.responses.middleware",
    "flattr.web.logs.middleware",
    "accounts.signing_in.middleware.headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "flattr.web.locales.middleware",
    "django.middleware.common.CommonMiddleware",
    "accounts.signing_in.middleware.same_origin",
    "accounts.signing_in.middleware.Forms",
    "accounts.signing_in.middleware.People",
    "accounts.signing_in.middleware.visits",
    "accounts.signing_in.middleware.staff",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "local.urls" if LOCAL else "flattr.urls"
WSGI_APPLICATION = "flattr.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "flattr.site.context.site",
                "payouts.close.foot.foot",
            ]
        },
    }
]

FORM_RENDERER = "flattr.web.forms.Renderer"

# --- Storage ---------------------------------------------------------------------

KEPT_OPEN = {
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
    # A pool of connections may stand between, which gives each transaction another
    # one: nothing is kept in a session.
    "DISABLE_SERVER_SIDE_CURSORS": True,
}
# Whoever is cut off from the database notices within half a minute.
DATABASES = {
    "default": {
        **env.database(
            "DATABASE_URL",
            connect_timeout=10,
            keepalives_idle=10,
            keepalives_interval=5,
            keepalives_count=3,
            tcp_user_timeout=25_000,
        ),
        **KEPT_OPEN,
    }
}
DATABASE_ROUTERS = ["flattr.database.replica.Router"]
if env.text("DATABASE_REPLICA_URL", ""):
    # A copy that is away is noticed soon: the page is read from the database instead.
    DATABASES["replica"] = {
        **env.database(
            "DATABASE_REPLICA_URL", connect_timeout=2, tcp_user_timeout=3000
        ),
        **KEPT_OPEN,
    }
OWNER_DATABASE = (
    env.database("DATABASE_OWNER_URL") if env.text("DATABASE_OWNER_URL", "") else {}
)
# A role that may make databases on the server where backups are tried out.
DRILL_URL = env.text("FLATTR_DRILL_URL", "")
# Is told when somebody of staff opens a page about a person.
STAFF_LOOKS = "accounts.audit.looked"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "flattr.database.cache.ForgivingRedisCache",
        # Celery and the client of the cache name a socket in two ways.
        "LOCATION": REDIS_URL.replace("redis+socket://", "unix://").replace(
            "virtual_host=", "db="
        ),
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}

# How long a process gives the same public count again without asking for it.
KEPT_SECONDS = 1.0
# And for how long it shows the same status.
STATUS_KEPT_SECONDS = 60.0

STATIC_URL = "/static/"
# Where `collectstatic` puts them; in local mode they are served from where they lie.
STATIC_ROOT = None if LOCAL else BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = LOCAL
WHITENOISE_AUTOREFRESH = False

# --- Jobs ------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# Of what moves money; mails and strangers' pages have a minute, in their tasks.
CELERY_TASK_TIME_LIMIT = 900
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Whoever wakes the worker does not wait for a broker that is away or hangs: the tick
# comes anyhow. Workers wait for it by a setting of their own.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 9000,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "max_retries": 0,
}
CELERY_TASK_DEFAULT_QUEUE = "money"
# Mail servers and strangers' pages may be slow: neither keeps money waiting.
CELERY_TASK_ROUTES = {
    "accounts.send_mails": {"queue": "mail"},
    "buttons.check_pages": {"queue": "fetch"},
    "buttons.make_pictures": {"queue": "fetch"},
    "buttons.deliver_events": {"queue": "fetch"},
    "buttons.read_pasted": {"queue": "fetch"},
}
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_BEAT_SCHEDULE = {
    # It is dropped when it is old, but not by a machine whose clock is ahead.
    "tick": {"task": "payouts.tick", "schedule": 60.0, "options": {"expires": 900}}
}

# --- People ----------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.signing_in.backends.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "accounts.oauth.hashers.RandomSecretHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "payouts:month"
CREATOR_REDIRECT_URL = "payouts:home"  # ours: for people who have things
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.signing_in.hooks.Adapter"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_FORMS = {
    "login": "accounts.signing_in.forms.SignIn",
    "signup": "accounts.signing_in.signing_up.SignUp",
    "reset_password": "accounts.signing_in.forms.ResetPassword",
    "reset_password_from_key": "accounts.signing_in.forms.NewPassword",
    "change_password": "accounts.signing_in.forms.ChangePassword",
    "add_email": "accounts.signing_in.forms.ChangeEmail",
    "reauthenticate": "accounts.signing_in.forms.Reauthenticate",
    "request_login_code": "accounts.signing_in.forms.AskForCode",
    "confirm_login_code": "accounts.signing_in.forms.MailedCode",
}
# Failed sign-ins, and mails to one address, are counted in PostgreSQL
# (accounts.signing_in.attempts); the rest in the cache, and open when it is away. Nothing that
# strangers can use up is counted by address here.
ACCOUNT_RATE_LIMITS = {
    "login_failed": None,
    "confirm_email": None,
    "reset_password": "20/m/ip",
    "request_login_code": "20/m/ip",
}
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = 5
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_USERNAME_VALIDATORS = "accounts.models.username_validators"
ACCOUNT_USERNAME_MIN_LENGTH = 2
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
MFA_TOTP_ISSUER = OPERATOR_NAME
MFA_ADAPTER = "accounts.signing_in.second_factor.Adapter"
MFA_FORMS = {
    "authenticate": "accounts.signing_in.forms.Code",
    "reauthenticate": "accounts.signing_in.forms.CodeAgain",
    "activate_totp": "accounts.signing_in.forms.FirstCode",
    "authenticate_webauthn": "accounts.signing_in.passkeys.Answer",
    "reauthenticate_webauthn": "accounts.signing_in.passkeys.AnswerAgain",
    "login_webauthn": "accounts.signing_in.passkeys.SignInAnswer",
    "add_webauthn": "accounts.signing_in.passkeys.NewPasskey",
    "edit_webauthn": "accounts.signing_in.passkeys.Rename",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A key answers only after a fingerprint, a face or a PIN.
MFA_WEBAUTHN_USER_VERIFICATION = "required"

SESSION_ENGINE = "accounts.signing_in.sessions"
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_NAME = "__Host-s" if HTTPS else "s"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "flattr.site.views.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Other people's programs -----------------------------------------------------

# What an app can ask for, as the consent page says it.
SCOPES = {
    "flattr": _("Flattr things for you, and start, pause and end your subscriptions."),
    "gift": _(
        "Give creators money once, from what is free in your account, up to what you"
        " allow a month."
    ),
    "thing": _("Add things in your name, and change and delete yours."),
    "email": _("Read your e-mail address."),
    "extendedread": _(
        "Read what only you see: hidden things, and the private part of your profile."
    ),
}
OAUTH2_PROVIDER_APPLICATION_MODEL = "accounts.Application"
OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = "accounts.AccessToken"  # noqa: S105
OAUTH2_PROVIDER = {
    "SCOPES": SCOPES,
    "DEFAULT_SCOPES": [],
    "OAUTH2_VALIDATOR_CLASS": "accounts.oauth.authorizing.Validator",
    "CLIENT_SECRET_GENERATOR_LENGTH": 64,
    "CLIENT_SECRET_HASHER": "random_sha256",
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 60,
    "OIDC_ISS_ENDPOINT": SITE_URL,
    "PKCE_REQUIRED": True,  # of public apps: accounts.oauth.authorizing
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
    # Two stay off. Old clients return to schemes of their own and to localhost, both
    # registered; and no refresh tokens are issued, so that none can be replayed.
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": False,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": False,
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.oauth.callers.Bearer",
        "accounts.oauth.callers.ClientKeys",
    ],
    "DEFAULT_PARSER_CLASSES": ["flattr.api.bodies.Body"],
    "DEFAULT_RENDERER_CLASSES": ["flattr.api.responses.Json"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "flattr.api.responses.Negotiation",
    "DEFAULT_THROTTLE_CLASSES": ["accounts.rest.limits.Hourly"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "EXCEPTION_HANDLER": "flattr.api.responses.answer_exception",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "URL_FORMAT_OVERRIDE": None,
    "FORMAT_SUFFIX_KWARG": "suffix",
}
SPECTACULAR_SETTINGS = {
    "TITLE": f"{OPERATOR_NAME} REST API",
    "VERSION": "2",
    "OAS_VERSION": "3.1.1",
    "DESCRIPTION": "Users, things, flattrs and subscriptions, as Flattr's REST v2 has"
    " had them since 2011.",
    "SERVERS": [{"url": SITE_URL}],
    "SERVE_INCLUDE_SCHEMA": False,
    "SORT_OPERATIONS": False,
    "COMPONENT_SPLIT_PATCH": False,
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "token": {
                "type": "oauth2",
                "flows": {
                    "authorizationCode": {
                        "authorizationUrl": f"{SITE_URL}/oauth/authorize",
                        "tokenUrl": f"{SITE_URL}/oauth/token",
                        "scopes": SCOPES,
                    }
                },
            }
        }
    },
}
API_CALLS_AN_HOUR = 1_000

# --- Guards ----------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in (
        "camera",
        "geolocation",
        "microphone",
        "payment",
        "usb",
        "display-capture",
    )
}
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_HANDLERS = ["buttons.pictures.uploads.SmallFiles"]
SILENCED_SYSTEM_CHECKS = [
    # No refresh token is ever given, so none can be replayed.
    "oauth2_provider.W007",
    # Plain http is for programs on one's own machine: `accounts.applications` takes it
    # for loopback callbacks only.
    "oauth2_provider.W008",
    # Access and refresh tokens in two apps would refer to each other in a circle; ours
    # do not refer to refresh tokens at all.
    "oauth2_provider.W011",
    # Django looks for its own class by name; `accounts.signing_in.middleware.Forms` is one of it.
    "security.W003",
]

# --- Words and times -------------------------------------------------------------

# Pages are written in English; amounts follow the browser's locale (flattr.web.locales).
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
FORMAT_MODULE_PATH = ["flattr.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Mail and log ----------------------------------------------------------------

DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text(
    "FLATTR_FROM_EMAIL", "Flattr <flattr@localhost>" if LOCAL else None
)
_mail = env.mail("EMAIL_URL", f"dir://{STATE}/mail" if LOCAL else None)
EMAIL_BACKEND = str(_mail.pop("EMAIL_BACKEND"))
globals().update(_mail)
EMAIL_TIMEOUT = 20

# Whoever has it reads /metrics; without one nobody does.
METRICS_TOKEN = env.text("FLATTR_METRICS_TOKEN", "")
DJANGO_STRUCTLOG_CELERY_ENABLED = True
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {"()": "flattr.web.logs.formatter", "json": not LOCAL},
    },
    "filters": {
        "brief": {"()": "flattr.web.logs.brief"},
        "without_paths": {"()": "flattr.web.logs.without_paths"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "lines",
            "filters": ["brief", "without_paths"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "flattr.requests": {"level": "WARNING" if LOCAL else "INFO"},
        # Each of its questions and answers would be two lines.
        "stripe": {"level": "WARNING"},
    },
}
SENTRY_DSN = env.text("SENTRY_DSN", "")
if SENTRY_DSN:
    import sentry_sdk

    # Neither who asked nor what was typed: faults are told, people are not.
    sentry_sdk.init(
        dsn=SENTRY_DSN,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
    )
