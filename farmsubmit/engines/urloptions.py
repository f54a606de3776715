"""The options behind the ``?`` of an engine's URL."""

from __future__ import annotations

from typing import Dict, Sequence

from farmsubmit.errors import EngineError, did_you_mean


def read_options(scheme: str, query: str, known: Sequence[str], form: str) -> Dict[str, str]:
    """Return the options of ``a=x&b=y``, with percent escapes read; one without ``=`` is empty.

    Raises EngineError for an option that the engine does not know; ``form`` says how its URL is written.
    """
    from urllib.parse import unquote

    options: Dict[str, str] = {}
    for item in filter(None, query.split("&")):
        name, _, value = item.partition("=")
        if name not in known:
            raise EngineError(f"{scheme}: knows no option {name!r}", did_you_mean(name, known) or form)
        options[name] = unquote(value)
    return options
