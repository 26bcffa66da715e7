#!/usr/bin/env python
"""Command line of the support centre: `manage.py help` lists what it does."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "halilit.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError as missing:
        sys.exit(f"{missing}. Run `make setup` first, then use .venv/bin/python manage.py.")
    from django.db import DatabaseError

    try:
        execute_from_command_line(sys.argv)
    except BrokenPipeError:  # whoever read along, such as `head`, has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except (DatabaseError, OSError) as problem:
        from halilit.ops.troubles import in_one_line

        line = in_one_line(problem)
        if not line or "--traceback" in sys.argv:
            raise
        sys.exit(line)


if __name__ == "__main__":
    main()
