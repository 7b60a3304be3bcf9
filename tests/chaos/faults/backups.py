"""A disk that forgot: emptied, or put back to an earlier day. Such a node has lost its votes."""
import shutil
import signal

from chaosnet import harness
from faults import Fault


class WipedDisk(Fault):
    """An emptied disk does not start; when somebody makes a ledger in it as if the node were new,
    the leader finds it out and it stops for good. A new node takes its place."""
    name = "wiped_disk"
    hold = (0.5, 1.0)

    def inject(self):
        self.seat = self.passing_follower()
        self.seat.end(signal.SIGKILL)
        shutil.rmtree(self.seat.data)
        self.note(self.seat.name)
        self.refuses_to_start(self.seat, "E_REF")

    def heal(self):
        harness.run("node", "init", "--config", self.seat.config)
        self.refuses_to_start(self.seat, "E_LOST")
        self.refuses_to_start(self.seat, "E_LOST")
        self.replace_damaged(self.seat)


class OldBackup(Fault):
    """A copy of the data directory, put back after the node had acknowledged more."""
    name = "old_backup"
    hold = (2.0, 4.0)

    def inject(self):
        self.seat = self.passing_follower()
        self.seat.end(signal.SIGTERM)
        self.old = self.seat.home / "backup"
        shutil.copytree(self.seat.data, self.old)
        self.seat.start()
        self.seat.await_ready()
        self.note(self.seat.name)

    def heal(self):
        self.net.await_level()
        self.seat.end(signal.SIGKILL)
        shutil.rmtree(self.seat.data)
        self.old.rename(self.seat.data)
        self.refuses_to_start(self.seat, "E_LOST")
        self.refuses_to_start(self.seat, "E_LOST")
        self.replace_damaged(self.seat)


KINDS = (WipedDisk, OldBackup)
