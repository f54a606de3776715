"""A real Slurm on this machine, for tests: munged, slurmctld and two slurmd, on loopback only and without systemd."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

DAEMONS = ("munged", "slurmctld", "slurmd", "sbatch", "scontrol")

# Without NoCtldInAddrAny slurmctld would listen on all addresses. More CPUs than there are, short ticks and few waits
# let an array of 1,000 pass in seconds.
CONF = """
ClusterName=farmsubmit
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ctld}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.sock
CryptoType=crypto/munge
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_min_interval=20000,sched_interval=1,bf_interval=1,default_queue_depth=2000
JobRequeue=1
MinJobAge={min_age}
KillWait=10
MessageTimeout=20
Licenses=nuke:1,maya:4
{extra}
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={n1} CPUs={cpus} RealMemory=4000 Features=linux,fast,{more}
NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port={n2} CPUs={cpus} RealMemory=2000 Features=linux,slow,{more}
PartitionName=farm Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
"""


def what_is_missing(*more: str) -> str:
    """Say why Slurm cannot be started here, or nothing; ``more`` are programs that are wanted besides its own."""
    missing = [name for name in (*DAEMONS, *more) if not find(name)]
    if missing:
        return f"Slurm is not installed here: {', '.join(missing)}"
    return "" if os.getuid() == 0 else "Slurm's daemons are started as root here"


def find(name: str) -> str | None:
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


class Farm:
    """The daemons and where they keep their things; ``conf`` is what SLURM_CONF must name."""

    def __init__(self, folder: Path, cpus: int = 16, min_age: int = 300, accounting=None) -> None:
        self.folder = folder
        self.conf = folder / "slurm.conf"
        self.accounting = accounting
        self.variables = {"SLURM_CONF": str(self.conf)}
        self.daemons: dict[str, subprocess.Popen[bytes]] = {}
        ctld, n1, n2 = free_ports(3)
        self.conf.write_text(
            CONF.format(
                folder=folder, host=socket.gethostname().split(".")[0], user="root", cpus=cpus, min_age=min_age,
                extra=accounting.settings if accounting else "", more="BlenderRender,ffmpeg", ctld=ctld, n1=n1, n2=n2,
            )
        )  # fmt: skip

    def start(self) -> None:
        self.folder.chmod(0o755)
        (self.folder / "state").mkdir()
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        self.munge()
        if self.accounting:
            self.accounting.start(self)
        self.controller()
        for node in ("n1", "n2"):
            (self.folder / f"spool-{node}").mkdir()
            self.node(node)
        self.wait(lambda: self.ask("sinfo", "-h", "-o", "%T %D") == "idle 2")

    def munge(self) -> None:
        names = ("socket", "pid-file", "log-file", "seed-file")
        places = [f"--{name}={self.folder}/munge.{name.partition('-')[0][:4]}" for name in names]
        places[0] = f"--socket={self.folder}/munge.sock"
        key = f"--key-file={self.folder}/munge.key"
        self.run("munged", "--force", "--foreground", key, "--num-threads=2", *places)
        self.wait((self.folder / "munge.sock").exists)

    def controller(self, *words: str) -> None:
        self.run("slurmctld", "-D", *words, "-f", str(self.conf))

    def forget_jobs(self) -> None:
        """Start the controller anew without what it knew; it waits longer before it forgets by itself."""
        self.end("slurmctld")
        self.controller("-c")
        self.wait(lambda: "UP" in self.ask("scontrol", "ping"))

    def node(self, name: str) -> None:
        self.run("slurmd", "-D", "-N", name, "-f", str(self.conf), as_name=name)

    def run(self, program: str, *words: str, as_name: str = "") -> None:
        log = (self.folder / f"{as_name or program}.out").open("ab")
        path = find(program)
        assert path
        with log:
            process = subprocess.Popen([path, *words], stdout=log, stderr=log, env=self.environment(), cwd=self.folder)
        self.daemons[as_name or program] = process

    def environment(self) -> dict[str, str]:
        return {**os.environ, **self.variables}

    def ask(self, *argv: str) -> str:
        done = subprocess.run(argv, env=self.environment(), capture_output=True, text=True, timeout=60, check=False)
        return done.stdout.strip()

    def wait(self, condition, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not condition():
            ended = [name for name, process in self.daemons.items() if process.poll() is not None]
            if ended or time.monotonic() > end:
                raise RuntimeError(f"Slurm does not come up ({ended}):\n{self.logs()}")
            time.sleep(0.05)

    def logs(self) -> str:
        found = [*self.folder.glob("*.out"), *self.folder.glob("*.log")]
        return "\n".join(f"--- {path.name}\n{path.read_text('utf-8', 'replace')[-2000:]}" for path in sorted(found))

    def stop(self) -> None:
        self.ask("scancel", "--state=PENDING", "-u", "root")
        self.ask("scancel", "-u", "root")
        with suppress(RuntimeError):
            self.wait(lambda: not self.ask("squeue", "-h"), seconds=15)
        for name in reversed(self.daemons):
            self.end(name)

    def end(self, name: str) -> None:
        process = self.daemons[name]
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=10)


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@contextmanager
def started(folder: Path, **settings):
    farm = Farm(folder, **settings)
    try:
        farm.start()
        yield farm
    finally:
        farm.stop()


if __name__ == "__main__":
    # For trying things by hand: python slurm_farm.py FOLDER, and Return ends it.
    where = Path(sys.argv[1])
    where.mkdir(parents=True, exist_ok=True)
    with started(where) as running:
        print(f"export SLURM_CONF={running.conf}", flush=True)
        sys.stdin.read()
