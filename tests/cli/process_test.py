#!/usr/bin/env python3
"""Runs the real `suyuan` binary: help, usage errors, key files, and whole devnets.

    process_test.py BUILD/suyuan REPOSITORY [TestCase.test_name …]
"""
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest
import urllib.request

BINARY = str(pathlib.Path(sys.argv[1]).resolve())
REPOSITORY = pathlib.Path(sys.argv[2]).resolve()
EXIT = {"ok": 0, "failure": 1, "usage": 2, "verification": 3, "unreachable": 4}


def run(*arguments, input=None, env=None, timeout=120):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SUYUAN_")}
    environment.update(env or {})
    return subprocess.run([BINARY, *map(str, arguments)], input=input, capture_output=True,
                          text=True, env=environment, timeout=timeout,
                          stdin=None if input is not None else subprocess.DEVNULL)


def free_base_port(nodes):
    """A run of free ports; the sockets are closed before they are used, so a retry may be needed."""
    for base in range(20000 + os.getpid() % 9000, 60000, 2 * nodes + 2):
        held = []
        try:
            for port in range(base, base + 2 * nodes):
                s = socket.socket()
                held.append(s)
                s.bind(("127.0.0.1", port))
            return base
        except OSError:
            continue
        finally:
            for s in held:
                s.close()
    raise RuntimeError("no free ports")


def document(number, **changes):
    fields = {"doc_class": "REG", "doc_no": f"示例-{number}", "doc_title": "示例检验报告",
              "doc_type": "test_report", "file_hash": f"{number:064x}", "file_size": 1024,
              "issue_date": "2026-01-15", "issuer_name": "示例检验机构",
              "media_type": "application/pdf", "stamped": True}
    fields.update(changes)
    return {"name": f"doc{number}", "signer": "regulator", "type": "DOC_ANCHOR",
            "records": [{"fields": fields}]}


class Case(unittest.TestCase):
    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="suyuan-cli-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)

    def check(self, result, code, *words):
        text = f"exit {result.returncode}\n{result.stdout}\n{result.stderr}"
        self.assertEqual(result.returncode, EXIT[code], text)
        for word in words:
            self.assertIn(word, result.stdout + result.stderr, text)
        return result


