"""Kinds of faults, a file each group. A fault is a class with

  name       what it is called in the history and on the command line
  inject()   makes the network unwell
  hold       seconds that it stays so, under load; (least, most)
  heal()     does what makes it well again, as an operator would where nothing heals by itself

After heal() every seat must have a running node, and the round fails unless all of them get on.
`self.net` is the ChaosNet, `self.rng` seeded, `self.note(text)` a line of the history.
"""


class Fault:
    name = ""
    hold = (2.0, 4.0)

    def __init__(self, net, rng, note, left):
        """`left`: called with a seat whose healthy node was replaced."""
        self.net, self.rng, self.note, self.left = net, rng, note, left

    def inject(self):
        raise NotImplementedError

    def heal(self):
        raise NotImplementedError

    # ---- What many need ----

    def any_seat(self):
        return self.rng.choice(self.net.seats)

    def passing_follower(self):
        """A seat whose node may be replaced, while another leads that stays."""
        self.net.lead_by_lasting()
        return self.rng.choice(self.net.passing)

    def replace_damaged(self, seat):
        """Its data may not be used again."""
        assert not seat.alive, f"{seat.name} runs with damaged data"
        self.note(f"{seat.name} is replaced")
        self.net.replace(seat)

    def stops_by_itself(self, seat, seconds, *codes):
        """A node that may not go on says why and ends with exit code 1."""
        code = seat.await_end(seconds)
        words = seat.process.words()
        assert code == 1, f"{seat.name} ended with {code}: {words[-3000:]}"
        said = [name for name in codes if name in words]
        assert said, f"{seat.name} did not say {' or '.join(codes)}: {words[-3000:]}"
        self.note(f"{seat.name} stopped: {said[0]}")

    def refuses_to_start(self, seat, *codes):
        seat.start()
        self.stops_by_itself(seat, 60, *codes)


def kinds():
    """{name: class}, in a fixed order."""
    from faults import backups, clocks, disks, membership, network, processes
    found = {}
    for module in (processes, network, clocks, disks, backups, membership):
        for fault in module.KINDS:
            found[fault.name] = fault
    return found
