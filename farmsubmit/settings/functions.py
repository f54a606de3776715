"""Settings that are functions: those named in text, those with secrets, and the defaults."""

from __future__ import annotations

import os
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Union

from farmsubmit.errors import PluginError, SettingsError, did_you_mean


class NamedFunction:
    """A function that text names as ``module:function``; it is looked up when it is called first."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._function: Optional[Callable[..., Any]] = None

    def __repr__(self) -> str:
        return f"NamedFunction({self.text!r})"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function; raises SettingsError where there is none, and whatever it raises."""
        if self._function is None:
            self._function = self.found()
        return self._function(*args, **kwargs)

    def found(self) -> Callable[..., Any]:
        """Return the function; raises SettingsError."""
        from importlib import import_module

        module, _, name = self.text.partition(":")
        try:
            value: Any = import_module(module)
        except (Exception, SystemExit) as error:
            why = f"{type(error).__name__}: {error}"
            raise SettingsError(f"the function {self.text!r} cannot be found: {why}") from None
        for part in name.split("."):
            if not hasattr(value, part):
                known = [word for word in dir(value) if not word.startswith("_")]
                hint = did_you_mean(part, known)
                raise SettingsError(f"the function {self.text!r} cannot be found: there is no {part!r} in it", hint)
            value = getattr(value, part)
        if not callable(value):
            raise SettingsError(f"{self.text!r} is no function")
        function: Callable[..., Any] = value
        return function


class Credentials(NamedTuple):
    """A user and a password. Printing them shows neither."""

    user: str
    password: str

    def __repr__(self) -> str:
        return "Credentials(hidden)"


class CredentialsResolver:
    """The function that gives Credentials; no error and no text ever shows what it is or what it gave."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __repr__(self) -> str:
        return "CredentialsResolver(hidden)"

    def __call__(self) -> Credentials:
        """Return the credentials; raises SettingsError where there are none, or anything but two strings."""
        try:
            return _as_credentials(self._function())
        except _NotTwoStrings:
            problem = "must give two strings, the user and the password"
        except (Exception, SystemExit) as error:
            problem = f"failed with {type(error).__name__}"
        # Raised out here, so that the error drags nothing along that a log could show.
        raise SettingsError(f"tractor_engine_credentials_resolver {problem}")


class _NotTwoStrings(Exception):
    pass


def _as_credentials(given: Any) -> Credentials:
    if not isinstance(given, (tuple, list)) or [type(part) for part in given] != [str, str]:
        raise _NotTwoStrings
    return Credentials(*given)


def resolve_executable(name: str) -> str:
    """Return the path of a program: itself, where it is the absolute path of a file that may be executed.

    Raises PluginError for all else: what ``maya`` stands for is for the studio to say. Source: jobtronaut's default
    EXECUTABLE_RESOLVER.
    """
    if os.path.isabs(name) and os.path.isfile(name) and os.access(name, os.X_OK):  # noqa: PTH113, PTH117
        return name
    hint = "set executable_resolver to a function that returns the path for a name"
    raise PluginError(f"{name!r} is not the absolute path of an executable file", hint)


def resolve_environment() -> Dict[str, str]:
    """Return the variables of this process in the order of their names. Source: jobtronaut's ENVIRONMENT_RESOLVER."""
    return dict(sorted(os.environ.items()))


def resolve_credentials() -> Credentials:
    """Return the user and password that nobody has. Source: jobtronaut's TRACTOR_ENGINE_CREDENTIALS_RESOLVER."""
    return Credentials("unknown_user", "unknown_password")


def select_no_filter(state: Mapping[str, Any], command: Any) -> Union[str, List[str]]:
    """Return the names of no status filter. Source: jobtronaut's FILTER_SELECTOR."""
    return []
