"""`manage.py import_documents`: take in files that a brand sent, without visiting its site."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from catalog.services import get_or_create_brand
from ingestion.assign import assign_documents
from ingestion.errors import Unreadable
from ingestion.imports import ImportProblem, import_page, import_pdf


class Command(BaseCommand):
    help = (
        "Take in PDFs, or pages from a JSON lines file, without crawling. One that fails is named, the others are kept."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="PDF files")
        parser.add_argument("--brand", help="the brand that they belong to; created where it is unknown")
        parser.add_argument("--pages", type=Path, help='JSON lines: {"url", "title", "text", "brand"} a page')

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["files"] and not options["pages"]:
            raise CommandError("Name PDF files, or a file of pages with --pages.")
        if options["files"] and not options["brand"]:
            raise CommandError("Name the brand of the files with --brand.")
        problems = [*self.take_files(options), *self.take_pages(options)]
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"{len(problems)} could not be taken in; the others were.")

    def take_files(self, options: dict[str, Any]) -> list[str]:
        problems = []
        brand = get_or_create_brand(options["brand"]) if options["files"] else None
        for path in options["files"]:
            try:
                assert brand is not None
                document = import_pdf(brand=brand, path=path)
                self.stdout.write(f"{path.name}: {document.page_count} pages")
            except (Unreadable, OSError) as problem:
                problems.append(f"{path}: {problem}")
        if brand is not None:
            assign_documents(brand)
        return problems

    def take_pages(self, options: dict[str, Any]) -> list[str]:
        if not options["pages"]:
            return []
        try:
            lines = options["pages"].read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as problem:
            return [f"{options['pages']}: {problem}"]
        problems, taken = [], 0
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                with transaction.atomic():
                    import_page(json.loads(line), brand_name=options["brand"] or "")
                taken += 1
            except (ValueError, ImportProblem) as problem:
                problems.append(f"{options['pages']}, line {number}: {problem}")
        self.stdout.write(f"{taken} pages")
        return problems
