"""Asking engines what they are and what they know, never for longer than a person waits."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from typing import Dict, FrozenSet, List, Optional, Sequence, Tuple, Union

from farmsubmit.author.elements import Job
from farmsubmit.checks import Knowledge
from farmsubmit.engines.base import Capabilities, Engine, Known
from farmsubmit.engines.registry import engine_for
from farmsubmit.errors import EngineError, EngineUnreachable, FarmsubmitError, NoSuchJob
from farmsubmit.lang.servicekey import Blade
from farmsubmit.settings import load_settings
from farmsubmit.submission.sending import without_password

#: Seconds for all engines together.
PATIENCE = 10.0
#: Seconds that the checks of a submission wait for what its engine knows, from the moment on that it was asked.
CHECKS_WAIT = 1.0
_THREAD = "farmsubmit-farm"


@dataclass(frozen=True)
class EngineReport:
    """How an engine stands: ``reason`` says why it does not answer, and is empty where it does.

    ``version`` is its name and version as far as it tells; ``blades`` are None where it does not tell them.
    """

    url: str
    reason: str = ""
    version: str = ""
    capabilities: Capabilities = field(default_factory=Capabilities)
    blades: Optional[Tuple[Blade, ...]] = None
    known: Known = field(default_factory=Known)


def engine_urls() -> List[str]:
    """Return the URLs of the engines that the settings name, the one that jobs go to first."""
    settings = load_settings()
    return list(dict.fromkeys([str(settings["engine"]), *map(str, settings["engines"]), "local:"]))


def report_engines(urls: Sequence[str] = (), seconds: float = PATIENCE) -> List[EngineReport]:
    """Ask engines, all at the same time, and return a report of each (default: those of engine_urls).

    One that takes longer than ``seconds`` is reported as one that does not answer.
    """
    asked = list(urls or engine_urls())
    told: Dict[str, EngineReport] = {}
    threads = [threading.Thread(target=_put, args=(url, told), daemon=True) for url in asked]
    for thread in threads:
        thread.start()
    end = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    late = f"no answer within {seconds:g} s"
    known = dict(told)
    return [known.get(url) or EngineReport(without_password(url), late) for url in asked]


def report_engine(url: str) -> EngineReport:
    """Ask one engine for as long as it takes, and return how it stands; raises nothing."""
    try:
        engine = engine_for(url)
    except FarmsubmitError as error:
        return EngineReport(without_password(url), str(error))
    shown = without_password(engine.url)
    try:
        version = engine.answer()
        blades = tuple(engine.blades()) if engine.capabilities.blades else None
        return EngineReport(shown, "", version, engine.capabilities, blades, engine.known())
    except FarmsubmitError as error:
        return EngineReport(shown, without_password(str(error)), capabilities=engine.capabilities)
    except Exception as error:  # whatever an engine of somebody else raises is told, and no more
        reason = f"{type(error).__name__}: {error}"
        return EngineReport(shown, without_password(reason), capabilities=engine.capabilities)


def knowledge_of(engine: Engine, report: Optional[EngineReport] = None) -> Knowledge:
    """Return what the checks may know of a farm, from a report or from the engine itself; raises nothing.

    What the engine does not tell is None, and nothing is complained about for it.
    """
    if report is None:
        report = _asked(engine)
    known = report.known
    return Knowledge(
        blades=report.blades,
        tags=known.tags,
        tiers=known.tiers,
        projects=known.projects,
        scheme=engine.scheme,
        limits=dict(known.limits),
        any_case=known.any_case,
    )


def _asked(engine: Engine) -> EngineReport:
    try:
        return _told(engine)
    except EngineError as error:
        return EngineReport(engine.url, str(error), capabilities=engine.capabilities)


def _told(engine: Engine) -> EngineReport:
    blades = tuple(engine.blades()) if engine.capabilities.blades else None
    return EngineReport(engine.url, capabilities=engine.capabilities, blades=blades, known=engine.known())


class Question:
    """What the checks may know of a farm, asked in a thread while a job is built; made by asked().

    The thread keeps no process from its end. ``engine`` is used by nobody else meanwhile.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._knowledge: Optional[Knowledge] = None
        self._reason = _late()
        self._end = time.monotonic() + CHECKS_WAIT
        self._thread = threading.Thread(target=self._ask, name=_THREAD, daemon=True)
        self._thread.start()

    @property
    def is_open(self) -> bool:
        """Whether the engine may still answer."""
        return self._thread.is_alive()

    def answer(self, job: Optional[Job]) -> Tuple[Knowledge, str]:
        """Return what the checks of a job may know, and a note on what the engine did not tell, or ""; raises nothing.

        It comes CHECKS_WAIT after it was asked at the latest; for the jobs that this one waits for, the engine is asked
        then, and has as long once more.
        """
        self._thread.join(max(0.0, self._end - time.monotonic()))
        known, reason = self._knowledge, self._reason
        if known is None:
            url = without_password(self._engine.url)
            note = f"the job was not compared with the blades and names of {url}: {reason}"
            return Knowledge(scheme=self._engine.scheme), note
        jids = job.afterjids if job is not None else []
        if not jids or not self._engine.capabilities.tasks:
            return known, ""
        answer = self._jobs(jids)
        if not isinstance(answer, str):
            return replace(known, jids=answer), ""
        what = f"whether {without_password(self._engine.url)} has the jobs that this one waits for"
        return known, f"{what} ({', '.join(map(str, jids))}) is not known: {answer}"

    def _jobs(self, jids: Sequence[int]) -> Union[FrozenSet[str], str]:
        """Return which of these jobs the engine knows, or why it does not tell."""
        told: List[Union[FrozenSet[str], str]] = []
        thread = threading.Thread(target=_put_jobs, args=(self._engine, jids, told), name=_THREAD, daemon=True)
        thread.start()
        thread.join(CHECKS_WAIT)
        return told[0] if told else _late()

    def _ask(self) -> None:
        try:
            self._knowledge = knowledge_of(self._engine, _told(self._engine))
        except EngineUnreachable as error:
            self._reason = without_password(error.problem)
        except EngineError:
            # It answers, and does not tell: that is no news.
            self._knowledge = Knowledge(scheme=self._engine.scheme)
        except Exception as error:  # whatever an engine of somebody else raises is told, and no more
            self._reason = without_password(f"{type(error).__name__}: {error}")


_open: Dict[str, Question] = {}


def asked(engine: Engine) -> Question:
    """Ask an engine what it knows, for the checks; one that still owes an answer is not asked a second time."""
    question = _open.get(engine.url)
    if question is None or not question.is_open:
        question = _open[engine.url] = Question(engine)
    return question


def _put(url: str, told: Dict[str, EngineReport]) -> None:
    told[url] = report_engine(url)


def _late() -> str:
    return f"no answer within {CHECKS_WAIT:g} s"


def _put_jobs(engine: Engine, jids: Sequence[int], told: List[Union[FrozenSet[str], str]]) -> None:
    try:
        told.append(frozenset(str(jid) for jid in jids if _has_job(engine, str(jid))))
    except Exception as error:  # whatever an engine of somebody else raises, a check less is no reason to stop
        told.append(without_password(str(error) or type(error).__name__))


def _has_job(engine: Engine, jid: str) -> bool:
    try:
        engine.status(jid)
    except NoSuchJob:
        return False
    return True
