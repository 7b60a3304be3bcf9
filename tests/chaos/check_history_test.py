"""The checker itself: a good history passes, and each way of doctoring it is found by the check
that is there for it."""
import copy
import unittest

import check_history

NODES = ("a", "b", "c")
S = 10**9  # ns


def dump_line(n, height, index=0):
    return {"height": height, "index": index, "tx_id": f"t{n}", "key": f"document/d{n}",
            "value": f"v{n}", "block_hash": f"h{height}", "outcome": "OK", "type": "DOC_ANCHOR"}


def submit(n, start, end, result="ok", **more):
    return {"client": 0, "op": "submit", "key": f"document/d{n}", "value": f"v{n}", "tx_id": f"t{n}",
            "start_ns": start * S, "end_ns": end * S, "result": result, "node": "a", "run": 2,
            "block": None, **more}


def read(n, start, height, value, **more):
    return {"client": 1, "op": "read", "key": f"document/d{n}", "value": value, "tx_id": f"t{n}",
            "start_ns": start * S, "end_ns": start * S + S // 2, "result": "ok", "node": "a",
            "run": 2, "at": None, "height": height, **more}


def good():
    """Ten transactions at heights 1 to 10, the ninth without an answer, one refused; reads between."""
    history = [submit(n, 10 * n, 10 * n + 5, block=n) for n in range(1, 11)]
    history[8].update(result="unknown", block=None)
    history.append(submit(11, 45, 46, "fail", doomed="signature"))
    history.append(submit(12, 47, 48, "unknown"))
    history.append({"op": "note", "event": "inject", "kind": "kill_one", "text": "", "start_ns": 1})
    history += [read(1, 16, 1, "v1"), read(5, 56, 5, "v5"), read(7, 57, 5, None),
                read(3, 80, 9, "v3", at=3, node="b"), read(2, 90, 1, None, node="c", run=4)]
    history.append({**read(1, 91, 9, "v1"), "op": "verify", "tree_size": 30, "root": "r"})
    lines = [dump_line(n, n) for n in range(1, 11)]
    dumps = {node: copy.deepcopy(lines) for node in NODES}
    left = {"old": copy.deepcopy(lines[:4])}
    reports = {node: {"exit": 0, "said": ""} for node in (*NODES, "old")}
    return history, dumps, left, reports


