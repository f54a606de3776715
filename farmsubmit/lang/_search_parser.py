"""From the text of a search clause to its terms, without recursion."""

from __future__ import annotations

import re
from typing import Any, Iterator, List, Mapping, NamedTuple, Optional, Tuple

from farmsubmit.errors import did_you_mean
from farmsubmit.lang._search_terms import Attribute, Kind, SearchError, Term, literal

_TOKEN = re.compile(
    r"""
      (?P<blank>\s+)
    | (?P<quoted>"[^"]*" | '[^']*')
    | (?P<sign><= | >= | != | == | [=<>])
    | (?P<bracket>[()\[\]])
    | (?P<word>[^\s()\[\]<>=!"',]+)
    | (?P<bad>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_BINDS = {"or": 1, "and": 2, "not": 3}
_KEYWORDS = {*_BINDS, "in", "like"}
_INSTEAD = {"&&": "did you mean 'and'?", "||": "did you mean 'or'?", "!": "did you mean 'not'?"}
_BAD = {"!": "did you mean 'not'?", ",": "a list is written without commas: in [a b c]"}
_LONGEST_EXPRESSION = 1000


class _Token(NamedTuple):
    kind: str
    text: str
    start: int

    @property
    def word(self) -> str:
        """The keyword that the token is, in lower case, or ""."""
        low = self.text.lower()
        return low if self.kind == "word" and low in _KEYWORDS else ""


_END = _Token("end", "", -1)


class Parser:
    """Reads one clause into steps: terms, and behind those the words ``and``, ``or``, ``not`` that join them."""

    def __init__(
        self,
        text: str,
        attributes: Mapping[str, Kind],
        aliases: Mapping[str, Tuple[str, str]],
        untold: Mapping[str, str],
    ) -> None:
        self.text = text
        self.attributes, self.aliases, self.untold = attributes, aliases, untold
        self.tokens: Iterator[_Token] = iter(self._tokens())
        self.token = _END
        self.steps: List[object] = []
        self.waiting: List[_Token] = []

    def parse(self) -> List[object]:
        """Return the steps; raises SearchError."""
        self._next()
        if self.token is _END:
            return []
        wants_term = True
        while self.token is not _END or wants_term:
            wants_term = self._before_term() if wants_term else self._behind_term()
        self._join(0)
        if self.waiting:
            raise self._error("'(' is never closed", self.waiting[-1].start, "add a ')'")
        return self.steps

    def _tokens(self) -> Iterator[_Token]:
        for found in _TOKEN.finditer(self.text):
            token = _Token(str(found.lastgroup), found.group(), found.start())
            if token.kind == "bad":
                quoted = token.text in "\"'"
                problem = f"{token.text} is never closed" if quoted else f"{token.text!r} has no meaning here"
                raise self._error(problem, token.start, "" if quoted else _BAD.get(token.text, ""))
            if token.kind != "blank":
                yield token

    def _next(self) -> _Token:
        """Go on to the next token, and return the one that was there."""
        token, self.token = self.token, next(self.tokens, _END)
        return token

    def _error(self, problem: str, position: int, hint: str = "") -> SearchError:
        return SearchError(problem, self.text, len(self.text) if position < 0 else position, hint)

    def _before_term(self) -> bool:
        """Take what may stand where a term begins; return whether one is still wanted."""
        token = self.token
        if token.word == "not" or token.text == "(":
            self.waiting.append(self._next())
            return True
        if token.kind not in ("word", "quoted") or token.word:
            found = f"{token.text!r} stands where" if token is not _END else "the clause ends where"
            raise self._error(f"{found} a test should be", token.start, "such as numactive > 0")
        self.steps.append(self._term())
        return False

    def _behind_term(self) -> bool:
        """Take what may stand behind a term; return whether another is wanted."""
        token = self._next()
        if token.text == ")":
            self._join(0)
            if not self.waiting:
                raise self._error("')' closes nothing", token.start)
            self.waiting.pop()
            return False
        if token.word not in ("and", "or"):
            hint = _INSTEAD.get(token.text, "join two tests with 'and' or 'or', and put words with blanks in quotes")
            raise self._error(f"{token.text!r} stands where 'and' or 'or' should be", token.start, hint)
        self._join(_BINDS[token.word])
        self.waiting.append(token)
        return True

    def _join(self, level: int) -> None:
        """Let the words that bind at least as tightly as a level join what is there, back to the last parenthesis."""
        while self.waiting and _BINDS.get(self.waiting[-1].word, -1) >= level:
            self.steps.append(self.waiting.pop().word)

    def _term(self) -> Term:
        token = self._next()
        name, kind = self._attribute(token)
        sign = self.token
        if sign.kind == "sign":
            self._next()
            return Term(name, sign.text.replace("==", "="), self._value(name, kind))
        if sign.word == "in":
            self._next()
            return Term(name, "in", self._list(name, kind))
        if sign.word == "like":
            self._next()
            return Term(name, "like", self._expression(name, kind, token))
        return self._alone(token, name, kind)

    def _attribute(self, token: _Token) -> Tuple[str, Optional[Kind]]:
        """Return the attribute that a token names; an alias comes back with no kind."""
        if token.text in self.untold:
            raise self._error(self.untold[token.text], token.start)
        if token.text in self.attributes:
            return token.text, self.attributes[token.text]
        if token.text in self.aliases and token.kind == "word":
            return token.text, None
        known = [*self.attributes, *self.aliases]
        hint = did_you_mean(token.text, known) or f"known are {', '.join(sorted(known))}"
        raise self._error(f"there is no attribute {token.text!r}", token.start, hint)

    def _alone(self, token: _Token, name: str, kind: Optional[Kind]) -> Term:
        if kind is None:
            attribute, value = self.aliases[name]
            return Term(attribute, "=", literal(value, self.attributes[attribute]))
        if kind not in (Kind.NUMBER, Kind.TIME):
            raise self._error(
                f"{name} is {kind.value}, and only a number may stand alone", token.start, f"such as {name} = x"
            )
        return Term(name, "set")

    def _value(self, name: str, kind: Optional[Kind]) -> Any:
        token = self._operand()
        if token.kind == "word" and token.text in self.untold:
            raise self._error(self.untold[token.text], token.start)
        if token.kind == "word" and token.text in self.attributes:
            other = self.attributes[token.text]
            if other is not kind:
                problem = f"{name} is {kind.value if kind else 'a test already'}, and {token.text} is {other.value}"
                raise self._error(problem, token.start, "put a text in quotes")
            return Attribute(token.text)
        return self._literal(token, name, kind)

    def _operand(self) -> _Token:
        token = self._next()
        if token.kind not in ("word", "quoted"):
            raise self._error("a value is missing", token.start, "such as numactive > 0")
        return token

    def _literal(self, token: _Token, name: str, kind: Optional[Kind]) -> Any:
        if kind is None:
            raise self._error(f"{name} stands for a test already", token.start, "leave the comparison out")
        text = token.text[1:-1] if token.kind == "quoted" else token.text
        try:
            return literal(text, kind)
        except ValueError:
            such = "-8d or '2014-02-17 08:16'" if kind is Kind.TIME else "3"
            problem = f"{name} is {kind.value}, and {token.text!r} is not"
            raise self._error(problem, token.start, f"write one such as {such}") from None

    def _list(self, name: str, kind: Optional[Kind]) -> List[Any]:
        opened = self._next()
        if opened.text != "[":
            raise self._error("a list should stand here", opened.start, "such as in [a b c]")
        values: List[Any] = []
        while self.token.kind in ("word", "quoted"):
            values.append(self._literal(self._next(), name, kind))
        closed = self._next()
        if closed.text != "]":
            raise self._error("'[' is never closed", opened.start, "add a ']'")
        return values

    def _expression(self, name: str, kind: Optional[Kind], place: _Token) -> Any:
        if kind not in (Kind.TEXT, Kind.TEXTS):
            what = kind.value if kind else "a test already"
            raise self._error(f"{name} is {what}, and like is for texts", place.start)
        token = self._operand()
        text = token.text[1:-1] if token.kind == "quoted" else token.text
        if len(text) > _LONGEST_EXPRESSION:
            raise self._error(f"an expression may have {_LONGEST_EXPRESSION} characters", token.start)
        try:
            return re.compile(text)
        except (re.error, RecursionError, OverflowError) as error:
            raise self._error(f"{token.text!r} is no regular expression: {error}", token.start) from None
