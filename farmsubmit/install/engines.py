"""Whether the engines of the settings are there, as the doctor tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from farmsubmit.install.row import BAD, FINE, WARNING, Row

if TYPE_CHECKING:
    from farmsubmit.submission.farms import EngineReport

_SECONDS = 5.0


def engine_rows(seconds: float = _SECONDS) -> Iterator[Row]:
    """Give a row for each engine of the settings; the one that jobs go to must answer, the others may be away.

    One that says nothing for ``seconds`` is not waited for. Raises SettingsError.
    """
    from farmsubmit.submission.farms import engine_urls, report_engines

    for place, report in enumerate(report_engines(engine_urls(), seconds)):
        yield _row(report, is_needed=place == 0)


def _row(report: EngineReport, is_needed: bool) -> Row:
    if not report.reason:
        return Row(report.url, report.version, FINE, "answers" + ("; jobs go there" if is_needed else ""))
    hint = "see that it runs, or name another: farmsubmit settings engine=URL" if is_needed else "see that it runs"
    return Row(report.url, "", BAD if is_needed else WARNING, report.reason, hint)
