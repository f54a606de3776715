"""When a job may start: the ``after`` of a job as seconds since the epoch."""

from __future__ import annotations

from datetime import datetime
from typing import Optional, Union


def start_time(after: Union[str, datetime], now: datetime) -> float:
    """Return when a job with this ``after`` may start, in seconds since the epoch; it may be past.

    ``HH:MM`` is today. ``M D HH:MM`` has no year; it means the one in which it is nearest to now, so that yesterday is
    past and in December a day of January is ahead. A datetime without a zone is local time.
    Raises ValueError for a day that never comes, such as 30 February, and OverflowError beyond what this system counts.
    Source of the forms: Tractor's Job operator, ``-after``; the choice of the year is ours.
    """
    if isinstance(after, datetime):
        return after.timestamp()
    *day, clock = after.split()
    hour, minute = (int(part) for part in clock.split(":"))
    if not day:
        return now.replace(hour=hour, minute=minute, second=0, microsecond=0).timestamp()
    # Eight years back and ahead hold a 29 February even around 1900 and 2100.
    years = range(now.year - 8, now.year + 9)
    moments = [_moment(year, int(day[0]), int(day[1]), hour, minute) for year in years]
    return min((m.timestamp() for m in moments if m), key=lambda seconds: abs(seconds - now.timestamp()))


def _moment(year: int, month: int, day: int, hour: int, minute: int) -> Optional[datetime]:
    try:
        return datetime(year, month, day, hour, minute)
    except ValueError:
        return None
