"""Sends the week's summary by e-mail to those whom HALILIT_NOTIFY_EMAILS names, or prints it."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.loader import render_to_string
from django.utils import translation

from halilit.console import summary


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--print", action="store_true", help="on stdout, without sending anything")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["print"]:
            with translation.override(settings.NOTIFY_LANGUAGE):
                context = summary.content() | {"address": settings.ADDRESS.rstrip("/")}
                self.stdout.write(render_to_string("console/mail_week.txt", context))
        elif summary.send():
            self.stdout.write(f"Sent to {', '.join(settings.NOTIFY_EMAILS)}.")
        else:
            raise CommandError("Nobody would get it: name addresses in HALILIT_NOTIFY_EMAILS, or use --print.")
