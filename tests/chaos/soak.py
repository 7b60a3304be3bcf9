#!/usr/bin/python3
"""Hours of work at 70 % of what the machine can do, with faults now and then: do memory, descriptors,
threads or disk grow beyond what the transactions account for?

    scripts/soak --hours 8 [--seed S] [--out DIR] [--nodes N] [--share 0.7]

`suyuan bench` finds the capacity and makes the load; beside it the clients of scripts/chaos write a
history, which is judged at the end like theirs. Every few seconds a line goes to DIR/samples.jsonl:
`{"t","node","run","rss","descriptors","threads","disk","leaves"}` (bytes, s, leaves of the log: one a
transaction and one a block). The slopes are least squares over each process that lived long enough, in its second half.
"""
import argparse
import collections
import hashlib
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time

import check_history
import run
from chaosnet import harness

# Faults that leave ports and data directories as the load generator knows them.
KINDS = ("kill_one", "kill_leader", "pause_leader", "pause_follower", "cut_leader", "cut_minority",
         "one_way_in", "one_way_out", "ring", "slow_links", "slow_disk", "rolling_restart")
CAPACITY_SECONDS, SLICE_SECONDS, SAMPLE_SECONDS = 10, 30, 5
SAMPLES_MIN = 24  # of a process whose slopes count
PAGE = 4096


def sample(seat):
    """One line, or None while the node does not answer."""
    process = seat.process
    try:
        place = pathlib.Path(f"/proc/{process.popen.pid}")
        rss = int((place / "statm").read_text().split()[1]) * PAGE
        status = seat.status()
        disk = sum(path.stat().st_blocks * 512 for path in seat.data.rglob("*") if path.is_file())
        return {"node": seat.home.name, "run": process.number, "rss": rss, "disk": disk,
                "descriptors": len(list((place / "fd").iterdir())),
                "threads": len(list((place / "task").iterdir())), "leaves": status["leaf_count"]}
    except (OSError, harness.http.client.HTTPException, AssertionError):
        return None  # it is down, or a file went while it was looked at


def slope(points):
    """Of y over x, by least squares."""
    n = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / n, sum(y for _, y in points) / n
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


def slopes(samples):
    """For each process that lived long enough: what it gained an hour, and disk a leaf."""
    by_run = collections.defaultdict(list)
    for row in samples:
        by_run[(row["node"], row["run"])].append(row)
    out = {}
    for name, rows in sorted(by_run.items()):
        if len(rows) < SAMPLES_MIN:
            continue
        rows = rows[len(rows) // 2:]
        hourly = {what: round(3600 * slope([(row["t"], row[what]) for row in rows]), 1)
                  for what in ("rss", "descriptors", "threads")}
        out[f"{name[0]} run {name[1]}"] = {
            "minutes": round((rows[-1]["t"] - rows[0]["t"]) / 60, 1),
            "rss_mib_per_hour": round(hourly["rss"] / 2**20, 2),
            "descriptors_per_hour": hourly["descriptors"], "threads_per_hour": hourly["threads"],
            "disk_bytes_per_leaf": round(slope([(row["leaves"], row["disk"]) for row in rows]), 1)}
    return out


class Soak(run.Run):
    def take(self, seat, name):
        """The dump is compared whole by its hash, and keeps only the lines that the history is
        about: those of the load would not fit into memory."""
        super().take(seat, name)
        path, digest = self.directory / f"{name}.jsonl", hashlib.sha256()
        with open(path, "rb") as whole, open(f"{path}.new", "wb") as kept:
            for line in whole:
                digest.update(line)
                if self.load.signer.party in line:
                    kept.write(line)
        pathlib.Path(f"{path}.new").rename(path)
        self.digests[name] = digest.hexdigest()

    def bench(self, seconds, *more):
        return json.loads(harness.run(
            "bench", "--devnet", self.net.dev.directory / "devnet.json", "--clients", 64, "--seconds",
            seconds, "--type", "public", "-o", "json", *more, timeout=seconds + 120).stdout)

    def press(self, rate):
        """The load, slice by slice, because a slice may fail while nodes are down."""
        while not self.over.is_set():
            try:
                done = self.bench(SLICE_SECONDS, "--rate", rate)
                self.loaded += done["committed_tx_per_s"] * SLICE_SECONDS
            except (AssertionError, subprocess.TimeoutExpired) as error:
                self.history.note("load", "bench", str(error)[-300:])
                self.over.wait(2)

    def watch(self):
        with open(self.directory / "samples.jsonl", "w", encoding="utf-8") as file:
            begun = time.monotonic()
            while not self.over.wait(SAMPLE_SECONDS):
                for seat in self.net.seats:
                    row = sample(seat)
                    if row:
                        row["t"] = round(time.monotonic() - begun, 1)
                        self.samples.append(row)
                        file.write(json.dumps(row) + "\n")
                file.flush()

    def play(self, seconds):
        self.over, self.samples, self.loaded = threading.Event(), [], 0
        self.digests, self.net.offline_seconds = {}, 24 * 3600
        capacity = self.bench(CAPACITY_SECONDS)["committed_tx_per_s"]
        rate = round(capacity * self.options.share, 1)
        run.say(f"capacity {capacity:.0f} tx/s; load {rate:.0f} tx/s")
        threads = [threading.Thread(target=self.press, args=(rate,)),
                   threading.Thread(target=self.watch)]
        for thread in threads:
            thread.start()
        try:
            deadline, rng = time.monotonic() + seconds, random.Random(self.options.seed)
            while time.monotonic() + self.options.pause < deadline:
                time.sleep(self.options.pause * rng.uniform(0.5, 1.0))
                self.one_round(run.faults.kinds()[rng.choice(KINDS)])
            time.sleep(max(0, deadline - time.monotonic()))
        finally:
            self.over.set()
            for thread in threads:
                thread.join()


def main():
    parser = argparse.ArgumentParser(prog="soak", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--nodes", type=int, default=3)
    parser.add_argument("--share", type=float, default=0.7, help="of the measured capacity")
    parser.add_argument("--pause", type=float, default=120, help="seconds between faults, at most")
    parser.add_argument("--base-port", type=int, default=18200)
    options = parser.parse_args()
    options.rate, options.clients = 20, 4
    out = options.out or pathlib.Path(tempfile.mkdtemp(prefix="suyuan-soak-")) / "run"
    soak = Soak(out, options.nodes, options)
    objections = soak.all(options.hours * 3600)
    if len(set(soak.digests.values())) != 1:
        objections["whole dumps differ"] = [soak.digests]
    for name, found in objections.items():
        print(f"{name}: {found[:check_history.SHOWN_MAX]}")
    for name, figures in slopes(soak.samples).items():
        print(name, json.dumps(figures))
    run.say(f"{'clean' if not objections else 'NOT CLEAN'}: {sum(soak.rounds.values())} faults, about "
            f"{soak.loaded:.0f} transactions; {out}")
    return 1 if objections else 0


if __name__ == "__main__":
    sys.exit(main())
