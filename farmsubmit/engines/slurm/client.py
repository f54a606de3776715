"""Running Slurm's own programs: argument lists, a time limit for each, and their errors as ours."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from typing import Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple

from farmsubmit.engines.slurm.cluster import Cluster, read_accounts, read_config, read_licences, read_nodes
from farmsubmit.engines.slurm.elements import (
    ACCOUNTING_ENVIRONMENT,
    ACCOUNTING_FORM,
    QUEUE_FORM,
    Element,
    read_accounting,
    read_queue,
)
from farmsubmit.errors import AnswerLost, EngineError, EngineUnreachable, SpoolError

SECONDS = 30.0
_AT_ONCE = 500
_ACCOUNTING_RESTS = 60.0
# What of this process's environment Slurm's programs may see: which cluster, and on whose account.
_KEPT = ("SLURM_CONF", "SBATCH_ACCOUNT", "SBATCH_QOS", "SBATCH_RESERVATION", "SBATCH_WCKEY")
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_UNREACHABLE = re.compile(
    r"contact slurm controller|connection refused|connection failure|configuration source|"
    r"communication.* (?:failure|error)",
    re.I,
)
_NO_SUCH_JOB = re.compile(r"Invalid job id specified", re.I)
_OVER = re.compile(r"already (?:finished|completing)|no longer pending|Invalid job id", re.I)
_PREFIX = re.compile(r"^\w+: (?:error: )?|allocation failure: |Batch job submission failed: ", re.M)
_HINTS = {
    "Invalid feature specification": "the service asks for a feature that no node has",
    "Invalid license specification": "the service asks for a licence that the cluster does not have",
    "Requested node configuration is not available": "no node has all that the service and slots ask for",
    "invalid partition specified": "the engine's URL names the partition: slurm:PARTITION",
    "Invalid account": "name an account of yours as the job's project, or in the engine's URL: ?account=…",
    "Invalid qos": "the engine's URL names it: ?qos=…",
    "violates accounting/QOS policy": "your account has a limit; for one of jobs, each task counts",
}


class Client:
    """Slurm by its programs; raises EngineUnreachable where it does not answer, and EngineError where it refuses."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._no_accounting_until = 0.0

    def run(self, *argv: str, extra: Optional[Mapping[str, str]] = None) -> subprocess.CompletedProcess[str]:
        """Run a program of Slurm and return what came of it; its exit code is looked at by whoever asks.

        ``extra`` is put into its environment.
        """
        program = shutil.which(argv[0])
        if program is None:
            hint = "install Slurm's commands here, or choose another engine"
            raise EngineUnreachable(f"Slurm's {argv[0]} is not on this machine", hint)
        try:
            return subprocess.run(
                [program, *argv[1:]],
                env={**_environment(), **(extra or {})},
                capture_output=True,
                stdin=subprocess.DEVNULL,
                encoding="utf-8",
                errors="replace",
                timeout=self._seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise EngineUnreachable(f"Slurm did not answer {argv[0]} within {self._seconds:g} s") from None
        except OSError as error:
            raise EngineError(f"{argv[0]} does not start: {error.strerror or error}") from None

    def ask(self, *argv: str) -> str:
        """Return what a program says; raise where it fails."""
        done = self.run(*argv)
        if done.returncode:
            raise _refused(argv[0], done.stderr or done.stdout)
        return done.stdout

    def version(self) -> str:
        """Return Slurm's name and version, of a controller that answers."""
        if "UP" not in self.ask("scontrol", "ping").upper().split():
            raise EngineUnreachable("no controller of Slurm is up")
        return self.ask("scontrol", "--version").strip()

    def cluster(self) -> Cluster:
        """Return the nodes and licences."""
        nodes = read_nodes(self.ask("scontrol", "show", "nodes", "-o"))
        return Cluster(nodes, read_licences(self.ask("scontrol", "show", "licenses", "-o")))

    def config(self) -> Dict[str, str]:
        """Return the settings of the controller."""
        return read_config(self.ask("scontrol", "show", "config"))

    def accounts(self, config: Mapping[str, str]) -> Optional[Tuple[str, ...]]:
        """Return the accounts that this user's jobs may run on, or None where there are none or nobody tells.

        ``config`` are the settings of the controller.
        """
        user = _user()
        if not user or "slurmdbd" not in config.get("AccountingStorageType", ""):
            return None
        argv = ("sacctmgr", "-n", "-P", "show", "assoc", f"user={user}", "format=Cluster,Account")
        try:
            done = self.run(*argv)
        except EngineUnreachable:
            return None
        return None if done.returncode else read_accounts(done.stdout, config.get("ClusterName", "")) or None

    def sbatch(self, argv: Sequence[str]) -> str:
        """Submit an array and return its id; raises SpoolError, and AnswerLost where it may have arrived."""
        try:
            done = self.run("sbatch", "--parsable", *argv)
        except EngineUnreachable as error:
            if "did not answer" in error.problem:
                raise AnswerLost(error.problem, error.hint) from None
            raise
        if done.returncode:
            error_ = _refused("sbatch", done.stderr)
            raise error_ if isinstance(error_, EngineUnreachable) else SpoolError(error_.problem, error_.hint)
        return done.stdout.strip().split(";")[0]

    def elements(self, ids: Iterable[str]) -> Dict[str, Element]:
        """Return what Slurm still knows of arrays, by ``ID_INDEX``."""
        found: Dict[str, Element] = {}
        for some in _some(ids):
            done = self.run("squeue", "-h", "-r", "-t", "all", "-j", ",".join(some), "-o", QUEUE_FORM)
            if done.returncode and not _NO_SUCH_JOB.search(done.stderr):
                raise _refused("squeue", done.stderr)
            found.update(read_queue(done.stdout))
        return found

    def accounted(self, ids: Iterable[str]) -> Dict[str, Element]:
        """Return how elements of arrays ended as the accounting has it, by ``ID_INDEX``; nothing where there is none.

        An accounting that does not answer is not asked again for a minute: a job is known without it, only less well.
        """
        found: Dict[str, Element] = {}
        if time.monotonic() < self._no_accounting_until:
            return found
        for some in _some(ids):
            argv = ("sacct", "-X", "-n", "-P", "-j", ",".join(some), f"--format={ACCOUNTING_FORM}")
            try:
                done = self.run(*argv, extra=ACCOUNTING_ENVIRONMENT)
            except EngineUnreachable:
                done = None
            if done is None or done.returncode:
                self._no_accounting_until = time.monotonic() + _ACCOUNTING_RESTS
                return found
            found.update(read_accounting(done.stdout))
        return found

    def ids_by_comment(self, text: str) -> List[str]:
        """Return the arrays whose comment begins like this."""
        lines = self.ask("squeue", "-h", "-t", "all", "-o", "%F|%k").splitlines()
        found = (line.partition("|") for line in lines)
        return list(dict.fromkeys(jid for jid, _, comment in found if comment.startswith(text)))

    def cancel(self, ids: Iterable[str]) -> None:
        """Cancel arrays or elements of them; those that are over are fine."""
        self._each(("scancel",), ids, " ")

    def hold(self, ids: Iterable[str]) -> None:
        """Let no further element of arrays start."""
        self._each(("scontrol", "uhold"), ids, ",")

    def release(self, ids: Iterable[str]) -> None:
        """Let elements of arrays start again."""
        self._each(("scontrol", "release"), ids, ",")

    def be_nice(self, ids: Iterable[str], nice: int) -> None:
        """Change how far arrays step back behind others."""
        for some in _some(ids):
            self._tolerant("scontrol", "update", f"JobId={','.join(some)}", f"Nice={nice}")

    def _each(self, words: Sequence[str], ids: Iterable[str], joint: str) -> None:
        for some in _some(ids):
            self._tolerant(*words, *(some if joint == " " else [joint.join(some)]))

    def _tolerant(self, *argv: str) -> None:
        done = self.run(*argv)
        wrong = [line for line in done.stderr.splitlines() if line.strip() and not _OVER.search(line)]
        if done.returncode and wrong and not all("No error" in line for line in wrong):
            raise _refused(argv[0], "\n".join(wrong))


def _environment() -> Dict[str, str]:
    """Return the environment of Slurm's programs, which is also that of the tasks: see docs/slurm.md."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {"PATH": _PATH, **kept}


def _user() -> str:
    """Return the name of this process's user as Slurm sees it, by the number; empty for one without a name."""
    try:
        import pwd

        return pwd.getpwuid(os.geteuid()).pw_name
    except (ImportError, KeyError):
        return ""


def _some(ids: Iterable[str]) -> Iterator[List[str]]:
    every = list(ids)
    for start in range(0, len(every), _AT_ONCE):
        yield every[start : start + _AT_ONCE]


def _refused(program: str, text: str) -> EngineError:
    told = " ".join(_PREFIX.sub("", text).split()) or "no reason given"
    if _UNREACHABLE.search(told):
        return EngineUnreachable(f"Slurm does not answer: {told}")
    hint = next((hint for part, hint in _HINTS.items() if part.lower() in told.lower()), "")
    return EngineError(f"Slurm refused ({program}): {told}", hint)
