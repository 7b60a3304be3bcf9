"""Trades that no honest party makes, on real processes through the command line: refused with a
code and without a trace, or, where the lie is sealed, on record by the regulator's own node."""
import json
import shutil
import unittest

import harness
from chain_story_test import (RIVAL, SELLER, approval, bike, confirmation, opening_in, record,
                              registration, sale)

NAME = "示例五金销售有限公司"
BOX, CRATE = "00/069012345000000028", "00/069012345000000035"


class HostileTrades(harness.DevnetTest):
    name = "hostile_trades"

    def setUp(self):
        self.keys = self.directory / "keys"
        self.keys.mkdir()
        self.passphrase = self.net.directory / "passphrase"
        for node in self.net.nodes:
            shutil.copy(node["keys"]["signing"], self.keys / f"{node['name']}.{node['party']}.key")
        harness.run("key", "new", "--out", self.keys / f"rival.{RIVAL}.key", "--passphrase-file",
                    self.passphrase)
        for path in sorted((harness.ROOT / "data").glob("*.jsonl")):
            self.submit(path)
        self.file(registration("rival", RIVAL, "示例同行有限公司"), approval(RIVAL))

    def submit(self, path, check=True):
        return harness.run("submit", path, "--keys", self.keys, "--node", self.net.url(1),
                           "--references", self.directory / "references.json",
                           "--passphrase-file", self.passphrase, check=check)

    def file(self, *lines, check=True):
        path = self.directory / "lines.jsonl"
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
        return self.submit(path, check)

    def refused(self, line, code):
        done = self.file(line, check=False)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn(code, done.stderr, line)

    def of_regulator(self, name):
        [i] = [i for i, node in enumerate(self.net.nodes) if node["role"] == "regulator"]
        lines = self.net.http(i).get("/metrics").body.decode().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(name + " "))

    def settled(self):
        """The regulator's node has audited all that there is; how many values it found wrong."""
        height = self.net.await_level()
        harness.wait_until(lambda: self.of_regulator("suyuan_audited_height") >= height, 60, "the audit")
        return self.of_regulator("suyuan_findings_filed_total")

    def disclosed(self, flow):
        """The opening of a flow's buyer, as its seller may show it to anybody."""
        references = json.loads((self.directory / "references.json").read_text())
        out = self.directory / f"{flow}.tlog-proof"
        harness.run("disclose", references[f"tx:{flow}"], "--fields", "buyer_code", "--key",
                    next(self.keys.glob("manufacturer.*.key")), "--passphrase-file", self.passphrase,
                    "--node", self.net.url(0), "-o", out)
        return opening_in(out.read_text())

    def link(self, codes, parent):
        return {"signer": "manufacturer", "type": "CODE_LINK", "records": [
            {"fields": {"code_value": codes, "parent_code": parent, "link_kind": "package"}}]}

    def test_hostile_trades(self):
        self.assertEqual(self.settled(), 0, "the example data is honest")

        # One bicycle is sold as two: the quantity is sealed, so the ledger takes it.
        self.file(record("lied", "manufacturer", sale(
            "manufacturer", [bike(1)], SELLER, NAME, sale_quantity={"unit": "辆", "value": "2"})))
        self.assertEqual(self.settled(), 1, "the regulator's node opens it and says so")

        # Sold again while it is pending, and by somebody who never held it.
        again = record("again", "manufacturer", sale("manufacturer", [bike(1)], RIVAL, "示例同行有限公司"))
        self.refused(again, "E_BALANCE")
        self.refused(record("stolen", "rival", sale("rival", [bike(1)], SELLER, NAME)), "E_HOLDER")
        # Confirmed by a third party: with nothing, and with what the seller shows to everybody.
        for opening in ("$opening:lied", self.disclosed("lied")):
            self.refused(confirmation("rival", "$ref:lied", opening, "示例电缆有限公司"), "E_AUTHZ")
        self.file(confirmation("distributor", "$ref:lied", "$opening:lied", "示例电缆有限公司"))
        self.refused(again, "E_HOLDER")

        # A box in a crate, and the crate in the box.
        for level, box, inside in ((1, BOX, [bike(2)]), (2, CRATE, [BOX])):
            self.file({"signer": "manufacturer", "type": "CODE_LINK", "records": [
                {"fields": {"code_value": [box], "code_scheme": "gs1", "code_kind": "package_code",
                            "code_origin": "generated", "code_role": "package", "package_level": level}},
                {"fields": {"code_value": inside, "parent_code": box, "link_kind": "package"}}]})
        self.refused(self.link([CRATE], BOX), "E_LINK")
        self.refused(self.link([BOX], BOX), "E_LINK")
        self.assertEqual(self.settled(), 1, "what was refused seals nothing")


if __name__ == "__main__":
    unittest.main(verbosity=2)
