"""Creates a token for programs that use the API, and prints it once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from halilit.models import ApiToken, Scope


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="who uses it, such as 'web shop'")
        parser.add_argument(
            "--scope",
            action="append",
            choices=Scope.values,
            help="what it may be used for, to be repeated; without any: everything",
        )
        parser.add_argument("--a-minute", type=int, default=600, help="requests a minute, 0 for no limit")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"].strip()
        if not name or len(name) > 100:
            raise CommandError("Give the token a name of 1 to 100 characters.")
        if ApiToken.objects.filter(name=name).exists():
            raise CommandError(
                f"There is a token called '{name}'. Choose another name, or revoke that one under /admin/."
            )
        if not 0 <= options["a_minute"] <= 1_000_000:
            raise CommandError("--a-minute is a number of requests from 0 to 1000000.")
        token = ApiToken(name=name, scopes=options["scope"] or list(Scope.values), a_minute=options["a_minute"])
        secret = token.renew()
        token.save()
        self.stderr.write("Copy the token now, it is not shown again. Use it as: Authorization: Bearer TOKEN")
        self.stdout.write(secret)
