"""Take the second factor off an account whose phone and recovery codes are lost, and end its sessions."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from halilit.accounts import second_factor, sessions


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="the account's name")

    def handle(self, *args: Any, **options: Any) -> None:
        user = get_user_model().objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no account {options['user']!r}.")
        count = second_factor.remove(user)
        sessions.end(user)
        self.stdout.write(f"{count} devices were removed; {user} sets up a new one with the next login.")
