"""What a service expression and limit tags become in Puli: licences, softwares of a render node, memory and cores.

- A name that is one of the server's licences becomes a licence token.
- A name that render nodes list among their softwares becomes a requirement of that software.
- ``@.mem > 8`` becomes so many megabytes of free memory, ``@.nCPUs >= 4`` so many cores.
- All else is reported: Puli waits for ever for what no render node has, so nothing is asked for on a guess.

Parts joined by ``&&`` or ``,`` are looked at one by one. Source: Puli's server 1.7 (``lic``, ``requirements``,
``ramUse``, ``minNbCores``); the language is that of Tractor's service keys.
"""

from __future__ import annotations

import math
from typing import Iterable, List, NamedTuple, Optional, Sequence, Tuple

from farmsubmit.lang.servicekey import Token, TokenKind, parse, tokens

_AND = ("&&", ",")
_MEGABYTES = 1024.0


class Farm(NamedTuple):
    """What the server has: licences and softwares by name; with ``is_known`` False it did not answer."""

    licences: Tuple[str, ...] = ()
    softs: Tuple[str, ...] = ()
    is_known: bool = True

    def licence(self, name: str) -> Optional[str]:
        """Return a licence as the server spells it, or None where there is none of that name."""
        return _spelled(name, self.licences)

    def soft(self, name: str) -> Optional[str]:
        """Return a software as render nodes spell it, or None where none has it."""
        return _spelled(name, self.softs)


class Demand(NamedTuple):
    """What is asked for; ``ram`` is in megabytes, 0 for any, ``problems`` are parts that cannot be said, in words."""

    licences: Tuple[str, ...] = ()
    softs: Tuple[str, ...] = ()
    ram: int = 0
    cores: int = 1
    problems: Tuple[str, ...] = ()


def demand(text: str, farm: Farm) -> Demand:
    """Return what a service expression becomes; raises ServiceKeyError for one that does not parse."""
    if not parse(text).text.strip():
        return Demand()
    return both([_one(text, part, farm) for part in _parts(list(tokens(text)))])


def both(demands: Iterable[Demand]) -> Demand:
    """Return what all of these ask for together."""
    found = list(demands)
    return Demand(
        tuple(dict.fromkeys(name for each in found for name in each.licences)),
        tuple(dict.fromkeys(name for each in found for name in each.softs)),
        max((each.ram for each in found), default=0),
        max((each.cores for each in found), default=1),
        tuple(dict.fromkeys(problem for each in found for problem in each.problems)),
    )


def tag_demand(tag: str, farm: Farm) -> Demand:
    """Return what a limit tag becomes: the licence of its name."""
    licence = farm.licence(tag)
    if licence:
        return Demand(licences=(licence,))
    why = "this server has no licence of that name" if farm.is_known else "the server does not answer"
    return Demand(problems=(f"{tag} is not counted, for {why}",))


def _one(text: str, part: Sequence[Token], farm: Farm) -> Demand:
    name = part[0].text if len(part) == 1 and part[0].kind is TokenKind.NAME else ""
    licence, soft = farm.licence(name), farm.soft(name)
    if licence:
        return Demand(licences=(licence,))
    if soft:
        return Demand(softs=(soft,))
    measured = _measured(part)
    if measured:
        return measured
    shown = text[part[0].start : part[-1].end] if part else text
    if not farm.is_known:
        return Demand(problems=(f"{shown} is not asked for, for the server does not answer",))
    why = "no licence and no software of a render node has that name" if name else "Puli cannot say it"
    return Demand(problems=(f"{shown} is not asked for: {why}",))


def _measured(part: Sequence[Token]) -> Optional[Demand]:
    """Return what a least amount of memory or cores becomes, None for anything else."""
    kinds = [token.kind for token in part]
    if kinds != [TokenKind.METRIC, TokenKind.OPERATOR, TokenKind.NUMBER] or part[1].text not in (">", ">="):
        return None
    amount, metric = float(part[2].text), part[0].text.lower()
    if not 0 <= amount < 1e6:
        return None
    if metric == "@.mem":
        return Demand(ram=math.ceil(amount * _MEGABYTES))
    if metric == "@.ncpus":
        return Demand(cores=max(1, math.floor(amount) + 1 if part[1].text == ">" else math.ceil(amount)))
    return None


def _parts(found: Sequence[Token]) -> List[List[Token]]:
    """Return what an expression asks for all at once, each part as its tokens; one part where ``||`` joins all."""
    parts: List[List[Token]] = [[]]
    depth = 0
    for token in found:
        depth += {"(": 1, ")": -1}.get(token.text, 0) if token.kind is TokenKind.PAREN else 0
        is_operator = depth == 0 and token.kind is TokenKind.OPERATOR
        if is_operator and token.text == "||":
            return [list(found)]
        if is_operator and token.text in _AND:
            parts.append([])
        else:
            parts[-1].append(token)
    return [_bare(part) for part in parts]


def _bare(part: List[Token]) -> List[Token]:
    """Take one pair of parentheses off a single token."""
    wrapped = len(part) == 3 and part[0].kind is TokenKind.PAREN and part[2].kind is TokenKind.PAREN
    return part[1:2] if wrapped else part


def _spelled(name: str, known: Iterable[str]) -> Optional[str]:
    return next((each for each in known if each.casefold() == name.casefold()), None)
