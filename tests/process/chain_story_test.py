"""The story of a box, on real processes through the public API, with what each kind of caller is
shown of it written down by hand: maker → distributor → second distributor → consumer, with a
dispute, and a one-sided sale to an outsider who registers later (requirements 6.4, 6.5, GR-5.3-w)."""
import base64
import json
import shutil
import unittest

import harness

MAKER, SELLER = "91440101MA5EXAMP0G", "91330106MA2EXAMP1E"
SECOND, RIVAL, OUTSIDER = "91330106MA2EXAMP2H", "91330106MA2EXAMP3L", "91330106MA2EXAMP4P"
BOX = "00/069012345000000011"


def bike(number):
    return f"01/06901234500035/10/EB-01/21/{number:05d}"


E1, E2, E3, E4 = map(bike, range(1, 5))

# ---- what is expected, by hand -----------------------------------------------------------------
# Codes: (distance, code, state, holder, how it hangs on the one before, flows, links not shown).
# Flows: (name, type, state, recorder, other side, steps, codes where they are shown).

BOX_FLOWS = ["sold", "wrong", "sold-on"]
ROOT_E1 = (0, "E1", "END_USE", "outside", None, BOX_FLOWS + ["retail"], [])
ROOT_E2 = (0, "E2", "IN_CIRCULATION", "outsider", None, BOX_FLOWS + ["out"], [])
ROOT_E4 = (0, "E4", "IN_CIRCULATION", "seller", None, ["sold"], [])
ROOT_BOX = (0, "BOX", "IN_CIRCULATION", "second", None, BOX_FLOWS, [])
HIDDEN_BOX = [("backward", "package", 1)]


def from_box(left):
    return (1, "BOX", "IN_CIRCULATION", "second", ("backward", "package", left), BOX_FLOWS, [])


def in_box(name, state, holder, left, flows):
    return (1, name, state, holder, ("forward", "package", left), flows, [])


IN_BOX = [in_box("E1", "END_USE", "outside", True, BOX_FLOWS + ["retail"]),
          in_box("E2", "IN_CIRCULATION", "outsider", True, BOX_FLOWS + ["out"]),
          in_box("E3", "IN_CIRCULATION", "second", False, BOX_FLOWS)]


def hidden(row, links):
    return row[:6] + (links,)


IN_CHAIN = ["regulator", "maker", "seller", "second"]
CODES = {
    ("E1", "backward"): {**{who: [ROOT_E1, from_box(True)] for who in IN_CHAIN},
                         **{who: [hidden(ROOT_E1, HIDDEN_BOX)] for who in ("rival", "outsider")}},
    ("E1", "forward"): {who: [ROOT_E1] for who in IN_CHAIN + ["rival", "outsider"]},
    ("E2", "backward"): {**{who: [ROOT_E2, from_box(True)] for who in IN_CHAIN},
                         **{who: [hidden(ROOT_E2, HIDDEN_BOX)] for who in ("rival", "outsider")}},
    ("E4", "backward"): {who: [ROOT_E4] for who in IN_CHAIN + ["rival", "outsider"]},
    ("BOX", "backward"): {who: [ROOT_BOX] for who in IN_CHAIN + ["rival", "outsider"]},
    ("BOX", "forward"): {
        **{who: [ROOT_BOX] + IN_BOX for who in IN_CHAIN},
        "rival": [hidden(ROOT_BOX, [("forward", "package", 3)])],
        "outsider": [hidden(ROOT_BOX, [("forward", "package", 2)]), IN_BOX[1]]},
}

SOLD = ("sold", "sale", "CONFIRMED", "maker", "seller",
        ["FLOW_RECORD maker", "FLOW_CONFIRM seller"], ["BOX", "E4"])
WRONG = ("wrong", "sale", "VOIDED", "seller", "second",
         ["FLOW_RECORD seller", "FLOW_DISPUTE second", "FLOW_VOID seller"], ["BOX"])
SOLD_ON = ("sold-on", "sale", "CONFIRMED", "seller", "second",
           ["FLOW_VOID seller", "FLOW_CONFIRM second"], ["BOX"])
