"""Django's settings, all derived from ``configuration``."""

from __future__ import annotations

from pathlib import Path

from pilothouse.project.sqlite import install_safe_sqlite

install_safe_sqlite()

import sqlite3  # noqa: E402  -- only now is it the safe one

from pilothouse.project.configuration import (  # noqa: E402
    database_settings,
    load_configuration,
    load_secret_key,
)

CONFIGURATION = load_configuration()
PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = load_secret_key(CONFIGURATION.data)
DEBUG = CONFIGURATION.is_debug
# Every other Host header is refused: a page on evil.test that resolves to 127.0.0.1 gets nothing.
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *CONFIGURATION.hosts]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "pilothouse.web",
    "pilothouse.apps.workspace",
    "pilothouse.apps.analytics",
    "pilothouse.apps.experiments",
    "pilothouse.apps.backlog",
    "pilothouse.apps.roadmap",
    "pilothouse.apps.documents",
    "pilothouse.apps.decisions",
    "pilothouse.apps.skills",
    "pilothouse.apps.portfolio",
    "pilothouse.apps.jobs",
    "pilothouse.apps.people",
    "pilothouse.apps.today",
    "pilothouse.apps.simulation",
]

MIDDLEWARE = [
    "pilothouse.web.middleware.ErrorMiddleware",
    "pilothouse.web.middleware.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "pilothouse.web.middleware.OriginMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "pilothouse.project.urls"
WSGI_APPLICATION = "pilothouse.project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pilothouse.web.context.frame",
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "pilothouse.web.templatetags.pilothouse",
                "pilothouse.web.templatetags.small",
                "pilothouse.web.templatetags.frame",
            ],
        },
    }
]
COTTON_DIR = "cotton"

DATABASES = {"default": database_settings(CONFIGURATION, sqlite3.sqlite_version_info)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "workspace.User"
LOGIN_URL = "workspace:login"

# Cookies are shared by all ports of a host: the port in the name keeps two servers apart.
SESSION_COOKIE_NAME = f"pilothouse_{CONFIGURATION.port}"
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 90
CSRF_COOKIE_NAME = f"pilothouse_csrf_{CONFIGURATION.port}"
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "pilothouse.web.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
# Served from the package as they are; the version in the URL of vendored files keeps them fresh.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
LANGUAGE_CODE = "en"

# Uploads beyond this stream to a temporary file; the import wizard has its own, larger limit.
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"pilothouse": {"level": "INFO"}},
}
