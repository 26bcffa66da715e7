"""Looks over the installation, and says what is wrong and what to do. Exit code 1 where anything is wrong."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from halilit.ops.doctor import examine
from halilit.ops.findings import Finding, Verdict


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = examine()
        wrong = [finding for finding in findings if finding.verdict == Verdict.WRONG]
        if options["json"]:
            report = {"healthy": not wrong, "findings": [finding.as_dict() for finding in findings]}
            self.stdout.write(json.dumps(report, indent=2, ensure_ascii=False))
        else:
            self.show(findings, len(wrong))
        if wrong:
            sys.exit(1)

    def show(self, findings: list[Finding], wrong: int) -> None:
        styles = {Verdict.OK: self.style.SUCCESS, Verdict.NOTE: self.style.WARNING, Verdict.WRONG: self.style.ERROR}
        for finding in findings:
            mark = styles[finding.verdict](f"{finding.verdict:5}")
            self.stdout.write(f"{mark} {finding.name:18} {finding.value}")
            if finding.advice:
                self.stdout.write(f"{'':25}→ {finding.advice}")
        told = f"{wrong} of {len(findings)} findings need you." if wrong else "Nothing is wrong."
        self.stdout.write(f"\n{told}")
