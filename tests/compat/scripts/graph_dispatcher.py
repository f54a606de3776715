# ruff: noqa -- written as public scripts are written
"""In the manner of Gaffer's dispatcher: a graph of batches, of which some are needed more than once."""

import os
import sys

import tractor.api.author as author

folder, program = sys.argv[1], sys.argv[2:]

BATCHES = {
    "beauty": (["sim", "textures"], "1-2"),
    "shadow": (["sim"], "1-2"),
    "comp": (["beauty", "shadow"], "1-2"),
    "sim": ([], "1"),
    "textures": ([], ""),
}


class Dispatcher:
    def __init__(self):
        self.tasks = {}
        self.visited = set()

    def dispatch(self, root):
        job = author.Job(title="graph" or "untitled", service='"*"', envkey="".split())
        self.walk(job, root)
        self.walk(job, "shadow")
        with open(os.path.join(folder, "job.alf"), "w") as alf:
            alf.write("# from a graph\n\n" + job.asTcl())
        return job.spool(block=True)

    def walk(self, parent, name):
        task = self.acquire(name)
        parent.addChild(task)
        if name in self.visited:
            return
        for before in BATCHES[name][0]:
            self.walk(task, before)
        self.visited.add(name)

    def acquire(self, name):
        if name in self.tasks:
            return self.tasks[name]
        task = author.Task(title=name)
        frames = BATCHES[name][1]
        if frames:
            task.title += " " + frames
            command = author.Command(argv=program + ["execute", "-nodes", name, "-frames", frames])
            task.addCommand(command)
            command.service = ""
            command.tags = "graph nodes".split()
        self.tasks[name] = task
        return task


print(Dispatcher().dispatch("comp"))
