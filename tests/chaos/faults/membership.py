"""Members change under load."""
import signal

from faults import Fault


class ReplaceMember(Fault):
    """A running node is replaced by a new one of its organisation while it works: it learns that it
    has left, and serves nobody afterwards."""
    name = "replace_member"
    hold = (0.5, 1.0)

    def inject(self):
        old = self.net.replace(self.passing_follower())
        self.note(f"{old.name} left")
        code = old.end(signal.SIGTERM)
        assert code == 0, f"{old.name} ended with {code}: {old.process.words()[-3000:]}"
        self.left(old)

    def heal(self):
        pass  # the new node has the seat


class ReplaceUnderKills(ReplaceMember):
    """The leader is killed while a member is replaced."""
    name = "replace_and_kill"

    def inject(self):
        seat = self.passing_follower()
        self.killed = self.net.leader()
        self.killed.end(signal.SIGKILL)
        self.killed.start()
        old = self.net.replace(seat)
        old.end(signal.SIGTERM)
        self.left(old)


KINDS = (ReplaceMember, ReplaceUnderKills)
