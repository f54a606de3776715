"""What a service-key expression asks for all at once, part by part, for schedulers that can say some parts only."""

from __future__ import annotations

from typing import List, Sequence, Tuple

from farmsubmit.lang._service_tokens import Token, TokenKind, tokens

#: A part of an expression, as its tokens.
Part = Sequence[Token]
_AND = ("&&", ",")


def conjuncts(text: str) -> Sequence[Part]:
    """Return the parts that must all hold; one part where ``||`` joins all. The text is one that parses."""
    found = list(tokens(text))
    parts: List[List[Token]] = [[]]
    depth = 0
    for token in found:
        depth += {"(": 1, ")": -1}.get(token.text, 0) if token.kind is TokenKind.PAREN else 0
        if depth == 0 and token.text == "||" and token.kind is TokenKind.OPERATOR:
            return [found]
        if depth == 0 and token.text in _AND and token.kind is TokenKind.OPERATOR:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def alternatives(part: Part) -> Tuple[str, ...]:
    """Return the names of a part that is one name, or several with ``||`` between them; empty for anything else."""
    inner = [token for token in part if token.kind is not TokenKind.PAREN]
    if len(part) - len(inner) > 2:
        return ()
    names = tuple(token.text for token in inner[::2] if token.kind is TokenKind.NAME)
    plain = len(names) == len(inner[::2]) and all(token.text == "||" for token in inner[1::2])
    return names if plain else ()


def text_of(text: str, part: Part) -> str:
    """Return a part as the expression has it."""
    return text[part[0].start : part[-1].end] if part else ""
