"""What surrounds a node goes wrong: port, passphrase, files, disk, clock, another genesis.

Each time: a stable code on stderr or in the answer, where it is, what to do, exit code 1, nothing
acknowledged lost, and a start afterwards that finds everything.
"""
import calendar
import contextlib
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import harness
import suyuan_tx as tx
from file_record import licence_record
from leader_kill_test import DOC_ANCHOR, active_party, all_blocks

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


class BadSurroundings(unittest.TestCase):
    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="suyuan-process-surroundings-"))
        self.stack.callback(self.clean_up)
        self.net = harness.Devnet(self.directory / "net", harness.PORTS["bad_surroundings"])
        self.net.up()
        self.stack.callback(self.net.kill_all)
        self.own = []  # nodes that this test started itself
        self.stack.callback(self.end_own)

    def clean_up(self):
        if harness.has_failed(self):
            print(f"left for inspection: {self.directory}", file=sys.stderr)
        else:
            shutil.rmtree(self.directory, ignore_errors=True)

    def end_own(self):
        for process in self.own:
            if process.poll() is None:
                process.kill()
            process.wait(30)

    def start(self, i, environment=None):
        """Node i as a child, so that its end and its last words can be seen."""
        with open(self.net.directory / f"own-{i}.log", "wb") as log:
            process = subprocess.Popen(self.net.node_command(i), stdout=subprocess.DEVNULL,
                                       stderr=log, env={**os.environ, **(environment or {})})
        self.own.append(process)
        return process

    def words(self, i):
        return (self.net.directory / f"own-{i}.log").read_text(errors="replace")

    def await_ready(self, i, process):
        def ready():
            self.assertIsNone(process.poll(), self.words(i))
            return self.net.http(i, 3).get("/readyz").status == 200
        harness.wait_until(ready, 60, f"node {i} ready")

    def refuses_to_start(self, i, *expected, environment=None):
        done = subprocess.run(self.net.node_command(i), capture_output=True, text=True, timeout=60,
                              env={**os.environ, **(environment or {})}, check=False)
        self.assertEqual(done.returncode, 1, done.stderr[-3000:])
        for text in expected:
            self.assertRegex(done.stderr, text)
        return done.stderr

    def load(self, count, signer, node=0):
        """Files `count` documents one by one; ids of those that were acknowledged."""
        ledger, face, ids = self.net.ledger_id(), self.net.http(node), []
        for _ in range(count):
            signed = tx.Transaction(ledger, DOC_ANCHOR, signer, [licence_record()])
            result = face.submit(tx.submission_list([signed])).result()
            self.assertEqual(result["state"], "applied", result)
            ids.append(signed.id.hex())
        return ids

    def assert_has(self, i, ids):
        face = self.net.http(i)
        for tx_id in ids:
            self.assertEqual(face.get(f"/v1/txs/{tx_id}").status, 200, tx_id)

    def verify_stopped(self, i):
        self.assertTrue(json.loads(self.net.verify(i).stdout)["ok"])

    # ---- Ports, keys, configuration ----

    def test_port_in_use(self):
        self.net.kill(2, signal.SIGTERM)
        for offset, name in ((4, "api"), (5, "peer")):
            with socket.socket() as holder:
                holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                port = self.net.base_port + offset
                holder.bind(("127.0.0.1", port))
                holder.listen()
                with self.subTest(name):
                    self.refuses_to_start(2, "E_PORT", str(port), "configure another port")
        self.net.up()

    def test_second_process_on_one_directory(self):
        """Two nodes on one data directory would be two votes of one voter."""
        config = pathlib.Path(self.net.nodes[2]["config"])
        text = config.read_text()
        for port in (4, 5):
            taken = self.net.base_port + port
            text = text.replace(f":{taken}", f":{taken + 10}")
        config.write_text(text)
        self.refuses_to_start(2, "E_(IO|CONFIG|PORT)")
        self.assertEqual(self.net.status(2)["applied"], self.net.await_level())

    def test_wrong_passphrase(self):
        self.net.kill(1, signal.SIGTERM)
        good = (self.net.directory / "passphrase").read_text()
        for bad in ("wrong\n", "\n", good.strip() + "x\n"):
            (self.net.directory / "passphrase").write_text(bad)
            said = self.refuses_to_start(1, "E_PASSPHRASE")
            self.assertNotIn(bad.strip() or "\0", said)
        (self.net.directory / "passphrase").write_text(good)
        self.net.up()

    def test_damaged_small_files(self):
        """Configuration, genesis, keys: cut, changed, not what they should be."""
        self.net.kill(1, signal.SIGTERM)
        config = pathlib.Path(self.net.nodes[1]["config"])
        node_key = config.parent / "node.key"
        genesis = pathlib.Path(self.net.genesis)
        cases = [
            (config, lambda d: d[:len(d) // 2], "E_CONFIG|E_IO"),
            (config, lambda d: d + b"\n[storage]\n", "E_CONFIG"),
            (config, lambda d: d.replace(b"listen", b"lisen", 1), "E_CONFIG.*lisen"),
            (config, lambda d: b"\xff\xfe" + d, "E_CONFIG"),
            (node_key, lambda d: d[:-20], "E_(FORMAT|PASSPHRASE|CORRUPT|CONFIG)"),
            (node_key, lambda d: b"", "E_(FORMAT|PASSPHRASE|CORRUPT|CONFIG)"),
            (genesis, lambda d: d[:-1], "E_FORMAT"),
            (genesis, lambda d: d + b"\n", "E_(FORMAT|GENESIS)"),
            (genesis, lambda d: d.replace(b"devnet", b"devnot"), "E_GENESIS"),
            (genesis, lambda d: b"", "E_FORMAT"),
        ]
        for path, change, code in cases:
            good = path.read_bytes()
            path.write_bytes(change(good))
            with self.subTest(path.name, code=code):
                self.refuses_to_start(1, code)
            path.write_bytes(good)
        for path in (config, node_key, genesis):
            hidden = path.with_suffix(".away")
            path.rename(hidden)
            with self.subTest(path.name, code="absent"):
                self.refuses_to_start(1, "E_(IO|CONFIG)", re.escape(path.name))
            hidden.rename(path)
        self.net.up()

    # ---- Tampered and truncated data ----

    def test_tampered_data_directory(self):
        """Flipped bits and cut files: a node that starts must have noticed nothing that matters,
        and `suyuan verify` never passes a ledger with a live byte changed."""
        signer = active_party(self.net)
        self.load(150, signer)
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

    def test_tampered_tip_names_its_height(self):
        """The newest block's bytes, changed in the store's own log file: E_CORRUPT, exit 1."""
        signer = active_party(self.net)
        self.load(20, signer)
        height = self.net.await_level()
        self.net.down()
        ledger = self.net.data(1) / "ledger"
        log = next(p for p in ledger.rglob("*.log") if b"SYB1" in p.read_bytes())
        data = bytearray(log.read_bytes())
        at = data.rfind(b"SYB1")
        self.assertGreater(at, 0)
        data[at + 40] ^= 1
        log.write_bytes(data)
        said = self.refuses_to_start(1, "E_CORRUPT", "suyuan verify")
        named = [int(n) for n in re.findall(r"height (\d+)|block (\d+)|entry (\d+)", said)
                 for n in n if n]
        check = self.net.verify(1, check=False)
        self.assertEqual(check.returncode, 3, check.stderr)
        self.assertTrue(named or re.search(r"height \d+", check.stderr), said + check.stderr)
        self.assertTrue(all(n <= height + 1 for n in named), said)

    # ---- Full disk ----

    def full_disk(self, data):
        """(environment, fill, free): a small file system where that can be mounted, else a library
        that says ENOSPC."""
        if os.geteuid() == 0:
            small = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", data],
                                   capture_output=True, check=False)
            if small.returncode == 0:
                self.stack.callback(subprocess.run, ["umount", "-l", data], check=False)

                def fill():
                    with open(data / "filler", "wb") as file, contextlib.suppress(OSError):
                        free = os.statvfs(data)
                        file.truncate(0)
                        left = free.f_bavail * free.f_frsize - 400_000
                        file.write(b"\1" * max(0, left))
                return {}, fill, lambda: (data / "filler").unlink()
        library = self.directory / "full_disk.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library,
                        harness.ROOT / "tests" / "process" / "full_disk.c", "-ldl"], check=True)
        flag = self.directory / "disk-is-full"
        return ({"LD_PRELOAD": str(library), "SUYUAN_FULL_DISK": str(flag)}, flag.touch,
                flag.unlink)

    def test_full_disk(self):
        """A node whose disk fills stops by itself, cleanly; the others go on; with space again it
        finds all that was acknowledged, also by itself (reliability: refuse and stop)."""
        signer = active_party(self.net)
        self.net.kill(2, signal.SIGTERM)
        data = self.net.data(2)
        aside = self.directory / "aside"
        data.rename(aside)
        data.mkdir(mode=0o700)
        environment, fill, free = self.full_disk(data)
        shutil.copytree(aside, data, dirs_exist_ok=True)
        process = self.start(2, environment)
        self.await_ready(2, process)
        before = self.load(30, signer, node=2)
        fill()
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
        self.assertGreater(len(self.load(20, signer, node=0)), 0)
        # Still full: refuses again, or waits for nothing; never a crash.
        again = self.start(2, environment)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.assertEqual(again.wait(5), 1, self.words(2)[-3000:])
        if again.poll() is None:
            again.kill()
            again.wait()
        free()
        process = self.start(2, environment)
        self.await_ready(2, process)
        harness.wait_until(lambda: self.net.status(2)["applied"] == self.net.status(0)["applied"],
                           60, "the node caught up")
        for i in (0, 1, 2):
            self.assert_has(i, acknowledged)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(60), 0, self.words(2)[-2000:])
        self.verify_stopped(2)

    # ---- Clock ----

    def clock(self, offset):
        self.assertTrue(os.path.exists(FAKETIME), "Debian's faketime is not installed")
        return {"LD_PRELOAD": FAKETIME, "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                "DONT_FAKE_MONOTONIC": "1"}

    def test_clock_behind(self):
        """A member a day behind takes part, and says E_CLOCK to its own clients."""
        signer = active_party(self.net)
        self.load(3, signer)
        follower = (self.net.leader() + 1) % 3
        self.net.kill(follower, signal.SIGTERM)
        process = self.start(follower, self.clock("-1d"))
        self.await_ready(follower, process)
        signed = tx.Transaction(self.net.ledger_id(), DOC_ANCHOR, signer, [licence_record()])
        answer = self.net.http(follower).submit(tx.submission_list([signed]))
        self.assertEqual((answer.status, answer.problem()["code"]), (503, "E_CLOCK"), answer.body)
        self.assertIn("NTP", answer.problem()["remedy"])
        self.assertLess(self.net.status(follower)["clock_ahead_ms"], -80_000_000)
        ids = self.load(5, signer, node=self.net.leader())
        harness.wait_until(lambda: self.net.http(follower).get(f"/v1/txs/{ids[-1]}").status == 200,
                           20, "it executes what is committed")

    def test_clock_ahead(self):
        """A member a day ahead may not bring its time into the ledger, not even as leader: the
        others withhold their acknowledgement, and a leader with a right clock goes on."""
        signer = active_party(self.net)
        ids = self.load(3, signer)
        ahead = self.net.leader()
        self.net.kill(ahead, signal.SIGTERM)
        process = self.start(ahead, self.clock("+1d"))
        self.await_ready(ahead, process)
        others = [i for i in range(3) if i != ahead]
        for _ in range(3):
            done = self.file_until(signer, others[0], 60)
            ids.append(done["transaction"])
            block = self.net.http(others[0]).get_json(f"/v1/blocks/{done['block']}")
            shown = calendar.timegm(time.strptime(block["time"][:19], "%Y-%m-%dT%H:%M:%S"))
            self.assertLess(abs(shown - time.time()), 600)
            # The right clocks' leader goes away for a moment: the wrong one may win a vote.
            now = self.net.leader()
            if now != ahead:
                self.net.kill(now)
                time.sleep(3)
                self.own_restart(now)
        for i in range(3):
            harness.wait_until(lambda i=i: self.net.http(i).get(f"/v1/txs/{ids[-1]}").status == 200,
                               60, "everywhere")
            self.assert_has(i, ids)

    def own_restart(self, i):
        process = self.start(i)
        self.net.nodes[i]["pid"] = process.pid
        self.await_ready(i, process)

    def file_until(self, signer, node, seconds):
        signed = tx.Transaction(self.net.ledger_id(), DOC_ANCHOR, signer, [licence_record()])

        def filed():
            result = self.net.http(node).submit(tx.submission_list([signed])).result()
            return result if result.get("state") == "applied" else None
        return harness.wait_until(filed, seconds, "an acknowledgement")

    # ---- Another genesis ----

    def test_other_genesis(self):
        """Same keys, other genesis file: the node refuses its old data; on a fresh directory it
        and its peers refuse each other and both logs say why."""
        self.net.kill(2, signal.SIGTERM)
        spec = self.net.directory / "consortium.toml"
        other = self.directory / "other"
        changed = self.directory / "other.toml"
        changed.write_text(spec.read_text().replace("devnet", "another"))
        harness.run("genesis", "new", "--spec", changed, "--out", other)
        made = next(other.glob("*.json"))
        config = pathlib.Path(self.net.nodes[2]["config"])
        config.write_text(config.read_text().replace(self.net.genesis, str(made)))
        self.refuses_to_start(2, "E_GENESIS")
        shutil.rmtree(self.net.data(2))
        process = self.start(2)
        harness.wait_until(lambda: "E_GENESIS" in self.words(2), 20, "its own log")
        harness.wait_until(
            lambda: any("E_GENESIS" in self.net.log(i) for i in (0, 1)), 20, "a peer's log")
        self.assertRegex(self.words(2), r"E_GENESIS[^\n]*ledger [0-9a-f]{64}")
        answer = self.net.http(2).get("/readyz")
        self.assertEqual((answer.status, answer.problem()["code"]), (503, "E_NO_LEADER"))
        self.assertEqual(self.net.http(2).get_json("/v1/status")["applied"], 0)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(30), 0)
        self.load(3, active_party(self.net))  # the two others go on


if __name__ == "__main__":
    unittest.main(verbosity=2)
