"""A function of the studio, called on a blade when what it needs is done."""

from __future__ import annotations

import re
from typing import Any, Dict, Sequence

from farmsubmit.errors import ArgumentError, PluginError, did_you_mean
from farmsubmit.tasks.plugin import Flags
from farmsubmit.tasks.shipped._base import PythonTask

_HOOK = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*")


class PublishHook(PythonTask):
    """Calls a function of the studio with all arguments of the task, in a plain Python on a blade."""

    description = (
        "Calls a function of the studio, such as one that registers a version: function(arguments), with all "
        "arguments of the task in a dict and its paths as the blade has them. Done once, it is not done again "
        "when the task is retried."
    )
    flags = Flags.NO_RETRY
    required_arguments = ("hook",)
    argument_defaults = {"hook_folder": None, "service": ""}
    argument_help = {
        "hook": "the function, as package.module:function",
        "hook_folder": "the folder to import it from; empty where the blade's Python finds it by itself",
        "service": "service expression of the command; empty is any blade",
    }
    # The paths that other shipped tasks know, where the job has them.
    path_arguments = ("scene", "output", "movie_file", "sheet_file", "project", "hook_folder")

    def cmd(self) -> Sequence[str]:
        """Return the Python of the settings with the wrapper; raises ArgumentError for a hook that names nothing."""
        if not _HOOK.fullmatch(self.text("hook")):
            raise ArgumentError(f"hook = {self.text('hook')!r} is no function", "write package.module:function")
        return super().cmd()

    def leaf_title(self) -> str:
        """Return the title: what it is called with may be much."""
        return self.title or type(self).__name__

    def script(self) -> Any:
        """Call the function and return what it returns, which must be JSON; raises PluginError where there is none."""
        import sys
        from importlib import import_module

        if self.optional("hook_folder"):
            sys.path.insert(0, self.text("hook_folder"))
        name, _, attribute = self.text("hook").partition(":")
        try:
            module = import_module(name)
        except ModuleNotFoundError as error:
            if not f"{name}.".startswith(f"{error.name}."):
                raise  # the hook is there; what it imports is not
            hint = "give hook_folder, the folder that it is in"
            raise PluginError(f"the module {error.name!r} of the hook is not there", hint) from None
        function = getattr(module, attribute, None)
        if not callable(function):
            known = [word for word in dir(module) if not word.startswith("_")]
            raise PluginError(f"the hook {self.text('hook')!r} is not there", did_you_mean(attribute, known))
        told: Dict[str, Any] = {name: value.processed for name, value in self.arguments.items()}
        return function(told)
