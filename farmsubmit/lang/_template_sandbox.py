"""The sandbox of templates: what of jinja2 they may use, and the bounds of it. Private to lang.template.

jinja2's own sandbox keeps a template away from Python. That is not enough for text that nobody reviewed: it may still
run for hours or fill the memory. So only some of its language is allowed, every text and number on the way is bounded,
and what a template sees is data: nothing can be called.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Iterator, List, Mapping, Tuple

from farmsubmit.errors import did_you_mean
from farmsubmit.lang._template_filters import (
    FILTERS,
    LAUNCH_FILTERS,
    MAX_NUMBER,
    MAX_STEPS,
    Refused,
    as_launch,
    items_of,
    joined,
    shown,
)

if TYPE_CHECKING:
    from jinja2 import nodes

STEPS = "_steps"
_EACH, _JOINED = "_each", "_joined"
_TESTS = ("divisibleby", "even", "none", "number", "odd", "string")
_LOOP = ("first", "index", "index0", "last", "length", "revindex", "revindex0")
_ALLOWED = frozenset(
    (
        *("Template", "Output", "TemplateData", "Name", "Const", "Tuple", "List", "Dict", "Pair", "Keyword"),
        *("CondExpr", "Filter", "Test", "Getitem", "Getattr", "Slice", "Concat", "Compare", "Operand", "And", "Or"),
        *("Not", "Neg", "Pos", "Mul", "Div", "FloorDiv", "Add", "Sub", "Mod", "For", "If", "Assign", "Call"),
    )
)
_CALLED = {"Call": "a call", "Pow": "a power", "CallBlock": "{% call %}", "FilterBlock": "{% filter %}"}


class Steps:
    """Counts the turns of all loops of one rendering."""

    def __init__(self) -> None:
        self._left = MAX_STEPS

    def take(self, count: int) -> None:
        """Count some turns; raises Refused where they are too many."""
        self._left -= count
        if self._left < 0:
            raise Refused(f"its loops turn more than {MAX_STEPS:,} times", "for")


@lru_cache(maxsize=2)
def environment(is_launch: bool) -> Any:
    """Return the jinja2 environment for texts, or for the words of a command."""
    from jinja2 import StrictUndefined, pass_context
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset(("+", "-", "*", "/", "//", "%", "**"))

        def getattr(self, obj: Any, attribute: str) -> Any:
            return part_of(obj, attribute)

        def getitem(self, obj: Any, argument: Any) -> Any:
            return part_of(obj, argument) if isinstance(argument, str) else item_of(obj, argument)

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            if operator == "+" and isinstance(left, str) and isinstance(right, str):
                return joined([left, right])
            return _counted(operator, self.binop_table[operator], left, right)

    @pass_context
    def each(context: Any, value: Any) -> List[Any]:
        found = items_of(value)
        context[STEPS].take(len(found))
        return found

    made = Sandbox(
        undefined=StrictUndefined,
        finalize=as_launch if is_launch else shown,
        keep_trailing_newline=True,
        optimized=False,
        cache_size=0,
    )
    made.filters = {**FILTERS, **(LAUNCH_FILTERS if is_launch else {}), _EACH: each, _JOINED: joined}
    made.tests = {name: made.tests[name] for name in _TESTS}
    made.globals = {"range": _range}
    return made


def _range(*ends: int) -> range:
    made = range(*ends)
    if len(made) > MAX_STEPS:
        raise Refused(f"a range of {len(made):,} is too long", "range", f"{MAX_STEPS:,} are the most")
    return made


def _counted(operator: str, work: Any, left: Any, right: Any) -> Any:
    if not all(isinstance(value, (int, float)) for value in (left, right)):
        hint = "texts are joined with ~" if operator == "+" else ""
        raise Refused(f"{operator} takes numbers", operator, hint)
    result = work(left, right)
    if isinstance(result, int) and abs(result) >= MAX_NUMBER:
        raise Refused("the number is too large", operator)
    return result


def part_of(value: Any, name: str) -> Any:
    """Return a part of a record by its name; raises Refused for a name that it does not have."""
    if isinstance(value, Mapping):
        if name in value:
            return value[name]
        known = [key for key in value if isinstance(key, str)]
    else:
        known = list(_attributes(value))
        if name in known:
            return getattr(value, name)
    if not known:
        why = "it is empty" if isinstance(value, Mapping) else "it is no record"
        raise Refused(f"there is nothing named {name!r} in this value", name, why)
    hint = did_you_mean(name, known) or f"there is {', '.join(known[:12])}"
    raise Refused(f"there is no {name!r}", name, hint)


def _attributes(value: Any) -> Iterator[str]:
    if is_dataclass(value):
        yield from (field.name for field in fields(value))
    elif type(value).__name__ == "LoopContext":
        yield from _LOOP


def item_of(value: Any, place: Any) -> Any:
    """Return an item of a list or text by its place; raises Refused where there is none."""
    if not isinstance(value, (list, tuple, range, str)) or not isinstance(place, int):
        raise Refused(f"[{place!r}] takes an item of a list", "[")
    if not -len(value) <= place < len(value):
        raise Refused(f"there is no item {place} in a list of {len(value)}", str(abs(place)))
    return value[place]


def check(tree: nodes.Template, is_launch: bool) -> None:
    """Raise Refused for what of jinja2 a template may not use."""
    names = [*FILTERS, *(LAUNCH_FILTERS if is_launch else ())]
    for node in _walked(tree):
        kind = type(node).__name__
        if kind not in _ALLOWED or (kind == "For" and node.recursive):
            what = _CALLED.get(kind, "{% " + kind.lower() + " %}")
            raise Refused(f"{what} has no place in these templates", kind.lower())
        if kind == "Filter":
            _check_name("filter", node.name, names)
        elif kind == "Test":
            _check_name("test", node.name, _TESTS)
        elif kind == "Call" and not (type(node.node).__name__ == "Name" and node.node.name == "range"):
            word = getattr(node.node, "attr", None) or getattr(node.node, "name", "")
            hint = f"write it as a filter: {{{{ x | {word} }}}}" if word in names else ""
            raise Refused("nothing but range() can be called", str(word), hint)


def _check_name(what: str, name: str, known: Any) -> None:
    if name not in known:
        raise Refused(f"there is no {what} {name!r}", name, did_you_mean(name, known) or f"known: {', '.join(known)}")


def _walked(tree: Any) -> Iterator[Any]:
    left = [tree]
    while left:
        node = left.pop()
        yield node
        left += node.iter_child_nodes()


def bounded(tree: nodes.Template, home: Any) -> nodes.Template:
    """Return the tree of an environment with its loops counted and its joined texts measured; it is changed."""
    from jinja2 import nodes

    for node in list(_walked(tree)):
        if isinstance(node, nodes.For):
            node.iter = nodes.Filter(node.iter, _EACH, [], [], None, None, lineno=node.lineno)
        for name in node.fields:
            value = getattr(node, name)
            if isinstance(value, nodes.Concat):
                setattr(node, name, _measured(value))
            elif isinstance(value, list):
                value[:] = [_measured(item) if isinstance(item, nodes.Concat) else item for item in value]
    tree.set_environment(home)
    return tree


def _measured(node: Any) -> Any:
    from jinja2 import nodes

    parts = nodes.List(node.nodes, lineno=node.lineno)
    return nodes.Filter(parts, _JOINED, [], [], None, None, lineno=node.lineno)


def paths(tree: nodes.Template, known: Mapping[str, Any]) -> List[Tuple[str, Any]]:
    """Return each of the given values that a template names, as ``row.layer`` and its value."""
    found = {".".join(names): names for names in map(_dotted, _walked(tree)) if names and names[0] in known}
    longest = [name for name in found if not any(other.startswith(name + ".") for other in found)]
    values = [(name, _value(found[name], known)) for name in longest]
    return [(name, value) for name, value in values if value is not _NOTHING]


def _dotted(node: Any) -> List[str]:
    names: List[str] = []
    while type(node).__name__ == "Getattr":
        names.append(node.attr)
        node = node.node
    return [node.name, *reversed(names)] if type(node).__name__ == "Name" else []


_NOTHING = object()


def _value(names: List[str], known: Mapping[str, Any]) -> Any:
    value: Any = known
    try:
        for name in names:
            value = part_of(value, name)
    except Refused:
        # The name is that of a loop's own variable.
        return _NOTHING
    return value
