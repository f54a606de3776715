"""How long it takes to send 1,000 tasks to a real Slurm, and to look at them, against Slurm's own programs.

    python bench/slurm.py [TASKS]

Slurm is started for this, as the tests do, and nothing is run: the partition is down. An array is one sbatch however
many tasks it has; a chain of tasks is one sbatch for each, for each must know the id of the one before.
"""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path

from _report import report, timed

from farmsubmit.author import Job
from farmsubmit.engines.base import SpoolInfo
from farmsubmit.engines.batch.jobfolder import JobFolder
from farmsubmit.engines.slurm import SlurmEngine

FARM = runpy.run_path(str(Path(__file__).parents[1] / "tests" / "engines" / "slurm" / "slurm_farm.py"))
TRUE = ["true"]


def array(tasks: int) -> Job:
    job = Job(title="array")
    for number in range(tasks):
        job.newTask(title=str(number), argv=TRUE)
    return job


def chain(tasks: int) -> Job:
    job = Job(title="chain", serialsubtasks=True)
    for number in range(tasks):
        job.newTask(title=str(number), argv=TRUE)
    return job


def sbatch(*words: str) -> str:
    argv = ["sbatch", "--parsable", "--hold", "--output=/dev/null", *words, "--wrap=true"]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()


def plain_array(tasks: int) -> None:
    subprocess.run(["scontrol", "release", sbatch(f"--array=0-{tasks - 1}")], check=True)


def plain_chain(tasks: int) -> None:
    ids: list[str] = []
    for _ in range(tasks):
        ids.append(sbatch("--array=0", *([f"--dependency=afterok:{ids[-1]}"] if ids else [])))
    subprocess.run(["scontrol", "release", ",".join(ids)], check=True)


def spool(engine: SlurmEngine, job: Job) -> str:
    return engine.spool(engine.translate(job), SpoolInfo("bench", "here", spoolcwd="/")).jid


def measure(folder: Path, tasks: int) -> None:
    url = f"?folder={folder}/jobs"
    engine = SlurmEngine(url)
    for name, job, plain in (("array", array(tasks), plain_array), ("chain", chain(tasks), plain_chain)):
        jids: list[str] = []
        bare = timed(lambda plain=plain: plain(tasks), 1)
        took = timed(lambda job=job, jids=jids: jids.append(spool(engine, job)), 1)
        report(
            f"spool of a{'n' * (name == 'array')} {name} of {tasks:,}", took, "s", peer=f"plain sbatch: {bare:.3f} s"
        )
        look(url, jids[0], f"{name} of {tasks:,}")


def look(url: str, jid: str, what: str) -> None:
    job = JobFolder(SlurmEngine(url)._location.folder / jid)
    ids = ",".join(array.id for array in job.submitted())
    bare = timed(lambda: subprocess.run(["squeue", "-h", "-r", "-j", ids], check=True, capture_output=True))
    peer = f"plain squeue: {bare:.3f} s"
    report(f"status, {what}, waiting", timed(lambda: SlurmEngine(url).status(jid)), "s", peer=peer)
    for tid in (tid for array in job.submitted() for tid in array.tids.values()):
        job.note(tid, "start", time=1.0, host="n1")
        job.note(tid, "end", time=2.0, state="done", code=0, reason="")
    report(f"status, {what}, done", timed(lambda: SlurmEngine(url).status(jid)), "s")
    engine = SlurmEngine(url)
    engine.status(jid)
    report(f"status, {what}, done, seen before", timed(lambda: engine.status(jid)), "s")


def main() -> None:
    tasks = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    missing = FARM["what_is_missing"]()
    if missing:
        print(missing)
        return
    with tempfile.TemporaryDirectory(prefix="slurm") as folder:
        os.environ["FARMSUBMIT_HOME"] = f"{folder}/home"
        with FARM["started"](Path(folder)) as farm:
            os.environ["SLURM_CONF"] = str(farm.conf)
            subprocess.run(["scontrol", "update", "PartitionName=farm", "State=DOWN"], check=True)
            measure(Path(folder), tasks)


if __name__ == "__main__":
    main()
