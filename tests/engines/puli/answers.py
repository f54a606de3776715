"""The web services of the test server: what each address answers, and how it refuses."""

from __future__ import annotations

import re
import runpy
import time
from pathlib import Path

MODEL = runpy.run_path(str(Path(__file__).with_name("farm.py")))

ITEM = ("id", "user", "name", "status", "completion", "dispatchKey", "startTime", "creationTime", "endTime")
ITEM += ("updateTime", "maxRN", "commandCount", "readyCommandCount", "doneCommandCount", "timer")
_RENDER_NODE = ("id", "name", "coresNumber", "ramSize", "speed", "systemFreeRam", "systemSwapPercentage", "status")
_RENDER_NODE += ("puliversion", "commands", "host", "port", "caracteristics", "performance", "excluded", "createDate")
_RENDER_NODE += ("registerDate", "lastAliveTime")
NOT_THERE = ""
READY, CANCELED = MODEL["READY"], MODEL["CANCELED"]
C_READY, C_FINISHING, C_DONE, C_CANCELED = (MODEL[f"C_{name}"] for name in ("READY", "FINISHING", "DONE", "CANCELED"))


class Refused(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


# --- what things look like


def node_json(node):
    own = {name: getattr(node, name) for name in ITEM}
    own.update(
        parent=node.parent.id if node.parent else None,
        priority=node.priority,
        poolShares=[[share.id, share.pool] for share in node.shares],
        additionnalPoolShares=[[share.id, share.pool] for share in node.more_shares],
        dependencies=[[other.id, accepted] for other, accepted in node.dependencies],
        tags=node.task.tags if node.task else {},
    )
    if node.is_group:
        task = node.task.id if node.task else None
        return {**own, "children": [each.id for each in node.children], "taskGroup": task, "strategy": "FifoStrategy()"}
    return {**own, "task": node.task.id, "paused": node.paused, "maxAttempt": node.maxAttempt}


def task_json(task):
    names = ("id", "name", "user", "arguments", "environment", "maxRN", "priority", "dispatchKey", "tags", "status")
    own = {name: getattr(task, name) for name in (*names, "completion", "creationTime", "timer")}
    own.update(parent=task.parent.id if task.parent else None, nodes=[task.node.id])
    if task.is_group:
        return {**own, "tasks": [each.id for each in task.tasks]}
    names = ("runner", "validationExpression", "requirements", "minNbCores", "maxNbCores", "ramUse", "lic")
    own.update((name, getattr(task, name)) for name in (*names, "maxAttempt"))
    return {**own, "commands": [each.id for each in task.commands]}


def command_json(command):
    return {**vars(command), "task": command.task.id}


def job_json(node, recursive):
    own = {name: getattr(node, name) for name in ITEM}
    own.update(tags=node.task.tags, children=[], poolShares=[], additionnalPoolShares=[], dependencies=[])
    own.update(averageTimeByFrame=0, minTimeByFrame=0, maxTimeByFrame=0)
    if recursive:
        own["children"] = [job_json(child, True) for child in node.children]
        if not node.is_group:
            commands = [{**command_json(each)} for each in node.task.commands]
            for command in commands:
                del command["task"], command["renderNode"]
            own["task"] = {**task_json(node.task), "commands": commands}
    return own


def _summary(found, farm):
    total = len(farm.nodes[1].children)
    return {"count": len(found), "totalInDispatcher": total, "requestTime": 0.001, "requestDate": time.ctime()}


# --- submission and questions


def graphs(farm, request):
    nodes = farm.submit(request.json())
    body = "Graph created.\nCreated nodes: " + ",".join(str(node.id) for node in nodes)
    return 201, body, {"Location": f"http://{request.host}/nodes/{nodes[0].id}"}


def node(farm, request, number):
    if int(number) not in farm.nodes:
        raise Refused(404, "Node not found. ")
    return node_json(farm.nodes[int(number)])


def children(farm, request, number):
    return {"children": [node_json(child) for child in farm.nodes[int(number)].children]}


def query(farm, request):
    names = request.query.get("attr") or [*ITEM, "tags:prod", "tags:shot"]
    if "pool" in names and "tree" in request.query:
        raise Refused(500, "Internal error")
    found = [each for each in farm.nodes[1].children if _fits(each, request.query)]
    return {"items": [_item(each, names, "tree" in request.query) for each in found], "summary": _summary(found, farm)}


def _fits(node, wanted):
    for name, values in wanted.items():
        key = name[len("constraint_") :]
        if not name.startswith("constraint_"):
            continue
        if key == "name" and not any(re.match(value, node.name) for value in values):
            return False
        if key in ("id", "status", "user") and str(getattr(node, key)) not in values:
            return False
    return True


def _item(node, names, tree):
    found = {}
    for name in names:
        if name.startswith("tags:"):
            found[name[5:]] = str(node.task.tags.get(name[5:], ""))
        elif name == "pool":
            found[name] = node.shares[0].pool
        else:
            found[name] = getattr(node, name) if name in ITEM else "undefined"
    if tree and node.is_group:
        found["items"] = [_item(child, names, tree) for child in node.children]
    return found


def query_job(farm, request):
    wanted, found = request.json(), list(farm.nodes[1].children)
    if not set(wanted) <= {"recursive", "id", "name", "pool", "status", "user", "tags"}:
        farm.mistakes.append(f"query/job {sorted(wanted)}")
    checks = {
        "id": lambda each, given: each.id in [int(number) for number in given],
        "name": lambda each, given: re.match("|".join(given), each.name),
        "pool": lambda each, given: any(share.pool in given for share in each.shares),
        "status": lambda each, given: each.status in given,
        "user": lambda each, given: each.user in given,
        "tags": lambda each, given: any(each.task.tags.get(name, given) in values for name, values in given.items()),
    }
    for name, check in checks.items():
        if name in wanted:
            found = [each for each in found if check(each, wanted[name])]
    items = [job_json(each, wanted.get("recursive", True)) for each in found]
    return {"items": items, "summary": _summary(found, farm)}


def tasks(farm, request):
    return {"tasks": [task_json(task) for task in farm.tasks.values()]}


def task(farm, request, number):
    return {"tasks": [task_json(farm.tasks[int(number)])]}


def task_tree(farm, request, number):
    found, commands, waiting = [], [], [farm.tasks[int(number)]]
    while waiting:
        one = waiting.pop()
        if one.is_group and not farm.has_seen(one.node):
            # The real one has no time of creation for a group before its first round, and gives up.
            raise ValueError("None is not a valid creationTime value")
        found.append(task_json(one))
        if one.is_group:
            waiting += one.tasks
        else:
            commands += [command_json(each) for each in one.commands]
    return {"tasks": found, "commands": commands}


def task_commands(farm, request, number):
    found = farm.commands_of(farm.tasks[int(number)].node)
    return {"commands": [command_json(each) for each in found], "rootTask": int(number)}


def commands(farm, request):
    return [command_json(each) for each in farm.commands.values()]


def command(farm, request, number):
    if int(number) not in farm.commands:
        raise Refused(404, f"No such command. Command with id {number} not found.")
    return command_json(farm.commands[int(number)])


def render_nodes(farm, request):
    return {"rendernodes": [vars(each) for each in farm.render_nodes.values()]}


def render_node(farm, request, name):
    return vars(farm.render_nodes[name]) if name in farm.render_nodes else NOT_THERE


def query_render_nodes(farm, request):
    if any(each.status in (4, 5, 6) for each in farm.render_nodes.values()):
        raise Refused(500, "Impossible to retrieve render nodes")
    found = [{name: getattr(each, name) for name in _RENDER_NODE} for each in farm.render_nodes.values()]
    return {"items": found, "summary": _summary(found, farm)}


def pools(farm, request):
    return {"pools": {name: {"name": name, "renderNodes": members} for name, members in farm.pools.items()}}


def licences(farm, request):
    text = "{" + "".join(f'"{name}" : "{used} / {most}",' for name, (used, most) in farm.licences.items())
    return text[:-1] + "}"


def log(farm, request, path):
    if path not in farm.logs:
        raise Refused(404, "Not Found")
    return farm.logs[path]


# --- controls


def node_status(farm, request, number):
    wanted = request.json()
    if "status" not in wanted:
        raise Refused(400, 'Missing entry: "status".')
    found = farm.nodes[int(number)]
    if "cmdStatus" in request.query and wanted["status"] == READY:
        which = [int(each) for each in request.query["cmdStatus"]]
        again = [each for each in farm.commands_of(found) if each.status in which]
        for each in again:
            farm.make_ready(each)
        told = ", ".join(str(each.id) for each in again)
        return f"Done. Restarted commands {told}" if again else "Done. No commands were restarted."
    if wanted["status"] not in range(7):
        raise Refused(400, f"Invalid status value {wanted['status']}")
    if wanted["status"] == CANCELED:
        farm.soon += [lambda each=each: farm.cancel(each) for each in farm.commands_of(found)]
        return "New status (CANCEL) has been taken into account. Change will be effective soon"
    if wanted["status"] == READY:
        if wanted.get("cascade", True):
            farm.mistakes.append(f"cascading restart of {number}")
        farm.soon.append(lambda: farm.restart(found))
    return f"Status set to {wanted['status']}"


def node_paused(farm, request, number):
    wanted = request.json()
    if not isinstance(wanted, dict) or "paused" not in wanted:
        raise Refused(400, 'Missing entry: "paused".')
    farm.pause(farm.nodes[int(number)], wanted["paused"])
    return "Paused flag changed."


def node_dispatch_key(farm, request, number):
    key = float(request.json()["dispatchKey"])
    farm.nodes[int(number)].dispatchKey = key
    return f"Dispatch key for node {number} set to {key:f}."


def put_command(farm, request, number):
    wanted = request.json()
    if not set(wanted) <= {"status", "description", "arguments"}:
        raise Refused(400, "Invalid fields.")
    found = farm.commands.get(int(number))
    if found is None:
        raise Refused(404, f"No such command {number}")
    if wanted.get("status") not in (C_READY, C_DONE, C_CANCELED):
        raise Refused(400, "Invalid status.")
    if wanted["status"] == C_READY:
        farm.make_ready(found)
    elif wanted["status"] == C_CANCELED:
        farm.cancel(found)
    elif found.status not in (C_FINISHING, C_DONE, C_CANCELED):
        found.status = C_DONE
    return "Done"


def pool_share(farm, request, number):
    share = farm.shares.get(int(number))
    if share is None:
        return NOT_THERE
    share.maxRN = int(request.json()["maxRN"])
    share.node.maxRN = share.maxRN
    return {"poolshare": {"id": share.id, "pool": share.pool, "node": share.node.id, "maxRN": share.maxRN}}


def new_pool_share(farm, request):
    wanted = request.json()
    if wanted["poolName"] not in farm.pools:
        raise Refused(409, f"Pool {wanted['poolName']} is not registered")
    share = farm.move(farm.nodes[int(wanted["nodeId"])], wanted["poolName"], int(wanted["maxRN"]))
    if share is None:
        raise Refused(409, "PoolShare of pool for this node already exists, re-assigning...")
    return {"id": share.id, "pool": share.pool, "node": share.node.id, "maxRN": share.maxRN}


def new_pool(farm, request, name):
    if name in farm.pools:
        raise Refused(409, "Pool already registered")
    farm.pools[name] = []
    return {"name": name, "renderNodes": []}


def remove_pool(farm, request, name):
    if farm.pools.pop(name, None) is not None:
        for each in farm.render_nodes.values():
            each.pools = [pool for pool in each.pools if pool != name]
    # So it says in any case.
    raise Refused(404, "No such pool")


def pool_members(farm, request, name):
    members = request.json()["renderNodes"]
    if name not in farm.pools or not set(members) <= set(farm.render_nodes):
        return NOT_THERE
    farm.pools[name] = members
    for each in farm.render_nodes.values():
        each.pools = [pool for pool in each.pools if pool != name] + [name] * (each.name in members)
    return {"name": name, "renderNodes": members}


def pause_render_node(farm, request, name):
    wanted = request.json()
    paused, kills = wanted["paused"], wanted["killproc"]
    found = farm.render_nodes.get(name.lower())
    if found is None:
        farm.mistakes.append(f"pause of {name}")
    elif paused:
        farm.pause_render_node(found, kills)
    else:
        if found.status != MODEL["RN_PAUSED"]:
            farm.mistakes.append(f"{name} becomes idle though it is {found.status}")
        found.status, found.excluded = MODEL["RN_IDLE"], False
    return NOT_THERE


def quarantine(farm, request):
    wanted = request.json()
    for name in wanted["rns"]:
        if name in farm.render_nodes:
            farm.render_nodes[name].excluded = wanted["quarantine"]
        else:
            farm.mistakes.append(f"quarantine of {name}")
    return "Quarantine attributes set."


def set_licence(farm, request, name):
    most = request.json()["maxlic"]
    if isinstance(most, bool) or not isinstance(most, int):
        farm.mistakes.append(f"{most!r} licences")
    farm.licences.setdefault(name, [0, 0])[1] = most
    return "OK"


def _edited(farm, request, edit):
    if not any(name.startswith("constraint_") for name in request.query):
        farm.mistakes.append("a change of all jobs")
    found = [each for each in farm.nodes[1].children if _fits(each, request.query)]
    done = [each.id for each in found if edit(each)]
    return {"summary": {**_summary(found, farm), "editedCount": len(done)}, "editedJobs": done}


def edit_status(farm, request):
    (status,) = map(int, request.query["update_status"])
    if status != CANCELED:
        farm.mistakes.append(f"edit/status {status}")

    def cancel(found):
        if found.status == status:
            return False
        farm.soon += [lambda each=each: farm.cancel(each) for each in farm.commands_of(found)]
        return True

    return _edited(farm, request, cancel)


def edit_priority(farm, request):
    (value,) = map(int, request.query["value"])
    return _edited(farm, request, lambda found: setattr(found, "dispatchKey", value) is None)


def resume_jobs(farm, request):
    return _edited(farm, request, lambda found: farm.pause(found, False) is None)


def delete_tasks(farm, request):
    wanted = request.json()["taskids"]
    numbers = [int(each) for each in wanted.split(",") if each.isdigit()]
    done = [farm.archive(farm.tasks[number]) for number in numbers if number in farm.tasks]
    return f"{sum(done)} tasks archived successfully"


ROUTES = (
    ("POST", r"/graphs/?", graphs),
    ("GET", r"/nodes/(\d+)/?", node),
    ("GET", r"/nodes/(\d+)/children/?", children),
    ("GET", r"/query", query),
    ("POST", r"/query/job", query_job),
    ("POST", r"/query/rendernode", query_render_nodes),
    ("GET", r"/tasks/?", tasks),
    ("GET", r"/tasks/(\d+)/?", task),
    ("GET", r"/tasks/(\d+)/tree/?", task_tree),
    ("GET", r"/tasks/(\d+)/commands/?", task_commands),
    ("GET", r"/commands/?", commands),
    ("GET", r"/commands/(\d+)/?", command),
    ("GET", r"/rendernodes/?", render_nodes),
    ("GET", r"/rendernodes/([\w.:-]+?)/?", render_node),
    ("GET", r"/pools/?", pools),
    ("GET", r"/licenses/?", licences),
    ("GET", r"(/log/command/\S+)", log),
    ("PUT", r"/nodes/(\d+)/status/?", node_status),
    ("PUT", r"/nodes/(\d+)/paused/?", node_paused),
    ("PUT", r"/nodes/(\d+)/dispatchKey/?", node_dispatch_key),
    ("PUT", r"/commands/(\d+)/?", put_command),
    ("POST", r"/poolshares/(\d+)/?", pool_share),
    ("POST", r"/poolshares/?", new_pool_share),
    ("POST", r"/tasks/delete/?", delete_tasks),
    ("POST", r"/pools/([\w.-]+)/?", new_pool),
    ("DELETE", r"/pools/([\w.-]+)/?", remove_pool),
    ("PUT", r"/pools/([\w.-]+)/rendernodes/?", pool_members),
    ("PUT", r"/rendernodes/quarantine/?", quarantine),
    ("PUT", r"/rendernodes/([\w.-]+:\d+)/paused/?", pause_render_node),
    ("PUT", r"/licenses/([\w.-]+)/?", set_licence),
    ("PUT", r"/edit/status", edit_status),
    ("PUT", r"/edit/prio", edit_priority),
    ("PUT", r"/resume", resume_jobs),
)
