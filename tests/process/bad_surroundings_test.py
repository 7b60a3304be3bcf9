"""What surrounds a node goes wrong: port, passphrase, small files, clock, another genesis.

Each time: a stable code on stderr or in the answer, where it is, what to do, exit code 1, nothing
acknowledged lost, and a start afterwards that finds everything. The disk: bad_disk_test.py.
"""
import calendar
import os
import pathlib
import re
import shutil
import signal
import socket
import time
import unittest

import harness
import suyuan_tx as tx
from file_record import licence_record
from leader_kill_test import DOC_ANCHOR, active_party, load

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


class BadSurroundings(harness.OwnNodesTest):
    name = "bad_surroundings"

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
        with socket.socket() as api, socket.socket() as peer:  # two ports that nobody has
            for offset, free in ((4, api), (5, peer)):
                free.bind(("127.0.0.1", 0))
                text = text.replace(f":{self.net.base_port + offset}",
                                    f":{free.getsockname()[1]}")
        config.write_text(text)
        self.refuses_to_start(2, f"E_IO.*{re.escape(self.net.nodes[2]['data_dir'])}.*LOCK")
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

    # ---- Clock ----

    def clock(self, offset):
        self.assertTrue(os.path.exists(FAKETIME), "Debian's faketime is not installed")
        return {"LD_PRELOAD": FAKETIME, "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                "DONT_FAKE_MONOTONIC": "1"}

    def test_clock_behind(self):
        """A member a day behind takes part, and says E_CLOCK to its own clients."""
        signer = active_party(self.net)
        load(self, 3, signer)
        follower = (self.net.leader() + 1) % 3
        self.net.kill(follower, signal.SIGTERM)
        process = self.start(follower, self.clock("-1d"))
        self.await_ready(follower, process)
        signed = tx.Transaction(self.net.ledger_id(), DOC_ANCHOR, signer, [licence_record()])
        answer = self.net.http(follower).submit(tx.submission_list([signed]))
        self.assertEqual((answer.status, answer.problem()["code"]), (503, "E_CLOCK"), answer.body)
        self.assertIn("NTP", answer.problem()["remedy"])
        self.assertLess(self.net.status(follower)["clock_ahead_ms"], -80_000_000)
        ids = load(self, 5, signer, node=self.net.leader())
        harness.wait_until(lambda: self.net.http(follower).get(f"/v1/txs/{ids[-1]}").status == 200,
                           20, "it executes what is committed")

    def test_clock_ahead(self):
        """A member a day ahead may not bring its time into the ledger, not even as leader: the
        others withhold their acknowledgement, and a leader with a right clock goes on."""
        signer = active_party(self.net)
        ids = load(self, 3, signer)
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
        self.refuses_to_start(2, "E_REF", "node init")  # an empty disk may be a lost one
        harness.run("node", "init", "--config", config)
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
        load(self, 3, active_party(self.net))  # the two others go on


if __name__ == "__main__":
    unittest.main(verbosity=2)
