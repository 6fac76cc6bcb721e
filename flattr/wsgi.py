from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from flattr.database import starting

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flattr.settings")

application = get_wsgi_application()
starting.check()
