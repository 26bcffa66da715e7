"""ASGI entry point, served by uvicorn."""

import gc
import os
import sys

from django.core.asgi import get_asgi_application

from halilit.gate import Gate

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "halilit.settings")

# Seconds after which a thread gives the interpreter to another one that wants it. A page gives it up at each look into
# the database, and would wait Python's own 5 ms each time while answers are put together in other threads.
sys.setswitchinterval(0.0005)

application = Gate(get_asgi_application())

# What was made up to here stays for good: looked through again and again, it held pages up for 90 ms now and then.
gc.collect()
gc.freeze()
