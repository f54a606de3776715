"""One submission on its way, as the outbox keeps it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Dict, Mapping, Tuple

from farmsubmit.errors import FarmsubmitError

VERSION = 1

#: How a letter stands: its engine did not answer and it was not sent; it is being sent; it was sent and no answer came,
#: so that its engine may have it; its engine refused it, so that a person has to look.
WAITING, SENDING, UNSURE, REFUSED = "waiting", "sending", "unsure", "refused"
_STATES = (WAITING, SENDING, UNSURE, REFUSED)


@dataclass(frozen=True)
class Letter:
    """A submission that is not with its engine yet, or perhaps is.

    ``key`` is what the engine knows the job by, ``engine`` a URL without a password. ``when`` is the time of the
    submission and ``next_try`` that before which it is not tried again, both in seconds since the epoch; ``tries`` is
    how often it was tried, ``reason`` why it did not arrive; ``digest`` is that of the job. The other fields are those
    of SpoolInfo.
    """

    key: str
    engine: str
    title: str = ""
    scene: str = ""
    digest: str = ""
    owner: str = ""
    spoolhost: str = ""
    spoolfile: str = ""
    spoolcwd: str = ""
    when: float = 0.0
    state: str = SENDING
    tries: int = 1
    next_try: float = 0.0
    reason: str = ""

    def to_json(self) -> Dict[str, Any]:
        """Return the letter as plain JSON values."""
        return {"outbox_version": VERSION, **asdict(self)}


_KINDS: Dict[str, Tuple[type, ...]] = {"when": (int, float), "next_try": (int, float), "tries": (int,)}


def letter_from_json(document: Mapping[str, Any]) -> Letter:
    """Return the letter that ``to_json`` wrote; raises FarmsubmitError for another version or shape."""
    version = document.get("outbox_version")
    if version != VERSION:
        raise FarmsubmitError(f"it is of version {version!r}, this farmsubmit reads version {VERSION}")
    values = {field.name: document[field.name] for field in fields(Letter) if field.name in document}
    for name, value in values.items():
        if not isinstance(value, _KINDS.get(name, (str,))) or isinstance(value, bool):
            raise FarmsubmitError(f"its {name} is not what it should be")
    if not values.get("key") or values.get("state") not in _STATES:
        raise FarmsubmitError("it has no key, or a state that there is not")
    return Letter(**values)
