"""Times of the day in the site's zone (Asia/Jerusalem): cron expressions, quiet hours, and the changes of the clock.

Everything is reckoned in local time, as people mean it. A time that the clock leaps over in spring comes as much later
as the clock leapt; one that comes twice in autumn counts the first time alone.
"""

from datetime import UTC, datetime, time, timedelta

from croniter import croniter
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

QuietHours = tuple[time | None, time | None]


def validate_cron(expression: str) -> None:
    """Raises ValidationError with an example."""
    if len(expression.split()) != 5 or not croniter.is_valid(expression):
        raise ValidationError(
            _("“%(given)s” is no cron expression. It has five parts: 30 3 * * 1-5 is half past three on weekdays.")
            % {"given": expression}
        )


def aware(local: datetime) -> datetime:
    """A local time without zone as a moment."""
    return local.replace(tzinfo=timezone.get_default_timezone(), fold=0).astimezone(UTC)


def local_time(moment: datetime) -> datetime:
    """A moment as local time without zone."""
    return moment.astimezone(timezone.get_default_timezone()).replace(tzinfo=None)


def next_cron(expression: str, after: datetime) -> datetime:
    """The first moment after `after` that a cron expression names."""
    times = croniter(expression, local_time(after))
    while True:
        moment = aware(times.get_next(datetime))
        if moment > after:
            return moment


def quiet_until(hours: QuietHours, now: datetime) -> datetime | None:
    """When quiet hours (from, until) that are on now will end; None outside them. They may span midnight."""
    begin, end = hours
    if begin is None or end is None or begin == end:
        return None
    local = local_time(now)
    moment = local.time()
    over_midnight = begin > end
    quiet = (moment >= begin or moment < end) if over_midnight else begin <= moment < end
    if not quiet:
        return None
    day = local.date() + timedelta(days=1) if over_midnight and moment >= begin else local.date()
    return max(aware(datetime.combine(day, end)), now)
