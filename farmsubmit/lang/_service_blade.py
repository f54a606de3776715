"""What a blade offers to service-key expressions."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, field
from typing import Any, Mapping, Optional

from farmsubmit.errors import FarmsubmitError, did_you_mean

METRICS: Mapping[str, str] = {
    "disk": "available disk space, in gigabytes",
    "mem": "available physical RAM, in gigabytes",
    "nCPUs": "number of CPU cores reported by the system",
    "cpu": "current CPU usage divided by the number of cores",
    "sa": "number of free slots",
}
"""The metrics a blade reports, without the ``@.``, and their meaning. Source: Tractor's Process Launch page."""

_METRIC_SPELLING = {name.lower(): name for name in METRICS}
_EVERYDAY_WORDS = {
    "ram": "mem",
    "memory": "mem",
    "cores": "nCPUs",
    "threads": "nCPUs",
    "load": "cpu",
    "slots": "sa",
    "space": "disk",
}
_FIELDS = ("name", "address", "profile", "provides", "metrics")


def metric_name(word: str) -> Optional[str]:
    """Return the documented spelling of a metric's name in any case, or None for an unknown one."""
    return _METRIC_SPELLING.get(word.lower())


def metric_hint(word: str, prefix: str = "@.") -> str:
    """Return the hint for an unknown metric: the one probably meant, else all of them."""
    near = _EVERYDAY_WORDS.get(word.lower())
    if near:
        return f"did you mean {prefix + near!r}?"
    names = [prefix + name for name in METRICS]
    guess = did_you_mean(prefix + word, names) if word else ""
    return guess or f"the metrics are {', '.join(names)}"


@dataclass(frozen=True)
class Blade:
    """A blade as service keys see it.

    ``name`` is the host name, ``address`` its IP address, ``profile`` its profile in blade.config; each is a key that
    the blade always provides. ``provides`` are the keys of its profile. ``metrics`` maps a name of ``METRICS`` (any
    case, without ``@.``) to its present value; a metric left out is one that the blade does not report.
    Source: Tractor's Process Launch page, "Service Keys".
    """

    name: str = ""
    address: str = ""
    profile: str = ""
    provides: tuple[str, ...] = ()
    metrics: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Blade:
        """Read a blade from JSON data; only ``name`` must be there.

        Shape: ``{"name": "rack-15a", "address": "192.168.0.15", "profile": "Linux64", "provides": ["PixarRender",
        "Linux"], "metrics": {"disk": 120, "mem": 30.5, "nCPUs": 16, "cpu": 0.2, "sa": 4}}``. The shape is our own.
        Raises FarmsubmitError for anything else.
        """
        if not isinstance(data, Mapping):
            raise FarmsubmitError(
                f"a blade must be a JSON object, not {type(data).__name__}", 'such as {"name": "rack-15a"}'
            )
        for key in data:
            if key not in _FIELDS:
                hint = did_you_mean(str(key), _FIELDS) or f"the fields are {', '.join(_FIELDS)}"
                raise FarmsubmitError(f"a blade has no field {key!r}", hint)
        if not data.get("name"):
            raise FarmsubmitError("a blade needs a name", 'such as {"name": "rack-15a"}')
        name, address, profile = (_text(data, key) for key in _FIELDS[:3])
        return cls(name, address, profile, _provides(data.get("provides", [])), _metrics(name, data.get("metrics", {})))

    @functools.cached_property
    def keys(self) -> Mapping[str, str]:
        """Every key the blade provides, also the three it always provides: in lower case, mapped to its spelling."""
        every = (self.name, self.address, self.profile, *self.provides)
        return {key.casefold(): key for key in every if key}

    @functools.cached_property
    def _metrics(self) -> Mapping[str, float]:
        return {name.lower(): value for name, value in self.metrics.items()}

    def key_like(self, pattern: str) -> Optional[str]:
        """Return the first key that fits a pattern of ``*`` and ``?`` in any case, as the blade spells it, or None."""
        folded = pattern.casefold()
        return next((spelling for key, spelling in self.keys.items() if _fits(folded, key)), None)

    def metric(self, name: str) -> Optional[float]:
        """Return the value of a metric (name without ``@.``, any case), or None if the blade does not report it."""
        return self._metrics.get(name.lower())


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key, "")
    if not isinstance(value, str):
        raise FarmsubmitError(f"a blade's {key} must be text, not {value!r}")
    return value


def _provides(value: Any) -> tuple[str, ...]:
    if isinstance(value, (list, tuple)) and all(isinstance(key, str) for key in value):
        return tuple(value)
    raise FarmsubmitError(f"a blade's provides must be a list of key names, not {value!r}", 'such as ["PixarRender"]')


def _metrics(blade: str, value: Any) -> Mapping[str, float]:
    if not isinstance(value, Mapping):
        raise FarmsubmitError(f"a blade's metrics must be a JSON object, not {value!r}", 'such as {"mem": 32}')
    return {_known_metric(blade, name): _finite(blade, name, number) for name, number in value.items()}


def _known_metric(blade: str, word: str) -> str:
    name = metric_name(word)
    if name is None:
        raise FarmsubmitError(f"blade {blade}: there is no metric {word!r}", metric_hint(word, prefix=""))
    return name


def _finite(blade: str, name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise FarmsubmitError(f"blade {blade}: the metric {name} must be a number, not {value!r}")
    return float(value)


def _fits(pattern: str, text: str) -> bool:
    """Tell whether a text fits a pattern of ``*`` and ``?``; all other characters stand for themselves.

    Goes back to the last star only, so a pattern of many stars costs no more than its length times the text's.
    """
    at, star, retry = 0, -1, 0
    place = 0
    while place < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, retry = at, place
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", text[place]):
            at += 1
            place += 1
        elif star < 0:
            return False
        else:
            retry += 1
            at, place = star + 1, retry
    return not pattern[at:].strip("*")
