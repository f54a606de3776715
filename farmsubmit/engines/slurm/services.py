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
from farmsubmit.lang.servicekey import alternatives, conjuncts, parse, text_of

_FEATURE = re.compile(r"[\w.=-]+\Z")
_MOMENTARY = frozenset({"@.cpu", "@.sa"})


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
    for part in conjuncts(text):
        names = alternatives(part)
        licence = cluster.licence(names[0]) if len(names) == 1 else None
        if licence:
            licences.append(f"{licence}:1")
        elif names and all(_is_feature(name, cluster) for name in names):
            features.append("|".join(cluster.feature(name) or name for name in names))
        else:
            hard.append(text_of(text, part))
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


def _is_feature(name: str, cluster: Cluster) -> bool:
    """Whether a name is to be taken for a feature: not one that only a host has, or that Slurm could not read."""
    if not _FEATURE.match(name) or cluster.licence(name):
        return False
    return cluster.feature(name) is not None or not any(name.casefold() in node.blade.keys for node in cluster.nodes)


def _joined(features: Sequence[str]) -> str:
    if len(features) == 1:
        return features[0]
    return "&".join(f"({each})" if "|" in each else each for each in dict.fromkeys(features))
