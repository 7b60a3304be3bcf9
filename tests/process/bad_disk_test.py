"""What a node keeps is damaged or does not fit any more: changed and cut files, a full disk.

Each time: a stable code on stderr with the height where there is one, what to do, exit code 1,
nothing acknowledged lost, and a start afterwards that finds everything (formats §7).
"""
import contextlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import unittest

import harness
import suyuan_tx as tx
from file_record import licence_record
from leader_kill_test import DOC_ANCHOR, active_party, all_blocks, load


class BadDisk(harness.OwnNodesTest):
    name = "bad_disk"

    # ---- Tampered and truncated data ----

    def test_tampered_data_directory(self):
        """Flipped bits and cut files: a node that starts must have noticed nothing that matters,
        and `suyuan verify` never passes a ledger with a live byte changed."""
        signer = active_party(self.net)
        load(self, 150, signer)
        known = all_blocks(self.net, 1, self.net.await_level())
        self.net.down()
        source = self.net.data(1)
        kept = self.directory / "kept"
        shutil.copytree(source, kept)
        self.verify_stopped(1)
        rng = random.Random(20260301)
        files = [p for p in sorted(kept.rglob("*"))
                 if p.is_file() and p.stat().st_size > 64 and p.name not in ("LOG", "LOG.old")]
        seen = {"refused to start": 0, "verify says no": 0, "dead byte": 0}
        for n in range(16):
            victim = files[n % len(files)]
            data = bytearray(victim.read_bytes())
            if n % 4 == 3:
                del data[rng.randrange(len(data) // 8, len(data)):]
            else:
                at = rng.randrange(len(data))
                data[at] ^= 1 << rng.randrange(8)
            shutil.rmtree(source)
            shutil.copytree(kept, source)
            (source / victim.relative_to(kept)).write_bytes(data)
            with self.subTest(file=str(victim.relative_to(kept)), n=n):
                self.judge_damage(known, seen)
        print("tampered:", seen)
        self.assertGreater(seen["refused to start"] + seen["verify says no"], 5)

    def judge_damage(self, known, seen):
        """A cut tail of the state is what a crash leaves too: the ledger replays. What verifies is
        then a shorter ledger, and the same one."""
        check = self.net.verify(1, check=False)
        self.assertIn(check.returncode, (0, 3), check.stderr[-2000:])
        if check.returncode == 3:
            self.assertRegex(check.stdout + check.stderr, r"height|E_CORRUPT")
            seen["verify says no"] += 1
        else:
            report = json.loads(check.stdout)
            if report["height"] in known:  # later ones are of the leaders' changes at the end
                _, state_root, log_root, leaves = known[report["height"]]
                self.assertEqual((report["state_root"], report["log_root"], report["leaves"]),
                                 (state_root, log_root, leaves))
            seen["dead byte"] += 1
        process = self.start(1)
        try:
            code = process.wait(2)
        except subprocess.TimeoutExpired:
            # Alone it cannot commit anything; it must end in order.
            process.send_signal(signal.SIGTERM)
            code = process.wait(30)
            self.assertEqual(code, 0, self.words(1)[-2000:])
            return
        self.assertEqual(code, 1, self.words(1)[-2000:])
        self.assertRegex(self.words(1), "E_(CORRUPT|IO)")
        seen["refused to start"] += 1

    def test_tampered_block_names_its_height(self):
        """One bit of a stored block, early, in the middle, at the tip: the node does not start, and
        it and `suyuan verify` name the same height."""
        signer = active_party(self.net)
        load(self, 20, signer)
        height = self.net.await_level()
        self.net.down()
        data, kept = self.net.data(1), self.directory / "kept"
        shutil.copytree(data, kept)
        log = next(p for p in data.rglob("*.log") if b"SYB1" in p.read_bytes())
        blocks = [m.start() for m in re.finditer(b"SYB1", log.read_bytes())]
        named = []
        for at in (blocks[2], blocks[len(blocks) // 2], blocks[-1]):
            shutil.rmtree(data)  # LevelDB rewrites its files even when it then says no
            shutil.copytree(kept, data)
            bad = bytearray(log.read_bytes())
            bad[at + 40] ^= 1
            log.write_bytes(bad)
            said = self.refuses_to_start(1, "E_CORRUPT", "suyuan verify")
            check = self.net.verify(1, check=False)
            self.assertEqual(check.returncode, 3, check.stderr)
            named.append(int(re.search(r"height (\d+)", said)[1]))
            self.assertRegex(check.stderr, rf"height {named[-1]}\b")
        self.assertEqual(named, sorted(set(named)))
        self.assertLessEqual(named[-1], height + 2)  # an election of the end may follow
        shutil.rmtree(data)
        shutil.copytree(kept, data)
        self.net.up()

    # ---- Full disk ----

    def preload(self):
        library = self.directory / "full_disk.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library,
                        harness.ROOT / "tests" / "process" / "full_disk.c", "-ldl"], check=True)
        return str(library)

    def small_disk(self, data):
        """(environment, fill, free): a small file system where that can be mounted, else a library
        that tells of one."""
        if os.geteuid() == 0:
            small = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", data],
                                   capture_output=True, check=False)
            if small.returncode == 0:
                self.stack.callback(subprocess.run, ["umount", "-l", data], check=False)

                def fill():
                    free = os.statvfs(data)
                    left = free.f_bavail * free.f_frsize - 1_400_000
                    (data / "filler").write_bytes(b"\1" * left)
                return {}, fill, (data / "filler").unlink
        flag = self.directory / "disk-is-low"
        return ({"LD_PRELOAD": self.preload(), "SUYUAN_LOW_DISK": str(flag)}, flag.touch,
                flag.unlink)

    def test_disk_runs_low(self):
        """A node whose disk is nearly full refuses what is new, serves reads and stays up; with
        space again it takes part again by itself (reliability §1 row 32)."""
        signer = active_party(self.net)
        self.net.kill(2, signal.SIGTERM)
        data = self.net.data(2)
        aside = self.directory / "aside"
        data.rename(aside)
        data.mkdir(mode=0o700)
        environment, fill, free = self.small_disk(data)
        shutil.copytree(aside, data, dirs_exist_ok=True)
        process = self.start(2, environment)
        self.await_ready(2, process)
        acknowledged = list(load(self, 10, signer, node=2))
        fill()
        harness.wait_until(lambda: "disk_full" in self.words(2), 30, "the node noticed")
        result = self.net.http(2).submit(tx.submission_list(
            [tx.Transaction(self.net.ledger_id(), DOC_ANCHOR, signer, [licence_record()])])).result()
        self.assertEqual(result["problem"]["code"], "E_DISK_FULL")
        self.assertIn("free", result["problem"]["remedy"].lower())
        acknowledged += load(self, 20, signer, node=0)
        self.assertIsNone(process.poll(), self.words(2)[-2000:])
        self.assertLess(self.net.status(2)["applied"], self.net.status(0)["applied"])
        free()
        harness.wait_until(lambda: self.net.status(2)["applied"] == self.net.status(0)["applied"],
                           60, "the node caught up")
        acknowledged += load(self, 10, signer, node=2)
        for i in (0, 1, 2):
            self.assert_has(i, acknowledged)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(60), 0, self.words(2)[-2000:])
        self.verify_stopped(2)

    def test_full_disk(self):
        """A node whose disk fails a write for want of space stops by itself, cleanly; the others go
        on; with space again it finds all that was acknowledged (reliability: refuse and stop)."""
        signer = active_party(self.net)
        self.net.kill(2, signal.SIGTERM)
        flag = self.directory / "disk-is-full"
        environment = {"LD_PRELOAD": self.preload(), "SUYUAN_FULL_DISK": str(flag)}
        process = self.start(2, environment)
        self.await_ready(2, process)
        before = load(self, 30, signer, node=2)
        flag.touch()
        acknowledged = list(before)
        ledger, face = self.net.ledger_id(), self.net.http(2)
        for _ in range(4000):
            signed = tx.Transaction(ledger, DOC_ANCHOR, signer,
                                    [licence_record() for _ in range(20)])
            try:
                result = face.submit(tx.submission_list([signed])).result()
            except (OSError, harness.http.client.HTTPException):
                break
            if result["state"] != "applied":
                self.assertIn(result["problem"]["code"],
                              ("E_DISK_FULL", "E_STOPPING", "E_NO_LEADER", "E_TIMEOUT"))
                break
            acknowledged.append(signed.id.hex())
        self.assertEqual(process.wait(60), 1, self.words(2)[-3000:])
        self.assertRegex(self.words(2), "E_DISK_FULL")
        self.assertRegex(self.words(2), "Free space")
        self.assertGreater(len(load(self, 20, signer, node=0)), 0)
        # Still full: refuses again, or waits for nothing; never a crash.
        again = self.start(2, environment)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.assertEqual(again.wait(5), 1, self.words(2)[-3000:])
        if again.poll() is None:
            again.kill()
            again.wait()
        flag.unlink()
        process = self.start(2, environment)
        self.await_ready(2, process)
        harness.wait_until(lambda: self.net.status(2)["applied"] == self.net.status(0)["applied"],
                           60, "the node caught up")
        for i in (0, 1, 2):
            self.assert_has(i, acknowledged)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(60), 0, self.words(2)[-2000:])
        self.verify_stopped(2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
