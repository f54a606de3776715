"""Jobs, and several jobs at once. Source: jobtronaut's ``author.job``."""

from __future__ import annotations

import logging
import os
from datetime import date
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, Union
from uuid import uuid4

from farmsubmit import author, files
from farmsubmit.author.tree import walk
from farmsubmit.compat.jobtronaut import _configured
from farmsubmit.compat.jobtronaut.author.argument import Arguments
from farmsubmit.compat.jobtronaut.author.plugins import Plugins
from farmsubmit.errors import EngineError, FarmsubmitError

if TYPE_CHECKING:
    from farmsubmit.tasks.edit import Predicate

__all__ = ["Job", "jobs_to_task", "submit", "submit_as_tasks"]

#: What submit() and submit_as_tasks() take among the attributes of a job for spool().
_SPOOL = ("block", "owner", "spoolfile", "spoolhost", "hostname", "port")


def __getattr__(name: str) -> Any:
    return _configured.value(name, __name__)


class Job(author.Job):
    """A job for a task by its name, or around a Task of the authoring API.

    ``arguments`` are those of the task, ``job_attributes`` and all else those of the job, such as ``priority=100``.
    With ``local`` all commands run on the spooling host; None asks the engine where this runs in a command of a job,
    and is False elsewhere. ``append_instances`` counts where the job is expanded into a running one. Trees are always
    compact. ``task`` is the root of the tree. Raises PluginError, ArgumentError, AuthorError.
    """

    MEMBERS: ClassVar[List[str]] = []
    title: str = "untitled"
    own = (
        *("append_instances", "arguments", "arguments_cache", "arguments_file", "job_attributes", "local"),
        *("requires_arguments_cache", "task", "_files"),
    )

    def __init__(
        self,
        task: Any,
        arguments: Union[Mapping[str, Any], str] = {},
        append_instances: bool = True,
        compact_hierarchy: bool = True,
        local: Optional[bool] = None,
        job_attributes: Mapping[str, Any] = {},
        **attributes: Any,
    ) -> None:
        super().__init__(title=type(self).title)
        self.append_instances = append_instances
        self.arguments = Arguments(arguments)
        self.job_attributes = {**attributes, **job_attributes}
        self.local = _is_local_here() if local is None else bool(local)
        self._set(self.job_attributes)
        self._files: Dict[str, str] = {}
        self.task: author.Task = task if isinstance(task, author.Task) else self._built(task)
        self.addChild(self.task)
        for each in self.flat_hierarchy["tasks"]:
            each.id = each.id or str(uuid4())
        self._fill_cache()

    def _built(self, task: Any) -> author.Task:
        from farmsubmit.tasks.build import build_task

        built = build_task(
            task, self.arguments, settings=_configured.settings(), lookup=Plugins().get, local=self.local
        )
        _tell(built.notes)
        self._files = dict(built.files)
        return _root(built.job, str(built.job.title))

    def _fill_cache(self) -> None:
        # The commands read the files in _files; this is what old scripts look at.
        folder = Path(_configured.settings()["arguments_storage_path"])
        self.arguments_file = str(folder / f"{uuid4()}.json")
        self.arguments_cache = {Path(path).stem: text for path, text in self._files.items()}
        self.requires_arguments_cache = bool(self._files)

    def _set(self, attributes: Mapping[str, Any]) -> None:
        for name, value in attributes.items():
            if name not in _SPOOL:
                setattr(self, name, value)

    # --- looking at it, and changing it

    @property
    def flat_hierarchy(self) -> Dict[str, List[Any]]:
        """All tasks and all commands of the tree, in script order: ``{"tasks": […], "cmds": […]}``."""
        from farmsubmit.tasks.edit import commands_of

        steps = (element for element, _, leaving in walk(self) if not leaving)
        tasks = [element for element in steps if isinstance(element, author.Task)]
        return {"tasks": tasks, "cmds": commands_of(self)}

    def modify_tasks(self, predicate: Predicate = False, attribute: str = "title", value: Any = None) -> None:
        """Set an attribute of the tasks for which the predicate is true; see modify_cmds."""
        from farmsubmit.tasks.edit import modify_tasks

        modify_tasks(self, predicate, attribute, value)

    def modify_cmds(self, predicate: Predicate = False, attribute: str = "argv", value: Any = None) -> None:
        """Set an attribute of the commands for which the predicate is true.

        ``predicate`` is True, False, or a function of the command; so may ``value`` be. Raises UnknownAttributeError,
        and AuthorError for a value of the wrong kind.
        """
        from farmsubmit.tasks.edit import modify_commands

        modify_commands(self, predicate, attribute, value)

    def dump_job(self, filepath: str) -> None:
        """Write the job script; raises FarmsubmitError where that cannot be done."""
        _write(Path(filepath), self.asTcl() + "\n")

    def dump_arguments_cache(self, filepath: str, force: bool = False) -> None:
        """Write the arguments that are too long for their commands, where there are some or ``force`` is true.

        They are written where the commands look for them, and all together, by key, into the file named here.
        Raises FarmsubmitError where that cannot be done.
        """
        import json

        if self.requires_arguments_cache or force:
            self.write_arguments()
            _write(Path(filepath), json.dumps(self.arguments_cache))

    def write_arguments(self) -> None:
        """Write the argument files that the commands read; raises FarmsubmitError where that cannot be done."""
        from farmsubmit.submission import write_argument_files

        write_argument_files(self._files)

    # --- sending it

    def submit(self, dump_job: bool = True, expandchunk: bool = False, **attributes: Any) -> Union[int, str]:
        """Send the job and return its id.

        The attributes are those of the job and the arguments of spool(). The allowed variables of the environment go
        along. ``dump_job`` keeps a copy of the script where JOB_STORAGE_PATH_TEMPLATE says. ``expandchunk`` sends no
        new job: it prints TR_EXPAND_CHUNK, so that the running job of this command takes the tree in, and returns "".
        Raises as spool() does.
        """
        from farmsubmit.tasks.environment import captured

        self._set(attributes)
        asked: List[str] = vars(self).get("envkey", [])
        found = [item for item in captured(_configured.settings()).items if item not in asked]
        # A later item goes over an earlier one, and what was asked for goes over what happens to be here.
        self.envkey = [*found, *asked]
        if expandchunk:
            self.expand()
            return ""
        spooled = {name: value for name, value in attributes.items() if name in _SPOOL}
        jid: Union[int, str] = self.spool(**{"owner": getuser(), **spooled})
        if dump_job:
            self._keep_copy(jid)
        return jid

    def spool(
        self,
        block: bool = False,
        owner: Optional[str] = None,
        spoolfile: Optional[str] = None,
        spoolhost: Optional[str] = None,
        hostname: Optional[str] = None,
        port: Optional[int] = None,
    ) -> Union[int, str]:
        """Write the argument files, send the job as it is and return its id, an int where the engine counts its jobs.

        The engine is that of the settings; where they name none, the host named here, or TRACTOR_ENGINE. The studio's
        hook, the outbox and the history see the job; no copy of the script is kept.
        """
        from farmsubmit.compat.jobtronaut.query import engine_url
        from farmsubmit.submission import Submission, spool_info, wait_until_taken
        from farmsubmit.submission.keeping import into_history
        from farmsubmit.tasks.build import Built

        built = Built(self, self._files)
        way = Submission(built, engine_url(hostname, port), owner, settings=_configured.settings())
        way.prepare(is_checked=False)
        ticket = way.spool(block, spool_info(owner, spoolfile, spoolhost))
        into_history(way, ticket)
        _tell(way.notes)
        jid = ticket.jid
        if block:
            wait_until_taken(way.engine, jid)
        return int(jid) if jid.isdigit() else jid

    def expand(self) -> None:
        """Write the job script into files.expansion_folder() and print TR_EXPAND_CHUNK with its path."""
        from farmsubmit.formats.jobjson import from_json, to_json
        from farmsubmit.tasks.edit import serial_by_instances

        job: author.Job = from_json(to_json(self))
        name = str(uuid4())
        if self.append_instances:
            serial_by_instances(job, name)
        self.write_arguments()
        path = files.expansion_folder() / f"{name}.alf"
        _write(path, job.asTcl() + "\n")
        print(f'TR_EXPAND_CHUNK "{path}"', flush=True)  # noqa: T201  # this is how a command speaks to its engine

    def _keep_copy(self, jid: Union[int, str]) -> None:
        template = _configured.settings()["job_storage_path_template"]
        if not template:
            return
        name = str(jid).replace("/", "_")
        try:
            self.dump_job(template.format(user=getuser(), date=date.today().strftime("%y%m%d"), job_id=name))
        except FarmsubmitError as error:
            # It is with its engine by now.
            _log().error("job %s is sent, but its copy is not kept: %s", jid, error)


