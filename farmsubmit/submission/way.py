"""A submission on its way, step by step, for a caller who shows each; and the calls that walk all of it at once."""

from __future__ import annotations

import os
import time
import uuid
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Callable, Iterable, Iterator, List, NamedTuple, Optional, Tuple, Union

from farmsubmit.author import connection
from farmsubmit.author.elements import Job
from farmsubmit.checks import Knowledge, Problem, Severity, check, suppression_metadata
from farmsubmit.engines.base import SpoolInfo, Ticket, Translation
from farmsubmit.engines.registry import engine_for
from farmsubmit.errors import ChecksFailed
from farmsubmit.request import SubmitRequest, scene_stem
from farmsubmit.request.missing import refuse_nothing_missing
from farmsubmit.scenes.facts import SceneFacts
from farmsubmit.settings import load_settings
from farmsubmit.submission.copying import wants_copy, with_copy
from farmsubmit.submission.farms import Question, asked
from farmsubmit.submission.hooking import before_build, before_send
from farmsubmit.submission.keeping import into_history
from farmsubmit.submission.outbox import written_down
from farmsubmit.submission.sending import keep_copy, spool_info, warn, write_argument_files
from farmsubmit.submission.waiting import wait_until_taken
from farmsubmit.tasks.build import Built, build_request


class Sent(NamedTuple):
    """What was sent: the receipt, the job, what the checks found, its number in the history, and the notes.

    ``history_number`` is None where the history could not be written; a note then says so.
    """

    ticket: Ticket
    built: Built
    problems: Tuple[Problem, ...]
    history_number: Optional[int]
    notes: Tuple[str, ...]


