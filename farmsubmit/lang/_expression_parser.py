"""From the text of an expression to its nodes. Private to farmsubmit.lang.expression."""

from __future__ import annotations

from enum import IntEnum
from typing import Callable, List, NamedTuple, Optional, Tuple

from farmsubmit.errors import ExpressionError, did_you_mean
from farmsubmit.lang import _expression_nodes as nodes
from farmsubmit.lang._expression_functions import FUNCTIONS, METHOD_NAMES
from farmsubmit.lang._expression_limits import MAX_DEPTH, MAX_LENGTH, MAX_NAME
from farmsubmit.lang._expression_literals import number, quoted, reference
from farmsubmit.lang._expression_nodes import CONSTANTS, Node
from farmsubmit.lang._expression_tokens import Token, tokens


class _Level(IntEnum):
    """How tightly operators bind, as in Python."""

    CONDITIONAL = 0
    OR = 1
    AND = 2
    NOT = 3
    COMPARE = 4
    SHIFT = 5
    ADD = 6
    MULTIPLY = 7
    SIGN = 8
    POWER = 9


_LEVELS = {
    "if": _Level.CONDITIONAL,
    "or": _Level.OR,
    "and": _Level.AND,
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!=", "in", "not in"), _Level.COMPARE),
    **dict.fromkeys(("<<", ">>"), _Level.SHIFT),
    **dict.fromkeys(("+", "-"), _Level.ADD),
    **dict.fromkeys(("*", "/", "//", "%"), _Level.MULTIPLY),
    "**": _Level.POWER,
}
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_KEYWORDS = frozenset({"if", "else", "or", "and", "not", "in", *CONSTANTS})
# What people write who know a larger language, and what to write here.
_INSTEAD = {
    "&&": "did you mean 'and'?",
    "||": "did you mean 'or'?",
    "!": "did you mean 'not'?",
    "=": "a comparison is '==', and arguments have no names",
    "is": "did you mean '=='?",
    "for": "there are no loops",
    "lambda": "there are no functions of your own",
    "import": "there are no imports",
    ",": "put brackets around a list",
}


class Statement(NamedTuple):
    """``name = node``, or a node alone, whose name is empty."""

    name: str
    node: Node


