"""Members change while a network of real processes runs: a fourth node joins as a learner, catches
up from the log, takes the vote of an old one of its organisation, and all of it survives a restart.

Requirements DC-1-a, DC-1-b, DC-1-d and 6.13 (node); docs/formats.md §4.
"""
import json
import os
import pathlib
import subprocess
import unittest

import harness

DATA = harness.ROOT / "data"
NEW, NEW_API, NEW_PEER = 3, 20, 21  # position in the test, and ports above the devnet's first


class MemberChangeTest(harness.OwnNodesTest):
    name = "member_change"

    def submit(self, file):
        harness.run("submit", DATA / file, "--keys", self.keys, "--node", self.net.url(1),
                    "--references", self.directory / "references.json")

    def member(self, *arguments, check=True):
        return harness.run("member", *arguments, "--node", self.net.url(0), "--keys", self.keys,
                           "--signer", "regulator", check=check)

    def states(self):
        listed = harness.run("member", "list", "--node", self.net.url(0), "-o", "json")
        return {row["node"]: row["state"] for row in json.loads(listed.stdout)}

    def await_role(self, i, *roles):
        return harness.wait_until(lambda: self.net.status(i)["role"] in roles, 60,
                                  f"node {i} is {' or '.join(roles)}")

    def add_new_node(self):
        """A second node of the distributor, with keys and a configuration of its own."""
        base, old = harness.PORTS[self.name], self.net.nodes[2]
        home = pathlib.Path(old["config"]).parent.parent / f"node-{NEW}"
        home.mkdir(mode=0o700)
        key = home / "node.key"
        harness.run("key", "new", "--kind", "node", "--out", key, "--passphrase-file",
                    self.net.directory / "passphrase")
        api, peer = f"127.0.0.1:{base + NEW_API}", f"127.0.0.1:{base + NEW_PEER}"
        text = pathlib.Path(old["config"]).read_text()
        for before, after in ((old["api"].removeprefix("http://"), api),
                              (f"127.0.0.1:{base + 5}", peer),
                              (f"{home.parent}/node-2/node.key", str(key)),
                              (old["data_dir"], str(home / "data")),
                              ("[node]\n", "[node]\njoin = true\n")):
            self.assertIn(before, text)
            text = text.replace(before, after)
        (home / "node.toml").write_text(text)
        self.net.nodes.append({**old, "api": f"http://{api}", "config": str(home / "node.toml"),
                               "data_dir": str(home / "data"), "pid": 0})
        self.member("add", "--node-key", key, "--party", old["party"], "--name", "n2", "--peer",
                    peer, "--api", api)
        return f"{old['party']}/n2"

    def test_a_member_is_replaced(self):
        self.keys = self.net.directory / "devnet.json"
        os.environ["SUYUAN_PASSPHRASE_FILE"] = str(self.net.directory / "passphrase")
        self.submit("01-parties.jsonl")
        self.submit("02-catalogue.jsonl")

        name = self.add_new_node()
        self.refuses_to_start(NEW, "E_REF", "node init")
        harness.run("node", "init", "--config", self.net.nodes[NEW]["config"])
        new = self.start(NEW)
        self.await_ready(NEW, new)
        self.await_role(NEW, "learner")
        self.assertEqual(self.states()[name], "LEARNER")
        self.net.await_level(60)

        # An organisation has one voter.
        refused = self.member("promote", name, check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("E_STATE", refused.stdout + refused.stderr)
        old = next(node for node in self.states() if node.startswith(self.net.nodes[2]["party"])
                   and node != name)
        self.member("replace", name)
        self.await_role(2, "removed")
        self.submit("03-products.jsonl")
        self.await_role(NEW, "follower", "leader")
        harness.wait_until(lambda: self.states()[name] == "VOTER", 30, "the promotion")
        self.assertEqual(self.states()[old], "REMOVED")
        self.submit("04-batches.jsonl")

        # A restart of all keeps the configuration, and what was removed disturbs nobody.
        self.net.down()
        new.terminate()
        self.assertEqual(new.wait(60), 0)
        processes = {i: self.start(i) for i in (0, 1, 2, NEW)}
        for i in (0, 1, NEW):
            self.await_ready(i, processes[i])
        self.await_role(2, "removed")
        self.assertEqual(self.states()[name], "VOTER")
        for process in processes.values():
            process.terminate()
        for i, process in processes.items():
            self.assertEqual(process.wait(60), 0, self.words(i))
        for i in (0, 1, 2, NEW):
            self.verify_stopped(i)

    def test_a_node_of_no_member_does_not_start(self):
        home = self.directory / "stranger"
        home.mkdir(mode=0o700)
        passphrase = self.net.directory / "passphrase"
        harness.run("key", "new", "--kind", "node", "--out", home / "node.key",
                    "--passphrase-file", passphrase)
        text = pathlib.Path(self.net.nodes[2]["config"]).read_text()
        text = text.replace(self.net.nodes[2]["config"].replace("node.toml", "node.key"),
                            str(home / "node.key"))
        (home / "node.toml").write_text(text)
        done = subprocess.run([harness.BINARY, "node", "run", "--config", home / "node.toml",
                               "--passphrase-file", passphrase], capture_output=True, text=True,
                              timeout=60, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("join = true", done.stderr)


if __name__ == "__main__":
    unittest.main()
