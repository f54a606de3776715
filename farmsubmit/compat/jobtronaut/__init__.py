"""``import jobtronaut`` answered by farmsubmit: a studio's old plug-ins and submit scripts run as they are.

The modules here have the names of jobtronaut's, and ``install()`` lets them be imported under those. Each is imported
when it is asked for, so that it costs nothing to be ready. Source: jobtronaut's public names.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from typing import Any

from farmsubmit.compat.aliases import answer

_HERE = __name__
_NAME = "jobtronaut"
_MODULES = (
    *("configuration", "constants", "author", "plugins", "plugins.processors"),
    *(f"author.{name}" for name in ("argument", "job", "plugins", "processor", "statusfilter", "task")),
    *("query", "query.arguments", "query.command"),
)
_NAMES = {f"{_NAME}.{name}": f"{_HERE}.{name}" for name in _MODULES}
_WANTED = re.compile(r"\bjobtronaut\b")
_WANTS_TRACTOR = re.compile(r"\btractor\.api\b")


def install() -> None:
    """Put the names in place for this process, in front of an installed ``jobtronaut`` package.

    One that is imported already stays, for its objects are in use.
    """
    if _NAME not in sys.modules:
        sys.modules[_NAME] = sys.modules[_HERE]
        answer(_NAMES)


def install_if_wanted(source: str) -> None:
    """Put the names in place where the text of a Python file speaks of them.

    So it is with ``tractor.api``, on which plug-ins of jobtronaut build, where there is no such package here.
    """
    if _WANTED.search(source):
        install()
    if _WANTS_TRACTOR.search(source) and not _is_here("tractor"):
        from farmsubmit.compat import tractor

        tractor.install()


def _is_here(name: str) -> bool:
    from importlib.util import find_spec

    return name in sys.modules or find_spec(name) is not None


def __getattr__(name: str) -> Any:
    # The package gives all that its constants do.
    if not name.isupper():
        raise AttributeError(f"module {_NAME!r} has no attribute {name!r}")
    return getattr(import_module(f"{_HERE}.constants"), name)