class Usage(Case):
    def commands(self, path=()):
        """Every command path, walked through the help texts themselves."""
        text = self.check(run(*path, "--help"), "ok").stdout
        yield path, text
        section = re.search(r"^Subcommands:\n((?:  .*\n?)+)", text, re.M)
        for line in section.group(1).splitlines() if section else []:
            if re.match(r"  \S", line):
                yield from self.commands((*path, line.split()[0]))

    def test_every_help_has_an_example_of_itself(self):
        seen = []
        for path, text in self.commands():
            seen.append(" ".join(path))
            self.assertIn("Example:", text, path)
            self.assertIn(" ".join(("suyuan", *path)), text.split("Example:")[1], path)
            for word in text.split("Example:")[1].split():
                if word.startswith("data/"):
                    self.assertTrue((REPOSITORY / word).exists(), word)
        for expected in ["genesis new", "genesis show", "key new", "key show", "node run",
                         "node status", "devnet up", "devnet down", "devnet status", "submit",
                         "trace", "query", "proof get", "proof verify", "disclose", "verify",
                         "export", "snapshot create", "snapshot inspect", "backup", "restore",
                         "bench", "completion", "version"]:
            self.assertIn(expected, seen)

    def test_usage_errors_end_in_2(self):
        self.check(run(), "usage")
        self.check(run("sumbit", "x"), "usage", 'did you mean "submit"')
        self.check(run("genesis", "shwo"), "usage", 'did you mean "show"')
        self.check(run("trace", "x", "--nod", "http://x"), "usage", 'did you mean "--node"')
        self.check(run("verify"), "usage", "--genesis")
        self.check(run("verify", "--genesis", "genesis.json"), "usage", "--data DIR or --node URL")
        self.check(run("version", "-o", "xml"), "usage", "xml")
        self.check(run("devnet", "up", "--dir", self.dir, "--nodes", "0"), "usage")

    def test_version_and_completion(self):
        version = json.loads(self.check(run("version", "-o", "json"), "ok").stdout)
        self.assertEqual(version["protocol"], 1)
        self.assertEqual(json.loads(run("-o", "json", "version").stdout), version)
        self.assertEqual(json.loads(run("version", env={"SUYUAN_OUTPUT": "json"}).stdout), version)
        script = self.check(run("completion", "bash"), "ok").stdout
        words = subprocess.run(
            ["bash", "-c", script + '\nCOMP_WORDS=(suyuan proof g) COMP_CWORD=2 _suyuan; '
             'COMP_WORDS=(suyuan proof g); COMP_CWORD=2; _suyuan; echo "${COMPREPLY[@]}"'],
            capture_output=True, text=True).stdout
        self.assertIn("get", words)

    def test_data_goes_to_stdout_and_messages_to_stderr(self):
        quiet = run("key", "new", "--out", self.dir / "k", "-q", "-o", "json",
                    env={"SUYUAN_PASSPHRASE": "pass phrase"})
        self.check(quiet, "ok")
        self.assertEqual(quiet.stderr, "")
        self.assertEqual({row["use"] for row in json.loads(quiet.stdout)}, {"signing", "sealing"})

    def test_unreachable_ends_in_4(self):
        self.check(run("node", "status", "--node", "http://127.0.0.1:9"), "unreachable",
                   "E_UNREACHABLE")
        self.check(run("trace", "01/1/21/2", "--node", "http://127.0.0.1:9"), "unreachable")

    def test_genesis_files(self):
        vectors = REPOSITORY / "tests/vectors/genesis"
        shown = self.check(run("genesis", "show", vectors / "genesis.json", "-o", "json"), "ok")
        ledger = (vectors / "ledger_id.txt").read_text().strip()
        self.assertEqual(json.loads(shown.stdout)["ledger_id"], ledger)
        made = run("genesis", "new", "--spec", vectors / "consortium.toml", "--out", self.dir / "g")
        self.check(made, "ok", ledger)
        self.assertEqual((self.dir / "g/genesis.json").read_bytes(),
                         (vectors / "genesis.json").read_bytes())
        again = run("genesis", "new", "--spec", vectors / "consortium.toml", "--out", self.dir / "g")
        self.check(again, "failure", "never replaced")
        bad = self.dir / "bad.toml"
        bad.write_text((vectors / "consortium.toml").read_text().replace("quorum", "qourum"))
        self.check(run("genesis", "new", "--spec", bad, "--out", self.dir / "h"), "failure",
                   "E_CONFIG", "line 5", 'did you mean "quorum"')

    def test_key_files(self):
        word = self.dir / "word"
        word.write_text("four words in a row\n")
        word.chmod(0o600)
        made = run("key", "new", "--out", self.dir / "p.key", "--recovery-out", self.dir / "r.key",
                   "--passphrase-file", word)
        self.check(made, "ok", "recovery")
        self.assertEqual((self.dir / "p.key").stat().st_mode & 0o777, 0o600)
        self.check(run("key", "show", self.dir / "p.key", self.dir / "r.key"), "ok")
        self.check(run("key", "new", "--out", self.dir / "p.key", "--passphrase-file", word),
                   "failure", "exists")
        self.check(run("key", "new", "--out", self.dir / "q.key"), "failure", "E_PASSPHRASE")
        (self.dir / "p.key").chmod(0o644)
        self.check(run("key", "show", self.dir / "p.key"), "failure", "chmod 600")
        word.chmod(0o640)
        self.check(run("key", "new", "--out", self.dir / "s.key", "--passphrase-file", word),
                   "failure", "chmod 600")


