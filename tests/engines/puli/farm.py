"""What stands behind the test server: nodes, tasks, commands, pools, licences, and the rounds in which it works.

Written from what was observed on a real Puli server of release 1.7, with its quirks: everything asked for takes
effect in the next round, a new job reads DONE until then, a group's environment wins, cycles block for ever.
"""

from __future__ import annotations

import time
from itertools import count

BLOCKED, READY, RUNNING, DONE, ERROR, CANCELED, PAUSED = range(7)
C_BLOCKED, C_READY, C_ASSIGNED, C_RUNNING, C_FINISHING, C_DONE, C_TIMEOUT, C_ERROR, C_CANCELED = range(9)
GRAPH_KEYS = {"name", "user", "poolName", "maxRN", "meta", "root", "tasks"}
GROUP_KEYS = {
    *("type", "name", "arguments", "environment", "dependencies", "requirements", "maxRN", "priority"),
    *("dispatchKey", "strategy", "tasks", "tags", "timer"),
}
TASK_KEYS = {
    *("type", "name", "runner", "arguments", "environment", "dependencies", "maxRN", "priority", "dispatchKey"),
    *("validationExpression", "requirements", "minNbCores", "maxNbCores", "ramUse", "commands", "lic", "licence"),
    *("tags", "timer", "maxAttempt", "runnerPackages", "watcherPackages"),
}
COMMAND_KEYS = {"description", "type", "task", "arguments"}
RN_PAUSED, RN_IDLE, RN_WORKING = 2, 3, 5
STRATEGIES = ("octopus.dispatcher.strategies.FifoStrategy", "octopus.dispatcher.strategies.PriorityStrategy")


class Thing:
    """A row of the model; attributes are the server's own names."""

    def __init__(self, **values):
        self.__dict__.update(values)


def text(value):
    """Python 2's str() of a unicode text."""
    return str(value).encode("ascii").decode("ascii")


