"""A backup of a network of real processes: taken while it runs, added to, restored for a node that
lost its disk, and believed for nothing. Snapshots of its state, on the same ledger.

Requirements 6.13 (node); docs/formats.md §10 and §11; reliability §1, rows 12 and 28.
"""
import json
import os
import pathlib
import shutil
import unittest

import harness

DATA = harness.ROOT / "data"
NEW, NEW_API, NEW_PEER = 3, 20, 21  # position in the test, and ports above the devnet's first


class BackupTest(harness.OwnNodesTest):
    name = "backup"

    def setUp(self):
        super().setUp()
        os.environ["SUYUAN_PASSPHRASE_FILE"] = str(self.net.directory / "passphrase")
        self.keys = self.net.directory / "devnet.json"
        self.archive = self.directory / "backup"

    def submit(self, file):
        harness.run("submit", DATA / file, "--keys", self.keys, "--node", self.net.url(0),
                    "--references", self.directory / "references.json")

    def suyuan(self, *arguments, check=True):
        """With the genesis file; the answer as JSON, or what was said and the exit code."""
        done = harness.run("-o", "json", *arguments, "--genesis", self.net.genesis, check=check)
        return json.loads(done.stdout) if check else done

    def backup(self, *source, check=True):
        source = source or ("--node", self.net.url(0), "--key", self.net.nodes[0]["keys"]["signing"])
        return self.suyuan("backup", self.archive, *source, check=check)

    def new_home(self):
        """The configuration of a node that takes the place of node 2, with a key of its own."""
        base, old = harness.PORTS[self.name], self.net.nodes[2]
        home = pathlib.Path(old["config"]).parent.parent / f"node-{NEW}"
        home.mkdir(mode=0o700)
        harness.run("key", "new", "--kind", "node", "--out", home / "node.key")
        api, peer = f"127.0.0.1:{base + NEW_API}", f"127.0.0.1:{base + NEW_PEER}"
        text = pathlib.Path(old["config"]).read_text()
        for before, after in ((old["api"].removeprefix("http://"), api),
                              (f"127.0.0.1:{base + 5}", peer),
                              (f"{home.parent}/node-2/node.key", str(home / "node.key")),
                              (old["data_dir"], str(home / "data")),
                              ("[node]\n", "[node]\njoin = true\n")):
            self.assertIn(before, text)
            text = text.replace(before, after)
        (home / "node.toml").write_text(text)
        self.net.nodes.append({**old, "api": f"http://{api}", "config": str(home / "node.toml"),
                               "data_dir": str(home / "data"), "pid": 0})
        return home, peer, api

    def restore(self, i, check=True):
        return harness.run("-o", "json", "restore", self.archive, "--config",
                           self.net.nodes[i]["config"], check=check)

    def assert_damage_is_refused(self, i):
        """Nothing of a backup with one other bit becomes a ledger."""
        path = sorted(self.archive.glob("blocks-*"))[-1]
        honest = path.read_bytes()
        changed = bytearray(honest)
        changed[len(changed) // 2] ^= 4
        path.write_bytes(changed)
        self.assertEqual(self.restore(i, check=False).returncode, 3)
        self.assertEqual(self.suyuan("verify", "--backup", self.archive, check=False).returncode, 3)
        path.write_bytes(honest)
        self.assertEqual([p.name for p in self.net.data(i).glob("ledger*")], [])

    def test_a_lost_node_comes_back_from_a_backup(self):
        self.submit("01-parties.jsonl")
        first = self.backup()
        self.assertGreater(first["added_blocks"], 1)
        self.submit("02-catalogue.jsonl")
        second = self.backup()  # while it runs
        self.assertGreater(second["added_blocks"], 0)
        self.assertEqual(first["height"] + second["added_blocks"], second["height"])
        self.assertTrue(self.suyuan("verify", "--backup", self.archive)["ok"])

        # Node 2 loses its disk. Under its own key it must not come back from an old state.
        self.net.kill(2)
        shutil.rmtree(self.net.data(2) / "ledger")
        refused = self.restore(2, check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("E_LOST", refused.stderr)

        home, peer, api = self.new_home()
        self.assert_damage_is_refused(NEW)
        restored = json.loads(self.restore(NEW).stdout)
        self.assertEqual(restored["height"], second["height"])
        self.assertEqual(restored["log_root"], second["log_root"])
        self.verify_stopped(NEW)
        self.assertEqual(self.restore(NEW, check=False).returncode, 1)  # there is a ledger

        # A copy of it does not bring the old node back, either.
        shutil.copytree(self.net.data(NEW) / "ledger", self.net.data(2) / "ledger")
        self.refuses_to_start(2, "E_LOST", "restored from a backup")

        self.join(home, peer, api)

    def join(self, home, peer, api):
        member = lambda *arguments: harness.run(
            "member", *arguments, "--node", self.net.url(0), "--keys", self.keys, "--signer",
            "regulator")
        party = self.net.nodes[2]["party"]
        self.submit("03-products.jsonl")  # what it has to catch up with
        member("add", "--node-key", home / "node.key", "--party", party, "--name", "n2", "--peer",
               peer, "--api", api)
        new = self.start(NEW)
        self.await_ready(NEW, new)
        self.await_role("learner")
        member("replace", f"{party}/n2")
        self.await_role("follower", "leader")
        height = self.net.status(0)["applied"]
        harness.wait_until(lambda: self.net.status(NEW)["applied"] >= height, 30, "the new node")
        self.net.down()
        new.terminate()
        self.assertEqual(new.wait(60), 0, self.words(NEW))
        self.verify_stopped(NEW)
        # From the directory of a stopped node, into the same backup.
        third = self.backup("--data", self.net.data(NEW))
        self.assertGreater(third["added_blocks"], 0)
        self.assertTrue(self.suyuan("verify", "--backup", self.archive)["ok"])
        self.assertEqual(self.backup("--data", self.net.data(NEW))["added_blocks"], 0)

    def await_role(self, *roles):
        harness.wait_until(lambda: self.net.status(NEW)["role"] in roles, 60,
                           f"the new node is {' or '.join(roles)}")

    def create_snapshot(self, i):
        path = self.directory / f"node-{i}.snapshot"
        harness.run("snapshot", "create", "--data", self.net.data(i), "--genesis",
                    self.net.genesis, "-o", path)
        return path

    def test_snapshots_prove_themselves(self):
        self.submit("01-parties.jsonl")
        self.net.await_level()
        running = harness.run("snapshot", "create", "--data", self.net.data(0), "--genesis",
                              self.net.genesis, "-o", self.directory / "running", check=False)
        self.assertEqual(running.returncode, 1)
        self.assertIn("E_BUSY", running.stderr)
        self.net.down()
        paths = [self.create_snapshot(i) for i in range(3)]
        shown = [self.suyuan("snapshot", "inspect", path) for path in paths]
        heights = [s["height"] for s in shown]
        for s in shown:
            self.assertEqual(len(s["signed_by"]), 1)
            self.assertGreater(s["state_pairs"], 10)
            self.assertGreater(s["transactions"], 0)
        # The same block is the same snapshot everywhere; each node vouches for it.
        pairs = [(a, b) for a in range(3) for b in range(a) if heights[a] == heights[b]]
        for a, b in pairs:
            self.assertEqual(shown[a]["snapshot_id"], shown[b]["snapshot_id"])
            self.assertNotEqual(shown[a]["signed_by"], shown[b]["signed_by"])
        self.assertTrue(self.net.verify(0).stdout)  # the directory is none the worse for it

        other = self.suyuan("snapshot", "inspect", paths[0], "--log-root", "00" * 32, check=False)
        self.assertEqual(other.returncode, 3)
        self.suyuan("snapshot", "inspect", paths[0], "--log-root", shown[0]["log_root"])
        changed = bytearray(paths[0].read_bytes())
        changed[-3] ^= 1
        paths[0].write_bytes(changed)
        self.assertEqual(self.suyuan("snapshot", "inspect", paths[0], check=False).returncode, 3)


if __name__ == "__main__":
    unittest.main()