RETAIL = ("retail", "sale", "ONE_SIDED", "second", None, ["FLOW_RECORD second"], ["E1"])
OUT = ("out", "sale", "CONFIRMED", "second", "outsider",
       ["FLOW_RECORD second", "FLOW_CONFIRM outsider"], ["E2"])


def flows_for(flows, *sides_of):
    """Lists of codes are shown to the sides of a flow and to regulators."""
    return [flow if flow[0] in sides_of else flow[:6] + (None,) for flow in flows]


E1_FLOWS = [SOLD, WRONG, SOLD_ON, RETAIL]
FLOWS = {
    "E1": {"regulator": E1_FLOWS,
           "maker": flows_for(E1_FLOWS, "sold"),
           "seller": flows_for(E1_FLOWS, "sold", "wrong", "sold-on"),
           "second": flows_for(E1_FLOWS, "wrong", "sold-on", "retail"),
           "rival": flows_for(E1_FLOWS),
           "outsider": flows_for(E1_FLOWS)},
    "E2": {"outsider": flows_for([SOLD, WRONG, SOLD_ON, OUT], "out"),
           "rival": flows_for([SOLD, WRONG, SOLD_ON, OUT])},
}

# Values of sealed fields that each caller's own key opens: requirements 1.3, CPTY, CHAIN, REG.
# `None`: it stays hidden.
OPENED = {
    ("sold", "buyer_name"): {"regulator": "示例五金销售有限公司", "maker": "示例五金销售有限公司",
                             "seller": "示例五金销售有限公司", "second": None, "rival": None},
    ("sold", "unit_price"): {"regulator": 219900, "maker": 219900, "seller": None, "second": None,
                             "rival": None},
    ("sold-on", "buyer_name"): {"regulator": "示例第二销售有限公司", "maker": None,
                                "seller": "示例第二销售有限公司",
                                "second": "示例第二销售有限公司", "rival": None},
    ("sold-on", "destination_region"): {"regulator": "330106", "maker": "330106", "seller": "330106",
                                        "second": "330106", "rival": None},
}


# ---- what is filed -----------------------------------------------------------------------------

def registration(signer, code, name, region="330106"):
    return {"name": f"{signer}-registration", "signer": signer, "type": "PARTY_REGISTER", "records": [
        {"fields": {
            "party_code": code, "party_type": ["distributor"], "entity_kind": "enterprise",
            "party_name": name, "uscc": code, "registered_address": "浙江省杭州市示例区示例三路3号",
            "operating_address": "浙江省杭州市示例区示例市场9号", "contact_public": "0571-00000009",
            "business_licence_doc": "#1", "region_code": region,
            "chain_stage": ["storage", "sale"],
            "responsible_person": {"name": "示例三", "phone": "0571-00000010"},
            "emergency_contact": {"name": "示例三", "phone": "0571-00000010", "channels": "电话"},
            "signing_key": f"$key:{signer}.signing", "sealing_key": f"$key:{signer}.sealing",
            "merchant_type": "wholesaler"}},
        {"fields": {
            "doc_type": "business_licence", "doc_title": f"{name} 营业执照（示例）",
            "file_hash": "a5d0f4fae451d9311ba14e9b7a44557debfa21c474f170b5b02c4360f4a95c34",
            "file_size": 184320, "media_type": "image/png", "issue_date": "$today-900",
            "doc_class": "PUB", "issuer_name": "示例市市场监督管理局", "doc_no": f"示例-{signer}"}}]}


def approval(code):
    return {"signer": "regulator", "type": "PARTY_REVIEW", "subject": {"party": code},
            "records": [{"fields": {"decision": "approve"}}]}


def sale(seller, codes, buyer, name, **more):
    fields = {"flow_type": "sale", "flow_codes": codes, "supplier_kind": "registered_party",
              "seller_code": f"$party:{seller}",
              "buyer_kind": "registered_party", "buyer_code": buyer, "buyer_name": name,
              "buyer_address": "浙江省杭州市示例区示例市场8号", "buyer_contact": "0571-00000001",
              "sale_time": "$now", "destination_region": "330106", "collection_mode": "manual",
              **more}
    return {name: value for name, value in fields.items() if value is not None}