class Farm:
    """The whole model; ``submitted`` are the documents that arrived, ``mistakes`` what no good client sends."""

    def __init__(self):
        self.cycle = 0
        self.submitted, self.mistakes, self.soon = [], [], []
        self.nodes, self.tasks, self.commands, self.shares = {}, {}, {}, {}
        self.pools, self.render_nodes, self.licences = {"default": [], "renderfarm": []}, {}, {"nuke": [0, 5]}
        self._ids = {name: count(first) for name, first in (("node", 2), ("task", 1), ("command", 1), ("share", 2))}
        self.nodes[0] = self._node(0, "root", None, "root")
        self.nodes[1] = self._node(1, "graphs", self.nodes[0], "root")
        self._modified = set()
        self.logs = {}
        self.add_render_node("node1:9001", softs=["maya", "Nuke"])

    def add_render_node(self, name, softs=(), status=3):
        host, port = name.rsplit(":", 1)
        self.render_nodes[name] = Thing(
            id=len(self.render_nodes) + 1,
            name=name,
            host=host,
            port=int(port),
            status=status,
            coresNumber=8,
            ramSize=16000,
            systemFreeRam=8192,
            speed=2.6,
            excluded=False,
            pools=["default"],
            caracteristics={"softs": list(softs), "os": "linux"},
            commands=[],
            puliversion="1.7.15",
            performance=0.0,
            systemSwapPercentage=0.0,
            createDate=1.0,
            registerDate=2.0,
            lastAliveTime=time.time(),
        )
        self.pools["default"].append(name)

    def _node(self, number, name, parent, user, task=None, is_group=True, dispatch_key=0):
        now = time.time()
        node = Thing(
            id=number,
            name=name,
            parent=parent,
            user=user,
            priority=0,
            dispatchKey=dispatch_key,
            task=task,
            is_group=is_group,
            children=[],
            dependencies=[],
            waiters=[],
            shares=[],
            status=DONE if is_group else BLOCKED,
            completion=1.0,
            creationTime=now,
            startTime=None,
            updateTime=None,
            endTime=None,
            maxRN=-1,
            paused=False,
            more_shares=[],
            commandCount=0,
            readyCommandCount=0,
            doneCommandCount=0,
            timer=task.timer if task else None,
            maxAttempt=1,
        )
        if parent is not None:
            parent.children.append(node)
        return node

    # --- submission

    def submit(self, graph):
        """Register a graph and return its nodes, breadth first. Raises what the real server would answer 500 with."""
        self._note_strange(graph)
        user, definitions = graph["user"], graph["tasks"]
        tasks = [self._task(definition, user) for definition in definitions]
        root = tasks[graph["root"]]
        pool = graph["poolName"]
        self.pools.setdefault(pool, [])
        for definition, task in zip(definitions, tasks):
            for index in definition.get("tasks", ()):
                tasks[index].timer = task.timer
                tasks[index].parent = task
                task.tasks.append(tasks[index])
        nodes = self._registered(root)
        by_task = {id(node.task): node for node in nodes}
        # The limit that came with the graph is not looked at.
        self._share(nodes[0], pool, -1)
        for definition, task in zip(definitions, tasks):
            for index, accepted in definition["dependencies"]:
                if not isinstance(index, int) or not all(isinstance(each, int) for each in accepted):
                    raise ValueError("Dependencies must be a list of (taskId, [status-list])")
                self._depend(by_task[id(task)], by_task[id(tasks[index])], accepted)
        self.nodes.update((node.id, node) for node in nodes)
        self._count(nodes[0])
        for node in nodes:
            if node.task.tags.get("paused") in ("true", True):
                self.pause(node, True)
        self.submitted.append(graph)
        graph["name"].encode("ascii")
        return nodes

    def _note_strange(self, graph):
        entries = [("graph", graph, GRAPH_KEYS)]
        for task in graph.get("tasks", ()):
            entries.append((task.get("name"), task, GROUP_KEYS if task.get("type") == "TaskGroup" else TASK_KEYS))
            entries += [(task.get("name"), command, COMMAND_KEYS) for command in task.get("commands", ())]
            self.mistakes += [
                f"{task['name']}: command of {command['task']}"
                for command in task.get("commands", ())
                if command.get("task") != task["name"] or command.get("type") != "command"
            ]
            if task.get("type") == "Task" and task.get("lic") != task.get("licence"):
                self.mistakes.append(f"{task['name']}: licence")
        self.mistakes += [f"{name}: {sorted(set(each) ^ keys)}" for name, each, keys in entries if set(each) != keys]

    def _task(self, definition, user):
        is_group = {"Task": False, "TaskGroup": True}[definition["type"]]
        required = (
            GROUP_KEYS if is_group else TASK_KEYS - {"licence", "maxAttempt", "runnerPackages", "watcherPackages"}
        )
        values = {key: definition[key] for key in sorted(required - {"timer", "tasks", "commands"})}
        if is_group and values["strategy"] not in STRATEGIES:
            raise KeyError(values["strategy"])
        now = time.time()
        task = Thing(**values, timer=definition.get("timer"), parent=None, user=text(user), node=None, status=0)
        task.id, task.is_group, task.completion, task.creationTime = next(self._ids["task"]), is_group, 0, now
        task.name, task.tags = text(task.name), dict(task.tags)
        task.maxAttempt = definition.get("maxAttempt", 1)
        self.tasks[task.id] = task
        if is_group:
            task.tasks = []
            return task
        task.commands = [self._command(each, task) for each in definition["commands"]]
        return task

    def _command(self, definition, task):
        command = Thing(
            id=next(self._ids["command"]),
            description=text(definition["description"]),
            task=task,
            arguments=dict(definition["arguments"]),
            status=C_READY,
            completion=0.0,
            message="",
            renderNode=None,
            creationTime=time.time(),
            startTime=None,
            updateTime=None,
            endTime=None,
            attempt=0,
            stats={},
            nbFrames=0,
            avgTimeByFrame=0.0,
            retryCount=0,
            retryRnList=[],
            runnerPackages="",
            watcherPackages="",
        )
        self.commands[command.id] = command
        return command

    def _registered(self, root):
        nodes, waiting = [], [root]
        for task in waiting:
            parent = task.parent.node if task.parent else self.nodes[1]
            node = self._node(
                next(self._ids["node"]), task.name, parent, task.user, task, task.is_group, task.dispatchKey
            )
            node.maxAttempt = task.maxAttempt
            task.node = node
            nodes.append(node)
            waiting += task.tasks if task.is_group else []
        return nodes

    def _depend(self, node, other, accepted):
        if accepted and node is not other:
            node.status = BLOCKED
            if [other, accepted] not in node.dependencies:
                node.dependencies.append([other, accepted])
                other.waiters.append(node)

    def _share(self, node, pool, most):
        share = Thing(id=next(self._ids["share"]), pool=pool, node=node, maxRN=most, allocatedRN=0)
        share.userDefinedMaxRN = most != -1
        self.shares[share.id] = share
        node.more_shares += node.shares
        node.shares = [share]
        return share

    def _count(self, node):
        own = 0 if node.is_group else len(node.task.commands)
        node.commandCount = own + sum(self._count(child) for child in node.children)
        return node.commandCount

    # --- rounds

    def tick(self):
        """One round of the server: what was asked for takes effect, states are worked out, dependencies looked at."""
        self.cycle += 1
        soon, self.soon = self.soon, []
        for action in soon:
            action()
        for job in self.nodes[1].children:
            self._update(job)
        modified, self._modified = self._modified, set()
        for node in {waiter for number in modified for waiter in self.nodes[number].waiters}:
            self._validate(node)

    def _update(self, node):
        before = node.status
        node.maxRN = node.shares[0].maxRN if node.shares else node.maxRN
        if node.is_group:
            self._update_group(node)
        else:
            self._update_task(node)
        if node.status != before or self.cycle == 1 or not hasattr(node, "seen"):
            node.seen = True
            self._modified.add(node.id)
        node.task.status, node.task.completion = node.status, node.completion

    def _update_group(self, node):
        for child in node.children:
            self._update(child)
        for name in ("commandCount", "readyCommandCount", "doneCommandCount"):
            setattr(node, name, sum(getattr(child, name) for child in node.children))
        found = {child.status for child in node.children}
        order = (PAUSED, ERROR, RUNNING, READY, BLOCKED, CANCELED, DONE)
        node.status = next((status for status in order if status in found), DONE)
        node.completion = node.doneCommandCount / node.commandCount if node.commandCount else 1.0
        starts = [child.startTime for child in node.children if child.startTime]
        node.startTime = min(starts) if starts else None

    def _update_task(self, node):
        commands = node.task.commands
        found = [command.status for command in commands]
        node.readyCommandCount, node.doneCommandCount = found.count(C_READY), found.count(C_DONE)
        node.completion = sum(each.completion for each in commands) / len(commands) if commands else 1.0
        starts = [each.startTime for each in commands if each.startTime]
        node.startTime = min(starts) if starts else None
        order = {C_CANCELED: CANCELED, C_ERROR: ERROR, C_TIMEOUT: ERROR, C_RUNNING: RUNNING, C_ASSIGNED: READY}
        order.update({C_FINISHING: RUNNING, C_READY: READY, C_BLOCKED: BLOCKED})
        node.status = next((status for each, status in order.items() if each in found), DONE)
        if node.paused and node.status != CANCELED:
            node.status = PAUSED

    def _validate(self, node):
        if node.is_group:
            return
        wanted = (C_BLOCKED, C_READY) if self._is_satisfied(node) else (C_READY, C_BLOCKED)
        for command in node.task.commands:
            if command.status == wanted[0]:
                command.status = wanted[1]

    def _is_satisfied(self, node):
        while node is not None:
            if any(other.status not in accepted for other, accepted in node.dependencies):
                return False
            node = node.parent
        return True

    def has_seen(self, node):
        """Whether there was a round since the node is there."""
        return hasattr(node, "seen")

    # --- work

    def ready(self):
        """The commands that a render node could begin now."""
        return [
            command
            for command in self.commands.values()
            if command.status == C_READY and not command.task.node.paused and self._has_licences(command.task)
        ]

    def _has_licences(self, task):
        return all(name in self.licences for name in task.lic.split("&") if name)

    def start(self, command, where="node1:9001"):
        command.status, command.renderNode, command.startTime = C_RUNNING, where, time.time()

    def end(self, command, fails=False, log="it ran\n"):
        where = command.renderNode or "node1:9001"
        command.renderNode = where
        command.startTime = command.startTime or time.time()
        command.endTime = time.time()
        command.attempt += 1
        command.status, command.completion = (C_ERROR, command.completion) if fails else (C_DONE, 1.0)
        command.message = "Command returned a non-zero exit status" if fails else ""
        self.logs[f"/log/command/{command.task.id}/{command.id}.log"] = log

    def run(self, fails=(), where="node1:9001"):
        """Work until nothing is ready; the commands whose descriptions are in ``fails`` fail."""
        order = []
        self.tick()
        while self.ready():
            command = self.ready()[0]
            self.start(command, where)
            self.end(command, command.description in fails)
            order.append(command.description)
            self.tick()
        self.tick()
        return order

    # --- controls

    def pause(self, node, paused):
        for child in node.children:
            self.pause(child, paused)
        if not node.is_group and node.status != DONE:
            node.paused = paused

    def commands_of(self, node):
        if not node.is_group:
            return list(node.task.commands)
        return [command for child in node.children for command in self.commands_of(child)]

    def cancel(self, command):
        if command.status not in (C_FINISHING, C_DONE, C_CANCELED):
            command.status = C_CANCELED

    def make_ready(self, command):
        command.status, command.completion, command.attempt, command.message = C_READY, 0.0, 0, ""
        command.renderNode = command.startTime = command.endTime = None

    def restart(self, node):
        """Set a node READY; commands of a task that runs are left alone."""
        for child in node.children:
            self.restart(child)
        running = (C_ASSIGNED, C_RUNNING, C_FINISHING)
        if not node.is_group and not any(each.status in running for each in node.task.commands):
            for command in node.task.commands:
                self.make_ready(command)

    def pause_render_node(self, node, kills):
        """Pause a render node; in its next round, the server takes one that runs a command for working again."""
        runs = [each for each in self.commands.values() if each.renderNode == node.name and each.status == C_RUNNING]
        node.status = RN_PAUSED
        if kills:
            for command in runs:
                self.make_ready(command)
        elif runs:
            self.soon.append(lambda: setattr(node, "status", RN_WORKING))

    def move(self, node, pool, most):
        """Give a node a share of another pool; return it, or None where it goes back to one that it had."""
        old = [share for share in (*node.shares, *node.more_shares) if share.pool == pool]
        if not old:
            return self._share(node, pool, most)
        node.more_shares = [share for share in (*node.more_shares, *node.shares) if share.pool != pool]
        node.shares = [old[0]]
        return None

    def archive(self, task):
        """Take a job away; False where the server would skip it without a word."""
        if task.node.status not in (DONE, CANCELED):
            return False
        self.nodes[1].children.remove(task.node)
        waiting = [task.node]
        for node in waiting:
            waiting += node.children
            del self.nodes[node.id], self.tasks[node.task.id]
            for command in [] if node.is_group else node.task.commands:
                del self.commands[command.id]
        return True
