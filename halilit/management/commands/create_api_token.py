"""Creates a token for programs that use the API, and prints it once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from halilit.models import ApiToken


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="who uses it, such as 'web shop'")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"].strip()
        if not name or len(name) > 100:
            raise CommandError("Give the token a name of 1 to 100 characters.")
        if ApiToken.objects.filter(name=name).exists():
            raise CommandError(
                f"There is a token called '{name}'. Choose another name, or revoke that one under /admin/."
            )
        token = ApiToken(name=name)
        secret = token.renew()
        token.save()
        self.stderr.write("Copy the token now, it is not shown again. Use it as: Authorization: Bearer TOKEN")
        self.stdout.write(secret)
