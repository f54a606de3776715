"""What is known of the cluster: its nodes as blades, its licences, its limits; read from scontrol's one-line form.

Source: scontrol's page, ``show nodes``, ``show licenses`` and ``show config``, and what Slurm 22.05 prints.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Dict, Iterator, List, Mapping, NamedTuple, Optional, Tuple

from farmsubmit.lang.servicekey import Blade, parse

# Values may hold blanks: one ends where the next name with an equals sign begins.
_PAIR = re.compile(r"(?:^|\s)([A-Za-z][\w/:]*)=(.*?)(?=\s+[A-Za-z][\w/:]*=|\s*$)")
_CONFIG = re.compile(r"^(\w+)\s*=\s*(.*?)\s*$", re.MULTILINE)
_MEGABYTES = 1024.0
# Memory of the whole node; no metric of service keys.
_TOTAL = "total"


class Node(NamedTuple):
    """A node: its name, address and features, and what it has, by the names of metrics."""

    name: str
    address: str
    features: Tuple[str, ...]
    metrics: Mapping[str, float]

    @property
    def blade(self) -> Blade:
        """The node as service keys see it."""
        metrics = {name: value for name, value in self.metrics.items() if name != _TOTAL}
        return Blade(self.name, self.address, provides=self.features, metrics=metrics)

    @property
    def whole(self) -> Blade:
        """The node as it is when nothing runs on it: what a job may wait for."""
        metrics = {name: value for name, value in self.metrics.items() if name in ("disk", "nCPUs")}
        return Blade(self.name, self.address, provides=self.features, metrics={**metrics, "mem": self.metrics[_TOTAL]})


class Cluster:
    """The nodes and licences; with ``is_known`` False Slurm did not answer, and there are none.

    ``accounts`` are those that this user's jobs may run on, None where nobody asked or Slurm does not tell.
    """

    def __init__(self, nodes: Tuple[Node, ...] = (), licences: Tuple[str, ...] = (), is_known: bool = True) -> None:
        self.nodes, self.is_known = nodes, is_known
        self.accounts: Optional[Tuple[str, ...]] = None
        self._licences = {name.casefold(): name for name in licences}

    @cached_property
    def _features(self) -> Dict[str, str]:
        return {feature.casefold(): feature for node in self.nodes for feature in node.features}

    def licence(self, name: str) -> Optional[str]:
        """Return the spelling of a licence, or None where there is none of that name."""
        return self._licences.get(name.casefold())

    def account(self, name: str) -> Optional[str]:
        """Return the spelling of an account, or None where this user has none of that name."""
        return next((each for each in self.accounts or () if each.casefold() == name.casefold()), None)

    def feature(self, name: str) -> Optional[str]:
        """Return the spelling of a feature, or None where no node has it."""
        return self._features.get(name.casefold())

    @property
    def licences(self) -> List[str]:
        """The licences, in alphabetical order."""
        return sorted(self._licences.values())

    @property
    def features(self) -> List[str]:
        """The features that nodes have, in alphabetical order."""
        return sorted(self._features.values())

    def without(self, text: str) -> Tuple[str, ...]:
        """Return the nodes that do not match a service expression, by name."""
        key = parse(text)
        return tuple(node.name for node in self.nodes if not key.matches(node.whole))


def pairs(line: str) -> Dict[str, str]:
    """Return the ``Name=value`` pairs of a line of scontrol's one-line form."""
    return {found[1]: found[2] for found in _PAIR.finditer(line)}


def read_nodes(text: str) -> Tuple[Node, ...]:
    """Return the nodes of ``scontrol show nodes -o``."""
    return tuple(_node(fields) for fields in map(pairs, text.splitlines()) if "NodeName" in fields)


def _node(fields: Mapping[str, str]) -> Node:
    features = tuple(name for name in fields.get("AvailableFeatures", "").split(",") if name not in ("", "(null)"))
    return Node(fields["NodeName"], fields.get("NodeAddr", ""), features, dict(_metrics(fields)))


def _metrics(fields: Mapping[str, str]) -> Iterator[Tuple[str, float]]:
    cpus, used = _number(fields, "CPUTot"), _number(fields, "CPUAlloc")
    total, free, load = _number(fields, "RealMemory"), _number(fields, "FreeMem"), _number(fields, "CPULoad")
    disk = _number(fields, "TmpDisk")
    yield _TOTAL, (total or 0.0) / _MEGABYTES
    if free is not None or total is not None:
        yield "mem", (free if free is not None else total or 0.0) / _MEGABYTES
    if cpus:
        yield "nCPUs", cpus
        yield "sa", max(cpus - (used or 0.0), 0.0)
        if load is not None:
            yield "cpu", load / cpus
    if disk:
        yield "disk", disk / _MEGABYTES


def _number(fields: Mapping[str, str], name: str) -> Optional[float]:
    try:
        return float(fields[name])
    except (KeyError, ValueError):
        return None


def read_licences(text: str) -> Tuple[str, ...]:
    """Return the names of ``scontrol show licenses -o``."""
    found = (pairs(line).get("LicenseName", "") for line in text.splitlines())
    return tuple(name for name in found if name)


def read_accounts(text: str, cluster: str) -> Tuple[str, ...]:
    """Return the accounts of a cluster in ``sacctmgr -n -P show assoc format=Cluster,Account``."""
    found = (line.partition("|") for line in text.splitlines())
    return tuple(dict.fromkeys(account for name, _, account in found if account and name == cluster))


def read_config(text: str) -> Dict[str, str]:
    """Return the settings of ``scontrol show config``."""
    return {found[1]: found[2] for found in _CONFIG.finditer(text)}
