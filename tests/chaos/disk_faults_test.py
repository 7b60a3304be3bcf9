"""The misbehaving disk itself: what it refuses, what its journal calls durable, and what a loss of
power then takes away. A fault that bites nobody would show nothing."""
import errno
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import unittest

import power

HERE = pathlib.Path(__file__).resolve().parent
# Appends 100 bytes and syncs, 50 more, and changes 10 of the durable ones; then sync again or not.
PROGRAM = """
import os, sys
fd = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
try:
    os.write(fd, b"a" * 100)
    os.fdatasync(fd)
    os.write(fd, b"b" * 50)
    os.pwrite(fd, b"c" * 10, 20)
    if sys.argv[2] == "sync":
        os.fsync(fd)
except OSError as error:
    print(error.errno)
"""


class DiskFaultsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.directory = pathlib.Path(cls.temporary.name)
        cls.library = cls.directory / "disk_faults.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-o", cls.library, HERE / "disk_faults.c", "-ldl",
                        "-lpthread"], check=True)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def setUp(self):
        self.data = self.directory / self._testMethodName
        self.data.mkdir()
        self.file = self.data / "file"
        self.orders, self.journal = self.directory / "orders", self.directory / "journal"
        self.journal.unlink(missing_ok=True)

    def run_program(self, how, *orders):
        self.orders.write_bytes(struct.pack("<8i", *orders, *[0] * (8 - len(orders))))
        done = subprocess.run([sys.executable, "-S", "-c", PROGRAM, self.file, how], text=True,
                              capture_output=True, check=True, env={
                                  **os.environ, "LD_PRELOAD": str(self.library),
                                  "SUYUAN_CHAOS_DISK": str(self.orders),
                                  "SUYUAN_CHAOS_JOURNAL": str(self.journal)})
        return done.stdout.strip()

    def lose(self, seed=1):
        return power.lose_unsynced(self.data, power.Journal(self.journal, {}), random.Random(seed))

    def test_what_is_synced_stays(self):
        self.assertEqual(self.run_program("sync"), "")
        self.assertEqual(self.lose(), 0)
        self.assertEqual(self.file.read_bytes(), b"a" * 20 + b"c" * 10 + b"a" * 70 + b"b" * 50)

    def test_what_is_not_synced_goes(self):
        """The overwritten bytes come back, and of those appended a beginning may stay."""
        kept = set()
        for seed in range(20):
            self.file.unlink(missing_ok=True)
            self.journal.unlink(missing_ok=True)
            self.assertEqual(self.run_program("no"), "")
            self.assertGreater(self.lose(seed), 0)
            left = self.file.read_bytes()
            self.assertEqual(left[:100], b"a" * 100)
            kept.add(len(left) - 100)
        self.assertIn(0, kept)
        self.assertGreater(len(kept), 1)

    def test_what_never_was_synced_goes_whole(self):
        self.file.write_bytes(b"new")
        self.assertEqual(power.lose_unsynced(self.data, power.Journal(self.journal, {}),
                                             random.Random(1)), 3)

    def test_what_stood_before_stays(self):
        self.file.write_bytes(b"old")
        before = power.sizes_by_inode(self.data)
        power.lose_unsynced(self.data, power.Journal(self.journal, before), random.Random(1))
        self.assertEqual(self.file.read_bytes(), b"old")

    def test_calls_fail_as_ordered(self):
        for at, orders in enumerate(([errno.EIO], [0, errno.ENOSPC], [0, 0, errno.EIO])):
            with self.subTest(orders=orders):
                self.assertEqual(self.run_program("sync", *orders), str(orders[at]))

    def test_a_failed_sync_makes_nothing_durable(self):
        self.run_program("sync", errno.EIO)
        self.lose(seed=2)
        self.assertLess(len(self.file.read_bytes()), 100)


if __name__ == "__main__":
    unittest.main()
