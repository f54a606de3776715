"""The filters of templates: pure, and with a result of a known size. Private to lang.template."""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, List, Mapping, Sequence

from farmsubmit.lang.substitution import mapped

MAX_OUTPUT = 10_000
"""Characters of what a template gives, and of every text on the way there."""
MAX_STEPS = 1000
"""Turns of all loops of a template together, and items that a filter looks at."""
MAX_NUMBER = 10**18
"""Whole numbers stay below it."""

_UNSAFE = re.compile(r"[^\w.\-]+")


class Refused(Exception):
    """Something that a template must not do; ``word`` is the word of its text at which to point."""

    def __init__(self, problem: str, word: str = "", hint: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.word = word
        self.hint = hint


class Launch(str):
    """A text that is a launch expression already, so that its percent signs stay."""

    __slots__ = ()


def shown(value: Any) -> str:
    """Return a value as a template prints it; raises Refused for what is no text and no number."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float)):
        return str(value)
    if value is None:
        raise Refused("a value that is not known cannot be printed", hint="write for example {{ x | default('none') }}")
    kind = "a list" if isinstance(value, (list, tuple, range)) else "a record"
    raise Refused(f"{kind} cannot be printed", hint="name one of its parts, or use join")


def as_launch(value: Any) -> Launch:
    """Return a value as a part of a launch expression: its percent signs doubled, unless it is one already."""
    return value if isinstance(value, Launch) else Launch(shown(value).replace("%", "%%"))


def joined(parts: Sequence[Any]) -> str:
    """Return parts as one text, a launch expression where one of them is; raises Refused where it is too long."""
    is_launch = any(isinstance(part, Launch) for part in parts)
    texts = [as_launch(part) if is_launch else shown(part) for part in parts]
    return limited("".join(texts)) if not is_launch else Launch(limited("".join(texts)))


def limited(text: str) -> str:
    """Return a text as it is; raises Refused where it is too long."""
    if len(text) > MAX_OUTPUT:
        raise Refused(f"it gives more than {MAX_OUTPUT:,} characters")
    return text


def items_of(value: Any) -> List[Any]:
    """Return what a loop or filter goes through; raises Refused for what is no list, and for one that is too long."""
    if not isinstance(value, (list, tuple, range, Mapping)):
        raise Refused("only a list can be gone through")
    if len(value) > MAX_STEPS:
        raise Refused(f"a list of {len(value):,} is too long to go through", hint=f"{MAX_STEPS:,} are the most")
    return list(value)


def _join(value: Any, separator: str = "") -> str:
    parts: List[Any] = []
    for item in items_of(value):
        parts += [separator, item] if parts else [item]
    return joined(parts)


def _items(value: Any) -> List[Any]:
    if not isinstance(value, Mapping):
        raise Refused("this has no items", "items", "it is no record of names and values")
    return items_of(list(value.items()))


def _replace(value: Any, old: str, new: str) -> str:
    text, wanted, instead = shown(value), shown(old), shown(new)
    if len(text) + text.count(wanted) * len(instead) > 2 * MAX_OUTPUT:
        limited("-" * (MAX_OUTPUT + 1))
    return limited(text.replace(wanted, instead))


def _pad(value: Any, width: int) -> str:
    if not isinstance(width, int) or not 0 <= width <= 100:
        raise Refused("a number is padded to 0 to 100 digits", "pad")
    return shown(value).zfill(width)


def _default(value: Any, other: Any) -> Any:
    return other if value is None or value == "" else value


def _number(value: Any, kind: Callable[[Any], Any]) -> Any:
    if isinstance(value, str) and len(value) > 30:
        raise Refused("a text of more than 30 characters is no number")
    number = kind(value)
    if abs(number) >= MAX_NUMBER:
        raise Refused("the number is too large")
    return number


def _split(value: Any, separator: str = " ") -> List[str]:
    return shown(value).split(shown(separator))


def _name(path: Any) -> str:
    return shown(path).replace("\\", "/").rpartition("/")[2]


def _folder(path: Any) -> str:
    text = shown(path)
    return text[: max(text.rfind("/"), text.rfind("\\"), 0)]


def _stem(path: Any) -> str:
    name = _name(path)
    return name.rpartition(".")[0] or name


def _ending(path: Any) -> str:
    stem, point, ending = _name(path).rpartition(".")
    return point + ending if stem else ""


def _clean(value: Any) -> str:
    return _UNSAFE.sub("_", shown(value))


def _end(place: int) -> Callable[[Any], Any]:
    def one(value: Any) -> Any:
        if not isinstance(value, (str, list, tuple, range)) or not len(value):
            raise Refused("there is no first or last one of this")
        return value[place]

    return one


FILTERS: Dict[str, Callable[..., Any]] = {
    "abs": lambda value: _number(value, abs),
    "basename": _name,
    "capitalize": lambda value: shown(value).capitalize(),
    "clean": _clean,
    "default": _default,
    "dirname": _folder,
    "first": _end(0),
    "float": lambda value: _number(value, float),
    "int": lambda value: _number(value, int),
    "items": _items,
    "join": _join,
    "last": _end(-1),
    "length": len,
    "lower": lambda value: limited(shown(value).lower()),
    "pad": _pad,
    "replace": _replace,
    "round": lambda value, digits=0: round(value, min(max(digits, 0), 9)) if digits else round(value),
    "split": _split,
    "stem": _stem,
    "suffix": _ending,
    "title": lambda value: limited(shown(value).title()),
    "trim": lambda value: shown(value).strip(),
    "upper": lambda value: limited(shown(value).upper()),
}
"""The filters of all templates by name."""

LAUNCH_FILTERS: Dict[str, Callable[..., Any]] = {"mapped": lambda value: Launch(mapped(shown(value)))}
"""The filters that only the words of a command have."""