def record(name, signer, fields):
    return {"name": name, "signer": signer, "type": "FLOW_RECORD", "records": [{"fields": fields}]}


def confirmation(signer, flow, opening, supplier):
    return {"signer": signer, "type": "FLOW_CONFIRM", "records": [
        {"subject": {"flow": flow}, "fields": {"side_opening": opening}},
        {"subject": {"flow": flow}, "fields": {"supplier_name": supplier, "purchase_time": "$now",
                                               "collection_mode": "manual"}}]}


class ChainStory(harness.DevnetTest):
    name = "chain_story"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        try:
            cls.keys = cls.directory / "keys"
            cls.keys.mkdir()
            cls.passphrase = cls.net.directory / "passphrase"
            for node in cls.net.nodes:
                shutil.copy(node["keys"]["signing"], cls.keys / f"{node['name']}.{node['party']}.key")
            for name, code in (("second", SECOND), ("rival", RIVAL), ("outsider", OUTSIDER)):
                harness.run("key", "new", "--out", cls.keys / f"{name}.{code}.key",
                            "--passphrase-file", cls.passphrase)
            for path in sorted((harness.ROOT / "data").glob("*.jsonl")):
                cls.submit_file(path)
            cls.tell()
        except BaseException:
            cls.failed = True
            cls.tearDownClass()
            raise

    @classmethod
    def submit_file(cls, path):
        harness.run("submit", path, "--keys", cls.keys, "--node", cls.net.url(1), "--references",
                    cls.directory / "references.json", "--passphrase-file", cls.passphrase)

    @classmethod
    def file(cls, *lines):
        path = cls.directory / "lines.jsonl"
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
        cls.submit_file(path)

    @classmethod
    def tell(cls):
        cls.file(registration("second", SECOND, "示例第二销售有限公司"),
                 registration("rival", RIVAL, "示例同行有限公司"), approval(SECOND), approval(RIVAL))
        cls.file(
            {"signer": "manufacturer", "type": "CODE_LINK", "records": [
                {"fields": {"code_value": [BOX], "code_scheme": "gs1", "code_kind": "package_code",
                            "code_origin": "generated", "code_role": "package", "package_level": 1}},
                {"fields": {"code_value": [E1, E2, E3], "parent_code": BOX,
                            "link_kind": "package"}}]},
            record("sold", "manufacturer",
                   sale("manufacturer", [BOX, E4], SELLER, "示例五金销售有限公司", unit_price=219900)),
            confirmation("distributor", "$ref:sold", "$opening:sold", "示例电缆有限公司"))
        # Sold on with a wrong region; the buyer disputes, the seller voids and files it anew.
        cls.file(
            record("wrong", "distributor",
                   sale("distributor", [BOX], SECOND, "示例第二销售有限公司", destination_region="440101")),
            {"signer": "second", "type": "FLOW_DISPUTE", "subject": {"flow": "$ref:wrong"},
             "records": [{"fields": {"side_opening": "$opening:wrong", "reason": "流向区域填错"}}]},
            {"name": "sold-on", "signer": "distributor", "type": "FLOW_VOID", "records": [
                {"subject": {"flow": "$ref:wrong"}, "fields": {"reason": "按购方意见重新填报"}},
                {"fields": sale("distributor", [BOX], SECOND, "示例第二销售有限公司", flow_ref="$ref:wrong")}]},
            confirmation("second", "$ref:sold-on#1", "$opening:sold-on", "示例五金销售有限公司"))
        cls.file(
            record("retail", "second", sale("second", [E1], None, "个人消费者", buyer_kind="consumer",
                                            buyer_address=None, buyer_contact=None,
                                            destination_region=None)),
            record("out", "second", sale("second", [E2], OUTSIDER, "示例未入链商行",
                                         buyer_kind="external_org")))
        # The outsider registers; the seller hands it the opening in a file that anyone can check.
        cls.file(registration("outsider", OUTSIDER, "示例未入链商行"), approval(OUTSIDER))
        references = json.loads((cls.directory / "references.json").read_text())
        shown = cls.directory / "out.tlog-proof"
        harness.run("disclose", references["tx:out"], "--fields", "buyer_code", "--key",
                    cls.key_of("second"), "--passphrase-file", cls.passphrase, "--node",
                    cls.net.url(0), "-o", shown)
        harness.run("proof", "verify", shown, "--genesis", cls.net.genesis)
        cls.file(confirmation("outsider", "$ref:out", opening_in(shown.read_text()),
                              "示例第二销售有限公司"))
        cls.references = json.loads((cls.directory / "references.json").read_text())
        cls.names = {MAKER: "maker", SELLER: "seller", SECOND: "second", RIVAL: "rival",
                     OUTSIDER: "outsider", "outside": "outside", BOX: "BOX", E1: "E1", E2: "E2",
                     E3: "E3", E4: "E4"}
        for name in ("sold", "wrong", "retail", "out"):
            cls.names[cls.references[f"ref:{name}"]] = name
        cls.names[cls.references["ref:sold-on#1"]] = "sold-on"
        cls.net.await_level()

    @classmethod
    def key_of(cls, who):
        who = {"maker": "manufacturer", "seller": "distributor"}.get(who, who)
        return next(cls.keys.glob(f"{who}.*.key"))

    # ---- reading

    def trace(self, code, who=None, *more, node=0):
        signed = ["--key", self.key_of(who), "--passphrase-file", self.passphrase] if who else []
        done = harness.run("trace", code, "--node", self.net.url(node), "-o", "json", *signed, *more)
        return json.loads(done.stdout)

    def codes(self, trace):
        out = []
        for code in trace["chain"]["codes"]:
            link = code.get("link")
            out.append((code["distance"], self.names[code["code"]], code["state"],
                        self.names[code["holder"]],
                        link and (link["direction"], link["kind"], "until" in link),
                        [self.names[flow] for flow in code["flows"]],
                        [(one["direction"], one["kind"], one["count"])
                         for one in code.get("not_shown", [])]))
        return out

    def flows(self, trace):
        out = []
        for flow in trace["chain"]["flows"]:
            for step in flow["steps"]:
                self.assertTrue(step["verified"])
            codes = flow["fields"]["flow_codes"]
            out.append((self.names[flow["id"]], flow["flow_type"], flow["state"],
                        self.names[flow["owner"]], self.names.get(flow.get("other_side")),
                        [f"{step['type']} {self.names[step['by']]}" for step in flow["steps"]],
                        [self.names[code] for code in codes] if isinstance(codes, list) else None))
        return out

    CODE_OF = {"E1": E1, "E2": E2, "E4": E4, "BOX": BOX}

    def test_codes_backward_and_forward_for_each_caller(self):
        for (code, direction), expected in CODES.items():
            for who, rows in expected.items():
                with self.subTest(code=code, direction=direction, who=who):
                    trace = self.trace(self.CODE_OF[code], who, "--direction", direction)
                    self.assertEqual(self.codes(trace), rows)
                    self.assertTrue(trace["chain"]["complete"])
                    checked = trace["checked"]
                    self.assertEqual(checked["records_verified"], checked["records_shown"])

    def test_flows_for_each_caller(self):
        for code, expected in FLOWS.items():
            for who, rows in expected.items():
                with self.subTest(code=code, who=who):
                    self.assertEqual(self.flows(self.trace(self.CODE_OF[code], who)), rows)

    def test_values_that_each_key_opens(self):
        for (name, field), expected in OPENED.items():
            for who, value in expected.items():
                with self.subTest(flow=name, field=field, who=who):
                    trace = self.trace(E1, who, node=(self.at_home(who) + 1) % 3)
                    flow = next(f for f in trace["chain"]["flows"]
                                if self.names[f["id"]] == name)
                    shown = flow["fields"][field]
                    if value is None:
                        self.assertEqual(set(shown), {"class", "commitment"})
                        continue
                    self.assertEqual(shown, value)
                    self.assertIn(field, flow["opened_here"])
                    self.assertNotIn("opened", flow, "another party's node opens nothing")

    def test_a_node_opens_for_its_own_staff(self):
        for who, name in (("maker", "sold"), ("seller", "sold-on")):
            trace = self.trace(E1, who, node=self.at_home(who))
            flow = next(f for f in trace["chain"]["flows"] if self.names[f["id"]] == name)
            self.assertIn("buyer_name", flow["opened"])
            self.assertEqual(flow["fields"]["buyer_name"], OPENED[name, "buyer_name"][who])
            self.assertNotIn("opened_here", flow, "nothing is left for the key to open")

    def at_home(self, who):
        return {"regulator": 0, "maker": 1, "seller": 2}.get(who, 0)

    def test_the_public_is_told_of_no_flow(self):
        for code in (E1, E2, E3, E4, BOX):
            answer = self.net.http(0).get(f"/v1/trace/{code}?depth=8&proof=1")
            self.assertEqual(answer.status, 200)
            trace, text = answer.json, answer.body.decode()
            self.assertEqual([set(c) for c in trace["chain"]["codes"]],
                             [{"code", "distance", "role", "state"}])
            self.assertNotIn("flows", trace["chain"])
            self.assertEqual(trace["chain"]["flow_fields"]["buyer_name"], {"class": "CPTY"})
            secrets = [SELLER, SECOND, OUTSIDER, "示例五金", "示例第二"]
            secrets += [i for i, name in self.names.items() if len(i) == 26]
            secrets += [tx for name, tx in self.references.items()
                        if name in ("tx:sold", "tx:wrong", "tx:sold-on", "tx:retail", "tx:out")]
            for secret in secrets:
                self.assertNotIn(secret, text)
            for page in (f"/t/{code}", f"/t/{code}?lang=en"):
                body = self.net.http(0).get(page).body.decode()
                for secret in secrets:
                    self.assertNotIn(secret, body)
        for name in ("tx:sold", "tx:wrong", "tx:sold-on", "tx:retail", "tx:out"):
            tx = self.references[name]
            shown, proof = (self.net.http(0).get_json(f"/v1/txs/{tx}{further}")
                            for further in ("", "/proof?format=json"))
            self.assertNotIn("submitter", shown)
            self.assertEqual(shown["outcome"]["effects"], [])
            self.assertNotIn("outcome", proof["extra"])
            self.assertNotIn("envelope", proof["extra"])
            self.assertNotIn("subject", json.dumps(shown))
        self.assertIn("运输包装", self.net.http(1).get(f"/t/{BOX}").body.decode())

    def test_the_tree_for_people(self):
        signed = ["--key", self.key_of("seller"), "--passphrase-file", self.passphrase]
        done = harness.run("trace", E1, "--node", self.net.url(0), "--depth", 2, *signed)
        for words in ("追溯链  chain  (both, depth 2)", "流向 销售 sale  已确认 CONFIRMED",
                      "FLOW_DISPUTE → DISPUTED", "购方名称 / 客户名称  示例五金销售有限公司  [已打开 opened here",
                      "单价 [REG, hidden: commitment ", f"来自 (backward, package) {BOX}",
                      "node says: signature ✓ inclusion ✓"):
            self.assertIn(words, done.stdout)
        self.assertRegex(done.stderr, r"opened \d+ values of \d+ transactions")
        public = harness.run("trace", E1, "--node", self.net.url(0))
        self.assertIn("flows are shown to approved parties", public.stdout)


def opening_in(proof):
    """Hex of the opening that a disclosed field comes with."""
    for line in proof.splitlines():
        try:
            extra = json.loads(base64.b64decode(line.rpartition(" ")[2], validate=True))
        except ValueError:
            continue
        if isinstance(extra, dict) and "fields" in extra:
            return base64.b64decode(extra["fields"][0]["opening"]).hex()
    raise AssertionError("no disclosed field in the proof file")


if __name__ == "__main__":
    unittest.main(verbosity=2)