class CheckerTest(unittest.TestCase):
    def setUp(self):
        self.history, self.dumps, self.left, self.reports = good()

    def judge(self):
        return check_history.judge(check_history.Evidence(self.history, self.dumps, self.left,
                                                          self.reports))

    def objects(self, *checks):
        self.assertEqual(sorted(self.judge()), sorted(checks))

    def row(self, op, tx_id):
        return next(r for r in self.history if r["op"] == op and r["tx_id"] == tx_id)

    def test_a_good_history_passes(self):
        """Among its reads is one of a node that lags behind, and says so."""
        self.assertEqual(self.judge(), {})

    # ---- Dumps ----

    def test_removed_on_one_node(self):
        del self.dumps["b"][4]
        self.objects("same", "acknowledged")

    def test_removed_on_all_nodes(self):
        for dump in self.dumps.values():
            del dump[4]
        self.left["old"] = self.left["old"][:3]
        self.objects("acknowledged", "reads")

    def test_doubled(self):
        for dump in self.dumps.values():
            dump.append({**dump[2], "height": 11, "block_hash": "h11"})
        self.assertIn("order of a dump", self.judge())

    def test_reordered_on_one_node(self):
        dump = self.dumps["c"]
        dump[3], dump[4] = ({**dump[4], "height": 4, "block_hash": "h4"},
                            {**dump[3], "height": 5, "block_hash": "h5"})
        self.assertIn("same", self.judge())

    def test_reordered_on_all_nodes(self):
        """Even where no acknowledgement names a block, real time does."""
        self.history = [r for r in self.history if r["op"] == "submit"]
        for row in self.history:
            row["block"] = None
        for dump in self.dumps.values():
            dump[3], dump[4] = ({**dump[4], "height": 4, "block_hash": "h4"},
                                {**dump[3], "height": 5, "block_hash": "h5"})
        self.left = {}
        self.objects("real time")

    def test_lines_out_of_order(self):
        for dump in self.dumps.values():
            dump[6], dump[7] = dump[7], dump[6]
        self.objects("order of a dump")

    def test_a_changed_value(self):
        for dump in self.dumps.values():
            dump[4]["value"] = "other"
        self.objects("acknowledged", "reads")

    def test_another_key(self):
        for dump in self.dumps.values():
            dump[5]["key"] = "document/other"
        self.objects("acknowledged")

    def test_two_hashes_of_a_height(self):
        for dump in self.dumps.values():
            dump[5] = {**dump[5], "height": 5, "index": 1}
        self.assertIn("order of a dump", self.judge())

    def test_a_fork(self):
        self.dumps["b"][9]["block_hash"] = "other"
        self.objects("same")

    def test_a_node_that_stops_short(self):
        del self.dumps["b"][8:]
        self.objects("same", "acknowledged")

    def test_a_node_that_left_with_another_past(self):
        self.left["old"][2]["value"] = "other"
        self.objects("same")

    def test_a_ledger_that_does_not_verify(self):
        self.reports["c"] = {"exit": 3, "said": "E_PROOF"}
        self.objects("reports")

    def test_a_ledger_that_nobody_verified(self):
        del self.reports["old"]
        self.objects("reports")

    # ---- Acknowledgements ----

    def test_a_lost_acknowledgement(self):
        self.row("submit", "t12").update(result="ok")
        self.objects("acknowledged")

    def test_acknowledged_and_refused_by_the_ledger(self):
        for dump in self.dumps.values():
            dump[9].update(outcome="E_STATE")
        self.objects("acknowledged")

    def test_another_block_than_acknowledged(self):
        self.row("submit", "t6")["block"] = 7
        self.objects("acknowledged")

    def test_refused_and_applied(self):
        for dump in self.dumps.values():
            dump.append(dump_line(11, 11))
        self.objects("refused")

    def test_doomed_without_an_answer_and_applied(self):
        self.row("submit", "t11")["result"] = "unknown"
        for dump in self.dumps.values():
            dump.append(dump_line(11, 11))
        self.objects("refused")

    def test_nobody_sent_it(self):
        for dump in self.dumps.values():
            dump.append(dump_line(99, 11))
        self.objects("nothing invented")

    def test_time_travel_of_an_unanswered_one(self):
        """It may come late or never, but not before what was acknowledged when it began."""
        row = self.row("submit", "t9")
        row.update(start_ns=200 * S, end_ns=210 * S)
        self.objects("real time")

    # ---- Reads and proofs ----

    def test_a_read_that_misses_what_its_height_holds(self):
        self.row("read", "t7")["height"] = 7
        self.objects("reads")

    def test_a_read_of_a_state_that_is_not_there_yet(self):
        self.row("read", "t5").update(tx_id="t9", key="document/d9", value="v9")
        self.objects("reads")

    def test_a_read_below_what_was_asked(self):
        self.row("read", "t3")["at"] = 10
        self.objects("reads")

    def test_a_latest_read_behind_another_nodes_acknowledgement(self):
        self.row("read", "t2")["at"] = "latest"
        self.objects("latest")

    def test_a_latest_read_behind_another_nodes_read(self):
        self.history = [r for r in self.history if r["op"] != "submit"]
        self.row("read", "t2")["at"] = "latest"
        found = self.judge()
        self.assertIn("latest", found)

    def test_a_latest_read_that_is_new_enough(self):
        self.row("read", "t3")["at"] = "latest"
        self.assertEqual(self.judge(), {})

    def test_a_read_of_another_value(self):
        self.row("read", "t1")["value"] = "v2"
        self.objects("reads")

    def test_a_read_of_what_no_node_holds(self):
        self.row("read", "t7").update(tx_id="t12", key="document/d12", value="v12")
        self.objects("reads")

    def test_a_read_before_it_was_sent(self):
        self.row("read", "t1").update(start_ns=S, end_ns=2 * S)
        self.objects("reads")

    def test_a_node_that_goes_back_behind_its_own_acknowledgement(self):
        self.row("read", "t5").update(height=4, value=None)
        self.objects("time travel")

    def test_a_node_that_goes_back_behind_its_own_read(self):
        self.row("read", "t3").update(node="b", start_ns=70 * S, end_ns=71 * S)
        self.history.append(read(1, 95, 8, "v1", node="b"))
        self.objects("time travel")

    def test_a_new_run_of_a_node_may_lag_behind(self):
        self.row("read", "t3").update(node="b", start_ns=70 * S, end_ns=71 * S)
        self.history.append(read(1, 95, 8, "v1", node="b", run=4))
        self.assertEqual(self.judge(), {})

    def test_a_proof_that_does_not_hold(self):
        self.row("verify", "t1")["result"] = "fail"
        self.objects("proofs")

    def test_two_roots_of_one_size(self):
        self.history.append({**self.row("verify", "t1"), "node": "b", "root": "other"})
        self.objects("proofs")

    def test_no_dump_at_all(self):
        self.dumps = {}
        self.objects("dumps")


if __name__ == "__main__":
    unittest.main()