def _is_local_here() -> bool:
    """Tell whether this runs in a command that runs on the spooling host, so that what it adds runs there too."""
    jid, cid = os.environ.get("TR_ENV_JID"), os.environ.get("TR_ENV_CID")
    if not jid or not cid:
        return False
    from farmsubmit.compat.jobtronaut.query.command import get_local_state

    try:
        return get_local_state(jid, cid)
    except EngineError as error:
        _log().warning("commands are made to run on any blade: %s", error)
        return False


def _root(job: author.Job, title: str) -> author.Task:
    """Return the tree of a job as one task; of one that runs nothing, an empty task."""
    tops = list(job.subtasks)
    for top in tops:
        if isinstance(top, author.Task):
            top.parent = None
    if len(tops) == 1 and isinstance(tops[0], author.Task):
        return tops[0]
    root = author.Task(title=title, serialsubtasks=job.serialsubtasks)
    for top in tops:
        root.addChild(top)
    return root


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_atomic(path, text)
    except OSError as error:
        raise FarmsubmitError(f"{path} cannot be written: {error.strerror or error}") from None


def _log() -> logging.Logger:
    return logging.getLogger(f"{_configured.settings()['logging_namespace']}.author")


def _tell(notes: Sequence[str]) -> None:
    for note in notes:
        _log().warning("%s", note)


