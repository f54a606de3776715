"""From the tokens of a service-key expression to its nodes, without recursion."""

from __future__ import annotations

import itertools
import math
from typing import Optional

from farmsubmit.errors import ServiceKeyError
from farmsubmit.lang._service_blade import metric_hint, metric_name
from farmsubmit.lang._service_nodes import LEVELS, Level, Metric, Name, Node, Not, Number, Pattern, chain, depth
from farmsubmit.lang._service_tokens import Token, TokenKind, tokens

MAX_DEPTH = 200
"""How many parentheses, ``!`` and operators that bind differently may stand inside each other.

Our own limit, no document names one. Operators count because the normal form has parentheses around them: it must
parse again.
"""

_IN_QUOTES = 'put a name with wildcards in quotes, such as "rack-*"'
_INSTEAD = {"&": "did you mean '&&'?", "|": "did you mean '||'?", "=": "did you mean '=='?", "?": _IN_QUOTES}
_WORDS = {"and": "&&", "or": "||", "not": "!"}


class _Group:
    """The operands and operators between two parentheses, or of the whole text, that are not joined yet."""

    def __init__(self, opened: Optional[Token] = None) -> None:
        self.opened = opened
        self.operands: list[Node] = []
        self.operators: list[str] = []
        self.nots = 0
        self.comma_or_bar: set[str] = set()

    def join_above(self, level: int) -> None:
        """Join all operators on top that bind tighter than a level."""
        while self.operators and LEVELS[self.operators[-1]] > level:
            self._join(LEVELS[self.operators[-1]])

    def _join(self, level: Level) -> None:
        """Join all operators of one level on top at once, so that a long text makes one broad chain."""
        same = itertools.takewhile(lambda symbol: LEVELS[symbol] is level, reversed(self.operators))
        count = len(list(same))
        joined = chain(self.operators[-count:], self.operands[-count - 1 :])
        del self.operators[-count:], self.operands[-count - 1 :]
        self.operands.append(joined)


