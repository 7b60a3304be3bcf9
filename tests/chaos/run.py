#!/usr/bin/python3
"""Real nodes under load while processes, network, clocks, disks and members fail, one fault after
another; afterwards a checker compares what clients saw with what the nodes hold.

    scripts/chaos --minutes 15 --seed 1            three nodes, then five, half of the time each
    scripts/chaos --minutes 2 --nodes 3 --kinds kill_leader,ring
    scripts/chaos --list                           the kinds of faults

Leaves in DIR/nodes-N: history.jsonl, dump-NAME.jsonl and verify.json (tests/chaos/README.md), and
when something is wrong the nodes' directories with their logs. The seed fixes which faults come in
which order, whom they hit and what clients send; the timing of real processes it cannot fix.
"""
import argparse
import collections
import json
import pathlib
import random
import shutil
import signal
import sys
import tempfile
import time

import chaosnet
import check_history
import clients
import faults
from history import History
from leader_kill_test import active_party

PROGRESS_SECONDS = 60   # after healing: every seat ready, at one height, clients acknowledged
PROGRESS_SUBMITS = 10
HISTORY, REPORTS = "history.jsonl", "verify.json"


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


class Run:
    """One network of N nodes, from its making to the verdict on it."""

    def __init__(self, directory, count, options):
        self.directory, self.options = directory, options
        directory.mkdir(parents=True)
        self.net = chaosnet.ChaosNet(directory / "nodes", options.base_port, count)
        self.rng = random.Random(f"{options.seed}/{count}")
        self.history = History(directory / HISTORY)
        self.reports, self.rounds = {}, collections.Counter()
        self.departed = []

    # ---- Rounds ----

    def deck(self):
        """Every kind once, in a seeded order, again and again; just once with --once."""
        chosen = self.options.kinds
        while True:
            yield from self.rng.sample(chosen, len(chosen))
            if self.options.once:
                return

    def play(self, seconds):
        deadline = time.monotonic() + seconds
        kinds = faults.kinds()
        for name in self.deck():
            if time.monotonic() > deadline:
                return
            self.one_round(kinds[name])

    def one_round(self, kind):
        said, begun, before = [], time.monotonic(), self.history.acknowledged

        def note(text):
            said.append(text)
            self.history.note("fault", kind.name, text)
        fault = kind(self.net, self.rng, note, self.leave)
        self.history.note("inject", kind.name)
        fault.inject()
        time.sleep(self.rng.uniform(*fault.hold))
        self.history.note("heal", kind.name)
        fault.heal()
        healed = time.monotonic()
        self.await_progress(kind.name)
        self.history.note("well", kind.name)
        self.rounds[kind.name] += 1
        say(f"round {sum(self.rounds.values())}: {kind.name} ({'; '.join(said)}), well "
            f"{time.monotonic() - healed:.1f} s after it healed, "
            f"{self.history.acknowledged - before} acknowledged in {time.monotonic() - begun:.1f} s")

    def await_progress(self, kind):
        self.load.check()
        for seat in self.net.seats:
            seat.await_ready()
        goal = self.history.acknowledged + PROGRESS_SUBMITS
        chaosnet.harness.wait_until(
            lambda: self.history.acknowledged >= goal or self.load.errors, PROGRESS_SECONDS,
            f"{PROGRESS_SUBMITS} transactions acknowledged after {kind}")
        self.net.await_level(PROGRESS_SECONDS)
        self.load.check()

    def leave(self, seat):
        """A healthy node that was replaced: what it holds is a beginning of what all hold."""
        self.take(seat, f"left-{label(seat)}")
        shutil.rmtree(seat.home / "data")

    # ---- The whole ----

    def all(self, seconds):
        """Objections."""
        try:
            self.net.make()
            ledger = self.net.dev.ledger_id()
            self.load = clients.Load(self.net, self.history, active_party(self.net.dev), ledger,
                                     self.options.seed, self.options.clients, self.options.rate)
            self.play(seconds)
            self.load.stop()
            self.net.await_level()
            for seat in self.net.seats:
                code = seat.end(signal.SIGTERM)
                assert code == 0, f"{seat.name} ended with {code}: {seat.process.words()[-3000:]}"
            for seat in self.net.seats:
                self.take(seat, f"dump-{label(seat)}")
        finally:
            self.net.kill_all()
            self.history.close()
        (self.directory / REPORTS).write_text(json.dumps(self.reports, indent=1) + "\n")
        evidence = check_history.Evidence.of_directory(self.directory)
        say(json.dumps(check_history.summary(evidence)))
        return check_history.judge(evidence)

    def take(self, seat, name):
        """Dump and offline verification of a node that is not running."""
        seat.dump(self.directory / f"{name}.jsonl")
        self.reports[label(seat)] = seat.verify()


def label(seat):
    return seat.home.name


def run_one(directory, count, options, seconds):
    """True when the network of `count` nodes passed."""
    say(f"{count} nodes, seed {options.seed}, in {directory}")
    run = Run(directory, count, options)
    try:
        objections = run.all(seconds)
    except BaseException as error:  # noqa: B902 - the nodes' directories are the evidence
        say(f"FAILED after {sum(run.rounds.values())} rounds: {error!r}; evidence: {directory}")
        if not isinstance(error, (AssertionError, OSError)):
            raise
        return False, run
    for name, found in objections.items():
        say(f"{name}: {len(found)} objections")
        for text in found[:check_history.SHOWN_MAX]:
            say("  " + text)
    if not objections and not options.keep:
        shutil.rmtree(directory / "nodes")
    return not objections, run


def parse():
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=15, help="of faults, all networks together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=pathlib.Path, help="a new directory (default: a temporary one)")
    parser.add_argument("--nodes", default="3,5", help="sizes of the networks, one after another")
    parser.add_argument("--kinds", default="", help="some kinds of faults (default: all)")
    parser.add_argument("--once", action="store_true", help="each kind once, then the verdict")
    parser.add_argument("--rate", type=float, default=60, help="transactions a second, about")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--base-port", type=int, default=18000, help="of 100 ports on loopback")
    parser.add_argument("--keep", action="store_true", help="the nodes' directories as well")
    parser.add_argument("--list", action="store_true", help="the kinds of faults")
    options = parser.parse_args()
    known = faults.kinds()
    options.kinds = options.kinds.split(",") if options.kinds else list(known)
    for name in options.kinds:
        if name not in known:
            parser.error(f"no kind {name}; --list shows them")
    options.counts = [int(count) for count in options.nodes.split(",")]
    return options


def main():
    options = parse()
    if options.list:
        for name, kind in faults.kinds().items():
            print(f"{name:18} {' '.join((kind.__doc__ or kind.__mro__[1].__doc__).split())}")
        return 0
    out = options.out or pathlib.Path(tempfile.mkdtemp(prefix="suyuan-chaos-")) / "run"
    passed, rounds, acknowledged = True, collections.Counter(), 0
    for count in options.counts:
        good, run = run_one(out / f"nodes-{count}", count, options,
                            options.minutes * 60 / len(options.counts))
        passed = passed and good
        rounds += run.rounds
        acknowledged += run.history.acknowledged
    say(f"{'clean' if passed else 'NOT CLEAN'}: {sum(rounds.values())} rounds of {len(rounds)} "
        f"kinds, {acknowledged} acknowledged transactions; {out}")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
