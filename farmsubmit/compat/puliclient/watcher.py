"""Runs one command of a graph on a blade: ``python …/watcher.py RUNNER ARGUMENTS [PATHS]``.

ARGUMENTS is a JSON object, PATHS a JSON list of folders that modules may be in. The exit code is 0 where the command is
done, 1 where it failed, 2 for a wrong call.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, List

_ROOT = str(Path(__file__).resolve().parents[3])


def main(words: List[str]) -> int:
    """Run the command, and return the exit code."""
    from farmsubmit.compat.puliclient import enums, install
    from farmsubmit.compat.puliclient._running import run_command

    try:
        runner, text, *more = words
        arguments, paths = _read(text, dict), _read(more[0] if more else "[]", list)
    except (ValueError, RecursionError) as error:
        sys.stderr.write(f"a runner and its arguments as JSON are wanted: {error}\n")
        return 2
    sys.path += [path for path in paths if isinstance(path, str) and path not in sys.path]
    install()
    return 0 if run_command(runner, arguments, {}) == enums.CMD_DONE else 1


def _read(text: str, kind: type) -> Any:
    import json

    value = json.loads(text)
    if not isinstance(value, kind):
        raise ValueError(f"it is no {kind.__name__}")
    return value


if __name__ == "__main__":
    # Python puts this folder first, in which modules have such common names as jobs and server.
    sys.path[0] = _ROOT
    sys.exit(main(sys.argv[1:]))
