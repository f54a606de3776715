"""Finding a runner, decomposer or expander by the name that a graph gives it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from farmsubmit.errors import FarmsubmitError

_OURS = __name__.rpartition(".")[0]
_THEIRS = "puliclient"


class JobTypeImportError(FarmsubmitError, ImportError):
    """A runner, decomposer, expander or callable that cannot be imported by its name."""


def load(name: str, base: type) -> Any:
    """Return the class that a dotted name means; raises JobTypeImportError where it is none of this base."""
    module_name, dot, class_name = str(name).rpartition(".")
    if not dot:
        raise JobTypeImportError(f"{name!r} names no class", "write it like some.module.ClassName")
    found = getattr(module(module_name), class_name, None)
    if found is None:
        raise JobTypeImportError(f"there is no {class_name!r} in the module {module_name!r}")
    if not (isinstance(found, type) and issubclass(found, base)):
        raise JobTypeImportError(f"{name} is no {base.__name__}", f"derive it from puliclient.jobs.{base.__name__}")
    return found


def module(name: str) -> Any:
    """Import a module by its name; ``puliclient`` and what is in it are answered from here.

    Raises JobTypeImportError, which also says where a module broke that was found.
    """
    ours = _OURS + name[len(_THEIRS) :] if name == _THEIRS or name.startswith(_THEIRS + ".") else name
    try:
        return import_module(ours)
    except ModuleNotFoundError as error:
        if error.name and (ours == error.name or ours.startswith(error.name + ".")):
            hint = "it must be on PYTHONPATH, here and on the render nodes"
            raise JobTypeImportError(f"there is no module {name!r}", hint) from None
        raise JobTypeImportError(f"the module {name!r} cannot be imported: {error}") from error
    except Exception as error:
        raise JobTypeImportError(f"the module {name!r} cannot be imported: {type(error).__name__}: {error}") from error
