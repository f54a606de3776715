"""Arguments that can be changed in place. Source: jobtronaut's ``author.argument``, but for its pickles."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Dict, Mapping, NoReturn, Union

from farmsubmit.compat.jobtronaut._errors import Refused, UnknownKey
from farmsubmit.errors import ArgumentError, did_you_mean
from farmsubmit.tasks import arguments as core
from farmsubmit.tasks.arguments import ArgumentValue

__all__ = ["ArgumentValue", "Arguments"]

_FILE_AND_KEY = re.compile(r"(?P<path>.*[/\\].*\.\w+):(?P<key>[\w-]*)\Z", re.DOTALL)


class Arguments(Dict[str, ArgumentValue]):
    """Arguments by name, as items and as attributes: ``arguments.frames.processed``.

    ``arguments`` is a mapping, the text that serialized() gave, or ``/path/file.json:key`` for a file that holds such
    texts by key; ``defaults`` are those that may be missing in it. A plain value is both the initial and the processed
    one. Raises ArgumentError for anything else, and for a pickle: reading one would run whatever it holds.
    """

    def __init__(self, arguments: Union[Mapping[str, Any], str] = {}, **defaults: Any) -> None:
        super().__init__()
        self.update(defaults)
        self.update(arguments if isinstance(arguments, Mapping) else _read(arguments))

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, value if isinstance(value, ArgumentValue) else ArgumentValue(value, value))

    def __getattr__(self, name: str) -> ArgumentValue:
        if name.startswith("__"):
            raise AttributeError(name)
        if name not in self:
            raise core.MissingArgument(name, self)
        return self[name]

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        self.remove(name)

    def update(self, *others: Any, **values: Any) -> None:
        """Set several arguments, as dict.update does."""
        for name, value in dict(*others, **values).items():
            self[name] = value

    def setdefault(self, name: str, value: Any = None) -> ArgumentValue:
        """Return an argument, set to the value where it is not there."""
        if name not in self:
            self[name] = value
        return self[name]

    def set(self, name: str, value: Any, initialize: bool = False) -> None:
        """Change an argument; only with ``initialize`` may it be a new one. Raises Refused, an AssertionError."""
        if not initialize:
            self._must_have(name)
        self[name] = value

    def add(self, name: str, value: Any) -> None:
        """Add an argument; raises Refused, an AssertionError, where it is there already."""
        if name in self:
            raise Refused(f"there is an argument {name!r} already", "use set")
        self[name] = value

    def remove(self, name: str) -> None:
        """Remove an argument; raises Refused, an AssertionError, where it is not there."""
        self._must_have(name)
        del self[name]

    def _must_have(self, name: str) -> None:
        if name not in self:
            raise Refused(f"there is no argument {name!r}", did_you_mean(name, self))

    def replaced(self, values: Mapping[str, Any]) -> core.Arguments:
        """Return arguments as farmsubmit's core has them, with these values laid over."""
        return core.Arguments(self).replaced(values)

    def serialized(self) -> str:
        """Return the arguments as one line of JSON; raises ArgumentError for a value that JSON cannot hold."""
        return core.to_json(self)

    def pickle_arguments(self, filepath: str) -> NoReturn:
        """Refuse: raises ArgumentError."""
        raise ArgumentError("arguments are not pickled, for a pickle is code", "write serialized() into the file")

    def info(self, key_filter: str = ".*") -> str:
        """Return the arguments whose names a regular expression is found in, for people to read."""
        return core.Arguments(self).info(key_filter)


def _read(text: Any) -> core.Arguments:
    if not isinstance(text, str):
        raise ArgumentError(f"{type(text).__name__} holds no arguments", "give a dict, Arguments, or serialized text")
    if text.lstrip().startswith("{"):
        return core.from_json(text, "the text")
    found = _FILE_AND_KEY.match(text)
    if found is None:
        hint = "a job of jobtronaut itself holds pickles, which are not read; submit it again"
        raise ArgumentError("these are no arguments: neither JSON nor /path/file.json:key", hint)
    return _from_file(Path(found["path"]), found["key"])


def _from_file(path: Path, key: str) -> core.Arguments:
    import json

    if not path.is_file():
        raise Refused(f"the arguments file {path} is not there")
    try:
        texts = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ArgumentError(f"the arguments file {path} cannot be read: {error}") from None
    if not isinstance(texts, dict) or not isinstance(texts.get(key), str):
        raise UnknownKey(f"the arguments file {path} has no arguments {key!r}")
    return _read(texts[key])
