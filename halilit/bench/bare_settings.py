"""The same database and templates under Django alone: none of the site's middleware. For `manage.py bench bare`."""

from halilit.settings import *  # noqa: F403

MIDDLEWARE = []
ROOT_URLCONF = "halilit.bench.bare_site"
