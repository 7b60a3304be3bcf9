"""Wall clocks an hour off, by libfaketime. Monotonic clocks stay right, as they do in reality."""
import os
import signal

import chaosnet
from faults import Fault


class Clock(Fault):
    """One node restarts with a wrong clock, and half way it jumps to the other side of the right
    time; its clients may be told E_CLOCK, the ledger's time stays true."""
    hold = (3.0, 5.0)
    offset = ""

    def inject(self):
        assert os.path.exists(chaosnet.FAKETIME), "Debian's faketime is not installed"
        self.seat = self.chosen()
        self.seat.end(signal.SIGTERM)
        self.offsets = self.seat.home / "faketime"
        self.offsets.write_text(self.offset + "\n")
        self.seat.start(LD_PRELOAD=chaosnet.FAKETIME, FAKETIME_TIMESTAMP_FILE=str(self.offsets),
                        FAKETIME_CACHE_DURATION="1", FAKETIME_DONT_FAKE_MONOTONIC="1",
                        DONT_FAKE_MONOTONIC="1")
        self.note(f"{self.seat.name} {self.offset}")
        self.seat.await_ready()
        if self.rng.random() < 0.5:
            jump = self.offset.translate(str.maketrans("+-", "-+"))
            self.offsets.write_text(jump + "\n")
            self.note(f"{self.seat.name} {jump}")

    def chosen(self):
        return self.any_seat()

    def heal(self):
        self.seat.end(signal.SIGTERM)
        self.seat.start()


class ClockAhead(Clock):
    name = "clock_ahead"
    offset = "+1h"

    def chosen(self):
        return self.net.leader()


class ClockBehind(Clock):
    name = "clock_behind"
    offset = "-1h"


KINDS = (ClockAhead, ClockBehind)
