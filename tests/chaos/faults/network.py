"""Cuts, delays and losses between nodes. Clients reach every node all the time."""
from faults import Fault


class Cut(Fault):
    """A set of ordered pairs whose bytes do not arrive. Half of the time the connections end when it
    heals, as they do behind a firewall that forgot them."""
    hold = (4.0, 7.0)

    def pairs(self):
        raise NotImplementedError

    def inject(self):
        self.cut = self.pairs()
        self.net.order_proxy(pairs=self.cut, hold=True)
        self.note(" ".join(f"{i}>{j}" for i, j in self.cut))

    def heal(self):
        if self.rng.random() < 0.5:
            self.net.order_proxy(**{"break": self.cut})
        self.net.order_proxy(pairs=self.cut)

    def both(self, side):
        """Between `side` and all others, both ways."""
        return [(i, j) for i, j in self.net.pairs() if (i in side) != (j in side)]


class CutLeader(Cut):
    """The leader alone on one side."""
    name = "cut_leader"

    def pairs(self):
        return self.both({self.net.leader().position})


class CutMinority(Cut):
    """A minority, with or without the leader, on one side."""
    name = "cut_minority"

    def pairs(self):
        size = (self.net.count - 1) // 2
        return self.both(set(self.rng.sample(range(self.net.count), size)))


class OneWayIn(Cut):
    """The leader sends and hears nothing: it must not stay leader on its own word."""
    name = "one_way_in"

    def pairs(self):
        leader = self.net.leader().position
        return [(i, j) for i, j in self.net.pairs() if j == leader]


class OneWayOut(Cut):
    """A follower's words do not arrive, though it hears the others: it must not raise terms for
    ever (reliability §1 row 31)."""
    name = "one_way_out"

    def pairs(self):
        position = self.rng.choice(self.net.followers()).position
        return [(i, j) for i, j in self.net.pairs() if i == position]


class Ring(Cut):
    """Three nodes: each hears one neighbour and is heard by the other. Five: each reaches its two
    neighbours alone, so that majorities differ."""
    name = "ring"

    def pairs(self):
        n = self.net.count
        near = {1} if n == 3 else {1, n - 1}
        return [(i, j) for i, j in self.net.pairs() if (j - i) % n not in near]


class SlowLinks(Fault):
    """All links slow, one node's outgoing bytes also lossy."""
    name = "slow_links"
    hold = (4.0, 6.0)

    def inject(self):
        delay = self.rng.randint(10, 60)
        lossy = self.rng.randrange(self.net.count)
        out = [pair for pair in self.net.pairs() if pair[0] == lossy]
        self.net.order_proxy(pairs=self.net.pairs(), delay_ms=delay)
        self.net.order_proxy(pairs=out, delay_ms=delay, loss=0.2)
        self.note(f"{delay} ms, node {lossy} loses 20 %")

    def heal(self):
        self.net.order_proxy(pairs=self.net.pairs())


KINDS = (CutLeader, CutMinority, OneWayIn, OneWayOut, Ring, SlowLinks)
