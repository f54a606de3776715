"""Commands that a blade understands itself, for where there is none."""

from __future__ import annotations

from typing import List

from farmsubmit.errors import FarmsubmitError

_BUILT_IN = "TractorBuiltIn"


def program(argv: List[str]) -> List[str]:
    """Return the words of a command for a POSIX system: ``TractorBuiltIn File delete PATH`` becomes ``rm``.

    Raises FarmsubmitError for what only a blade can do. Source: Tractor's Process Launch page.
    """
    if argv[0] != _BUILT_IN:
        return argv
    if argv[1:3] == ["File", "delete"] and len(argv) > 3:
        return ["rm", "-f", "--", *argv[3:]]
    hint = f"what can be said elsewhere is '{_BUILT_IN} File delete PATH'"
    raise FarmsubmitError(f"only a farm can run {' '.join(argv)!r}", hint)
