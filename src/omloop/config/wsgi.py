"""The web process: refuses to serve under a role that walls don't hold for."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omloop.config.settings")

from django.core.wsgi import get_wsgi_application

from omloop.tenancy.roles import refuse_unwalled_role

application = get_wsgi_application()
refuse_unwalled_role()
