"""ASGI entry point, served by uvicorn."""

import os
import sys

from django.core.asgi import get_asgi_application
from django.db.backends.signals import connection_created
from django.urls import get_resolver

from halilit.gate import Gate
from halilit.memory import few_heaps, settle
from halilit.ops.anchor import hold
from halilit.turns import come_first
from halilit.writing import look_often

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "halilit.settings")

# Seconds after which a thread gives the interpreter to another one that wants it. A page gives it up at each look into
# the database, and would wait Python's own 5 ms each time while answers are put together in other threads.
sys.setswitchinterval(0.0005)

few_heaps()
come_first()
connection_created.connect(look_often)
site = get_asgi_application()

from halilit.bodies import Bodies  # noqa: E402 - it needs the settings

application = Gate(Bodies(site))
get_resolver().url_patterns  # noqa: B018 - loads the views
anchor = hold()
settle()
