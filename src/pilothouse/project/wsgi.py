"""The WSGI application, for our own server and for any other."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilothouse.project.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
