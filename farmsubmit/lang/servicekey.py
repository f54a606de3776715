"""Service-key expressions: which blades may run a command.

A text becomes tokens, the tokens a ServiceKey, and a ServiceKey says whether a Blade matches, and why::

    >>> key = parse("PixarRender && (Linux || macOS) && @.mem > 16")
    >>> blade = Blade("rack-15a", provides=("PixarRender", "Linux"), metrics={"mem": 8})
    >>> key.explain(blade)
    Explanation(matches=False, reasons=('@.mem > 16: has 8',))

Source: Tractor's Process Launch page, "Service Keys" and "Service Key Expressions". Where the page is silent, we read:

- Operators bind as in C, ``,`` as ``&&``, comparisons are not chained. The normal form has parentheses wherever that
  matters, and ``ServiceKey.ambiguous`` tells where ``,`` and ``||`` meet without any.
- Names of metrics may be written in any case, as keys may.
- ``*`` multiplies only between blanks or beside numbers; next to a name it is taken for a forgotten quote.
- An empty text asks for nothing, so every blade matches.
- Parentheses and operators may stand inside each other up to 200 deep; a flat expression may be as long as you like.
- A metric that the blade does not report, a division by zero and an overflow are unknown. ``unknown && 0`` is false,
  ``unknown || 1`` is true, and everything else made of an unknown part is unknown, also ``!unknown``. An unknown whole
  does not match, so ``@.mem > 16`` and ``!(@.mem > 16)`` both refuse a blade that does not report ``@.mem``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from farmsubmit.lang._service_blade import METRICS, Blade
from farmsubmit.lang._service_explain import reasons
from farmsubmit.lang._service_nodes import Chain, Level, Metric, Name, Node, Pattern, show, upwards, values_on
from farmsubmit.lang._service_parser import MAX_DEPTH, Parser
from farmsubmit.lang._service_parts import alternatives, conjuncts, text_of
from farmsubmit.lang._service_tokens import Token, TokenKind, tokens

__all__ = [
    "MAX_DEPTH",
    "METRICS",
    "Blade",
    "Explanation",
    "ServiceKey",
    "Token",
    "TokenKind",
    "alternatives",
    "both",
    "conjuncts",
    "parse",
    "text_of",
    "tokens",
]


@dataclass(frozen=True)
class Explanation:
    """Whether a blade matches, and the facts that decide it, each on one line; true in an ``if`` when it matches."""

    matches: bool
    reasons: tuple[str, ...]

    def __bool__(self) -> bool:
        return self.matches


class ServiceKey:
    """A parsed service-key expression; made by ``parse``.

    ``text`` is the expression as it was written, ``str()`` its normal form, which parses to the same meaning.
    ``ambiguous`` is True where ``,`` and ``||`` meet without parentheses: no document says which binds tighter.
    Two are equal when their normal forms are, in any capitalization.
    """

    def __init__(self, text: str, root: Optional[Node], ambiguous: bool) -> None:
        self.text = text
        self.ambiguous = ambiguous
        self._root = root
        self._normal = show(root) if root else ""

    def __str__(self) -> str:
        return self._normal

    def __repr__(self) -> str:
        return f"ServiceKey({self._normal!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ServiceKey):
            return NotImplemented
        return self._normal.casefold() == other._normal.casefold()

    def __hash__(self) -> int:
        return hash(self._normal.casefold())

    @property
    def names(self) -> tuple[str, ...]:
        """The keys and patterns mentioned, without quotes, each once, in the order and spelling of first mention."""
        nodes = upwards(self._root) if self._root else []
        first: dict[str, str] = {}
        for node in nodes:
            if isinstance(node, (Name, Pattern)):
                first.setdefault(node.text.casefold(), node.text)
        return tuple(first.values())

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics mentioned, such as ``@.mem``, each once, in the order of first mention."""
        nodes = upwards(self._root) if self._root else []
        return tuple(dict.fromkeys(show(node) for node in nodes if isinstance(node, Metric)))

    @property
    def needs_parentheses(self) -> bool:
        """Whether the text must be put in parentheses before ``&&`` may be written beside it."""
        return self.ambiguous or (isinstance(self._root, Chain) and self._root.level is Level.OR)

    def matches(self, blade: Blade) -> bool:
        """Tell whether a blade may run a command with this expression; an unknown result is False."""
        return not self._root or bool(values_on(self._root, blade)[self._root])

    def explain(self, blade: Blade) -> Explanation:
        """Return whether a blade matches, and why or why not.

        A reason is a line such as ``does not provide 'Linux'`` or ``@.mem > 16: has 8``. Only what decides is said:
        of ``&&`` the parts that fail, of ``||`` the first part that holds.
        """
        if not self._root:
            return Explanation(True, ("the expression is empty, so every blade matches",))
        values = values_on(self._root, blade)
        return Explanation(bool(values[self._root]), reasons(self._root, values, blade))


def parse(text: str) -> ServiceKey:
    """Read a service-key expression.

    Raises ServiceKeyError, with the column of the first mistake and usually a hint. The language is described above.
    """
    parser = Parser(text)
    root = parser.parse()
    return ServiceKey(text, root, parser.ambiguous)


def both(first: str, second: str) -> str:
    """Return the expression that asks for both, such as ``(Linux || macOS) && !darth``.

    Each stays as it was written, in parentheses where ``||`` would otherwise come apart; an empty one adds nothing.
    For a service given beside a finished job, such as ``--service``. Raises ServiceKeyError if either does not parse.
    """
    given = [key for key in (parse(first.strip()), parse(second.strip())) if key.text]
    if len(given) < 2:
        return given[0].text if given else ""
    return " && ".join(f"({key.text})" if key.needs_parentheses else key.text for key in given)
