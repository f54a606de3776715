"""Search clauses: which jobs, tasks or blades are meant.

A text becomes a list of tests, and a Search tells whether the attributes of one item pass them::

    >>> clause = parse("owner in [anna bob] and not numerror", {"owner": Kind.TEXT, "numerror": Kind.NUMBER})
    >>> clause.matches({"owner": "bob", "numerror": 0})
    True

Source: Tractor's Search Clauses page: ``and or not ( )``, ``= != < <= > >=``, a number by itself, ``like "regex"``,
``in [a b]``, quotes that may be left out, and relative times such as ``-8d``. Where the page is silent, we read:

- ``not`` binds tightest, then ``and``, then ``or``. The words may be written in any case; ``==`` is ``=``.
- A text in quotes holds no quote of the same kind, and a backslash in it stands for itself.
- ``like`` finds the expression anywhere in a text. Upper and lower case differ.
- Relative times have the units s, m, h, d and w; ``now`` is one too. Without a zone, a time is this machine's.
- An attribute on the right-hand side means its value, so ``numdone = numtasks`` compares two.
- A time that has not come, such as the ``stoptime`` of a running job, is before and after none. By itself, a time is
  true when it has come.
- Of an attribute that holds several texts, one has to fit.
- What is not known makes a whole that is not known, except beside ``and`` and ``or`` where the rest decides.
"""

from __future__ import annotations

from typing import Any, List, Mapping, Optional, Sequence, Tuple

from farmsubmit.lang._search_parser import Parser
from farmsubmit.lang._search_terms import Kind, SearchError, Term, seconds_of

__all__ = ["Kind", "Search", "SearchError", "parse", "seconds_of"]


class Search:
    """A parsed search clause; made by ``parse``. ``text`` is the clause as it was written."""

    def __init__(self, text: str, steps: Sequence[object]) -> None:
        self.text = text
        self._steps = steps

    def __repr__(self) -> str:
        return f"Search({self.text!r})"

    @property
    def attributes(self) -> Tuple[str, ...]:
        """The attributes that are asked for, each once, in the order of first mention."""
        names: List[str] = []
        for step in self._steps:
            if isinstance(step, Term):
                names += step.names
        return tuple(dict.fromkeys(names))

    def matches(self, values: Mapping[str, Any], now: Optional[float] = None) -> Optional[bool]:
        """Tell whether an item is meant, or None where the values do not decide it.

        ``values`` are the item's, by attribute: times in seconds since the epoch, and None for one that has not come;
        an attribute that is missing is not known. ``now`` is what relative times count from (default: this moment).
        """
        if now is None:
            import time

            now = time.time()
        stack: List[Optional[bool]] = []
        for step in self._steps:
            if isinstance(step, Term):
                stack.append(step.holds(values, now))
            elif step == "not":
                top = stack.pop()
                stack.append(None if top is None else not top)
            else:
                second, first = stack.pop(), stack.pop()
                stack.append(_joined(step == "and", first, second))
        return stack[0] if stack else True


def parse(
    text: str,
    attributes: Mapping[str, Kind],
    aliases: Mapping[str, Tuple[str, str]] = {},
    untold: Mapping[str, str] = {},
) -> Search:
    """Read a search clause about items that have these attributes; an empty one means all of them.

    ``aliases`` are words that stand for an attribute and its value, such as ``{"done": ("state", "done")}``;
    ``untold`` are attributes that exist but whose values cannot be had here, with the sentence that says so.
    Raises SearchError with the column of the first mistake.
    """
    return Search(text, Parser(text, attributes, aliases, untold).parse())


def _joined(both: bool, first: Optional[bool], second: Optional[bool]) -> Optional[bool]:
    """Return what two parts make: the value that decides, else what is not known, else the other value."""
    decides = not both
    if first is decides or second is decides:
        return decides
    return None if first is None or second is None else both