# --- several jobs

#: Jobs, in lists that run in parallel and tuples that run in series, nested.
Jobs = Union[Job, Sequence[Any]]


def submit(
    jobs: Sequence[Job], job_attributes: Mapping[str, Any] = {}, serial: bool = False, dump_job: bool = True
) -> List[Union[int, str]]:
    """Send several jobs and return their ids; with ``serial`` each waits for the one before.

    ``job_attributes`` go over those of each job, which stay as they are. Raises as Job.submit does; the jobs that are
    sent by then stay.
    """
    ids: List[Any] = []
    for job in jobs:
        attributes = {**job.job_attributes, **job_attributes}
        if serial and ids:
            attributes["afterjids"] = [*(attributes.get("afterjids") or ()), ids[-1]]
        ids.append(job.submit(dump_job=dump_job, **attributes))
    return ids


def jobs_to_task(jobs: Jobs) -> author.Task:
    """Return one task that holds copies of the trees of several jobs, and write their argument files.

    A list runs them in parallel, a tuple one after the other; they nest.
    """
    return _folded(jobs)[0]


def submit_as_tasks(
    jobs: Jobs, job_attributes: Optional[Mapping[str, Any]] = None, dump_job: bool = True
) -> Union[int, str]:
    """Send several jobs as one and return its id; see jobs_to_task.

    ``job_attributes`` default to those of the first job.
    """
    task, folded = _folded(jobs)
    attributes = job_attributes or next((job.job_attributes for job in _each(jobs)), {})
    job = Job(task, job_attributes=attributes)
    job.dirmaps.extend(folded.dirmaps)
    return job.submit(dump_job=dump_job, **attributes)


def _folded(jobs: Jobs) -> Tuple[author.Task, author.Job]:
    from farmsubmit.tasks.edit import fold

    folded = fold(jobs)
    _tell(folded.notes)
    for job in _each(jobs):
        job.write_arguments()
    return _root(folded.job, "root"), folded.job


def _each(jobs: Jobs) -> Iterator[Job]:
    """Yield the jobs of a nest that fold() has taken; others than ours have no argument files."""
    left: List[Any] = [jobs]
    while left:
        one = left.pop()
        if isinstance(one, Job):
            yield one
        elif isinstance(one, (list, tuple)):
            left += reversed(one)