class Parser:
    """Reads one expression; ``ambiguous`` is set where a comma and ``||`` meet without parentheses."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.ambiguous = False
        self.groups = [_Group()]
        self.open = 0
        self.most_open = (0, 0)
        self.last: Optional[Token] = None

    def parse(self) -> Optional[Node]:
        """Return the root node, or None for a text without tokens; raises ServiceKeyError."""
        wants_operand = True
        for token in tokens(self.text):
            self._refuse_bad(token)
            wants_operand = self._operand(token) if wants_operand else self._operator(token)
            self.last = token
        if self.last is None:
            return None
        if wants_operand:
            raise self._missing_operand(None)
        opened = self.groups[-1].opened
        if opened:
            raise self._error("'(' is never closed", opened.start, "add a ')'")
        root = self._close_group()
        if depth(root) > MAX_DEPTH:
            raise self._too_deep(self.most_open[1])
        return root

    def _error(self, problem: str, position: int, hint: str = "") -> ServiceKeyError:
        return ServiceKeyError(problem, self.text, position, hint)

    def _too_deep(self, position: int) -> ServiceKeyError:
        problem = f"more than {MAX_DEPTH} parentheses and operators inside each other"
        return self._error(problem, position, "write a flatter expression")

    def _operand(self, token: Token) -> bool:
        """Take a token where an operand may start; return whether one is still wanted."""
        if token.text in ("(", "!"):
            self._open(token)
            return True
        if token.kind in (TokenKind.OPERATOR, TokenKind.PAREN):
            raise self._missing_operand(token)
        if self.last and self.last.end == token.start:
            self._refuse_star(star=self.last, name=token)
        self._complete(self._leaf(token))
        return False

    def _operator(self, token: Token) -> bool:
        """Take a token behind an operand; return whether an operand is wanted next."""
        if token.text == ")":
            self._close(token)
            return False
        level = LEVELS.get(token.text) if token.kind is TokenKind.OPERATOR else None
        if level is None:
            raise self._missing_operator(token)
        if self.last and self.last.end == token.start:
            self._refuse_star(star=token, name=self.last)
        self._push(token, level)
        return True

    def _push(self, token: Token, level: Level) -> None:
        group = self.groups[-1]
        group.join_above(level)
        if level is Level.COMPARE and group.operators and LEVELS[group.operators[-1]] is level:
            raise self._error("comparisons cannot be chained", token.start, "join two comparisons with '&&'")
        group.operators.append(token.text)
        if token.text in (",", "||"):
            group.comma_or_bar.add(token.text)

    def _open(self, token: Token) -> None:
        self.open += 1
        if self.open > MAX_DEPTH:
            raise self._too_deep(token.start)
        self.most_open = max(self.most_open, (self.open, token.start))
        if token.text == "!":
            self.groups[-1].nots += 1
        else:
            self.groups.append(_Group(token))

    def _close(self, token: Token) -> None:
        if len(self.groups) == 1:
            raise self._error("')' closes nothing", token.start, "remove it, or add a '(' before")
        node = self._close_group()
        self.open -= 1
        self._complete(node)

    def _close_group(self) -> Node:
        group = self.groups.pop()
        group.join_above(0)
        self.ambiguous = self.ambiguous or len(group.comma_or_bar) == 2
        return group.operands[0]

    def _complete(self, node: Node) -> None:
        """Take a whole operand and put the ``!`` before it around it."""
        group = self.groups[-1]
        for _ in range(group.nots):
            node = Not((node,))
        self.open -= group.nots
        group.nots = 0
        group.operands.append(node)

    def _leaf(self, token: Token) -> Node:
        if token.kind is TokenKind.NAME:
            return Name(token.text)
        if token.kind is TokenKind.PATTERN:
            inside = token.text[1:-1]
            return Pattern(inside) if "*" in inside or "?" in inside else Name(inside)
        return self._number(token) if token.kind is TokenKind.NUMBER else self._metric(token)

    def _number(self, token: Token) -> Number:
        number = float(token.text)
        if not math.isfinite(number):
            raise self._error(f"the number {token.text} is too large", token.start)
        return Number(number)

    def _metric(self, token: Token) -> Metric:
        name = metric_name(token.text[2:])
        if name is None:
            raise self._error(f"there is no metric {token.text!r}", token.start, metric_hint(token.text[2:]))
        return Metric(name)

    def _refuse_bad(self, token: Token) -> None:
        if token.kind is not TokenKind.BAD:
            return
        first = token.text[0]
        if token.text in ('""', "''"):
            raise self._error("the quotes are empty", token.start, 'write "*" for any blade')
        if first in "\"'":
            raise self._error(f"the quote {first} is never closed", token.start, f"add a {first}")
        if first == "@":
            hint = metric_hint(token.text.lstrip("@."))
            raise self._error(f"{token.text!r} is no metric", token.start, hint)
        problem = "'?' outside quotes" if first == "?" else f"{first!r} has no meaning here"
        raise self._error(problem, token.start, _INSTEAD.get(first, ""))

    def _refuse_star(self, star: Token, name: Token) -> None:
        """Refuse ``rack*``: without blanks it is more likely a pattern than a product."""
        if star.text == "*" and name.kind is TokenKind.NAME:
            hint = f"{_IN_QUOTES}, or put blanks around '*' to multiply"
            raise self._error(f"'*' touches the name {name.text!r}", star.start, hint)

    def _missing_operand(self, token: Optional[Token]) -> ServiceKeyError:
        """Build the error for an operator, ``)`` or the end of the text where a name or number should be."""
        last = self.last.text if self.last else ""
        position = token.start if token else len(self.text)
        if "*" in (last, token.text if token else ""):
            return self._error("'*' has nothing to multiply", position, _IN_QUOTES)
        if token and token.text == "-":
            return self._error("a number is missing before '-'", position, "write (0 - 1) for a negative number")
        if token and token.text == ")" and last == "(":
            return self._error("the parentheses are empty", position)
        where = f"after {last!r}" if last else f"before {token.text!r}" if token else ""
        return self._error(f"a key, metric or number is missing {where}", position)

    def _missing_operator(self, token: Token) -> ServiceKeyError:
        last = self.last.text if self.last else ""
        for word in (token.text, last):
            instead = _WORDS.get(word.lower())
            if instead:
                return self._error(
                    f"an operator is missing before {token.text!r}", token.start, f"did you mean {instead!r}?"
                )
        hint = "join keys with '&&', ',' or '||'"
        return self._error(f"an operator is missing before {token.text!r}", token.start, hint)
