"""The numbers that a Puli server gives to states. Nodes, commands and render nodes each have their own.

Source: Puli's client and server, release 1.7.
"""

from __future__ import annotations

#: States of a node.
BLOCKED, READY, RUNNING, DONE, ERROR, CANCELED, PAUSED = range(7)

#: States of a command.
CMD_BLOCKED, CMD_READY, CMD_ASSIGNED, CMD_RUNNING, CMD_FINISHING = range(5)
CMD_DONE, CMD_TIMEOUT, CMD_ERROR, CMD_CANCELED = range(5, 9)
CMD_FAILED = frozenset({CMD_TIMEOUT, CMD_ERROR, CMD_CANCELED})
CMD_FINAL = CMD_FAILED | {CMD_DONE}
CMD_ACTIVE = frozenset({CMD_ASSIGNED, CMD_RUNNING, CMD_FINISHING})

#: States of a render node.
RN_UNKNOWN, RN_BOOTING, RN_PAUSED, RN_IDLE, RN_ASSIGNED, RN_WORKING, RN_FINISHING = range(7)
