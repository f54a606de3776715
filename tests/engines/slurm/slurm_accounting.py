"""A real accounting for the Slurm of slurm_farm.py: a slurmdbd on loopback, with a MariaDB of its own on a socket."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

DAEMONS = ("mariadbd", "slurmdbd", "sacct", "sacctmgr")
# MariaDB's own tables and what stands in them; releases differ in the folder and the names.
TABLES = [
    path
    for end in ("tables", "tables_data")
    for path in sorted(Path("/usr/share").glob(f"m[ya]*/m[ya]*_system_{end}.sql"))[:1]
]

SETTINGS = """
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort={port}
AccountingStoragePass={folder}/munge.sock
AccountingStorageEnforce=associations
"""
CONF = """
AuthType=auth/munge
AuthInfo=socket={folder}/munge.sock
DbdHost={host}
DbdAddr=127.0.0.1
DbdPort={port}
SlurmUser=root
StorageType=accounting_storage/mysql
StorageHost=localhost
StorageUser=root
StorageLoc=slurm_acct_db
CommunicationParameters=NoInAddrAny
PidFile={folder}/slurmdbd.pid
LogFile={folder}/slurmdbd.log
"""
# Small files, and nothing that a kernel or a disk in memory may not have. Nobody but this machine reaches its socket.
DATABASE = [
    "--no-defaults",
    "--user=root",
    "--skip-grant-tables",
    "--skip-networking",
    "--innodb-use-native-aio=0",
    "--innodb-flush-method=fsync",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-buffer-pool-size=16M",
    "--innodb-log-file-size=4M",
    "--innodb-data-file-path=ibdata1:4M:autoextend",
    "--innodb-autoextend-increment=1",
    "--innodb-temp-data-file-path=ibtmp1:2M:autoextend",
]


def what_is_missing() -> str:
    """Say why the database cannot be made here, or nothing."""
    return "" if len(TABLES) == 2 else "MariaDB's own tables are not installed here"


class Accounting:
    """The accounting of a farm in a folder; ``settings`` are for the farm's slurm.conf."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.settings = SETTINGS.format(folder=folder, port=port)

    def start(self, farm) -> None:
        """Start both daemons, and make the farm's cluster known."""
        self._database(farm)
        # slurmdbd looks for it beside slurm.conf, and takes it only from a file that is its user's alone.
        conf = self.folder / "slurmdbd.conf"
        text = CONF.format(folder=self.folder, port=self.port, host=socket.gethostname().split(".")[0])
        with os.fdopen(os.open(conf, os.O_WRONLY | os.O_CREAT, 0o600), "w") as stream:
            stream.write(text)
        farm.run("slurmdbd", "-D")
        farm.wait(lambda: self.manage(farm, "add", "cluster", "farmsubmit").returncode == 0)

    def manage(self, farm, *words: str) -> subprocess.CompletedProcess[str]:
        """Run sacctmgr, which then asks nothing."""
        argv = ["sacctmgr", "-i", *words]
        return subprocess.run(argv, env=farm.environment(), capture_output=True, text=True, timeout=60, check=False)

    def _database(self, farm) -> None:
        place = self.folder / "db.sock"
        (self.folder / "db").mkdir()
        # What mariadb-install-db does too, in the one process that then serves.
        tables = [path.read_text() for path in TABLES]
        first = ["CREATE DATABASE mysql;\nUSE mysql;\n", *tables, "CREATE DATABASE slurm_acct_db;\n"]
        (self.folder / "first.sql").write_text("".join(first))
        places = [f"--datadir={self.folder}/db", f"--socket={place}", f"--pid-file={self.folder}/db.pid"]
        farm.run("mariadbd", *DATABASE, *places, f"--init-file={self.folder}/first.sql")
        # The library that slurmdbd speaks to a database with looks there for where "localhost" is.
        farm.variables["MYSQL_UNIX_PORT"] = str(place)
        farm.wait(place.exists)
