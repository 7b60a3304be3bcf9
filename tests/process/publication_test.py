"""OG-5.3.1-a on real nodes: an owner with its own key publishes a sealed value through a stranger's
node and hides it again; nobody publishes what is not his, a regulator no value that breaks no rule
(C18)."""
import json
import unittest

import harness

CODE = "01/06901234500035/10/EB-01/21/00001"
MARK = "企业自愿公开"


class Publication(harness.DevnetTest):
    name = "publication"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for path in sorted((harness.ROOT / "data").glob("*.jsonl")):
            harness.run("submit", path, "--keys", cls.net.directory, "--node", cls.net.url(0),
                        "--references", cls.directory / "references.json")
        cls.net.await_level()
        by_role = {node["role"]: i for i, node in enumerate(cls.net.nodes)}
        cls.regulator, cls.maker = by_role["regulator"], by_role["manufacturer"]
        cls.other = 3 - cls.regulator - cls.maker
        trace = cls.net.http(0).get_json(f"/v1/trace/{CODE}")
        cls.product = trace["product"]["id"]
        cls.brand = cls.query(cls.maker, "products", cls.product)["fields"]["brand"]

    @classmethod
    def query(cls, i, *what):
        """As node i's party, at its own node: staff are shown what its keys open."""
        node = cls.net.nodes[i]
        return json.loads(harness.run(
            "query", *what, "--node", node["api"], "--key", node["keys"]["signing"],
            "--passphrase-file", cls.net.directory / "passphrase", "-o", "json").stdout)

    def submit(self, i, transaction, at, check=True):
        """Built and signed with the party's own key, sent to node `at`."""
        node = self.net.nodes[i]
        path = self.directory / "transaction.json"
        path.write_text(json.dumps(transaction, ensure_ascii=False))
        done = harness.run("submit", path, "--node", self.net.url(at), "--key",
                           node["keys"]["signing"], "--party", node["party"], "--passphrase-file",
                           self.net.directory / "passphrase", "-o", "json", check=check)
        self.net.await_level()
        return done

    def switch(self, disclosure, **fields):
        return {"type": "DISCLOSURE_SET", "subject": {"product": self.product},
                "records": [{"fields": {"disclosure": disclosure,
                                        "target_field": "product.brand", **fields}}]}

    def shown(self):
        """Whether anybody is shown the brand, at each node: by entity, trace and page."""
        for i in range(3):
            face = self.net.http(i)
            entity = face.get_json(f"/v1/products/{self.product}")
            trace = face.get_json(f"/v1/trace/{CODE}")["product"]
            for answer in (entity, trace):
                yield answer["fields"]["brand"] == self.brand
            page = face.get(f"/t/{CODE}").body.decode()
            row = f"<dt>产品记录 · 品牌</dt><dd>{self.brand}</dd>"
            self.assertEqual(row in page, MARK in page)
            yield row in page

    def types(self, i):
        """Types of all transactions that node i has in blocks."""
        node, out, after = self.net.http(i), set(), ""
        for _ in range(100):
            page = node.get_json(f"/v1/blocks?limit=50{after}")
            for block in page["items"]:
                for tx in node.get_json(f"/v1/blocks/{block['block']}").get("transactions", []):
                    out.add(node.get_json(f"/v1/txs/{tx}")["type"])
            if "before" not in page:
                return out
            after = f"&before={page['before']}"
        self.fail("the blocks have no end")

    def hidden(self):
        self.assertEqual(list(self.shown()), [False] * 9)

    def test_an_owner_publishes_with_its_own_key_and_hides_again(self):
        self.assertIsInstance(self.brand, str)
        self.hidden()
        publish = self.switch("published", target_version=1)
        row = json.loads(self.submit(self.maker, publish, self.other).stdout)[0]
        self.assertEqual(row["state"], "applied")
        self.assertEqual(list(self.shown()), [True] * 9)
        english = self.net.http(0).get(f"/t/{CODE}?lang=en").body.decode()
        self.assertIn("Published by the owner", english)

        # Whoever wants to check it gets the opening with its path, signed by the owner.
        filed = self.net.http(2).get_json(f"/v1/products/{self.product}")["transaction"]
        proof = self.directory / "brand.tlog-proof"
        proof.write_bytes(self.net.http(2).get(f"/v1/txs/{filed}/proof?published=1").body)
        shown = json.loads(harness.run("proof", "verify", proof, "--genesis", self.net.genesis,
                                       "-o", "json").stdout)["fields"]
        self.assertEqual([(f["field"], f["value"]) for f in shown],
                         [("product.brand", self.brand)])

        again = self.submit(self.maker, publish, self.other, check=False)
        self.assertIn("E_STATE", again.stderr)
        self.submit(self.maker, self.switch("hidden"), self.regulator)
        self.hidden()

    def test_nobody_publishes_for_others(self):
        publish = self.switch("published", target_version=1)
        refused = self.submit(self.other, publish, self.other, check=False)
        self.assertIn("E_AUTHZ", refused.stderr)
        self.assertIn("another party stated this field", refused.stderr)
        self.hidden()

    def test_a_regulator_publishes_no_value_that_breaks_no_rule(self):
        finding = {"type": "FINDING", "subject": {"product": self.product},
                   "records": [{"fields": {"finding_kind": "bad_value", "finding_rule": "C06",
                                           "target_field": "product.brand", "target_version": 1}}]}
        for at in range(3):
            refused = self.submit(self.regulator, finding, at, check=False)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("E_DISCLOSE", refused.stderr)
        self.hidden()
        for i in range(3):
            types = self.types(i)
            self.assertIn("PRODUCT_REGISTER", types)
            self.assertNotIn("FINDING", types)

    def test_findings_and_alerts_are_lists_of_the_command_line(self):
        for what in ("findings", "alerts"):
            self.assertEqual(self.query(self.maker, what), [])
            self.assertEqual(self.query(self.regulator, what, "--filter", "state=open"), [])


if __name__ == "__main__":
    unittest.main()
