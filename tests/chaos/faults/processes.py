"""Processes that die, stand still or are restarted."""
import signal

from faults import Fault


class KillOne(Fault):
    """kill -9 of any node."""
    name = "kill_one"

    def inject(self):
        self.seat = self.any_seat()
        self.seat.end(signal.SIGKILL)
        self.note(self.seat.name)

    def heal(self):
        self.seat.start()


class KillLeader(KillOne):
    """kill -9 of the leader."""
    name = "kill_leader"

    def any_seat(self):
        return self.net.leader()


class KillAll(Fault):
    """kill -9 of all nodes at once."""
    name = "kill_all"
    hold = (0.5, 1.5)

    def inject(self):
        for seat in self.net.seats:
            seat.process.popen.kill()
        for seat in self.net.seats:
            seat.end(signal.SIGKILL)

    def heal(self):
        for seat in self.net.seats:
            seat.start()


class PauseLeader(Fault):
    """SIGSTOP beyond the election timeout (0.5 to 1 s): when it goes on, it must not serve as the
    leader that it was (reliability §1 rows 18 and 21)."""
    name = "pause_leader"
    hold = (3.0, 5.0)

    def chosen(self):
        return self.net.leader()

    def inject(self):
        self.seat = self.chosen()
        self.seat.process.popen.send_signal(signal.SIGSTOP)
        self.note(self.seat.name)

    def heal(self):
        self.seat.process.popen.send_signal(signal.SIGCONT)


class PauseFollower(PauseLeader):
    name = "pause_follower"

    def chosen(self):
        return self.rng.choice(self.net.followers())


class RollingRestart(Fault):
    """Each node in turn stops in order and comes back, under load."""
    name = "rolling_restart"
    hold = (0.5, 1.0)

    def inject(self):
        for seat in self.net.seats:
            code = seat.end(signal.SIGTERM)
            assert code == 0, f"{seat.name} ended with {code}: {seat.process.words()[-3000:]}"
            seat.start()
            seat.await_ready()

    def heal(self):
        pass  # every node runs again


KINDS = (KillOne, KillLeader, KillAll, PauseLeader, PauseFollower, RollingRestart)
