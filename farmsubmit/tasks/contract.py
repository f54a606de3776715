"""The one word that tells a wrapper script what to run on a blade; ``wrappers/farmwrapper.py`` reads it.

    {"farmsubmit":1,"call":"package.module:function","with":{…},"once":false}|python=%D(/lib)|result=%D(/r/%j.%t.json)

Paths stand behind the JSON, each as ``|name=path``: directory mapping may put backslashes into them, which JSON would
take for escapes.
"""

from __future__ import annotations

import json
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple

from farmsubmit.errors import PluginError, SubstitutionError
from farmsubmit.lang.substitution import Context, expand, literal

#: The version of the contract; a wrapper refuses any other.
VERSION = 1

#: The exit code of a wrapper for a licence that was not to be had, for ``retryrc``. Source: EX_TEMPFAIL.
LICENCE_EXIT = 75


def word(call: str, what: Mapping[str, Any], paths: Iterable[Tuple[str, str]], once: bool = False) -> str:
    """Return the word as a launch expression; ``paths`` are launch expressions by name, a name may come again.

    Raises PluginError for a path that holds a ``|``.
    """
    head = {"farmsubmit": VERSION, "call": call, "with": what, "once": once}
    # ASCII, so that no program's idea of its arguments' encoding can change it.
    parts = [literal(json.dumps(head, ensure_ascii=True, separators=(",", ":")))]
    for name, path in paths:
        if "|" in path:
            raise PluginError(f"the path {path!r} holds a '|', which a wrapper cannot be given", "rename it")
        parts.append(f"{name}={path}")
    return "|".join(parts)


def read_word(text: str) -> Optional[Tuple[Dict[str, Any], Dict[str, List[str]]]]:
    """Return what word() was given, as this machine would see it: the object under ``with``, and the paths by name.

    None for a word that is none of ours.
    """
    try:
        # The ids of the run are not known here, and only the result file is named by them.
        plain = expand(text, Context(jid=0, tid=0, cid=0))
        head, end = json.JSONDecoder().raw_decode(plain)
        what = dict(head["with"])
    except (SubstitutionError, ValueError, KeyError, TypeError, RecursionError):
        return None
    paths: Dict[str, List[str]] = {}
    for item in plain[end:].split("|")[1:]:
        name, _, path = item.partition("=")
        paths.setdefault(name, []).append(path)
    return what, paths
