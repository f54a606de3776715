"""What a service expression and limit tags become in Slurm: a constraint, licences, and nodes to avoid.

- A name that is one of the cluster's licences becomes a licence, any other a feature of a node.
- ``&&``, ``,`` and ``||`` between names become ``&`` and ``|``. Slurm's constraints can say no more than that.
- All else (``!``, patterns, comparisons, names of hosts) is worked out for each node now, and those that do not match
  are excluded. Nodes that come later are not.
Source: sbatch's page, ``--constraint``, ``--licenses`` and ``--exclude``; the language is that of Tractor's
service keys.
"""

from __future__ import annotations

import re
from typing import Iterable, List, NamedTuple, Sequence, Tuple

from farmsubmit.engines.slurm.cluster import Cluster
from farmsubmit.lang.servicekey import Token, TokenKind, parse, tokens

_FEATURE = re.compile(r"[\w.=-]+\Z")
_MOMENTARY = frozenset({"@.cpu", "@.sa"})
_AND = ("&&", ",")


class Demand(NamedTuple):
    """What an expression asks for; ``problems`` are parts that cannot be said, in words."""

    constraint: str = ""
    licences: Tuple[str, ...] = ()
    exclude: Tuple[str, ...] = ()
    problems: Tuple[str, ...] = ()


def demand(text: str, cluster: Cluster) -> Demand:
    """Return what a service expression becomes; raises ServiceKeyError for one that does not parse."""
    if not parse(text).text.strip():
        return Demand()
    features: List[str] = []
    licences: List[str] = []
    hard: List[str] = []
    for part in _parts(text, list(tokens(text))):
        names = _either(part)
        licence = cluster.licence(names[0]) if len(names) == 1 else None
        if licence:
            licences.append(f"{licence}:1")
        elif names and all(_is_feature(name, cluster) for name in names):
            features.append("|".join(cluster.feature(name) or name for name in names))
        else:
            hard.append(_text(text, part))
    if hard and not cluster.is_known:
        problem = f"{' && '.join(hard)} is not looked at, for Slurm does not answer"
        return Demand(_joined(features), tuple(licences), (), (problem,))
    fleeting = [part for part in hard if _MOMENTARY.intersection(parse(part).metrics)]
    if fleeting:
        problem = f"{' && '.join(fleeting)} is not looked at: it changes by the moment, and Slurm itself minds the load"
        return Demand(_joined(features), tuple(licences), (), (problem,))
    exclude = tuple(dict.fromkeys(name for part in hard for name in cluster.without(part)))
    return Demand(_joined(features), tuple(licences), exclude)


def both(demands: Iterable[Demand]) -> Demand:
    """Return what all of these ask for together."""
    constraints: List[str] = []
    licences: List[str] = []
    exclude: List[str] = []
    problems: List[str] = []
    for each in demands:
        constraints += [each.constraint] if each.constraint else []
        licences += each.licences
        exclude += each.exclude
        problems += each.problems
    unique = tuple(dict.fromkeys(constraints))
    joined = "&".join(f"({one})" if "|" in one and "(" not in one else one for one in unique)
    only = unique[0] if len(unique) == 1 else joined
    return Demand(only, *(tuple(dict.fromkeys(each)) for each in (licences, exclude, problems)))


def _parts(text: str, found: Sequence[Token]) -> List[List[Token]]:
    """Return what an expression asks for all at once, each part as its tokens; one part where ``||`` joins all."""
    parts: List[List[Token]] = [[]]
    depth = 0
    for token in found:
        depth += {"(": 1, ")": -1}.get(token.text, 0) if token.kind is TokenKind.PAREN else 0
        if depth == 0 and token.text == "||" and token.kind is TokenKind.OPERATOR:
            return [list(found)]
        if depth == 0 and token.text in _AND and token.kind is TokenKind.OPERATOR:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _either(part: Sequence[Token]) -> List[str]:
    """Return the names of a part that is one name, or several with ``||`` between them; empty for anything else."""
    inner = [token for token in part if token.kind is not TokenKind.PAREN]
    if len(part) - len(inner) > 2:
        return []
    names = [token.text for token in inner[::2] if token.kind is TokenKind.NAME]
    plain = len(names) == len(inner[::2]) and all(token.text == "||" for token in inner[1::2])
    return names if plain else []


def _is_feature(name: str, cluster: Cluster) -> bool:
    """Whether a name is to be taken for a feature: not one that only a host has, or that Slurm could not read."""
    if not _FEATURE.match(name) or cluster.licence(name):
        return False
    return cluster.feature(name) is not None or not any(name.casefold() in node.blade.keys for node in cluster.nodes)


def _text(text: str, part: Sequence[Token]) -> str:
    return text[part[0].start : part[-1].end] if part else ""


def _joined(features: Sequence[str]) -> str:
    if len(features) == 1:
        return features[0]
    return "&".join(f"({each})" if "|" in each else each for each in dict.fromkeys(features))