class Parser:
    """Reads one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        if len(text) > MAX_LENGTH:
            raise self._error(f"the expression is longer than {MAX_LENGTH:,} characters", MAX_LENGTH)
        self.tokens = list(tokens(text))
        self.place = 0
        self.open = 0

    def statements(self) -> List[Statement]:
        """Return the statements, of which the last is an expression; raises ExpressionError."""
        found: List[Statement] = []
        while True:
            while self._take(";"):
                pass
            if self._here.kind == "end":
                break
            found.append(self._statement())
            if self._here.kind != "end" and self._here.text != ";":
                raise self._misplaced("an operator is missing before")
        if not found:
            raise self._error("the expression is empty", 0, "write a value, such as 2 * 3")
        if found[-1].name:
            raise self._error("the last part gives no value", len(self.text), f"add '; {found[-1].name}'")
        return found

    # --- tokens

    @property
    def _here(self) -> Token:
        return self.tokens[self.place]

    def _next(self) -> Token:
        token = self._here
        self.place += token.kind != "end"
        return token

    def _take(self, *texts: str) -> bool:
        """Step over the next token if it is one of these operators or words."""
        if self._here.kind not in ("operator", "name") or self._here.text not in texts:
            return False
        self.place += 1
        return True

    def _error(self, problem: str, at: int, hint: str = "") -> ExpressionError:
        return ExpressionError(problem, self.text, at, hint)

    def _misplaced(self, problem: str) -> ExpressionError:
        """Return the error for the next token, which cannot stand where it stands."""
        token = self._here
        if token.kind == "end":
            return self._error("the expression ends too early", token.start, "a value is missing")
        if token.kind == "bad" and token.text[0] in "'\"":
            return self._error(f"the quote {token.text[0]} is never closed", token.start)
        if token.text in (")", "]", "}"):
            return self._error(f"{token.text!r} closes nothing here", token.start)
        shown = token.text if len(token.text) <= MAX_NAME else token.text[: MAX_NAME - 1] + "…"
        return self._error(f"{problem} {shown!r}", token.start, _INSTEAD.get(token.text, ""))

    def _deeper(self, node: Node) -> Node:
        """Return a node; raise ExpressionError where it is too deep to be worked out."""
        if node.depth > MAX_DEPTH:
            raise self._too_deep(node.at)
        return node

    def _too_deep(self, at: int) -> ExpressionError:
        problem = f"more than {MAX_DEPTH} brackets and operators inside each other"
        return self._error(problem, at, "write a flatter expression")

    # --- statements and operators

    def _statement(self) -> Statement:
        token, after = self._here, self.tokens[min(self.place + 1, len(self.tokens) - 1)]
        if token.kind != "name" or after.text != "=":
            return Statement("", self._expression())
        if token.text in _KEYWORDS:
            raise self._error(f"{token.text!r} cannot be a name", token.start)
        self._check_name(token)
        self.place += 2
        return Statement(token.text, self._expression())

    def _check_name(self, token: Token) -> None:
        if len(token.text) > MAX_NAME:
            raise self._error(f"a name has at most {MAX_NAME} characters", token.start)
        if "__" in token.text:
            raise self._error(f"there is no {token.text}", token.start, "no name has two underscores in a row")

    def _expression(self, least: _Level = _Level.CONDITIONAL) -> Node:
        """Read operands joined by operators of a level or tighter."""
        self.open += 1
        if self.open > MAX_DEPTH:
            raise self._too_deep(self._here.start)
        left = self._operand(least)
        while True:
            level = self._level()
            if level is None or level < least:
                break
            left = self._deeper(self._joined(left, level))
        self.open -= 1
        return left

    def _level(self) -> Optional[_Level]:
        token = self._here
        if token.kind not in ("operator", "name"):
            return None
        if token.text == "not" and self.tokens[self.place + 1].text == "in":
            return _Level.COMPARE
        return _LEVELS.get(token.text)

    def _operator(self) -> str:
        symbol = self._next().text
        return f"not {self._next().text}" if symbol == "not" else symbol

    def _joined(self, left: Node, level: _Level) -> Node:
        if level is _Level.CONDITIONAL:
            return self._conditional(left)
        if level is _Level.POWER:
            self._next()
            # It binds to the right: 2 ** 3 ** 2 is 2 ** 9, and 2 ** -1 needs no brackets.
            return nodes.Arithmetic(left.at, [left, self._expression(_Level.SIGN)], ["**"])
        children, operators = [left], []
        while self._level() is level:
            operators.append(self._operator())
            children.append(self._expression(_Level(level + 1)))
        if level is _Level.COMPARE:
            return nodes.Comparison(left.at, children, operators)
        kind = nodes.Either if level <= _Level.AND else nodes.Arithmetic
        return kind(left.at, children, operators)

    def _conditional(self, yes: Node) -> Node:
        start = self._next().start
        condition = self._expression(_Level.OR)
        if not self._take("else"):
            raise self._error("'if' without 'else'", start, "write a if condition else b")
        return nodes.Conditional(yes.at, [yes, condition, self._expression()])

    # --- operands

    def _operand(self, least: _Level) -> Node:
        token = self._here
        if token.text == "not" and token.kind == "name":
            if least > _Level.NOT:
                raise self._error("'not' cannot stand behind an operator", token.start, "put it in brackets")
            self._next()
            return self._deeper(nodes.Not(token.start, [self._expression(_Level.NOT)]))
        if self._take("-", "+"):
            return self._deeper(nodes.Sign(token.start, self._expression(_Level.SIGN), token.text))
        node = self._leaf()
        while self._here.text in ("[", ".", "("):
            node = self._deeper(self._suffixed(node))
        return node

    def _leaf(self) -> Node:
        token = self._here
        if token.kind == "number":
            return nodes.Literal(self._next().start, number(token, self.text))
        if token.kind == "text":
            return quoted(self._next(), self.text)
        if token.kind == "reference":
            return reference(self._next().text, token.start, self.text)
        if token.text in _CLOSERS:
            return self._bracketed(self._next())
        if token.text in CONSTANTS:
            return nodes.Literal(self._next().start, CONSTANTS[token.text])
        if token.kind != "name" or token.text in _KEYWORDS or token.text in _INSTEAD:
            raise self._misplaced("a value is missing before")
        self._check_name(token)
        self._next()
        return self._call(token) if self._here.text == "(" else nodes.Name(token.start, token.text)

    def _bracketed(self, opened: Token) -> Node:
        if opened.text == "{":
            return nodes.MappingOf(opened.start, self._parts(opened, self._pair)[0])
        items, comma = self._parts(opened, self._item)
        if opened.text == "[":
            return nodes.ListOf(opened.start, items, list)
        return items[0] if len(items) == 1 and not comma else nodes.ListOf(opened.start, items, tuple)

    def _parts(self, opened: Token, read: Callable[[], List[Node]]) -> Tuple[List[Node], bool]:
        """Read parts with commas between them up to the closing bracket; also tell whether there was a comma."""
        closer = _CLOSERS[opened.text]
        found: List[Node] = []
        comma = False
        while not self._take(closer):
            found += read()
            if self._take(","):
                comma = True
            elif self._here.text != closer:
                raise self._unclosed(opened)
        return [self._deeper(node) for node in found], comma

    def _unclosed(self, opened: Token) -> ExpressionError:
        if self._here.kind == "end":
            hint = f"add a {_CLOSERS[opened.text]!r}"
            return self._error(f"{opened.text!r} is never closed", opened.start, hint)
        return self._misplaced("an operator or a comma is missing before")

    def _item(self) -> List[Node]:
        return [self._expression()]

    def _pair(self) -> List[Node]:
        key = self._expression()
        if not self._take(":"):
            raise self._error("':' is missing behind the key", self._here.start, "a mapping is {key: value}")
        return [key, self._expression()]

    # --- what stands behind an operand

    def _suffixed(self, node: Node) -> Node:
        token = self._next()
        if token.text == "[":
            return self._subscript(node, token)
        if token.text == ".":
            return self._method(node)
        raise self._error("this cannot be called", token.start, "only the functions of this language can")

    def _subscript(self, node: Node, opened: Token) -> Node:
        ends: List[Node] = []
        while True:
            is_left_out = self._here.text in (":", "]") and self._here.kind == "operator"
            if is_left_out and not (ends or self._here.text == ":"):
                raise self._error("the index is missing", self._here.start)
            ends.append(nodes.Literal(opened.start, None) if is_left_out else self._expression())
            if len(ends) == 3 or not self._take(":"):
                break
        if not self._take("]"):
            raise self._unclosed(opened)
        return self._index(node, ends, opened.start)

    def _index(self, node: Node, ends: List[Node], at: int) -> Node:
        is_slice = len(ends) > 1
        padded = [*ends, *(nodes.Literal(at, None) for _ in range(3 - len(ends)))]
        return nodes.Slice(at, [node, *padded]) if is_slice else nodes.Index(at, [node, ends[0]])

    def _call(self, name: Token) -> Node:
        if name.text not in FUNCTIONS:
            hint = did_you_mean(name.text, FUNCTIONS) or f"there is {', '.join(FUNCTIONS)}"
            raise self._error(f"there is no function {name.text}()", name.start, hint)
        return nodes.Call(name.start, self._parts(self._next(), self._item)[0], name.text)

    def _method(self, target: Node) -> Node:
        name = self._next()
        if name.kind != "name" or name.text not in METHOD_NAMES:
            hint = did_you_mean(name.text, METHOD_NAMES) or f"there is {', '.join(sorted(METHOD_NAMES))}"
            raise self._error(f"there is no .{name.text}", name.start, hint)
        if self._here.text != "(":
            raise self._error(f".{name.text} is a method", self._here.start, f"write .{name.text}(…)")
        return nodes.Method(name.start, [target, *self._parts(self._next(), self._item)[0]], name.text)