class Devnet(Case):
    def up(self, nodes=3, name="d"):
        directory = self.dir / name
        for _ in range(3):
            base = free_base_port(nodes)
            result = run("devnet", "up", "--nodes", nodes, "--dir", directory, "--base-port", base)
            self.addCleanup(run, "devnet", "down", "--dir", directory)
            if result.returncode == 0 or "E_PORT" not in result.stderr:
                break
            run("devnet", "down", "--dir", directory)
            shutil.rmtree(directory)
        self.check(result, "ok")
        return directory, json.loads((directory / "devnet.json").read_text())

    def submit(self, directory, lines, *more):
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        devnet = json.loads((directory / "devnet.json").read_text())
        return run("submit", "-", "--keys", directory / "devnet.json", "--node",
                   devnet["nodes"][0]["api"], "-o", "json", *more, input=text)

    def test_from_nothing_to_a_verified_proof(self):
        directory, devnet = self.up()
        self.assertEqual([n["role"] for n in devnet["nodes"]],
                         ["regulator", "manufacturer", "distributor"])
        for node in devnet["nodes"]:
            self.check(run("node", "status", "--node", node["api"], "-o", "json"), "ok")

        sent = self.submit(directory, [document(i) for i in range(40)])
        self.check(sent, "ok")
        rows = json.loads(sent.stdout)
        self.assertEqual({row["state"] for row in rows}, {"applied"})
        self.assertEqual(len({row["tx"] for row in rows}), 40)

        # A bad line is named, the others stand.
        mixed = self.submit(directory, [document(50), document(51, issue_date="2026-02-30"),
                                        document(52)])
        self.check(mixed, "failure", "line 2", "E_FORMAT", "1 of 3")
        states = [row["state"] for row in json.loads(mixed.stdout)]
        self.assertEqual(states, ["applied", "not sent", "applied"])
        stranger = dict(document(61), signer="manufacturers")
        self.check(self.submit(directory, [stranger]), "failure", 'did you mean "manufacturer"')

        # Proofs of every row's transaction check offline, through any node; a changed bit does not.
        key = devnet["nodes"][0]["keys"]["signing"]
        word = directory / "passphrase"
        for i, row in enumerate(rows[:6]):
            proof = self.dir / f"{i}.tlog-proof"
            node = devnet["nodes"][i % 3]["api"]
            signed = ["--key", key, "--passphrase-file", word] if i % 2 else []
            self.check(run("proof", "get", row["tx"], "-o", proof, "--node", node, *signed), "ok")
            verified = run("proof", "verify", proof, "--genesis", devnet["genesis"], "-o", "json")
            shown = json.loads(self.check(verified, "ok").stdout)
            self.assertEqual(shown["transaction"], row["tx"])
            self.assertEqual(shown["height"], row["block"])
            self.assertEqual(shown["outcome"], "applied")
        text = proof.read_text()
        broken = self.dir / "broken"
        for at in range(0, len(text), max(1, len(text) // 60)):
            changed = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1:]
            broken.write_text(changed)
            result = run("proof", "verify", broken, "--genesis", devnet["genesis"])
            self.check(result, "verification", "E_PROOF")
        foreign = REPOSITORY / "tests/vectors/genesis/genesis.json"
        self.check(run("proof", "verify", proof, "--genesis", foreign), "verification")

        self.check(run("query", "documents", "--limit", 100, "-o", "jsonl", "--node",
                       devnet["nodes"][1]["api"]), "ok")
        one = run("query", "txs", rows[0]["tx"], "-o", "json", "--node", devnet["nodes"][2]["api"])
        self.assertEqual(json.loads(self.check(one, "ok").stdout)["type"], "DOC_ANCHOR")
        self.check(run("trace", "01/09999999999994/21/1", "--node", devnet["nodes"][0]["api"]),
                   "failure", "E_")

        # Idempotent: starting what runs changes nothing.
        before = [n["pid"] for n in devnet["nodes"]]
        again = run("devnet", "up", "--dir", directory)
        self.check(again, "ok")
        self.assertEqual([n["pid"] for n in json.loads((directory / "devnet.json").read_text())
                          ["nodes"]], before)

        self.check(run("devnet", "down", "--dir", directory), "ok", "stopped 3")
        for pid in before:
            self.assertFalse(pathlib.Path(f"/proc/{pid}/cmdline").exists() and b"suyuan" in
                             pathlib.Path(f"/proc/{pid}/cmdline").read_bytes())
        self.check(run("devnet", "down", "--dir", directory), "ok")

        # What the nodes keep: the same on all of them, complete, and verified offline.
        exports = []
        for i, node in enumerate(devnet["nodes"]):
            out = self.dir / f"export-{i}"
            self.check(run("export", "--transactions", out, "--data", node["data_dir"],
                           "--genesis", devnet["genesis"]), "ok")
            exports.append((out / "transactions.jsonl").read_text())
        self.assertEqual(len(set(exports)), 1)
        lines = [json.loads(line) for line in exports[0].splitlines()]
        self.assertTrue({row["tx"] for row in rows} <= {line["tx_id"] for line in lines})
        for line in lines:
            self.assertLessEqual({"height", "index", "tx_id", "type", "subject", "digest",
                                  "block_hash"}, set(line))
            applied = line["outcome"] == "OK"
            self.assertEqual(line["value"], line["digest"] if applied else None)
            subject = line["subject"] if applied else None
            self.assertEqual(line["key"], subject and f"{subject['kind']}/{subject['id']}")
        for flags in ([], ["--log-only"]):
            report = run("verify", "--data", devnet["nodes"][1]["data_dir"], "--genesis",
                         devnet["genesis"], "-o", "json", *flags)
            shown = json.loads(self.check(report, "ok").stdout)
            self.assertTrue(shown["ok"])
            self.assertEqual(shown["transactions"], len(lines))
            self.assertEqual(shown["checkpoint_leaves"], shown["leaves"])  # signed when it stopped
        self.check(run("verify", "--data", devnet["nodes"][1]["data_dir"], "--genesis", foreign),
                   "verification")

    # In the order in which they are filed (data/README.md).
    DATA = sorted(path.name for path in (REPOSITORY / "data").glob("*.jsonl"))

    def test_example_data(self):
        directory, devnet = self.up()
        for i, name in enumerate(self.DATA):
            path = REPOSITORY / "data" / name
            sent = run("submit", path, "--keys", directory, "--node", devnet["nodes"][i % 3]["api"],
                       "--references", self.dir / "references.json", "-o", "json")
            rows = json.loads(self.check(sent, "ok").stdout)
            self.assertEqual([row["state"] for row in rows],
                             ["applied"] * len(path.read_text().splitlines()))
            self.assertIn(f"{len(rows)}/{len(rows)} transactions", sent.stderr)
            if i == 0:
                self.check_disclosure(devnet, directory, rows[0]["tx"])
        party = json.loads(run("query", "parties", devnet["nodes"][1]["party"], "-o", "json",
                               "--node", devnet["nodes"][0]["api"]).stdout)
        self.assertEqual(party["state"], "ACTIVE")
        self.assertEqual(party["fields"]["party_name"], "示例电缆有限公司")
        batches = json.loads(run("query", "batches", "-o", "json", "--node",
                                 devnet["nodes"][2]["api"]).stdout)
        self.assertEqual([batch["state"] for batch in batches], ["RELEASED"] * 3)
        self.check_trace(devnet)
        listed = run("query", "parties", "-o", "csv", "--node", devnet["nodes"][2]["api"])
        self.assertEqual(len(self.check(listed, "ok").stdout.splitlines()), 1 + 3)

    # Requirements 1.3: responsible_person is REG, so owner and regulator open it, a rival does not.
    def check_disclosure(self, devnet, directory, tx):
        def disclose(node, *fields):
            out = self.dir / f"shown-by-{node['name']}.tlog-proof"
            return out, run("disclose", tx, "--fields", ",".join(fields), "--key",
                            node["keys"]["signing"], "--passphrase-file", directory / "passphrase",
                            "--node", devnet["nodes"][2]["api"], "-o", out)

        regulator, maker, rival = devnet["nodes"]
        for node in (maker, regulator):
            out, result = disclose(node, "responsible_person", "party_name")
            self.check(result, "ok")
            proof = run("proof", "verify", out, "--genesis", devnet["genesis"], "-o", "json")
            shown = json.loads(self.check(proof, "ok").stdout)
            self.assertEqual([(f["field"], f["sealed"]) for f in shown["fields"]],
                             [("party.responsible_person", True), ("party.party_name", False)])
            self.assertEqual(shown["fields"][0]["value"],
                             {"name": "示例一", "phone": "020-00000002"})
        out, refused = disclose(rival, "responsible_person")
        self.check(refused, "failure", "E_AUTHZ")
        self.assertFalse(out.exists())
        self.check(disclose(rival, "party_name")[1], "ok")  # clear fields need no key
        self.check(disclose(maker, "responsible_prson")[1], "failure", 'did you mean')

    def check_trace(self, devnet):
        code, node = "01/06901234500035/10/EB-01/21/00001", devnet["nodes"][2]["api"]
        shown = json.loads(self.check(run("trace", code, "--node", node, "-o", "json"), "ok").stdout)
        batch = shown["batch"]["fields"]
        self.assertEqual(batch["unit_no"], "00001-01000", "of the filing, not of the release")
        self.assertEqual(batch["trace_level"], "per_item")
        self.assertIn("release_time", batch)
        self.assertEqual(shown["caller"], "anonymous")
        checked = shown["checked"]
        self.assertEqual(checked["records_verified"], checked["records_shown"])
        self.assertGreaterEqual(checked["records_shown"], 5)
        self.assertNotIn("aaaaaaaaaaaaaaaaaaa", json.dumps(shown), "a place holder")

        table = self.check(run("trace", code, "--node", node), "ok").stdout
        for words in [r"^  序号 +00001-01000$", r"^  产品数量 +1000 辆$", r"^  追溯层级 +一物一码$",
                      r"^  填报期间 +\[MEM, not shown to this caller\]$",
                      r"^  品牌 +\[OPT, hidden: commitment [0-9a-f]{8}…\]$",
                      r"^  查询身份 +anonymous", r"^  单位名称 +示例电缆有限公司$", r"^  已验证记录 +(\d+)/\1 "]:
            self.assertRegex(table, re.compile(words, re.M))
        self.assertNotIn("fields.", table)
        signed = ["--key", devnet["nodes"][1]["keys"]["signing"], "--passphrase-file",
                  pathlib.Path(devnet["genesis"]).parent / "passphrase"]
        own = json.loads(self.check(run("trace", code, "--node", devnet["nodes"][1]["api"], *signed,
                                        "-o", "json"), "ok").stdout)
        self.assertEqual(own["caller"], {"party": devnet["nodes"][1]["party"], "role": "owner"})
        self.assertIsInstance(own["batch"]["fields"]["report_period"], str)

        for language, words in [("", ["<dt>序号</dt><dd>00001-01000", "一物一码", "营业执照", "记录已验证"]),
                                ("?lang=en", ["<dt>Serial no.</dt><dd>00001-01000", "One code per item"])]:
            with urllib.request.urlopen(f"{node}/t/{code}{language}", timeout=30) as answer:
                page = answer.read()
            self.assertLess(len(page), 20_000)
            for word in words:
                self.assertIn(word, page.decode())
            self.assertNotIn("per_item", page.decode())

    def test_restart_keeps_the_ledger(self):
        directory, devnet = self.up(nodes=1)
        rows = json.loads(self.submit(directory, [document(1)]).stdout)
        self.check(run("devnet", "down", "--dir", directory), "ok")
        self.check(run("devnet", "up", "--dir", directory, "--nodes", 1), "ok")
        node = devnet["nodes"][0]["api"]
        self.check(run("query", "txs", rows[0]["tx"], "--node", node), "ok")
        bench = run("bench", "--devnet", directory / "devnet.json", "--type", "doc", "--clients", 4,
                    "--seconds", 1, "-o", "json")
        shown = json.loads(self.check(bench, "ok").stdout)
        self.assertEqual(shown["errors"], 0, shown)
        self.assertGreater(shown["committed_tx_per_s"], 0)
        self.assertLessEqual(shown["latency_ms"]["p50"], shown["latency_ms"]["p99"])
        self.assertGreater(shown["cpu_s_per_tx"], 0)
        self.assertGreater(shown["client_cpu_s_per_tx"], 0)
        paced = run("bench", "--devnet", directory / "devnet.json", "--type", "public", "--clients", 8,
                    "--seconds", 2, "--rate", 50, "-o", "json")
        shown = json.loads(self.check(paced, "ok").stdout)
        self.assertEqual(shown["loop"], "open")
        for kind in ("code", "flow"):
            self.check(run("bench", "--devnet", directory / "devnet.json", "--type", kind), "failure", "manufacturer")

    def test_codes_are_activated_again_and_again(self):
        directory, devnet = self.up(nodes=2)
        bench = ("bench", "--devnet", directory / "devnet.json", "--type", "code", "--clients", 4,
                 "--seconds", 1, "-o", "json")
        for records in (1, 300):  # the second run finds party, category and product of the first
            shown = json.loads(self.check(run(*bench, "--records", records), "ok").stdout)
            self.assertEqual(shown["errors"], 0, shown)
            self.assertAlmostEqual(shown["records_per_s"], records * shown["committed_tx_per_s"],
                                   delta=records)
        products = run("query", "products", "-o", "csv", "--node", devnet["nodes"][1]["api"])
        self.assertEqual(len(self.check(products, "ok").stdout.splitlines()), 1 + 1)

    def test_units_are_sold_one_by_one_and_in_many_records(self):
        directory, _ = self.up(nodes=3)
        for records in (1, 20):
            sales = run("bench", "--devnet", directory / "devnet.json", "--clients", 4, "--seconds", 1,
                        "--records", records, "-o", "json")
            shown = json.loads(self.check(sales, "ok").stdout)
            self.assertEqual((shown["type"], shown["errors"]), ("flow", 0), shown)
            self.assertGreater(shown["records_per_s"], 0)

    def node_run(self, config, passphrase="passphrase"):
        return run("node", "run", "--config", config,
                   "--passphrase-file", config.parent.parent / passphrase, timeout=60)

    def test_what_stops_a_node_from_starting(self):
        directory, devnet = self.up(nodes=1)
        config = pathlib.Path(devnet["nodes"][0]["config"])
        # The first node still runs: its ports (and its data directory) are taken.
        second = directory / "second"
        second.mkdir()
        text = config.read_text()
        (second / "node.toml").write_text(text.replace("node-0/data", "second/data"))
        self.check(self.node_run(second / "node.toml"), "failure", "E_REF", "node init")
        self.check(run("node", "init", "--config", second / "node.toml"), "ok")
        self.check(run("node", "init", "--config", second / "node.toml"), "failure", "E_REF")
        self.check(self.node_run(second / "node.toml"), "failure", "E_PORT")
        self.check(run("devnet", "down", "--dir", directory), "ok")

        wrong = directory / "wrong"
        wrong.write_text("something else\n")
        wrong.chmod(0o600)
        self.check(self.node_run(config, "wrong"), "failure", "E_PASSPHRASE")
        self.check(self.node_run(config, "absent"), "failure", "E_IO")

        foreign = REPOSITORY / "tests/vectors/genesis/genesis.json"
        config.write_text(text.replace(devnet["genesis"], str(foreign)))
        self.check(self.node_run(config), "failure", "E_GENESIS", "belongs to no member")
        config.write_text(text.replace("[storage]", "[storge]"))
        self.check(self.node_run(config), "failure", "E_CONFIG", "storge")
        config.write_text(text)
        self.check(run("node", "run", "--config", directory / "absent.toml"), "failure", "absent.toml")

        # A ledger of another genesis in the data directory.
        other = self.dir / "other"
        base = free_base_port(1)
        self.check(run("devnet", "up", "--nodes", 1, "--dir", other, "--base-port", base), "ok")
        self.check(run("devnet", "down", "--dir", other), "ok")
        other_data = json.loads((other / "devnet.json").read_text())["nodes"][0]["data_dir"]
        config.write_text(text.replace(devnet["nodes"][0]["data_dir"], other_data))
        self.check(self.node_run(config), "failure", "E_GENESIS")

        # Damage in the middle of the log is named, not skipped.
        config.write_text(text)
        ledger = pathlib.Path(devnet["nodes"][0]["data_dir"])
        for current in ledger.rglob("CURRENT"):
            current.write_text("MANIFEST-999999\n")
        self.check(self.node_run(config), "failure", "E_CORRUPT")
        self.check(run("verify", "--data", ledger, "--genesis", devnet["genesis"]), "verification")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
