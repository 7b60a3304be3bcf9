"""Disks that are full, fail, are slow, lose what was not synced, or flip bits."""
import contextlib
import errno
import os
import shutil
import signal
import subprocess

import power
from chaosnet import harness
from faults import Fault

ROOM = 24 << 20  # of the small file system, beyond what the node has


class FullDisk(Fault):
    """A node's small disk fills: it refuses what is new, or stops where a write fails first, and
    takes part again when there is space. Without the right to mount it is `no_space`."""
    name = "full_disk"
    hold = (2.0, 3.0)

    def inject(self):
        self.seat = self.any_seat()
        self.mounted = os.geteuid() == 0 and self._mount()
        if not self.mounted:
            self.seat.order_disk(write_errno=errno.ENOSPC, pwrite_errno=errno.ENOSPC)
        else:
            self._fill()
        self.note(f"{self.seat.name} ({'tmpfs' if self.mounted else 'preload'})")
        harness.wait_until(lambda: not self.seat.alive or "disk_full" in self.seat.process.words(),
                           60, f"{self.seat.name} notices that its disk is full")
        if not self.seat.alive:
            self.stops_by_itself(self.seat, 1, "E_DISK_FULL")

    def _mount(self):
        """Puts the stopped node's data on a small tmpfs and starts it there."""
        data, kept = self.seat.data, self.seat.home / "kept"
        self.seat.end(signal.SIGTERM)
        data.rename(kept)
        data.mkdir(mode=0o700)
        used = sum(p.stat().st_size for p in kept.rglob("*") if p.is_file())
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={used + ROOM},mode=700",
                                  "tmpfs", data], capture_output=True, check=False).returncode == 0
        if mounted:
            self.net.mounts.add(data)
        shutil.copytree(kept, data, dirs_exist_ok=True)
        shutil.rmtree(kept)
        self.seat.start()
        self.seat.await_ready()
        return mounted

    def _fill(self):
        free = os.statvfs(self.seat.data)
        with open(self.seat.data / "filler", "wb") as file, contextlib.suppress(OSError):
            file.write(b"\1" * max(0, free.f_bavail * free.f_frsize - 200_000))

    def heal(self):
        if not self.mounted:
            self.seat.order_disk()
        else:
            (self.seat.data / "filler").unlink()
        if self.seat.alive:
            self.net.await_level()  # by itself
            self.seat.end(signal.SIGTERM)
        if self.mounted:
            self._unmount()
        self.seat.start()

    def _unmount(self):
        data, whole = self.seat.data, self.seat.home / "whole"
        shutil.copytree(data, whole)
        subprocess.run(["umount", data], check=True)
        self.net.mounts.discard(data)
        data.rmdir()
        whole.rename(data)


class FailingDisk(Fault):
    """A call fails with EIO: the node stops rather than guess, and trusts nothing that it wrote
    since (reliability §1 rows 22 and 24): half of the time what was not synced is gone as well."""
    name = "failing_sync"
    code = "E_IO"
    hold = (0.5, 1.0)
    orders = {"sync_errno": errno.EIO}

    def inject(self):
        self.seat = self.any_seat()
        self.note(self.seat.name)
        self.seat.order_disk(**self.orders)
        self.stops_by_itself(self.seat, 60, self.code)

    def heal(self):
        self.seat.order_disk()
        if self.rng.random() < 0.5:
            lose_unsynced(self, self.seat)
        self.seat.start()


class FailingPwrite(FailingDisk):
    """The acknowledgement mark is what the node writes with pwrite."""
    name = "failing_pwrite"
    orders = {"pwrite_errno": errno.EIO}


class FailingWrite(FailingDisk):
    name = "failing_write"
    orders = {"write_errno": errno.EIO}


class NoSpace(FailingDisk):
    """A write finds no space though the disk did not look full before."""
    name = "no_space"
    code = "E_DISK_FULL"
    orders = {"write_errno": errno.ENOSPC, "pwrite_errno": errno.ENOSPC}


class SlowDisk(Fault):
    """Every sync of one node takes 50 to 300 ms longer, beyond a heartbeat and below the election
    timeout; then the leader's as well."""
    name = "slow_disk"
    hold = (4.0, 6.0)

    def inject(self):
        self.seats = [self.net.leader(), self.rng.choice(self.net.followers())]
        for seat in self.seats:
            ms = self.rng.randint(50, 300)
            seat.order_disk(sync_ms=ms, write_ms=1)
            self.note(f"{seat.name} {ms} ms")

    def heal(self):
        for seat in self.seats:
            seat.order_disk()


def lose_unsynced(fault, seat):
    process = seat.process
    lost = power.lose_unsynced(seat.data, power.Journal(process.journal, process.before), fault.rng)
    fault.note(f"{seat.name} lost {lost} bytes that were not synced")


class PowerCut(Fault):
    """kill -9 and loss of what was not synced, of one node."""
    name = "power_cut"
    hold = (0.5, 1.5)

    def chosen(self):
        return [self.any_seat()]

    def inject(self):
        self.seats = self.chosen()
        for seat in self.seats:
            seat.process.popen.kill()
        for seat in self.seats:
            seat.end(signal.SIGKILL)
            lose_unsynced(self, seat)

    def heal(self):
        for seat in self.seats:
            seat.start()


class PowerCutAll(PowerCut):
    """Of all nodes at once: what was acknowledged is on their disks, or it is gone."""
    name = "power_cut_all"

    def chosen(self):
        return list(self.net.seats)


class BitFlip(Fault):
    """Flipped bits in one file of a stopped node, a minority. It says so and stops, or the bytes
    were dead and it goes on; `suyuan verify` then decides whether its data may stay."""
    hold = (2.0, 3.0)
    pattern = ""

    def inject(self):
        self.seat = self.passing_follower()
        assert self.seat.end(signal.SIGTERM) == 0, self.seat.process.words()[-3000:]
        files = sorted(p for p in self.seat.data.rglob(self.pattern) if p.stat().st_size > 0)
        if not files:
            self.note(f"no {self.pattern} yet")
            return self.seat.start()
        victim = self.rng.choice(files)
        data = bytearray(victim.read_bytes())
        for _ in range(8):
            data[self.rng.randrange(len(data))] ^= 1 << self.rng.randrange(8)
        victim.write_bytes(data)
        self.note(f"{self.seat.name} {victim.relative_to(self.seat.data)}")
        self.seat.start()

    def heal(self):
        seat = self.seat
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.stops_by_itself(seat, 1, "E_CORRUPT", "E_IO", "E_LOST")
            return self.replace_damaged(seat)
        code = seat.end(signal.SIGTERM)
        assert code in (0, 1), f"{seat.name} ended with {code}: {seat.process.words()[-3000:]}"
        report = seat.verify()
        if report["exit"] == 0:
            self.note(f"{seat.name}: dead bytes")
            return seat.start()
        self.note(f"{seat.name}: {report['said']}")
        self.replace_damaged(seat)


def bit_flip(file, pattern):
    return type(f"BitFlip{file.title()}", (BitFlip,), {"name": f"flip_{file}", "pattern": pattern})


KINDS = (FullDisk, NoSpace, FailingDisk, FailingPwrite, FailingWrite, SlowDisk, PowerCut, PowerCutAll,
         bit_flip("log", "*.log"), bit_flip("table", "*.ldb"), bit_flip("manifest", "MANIFEST-*"),
         bit_flip("current", "CURRENT"), bit_flip("mark", "mark"))