class Submission:
    """A request or a job on its way to an engine: ``prepare`` it, look at it, ``send`` it.

    ``request``, ``built``, ``facts``, ``translation``, ``problems`` and ``notes`` are what is known so far. ``engine``
    is a URL (default: the request's, then the setting). ``settings`` are those of the hooks, the history and the engine
    (default: the request's, else this user's). A trial is for a look: it writes nothing, neither a scene copy nor the
    history, and cannot be sent. ``on_built`` is called with the job as soon as it is built from a request, before the
    checks and hooks see it; it may change it, and what it returns are notes. ``key`` is what the engine knows the job
    by; ``uses_outbox`` may be switched off where somebody else sees to it that nothing is lost. Raises EngineError for
    an engine that there is not.
    """

    def __init__(
        self,
        what: Union[SubmitRequest, Built, Job],
        engine: Optional[str] = None,
        owner: Optional[str] = None,
        facts: Optional[SceneFacts] = None,
        settings: Any = None,
        is_trial: bool = False,
        on_built: Optional[Callable[[Job], Iterable[str]]] = None,
    ) -> None:
        self.request = what if isinstance(what, SubmitRequest) else None
        self.built = _built(what)
        self.facts = self.request.facts if self.request is not None else facts
        self.settings = self._own_settings() if settings is None else settings
        self.engine = engine_for(engine or (self.request and self.request.engine) or self.settings["engine"])
        self.owner = owner
        self.is_trial = is_trial
        self._on_built = on_built
        self._question: Optional[Question] = None
        self.key = uuid.uuid4().hex
        self.uses_outbox = True
        #: Whether it did not arrive, and waits in the outbox.
        self.waits = False
        self.when = time.time()
        self.translation: Optional[Translation] = None
        self.problems: List[Problem] = []
        self.notes: List[str] = [*self.built.notes] if self.built is not None else []

    @property
    def title(self) -> str:
        """The title of the job, or that of its scene until there is a job."""
        if self.built is not None:
            return self.built.job.title or ""
        return scene_stem(self.facts) if self.facts else ""

    def prepare(self, is_checked: bool = True) -> None:
        """Walk all steps up to the translation; what goes wrong is put into the history and raised.

        Raises ChecksFailed where the checks find an error, HookError and HookRefused, SceneError for a scene that
        cannot be copied or built, and what the engine raises for a job that cannot be written. Where only missing
        frames are asked for and none is, SceneError is raised too, and the history does not hear of it.
        """
        if self.request is not None:
            refuse_nothing_missing(self.request)
        with self._kept():
            if is_checked:
                # While it thinks, the job is built. A connection is not for two threads: it gets one of its own.
                self._question = asked(engine_for(self.engine.url))
            if self.request is not None:
                self._make_job(self.request)
            if is_checked:
                self._check()
                self._tell_suppressed()
            if self._ask_hook_before_send() and is_checked:
                self._check()
            self.translation = self.engine.translate(self._done.job)

    def send(self, block: bool = False, info: Optional[SpoolInfo] = None) -> Sent:
        """Send what was prepared, and keep it in the history; raises what the engine raises.

        ``block`` waits until the engine has taken the job; ``info`` says who sends (default: the owner, from here).
        """
        return self.finished(self.spool(block, info))

    def spool(self, block: bool = False, info: Optional[SpoolInfo] = None) -> Ticket:
        """Send what was prepared and return its ticket, without keeping it; see send().

        Where the engine does not answer, it stays in the outbox, and EngineUnreachable or AnswerLost says so.
        """
        translation = self.translation
        if translation is None or self.is_trial:
            raise ValueError("a submission is prepared before it is sent, and a trial is never sent")
        known = replace(info or spool_info(self.owner), key=self.key)
        with self._kept(), written_down(self, known):
            write_argument_files(self._done.files)
            return self.engine.spool(translation, known, block)

    def finished(self, ticket: Ticket) -> Sent:
        """Keep what was sent, and return all that is known of it."""
        self.notes += keep_copy(self._done.job, ticket)
        number = into_history(self, ticket)
        return Sent(ticket, self._done, tuple(self.problems), number, tuple(self.notes))

    def change_job(self, job: Job) -> None:
        """Put another job in the place of the one that was prepared, and translate it."""
        self.built = self._done._replace(job=job)
        self.translation = self.engine.translate(job)

    def failed(self, error: Exception) -> None:
        """Put a submission that was not sent into the history, with the reason."""
        if not self.is_trial:
            into_history(self, error)

    @property
    def _done(self) -> Built:
        """The job with its files, for steps that come when there is one."""
        assert self.built is not None
        return self.built

    @contextmanager
    def _kept(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            self.failed(error)
            raise

    def _own_settings(self) -> Any:
        if self.request is not None and self.request.settings is not None:
            return self.request.settings
        return load_settings(scene=self.facts.path, dcc=self.facts.dcc) if self.facts else load_settings()

    def _make_job(self, request: SubmitRequest) -> None:
        hooked = before_build(request, self.settings)
        self.notes += hooked.notes
        self.request = hooked.value
        if wants_copy(self.request):
            self._copy_scene(self.request)
        self.facts = self.request.facts
        self.built = build_request(self.request)
        self.notes += self.built.notes
        if self._on_built is not None:
            self.notes += self._on_built(self.built.job)

    def _copy_scene(self, request: SubmitRequest) -> None:
        if self.is_trial:
            self.notes.append("a copy of the scene would be sent")
            return
        copied = with_copy(request, str(self.settings["scene_copy_folder"]))
        self.request = copied.request
        self.notes += copied.notes

    def _check(self) -> None:
        knowledge = self._ask_farm()
        self.problems = check(self._done.job, self.facts, self.request, self.settings, knowledge)
        errors = [problem for problem in self.problems if problem.severity is Severity.ERROR]
        if errors:
            raise ChecksFailed(refusal(errors))

    def _ask_farm(self) -> Optional[Knowledge]:
        if self._question is None:
            return None
        knowledge, note = self._question.answer(self._done.job)
        if note and note not in self.notes:
            self.notes.append(note)
        return knowledge

    def _tell_suppressed(self) -> None:
        """Let the job say in its metadata which checks were left out, and why."""
        text = suppression_metadata(self.settings)
        job = self._done.job
        if text and text not in (job.metadata or ""):
            job.metadata = f"{job.metadata} {text}" if job.metadata else text

    def _ask_hook_before_send(self) -> bool:
        hooked = before_send(self._done.job, self.request, self.settings)
        self.notes += hooked.notes
        if hooked.changed:
            self.built = self._done._replace(job=hooked.value)
        return hooked.changed


def submit_request(
    request: SubmitRequest, engine: Optional[str] = None, owner: Optional[str] = None, block: bool = False
) -> Sent:
    """Build the job of a request, check it, send it, and return all that is known of it.

    ``engine`` is a URL such as ``local:`` or ``folder:/path`` (default: the request's, then the setting). Raises as
    Submission.prepare() does, and what the engine raises.
    """
    way = Submission(request, engine, owner)
    way.prepare()
    return way.send(block)


def submit(
    job: Union[Job, Built],
    engine: Optional[str] = None,
    facts: Optional[SceneFacts] = None,
    owner: Optional[str] = None,
    block: bool = False,
) -> Ticket:
    """Check a job, send it, and return its ticket.

    ``job`` may also be what build_task() gives: its argument files are written before it is sent. ``engine`` is a URL
    such as ``local:`` or ``folder:/path`` (default: the setting). ``facts`` are those of the scene it was built from,
    for the checks. Raises ChecksFailed where they find an error, HookRefused where the studio's hook does, and what
    the engine raises.
    """
    way = Submission(job, engine, owner, facts)
    way.prepare()
    return kept_ticket(way, way.spool(block))


def spool(
    job: Job,
    block: bool = False,
    owner: Optional[str] = None,
    spoolfile: Optional[str] = None,
    spoolhost: Optional[str] = None,
    hostname: Optional[str] = None,
    port: Optional[int] = None,
) -> Union[int, str]:
    """Send a job as the author API does, unchecked but for what cannot be written or the studio's hook refuses.

    The engine is that of engine_url(). ``block`` waits until the engine has taken the job apart, and raises SpoolError
    where it does not. Returns an int where the engine counts its jobs.
    """
    way = Submission(job, engine_url(hostname, port), owner)
    way.prepare(is_checked=False)
    ticket = kept_ticket(way, way.spool(block, spool_info(owner, spoolfile, spoolhost)))
    if block:
        wait_until_taken(way.engine, ticket.jid)
    return int(ticket.jid) if ticket.jid.isdigit() else ticket.jid


def refuse_errors(job: Job, facts: Optional[SceneFacts] = None) -> None:
    """Raise ChecksFailed where the checks find an error."""
    settings = load_settings(scene=facts.path, dcc=facts.dcc) if facts else load_settings()
    problems = check(job, facts, settings=settings)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        raise ChecksFailed(refusal(errors))


def refusal(errors: List[Problem]) -> str:
    """Return the sentence that says why a job is not sent: the first error, and how many more."""
    first = errors[0]
    text = f"not sent: {first.where}: {first.text}" + (f" ({first.fix})" if first.fix else "")
    return text + (f", and {len(errors) - 1} more" if len(errors) > 1 else "")


def _built(what: Union[SubmitRequest, Built, Job]) -> Optional[Built]:
    # A Built is a tuple, so it is asked for by its own name.
    if isinstance(what, Built):
        return what
    return Built(what) if isinstance(what, Job) else None


def kept_ticket(way: Submission, ticket: Ticket) -> Ticket:
    """Keep what was sent, and return its ticket; what a hook did and what went wrong is told on standard error."""
    sent = way.finished(ticket)
    warn(sent.notes[len(sent.built.notes) :])
    return ticket


def engine_url(hostname: Optional[str] = None, port: Optional[int] = None) -> str:
    """Return the URL of the engine that a script written for Tractor means.

    It is the one that the settings name, so that one setting sends a whole pipeline's scripts elsewhere. Only where
    they name none does a host count: the one given here, that of setEngineClientParam, that of the setting
    ``tractor_engine``, and that of TRACTOR_ENGINE, in this order.
    Source: the author API document, "Engine Connectivity".
    """
    settings = load_settings()
    if settings.origin("engine") != "default":
        return str(settings["engine"])
    host = f"{hostname}:{port}" if hostname and port else hostname or connection.engine_host()
    host = host or settings["tractor_engine"] or os.environ.get("TRACTOR_ENGINE", "").strip()
    return f"tractor://{host}" if host else str(settings["engine"])
