"""The queue's records for staff. What waits and what failed is looked at, sent again or deleted; schedules are ours.

A schedule names any function of Python with its arguments: who may write one may do whatever the server may.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django_q.admin import QueueAdmin, ScheduleAdmin
from django_q.models import OrmQ, Schedule

# Imported here so that the package's own pages are there to be replaced, whichever app comes first.
admin.site.unregister([OrmQ, Schedule])


class ReadAlone:
    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(OrmQ)
class WaitingAdmin(ReadAlone, QueueAdmin):
    pass


@admin.register(Schedule)
class OwnScheduleAdmin(ReadAlone, ScheduleAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Schedule | None = None) -> bool:
        return False
