"""The plug-ins by name. Source: jobtronaut's ``author.plugins``."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, List, NoReturn, Optional

from farmsubmit.compat.jobtronaut import _configured
from farmsubmit.compat.jobtronaut._errors import NotLoaded, Refused, UnknownPlugin
from farmsubmit.errors import PluginError, did_you_mean
from farmsubmit.plugins import Catalogue, Found, PluginProblem, load_catalogue
from farmsubmit.tasks.overrides import TaskWithOverrides

_KINDS = {"task": "Task", "processor": "Processor", "sitestatusfilter": "SiteStatusFilter"}


def __getattr__(name: str) -> Any:
    return _configured.value(name, __name__)


class Plugins:
    """The plug-ins of ``PLUGIN_PATH``, the same object each time, loaded when it is made first.

    The dictionaries hold what stands in the folders. Asked for by name, a plug-in of an installed package or one that
    farmsubmit ships is found too. Where ``ENABLE_PLUGIN_CACHE`` is False they are looked for each time that the object
    is asked for.
    """

    _instance: Optional[Plugins] = None
    _catalogue: Optional[Catalogue] = None
    _own: Dict[str, Found]

    def __new__(cls) -> Plugins:
        """Return the one object."""
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __init__(self) -> None:
        if self._catalogue is None or not _configured.settings()["enable_plugin_cache"]:
            self.initialize()

    def initialize(self, ignore_duplicates: bool = False) -> None:
        """Look for the plug-ins again.

        Raises Refused, an AssertionError, where the folders have a name twice, unless ``ignore_duplicates``: then the
        first one counts.
        """
        folders = [Path(folder).expanduser().absolute() for folder in _configured.settings()["plugin_path"]]
        catalogue = load_catalogue(folders)
        own = {found.name: found for found in catalogue.all() if _is_in(found.path, folders)}
        problems = [problem for problem in catalogue.problems if _is_in(problem.path, folders)]
        if not ignore_duplicates:
            _refuse_doubles(problems)
        _log(problems)
        self._catalogue, self._own = catalogue, own

    # --- those of the folders

    @property
    def tasks(self) -> Dict[str, Any]:
        """The task classes by name."""
        return self._of_kind("task")

    @property
    def processors(self) -> Dict[str, Any]:
        """The processors by name."""
        return self._of_kind("processor")

    @property
    def sitestatusfilters(self) -> Dict[str, Any]:
        """The status filters by name."""
        return self._of_kind("sitestatusfilter")

    @property
    def plugins(self) -> Dict[str, Any]:
        """All of them by name."""
        return {**self.tasks, **self.processors, **self.sitestatusfilters}

    def _of_kind(self, kind: str) -> Dict[str, Any]:
        return {name: found.value for name, found in self._own.items() if found.kind == kind}

    # --- one by its name

    def task(self, name: str) -> Any:
        """Return a task class; raises a KeyError for an unknown name, an ImportError for one that does not load."""
        return self.get("task", name)

    def processor(self, name: str) -> Any:
        """Return a processor; raises as task() does."""
        return self.get("processor", name)

    def sitestatusfilter(self, name: str) -> Any:
        """Return a status filter; raises as task() does."""
        return self.get("sitestatusfilter", name)

    def plugin(self, name: str) -> Any:
        """Return a plug-in of any kind; raises as task() does."""
        return self._asked(lambda: self.catalogue.find(name).value, "plugin", name)

    def plugin_class(self, name: str) -> str:
        """Return ``Task``, ``Processor`` or ``SiteStatusFilter``; raises Refused, an AssertionError, for neither."""
        try:
            return _KINDS[self.catalogue.find(name).kind]
        except (PluginError, KeyError) as error:
            # Checks are plug-ins too, and jobtronaut had none.
            raise Refused(f"Plugin {name} could not be found", getattr(error, "hint", "")) from None

    def plugin_description(self, name: str) -> str:
        """Return what ``farmsubmit info`` prints of a plug-in; raises as task() does."""
        return str(self.plugin(name).info(short=False))

    def get_module_path(self, plugin_name: str) -> str:
        """Return the file that a plug-in stands in; raises as task() does."""
        return str(self._asked(lambda: self.catalogue.find(plugin_name).path, "plugin", plugin_name))

    def get_all_arguments(self, taskname: str = "", arguments: Optional[List[str]] = None) -> List[str]:
        """Return the names of the arguments that the processors of a task, and of all it requires, work on; sorted."""
        names = set(arguments or ())
        left, seen = [self.task(taskname)] if taskname else [], set()
        while left:
            task = left.pop()
            if task not in seen:
                seen.add(task)
                names.update(item.partition(".")[0] for each in task.argument_processors for item in each.scope)
                left += self._required(task.required_tasks)
        return sorted(names)

    def _required(self, what: Any) -> List[Any]:
        tasks: List[Any] = []
        left = [what]
        while left:
            one = left.pop()
            if isinstance(one, (list, tuple)):
                left += one
            elif isinstance(one, TaskWithOverrides):
                tasks.append(one.applied(self.task(one.basename)))
            else:
                tasks.append(self.task(one) if isinstance(one, str) else one)
        return tasks

    @staticmethod
    def format_safe(value: Any) -> str:
        """Return a value as text that str.format() leaves alone; a string stands in quotes."""
        if isinstance(value, str):
            return f'"{value}"'
        return str(value).replace("{", "{{").replace("}", "}}")

    # --- for the other modules here

    @property
    def catalogue(self) -> Catalogue:
        """All plug-ins, those of installed packages and the shipped ones too."""
        if self._catalogue is None:
            self.initialize()
        assert self._catalogue is not None
        return self._catalogue

    def get(self, kind: str, name: str) -> Any:
        """Return a plug-in of a kind: what farmsubmit's builder asks for its plug-ins. Raises as task() does."""
        return self._asked(lambda: self.catalogue.get(kind, name), kind, name)

    def _asked(self, question: Callable[[], Any], kind: str, name: str) -> Any:
        try:
            return question()
        except PluginError as error:
            self._refuse(error, kind, name)

    def _refuse(self, error: PluginError, kind: str, name: str) -> NoReturn:
        if any(name in problem.names for problem in self.catalogue.problems):
            raise NotLoaded(error.problem, error.hint) from None
        near = [found.name for found in self.catalogue.all() if kind in (found.kind, "plugin")]
        raise UnknownPlugin(f"No {kind} found for {name!r}", did_you_mean(name, near)) from None


def _is_in(path: Path, folders: List[Path]) -> bool:
    return path in folders or path.parent in folders


def _refuse_doubles(problems: Iterable[PluginProblem]) -> None:
    for problem in problems:
        name = problem.names[0] if problem.names else ""
        # A file that does not load is a problem of another kind.
        if problem.cause.startswith(f"{name} is also in "):
            raise Refused(f"{problem}; make sure that names are unique", "or initialize with ignore_duplicates=True")


def _log(problems: Iterable[PluginProblem]) -> None:
    logger = logging.getLogger(f"{_configured.settings()['logging_namespace']}.plugins")
    for problem in problems:
        logger.warning("%s", problem)
