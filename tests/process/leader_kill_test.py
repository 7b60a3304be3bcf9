"""The leader's process is killed twenty times under load; nothing that was acknowledged is lost and
nothing happens twice.

Three real nodes, 16 writers in closed loops that file distinct DOC_ANCHORs and send the same bytes
through the next node until they are answered (at least once is the client's business, at most once
the ledger's: formats §1). Raft §5.4: what a leader acknowledged is in every later leader's log.
"""
import argparse
import collections
import http.client
import json
import sys
import threading
import time

import harness
import suyuan_tx as tx
from file_record import licence_record, registration, with_check_character

DOC_ANCHOR = 0x0701
# Answers after which the same bytes go to another node.
RETRIED = {"E_NO_LEADER", "E_TIMEOUT", "E_BUSY", "E_STOPPING", "E_NOT_YET", "E_RATE_LIMIT"}


class Load:
    """Writers that file as long as there is work to do, and what became of it."""

    def __init__(self, net, signer, writers):
        self.net, self.signer = net, signer
        self.ledger = net.ledger_id()
        self.changed = threading.Condition()
        self.budget = 0               # transactions that writers may still begin
        self.stopping = False
        self.acknowledged = {}        # id → block
        self.outstanding = {}         # id → requests sent and not answered, by writer
        self.errors = []
        self.retries = collections.Counter()
        self.connections = [[net.http(i, 15) for i in range(len(net.nodes))]
                            for _ in range(writers)]
        self.threads = [threading.Thread(target=self._write, args=(i,), daemon=True)
                        for i in range(writers)]
        for thread in self.threads:
            thread.start()

    def allow(self, count):
        with self.changed:
            self.budget += count
            self.changed.notify_all()

    def await_acknowledged(self, total, seconds):
        with self.changed:
            if not self.changed.wait_for(
                    lambda: self.errors or len(self.acknowledged) >= total, seconds):
                raise AssertionError(f"{len(self.acknowledged)} of {total} acknowledged after "
                                     f"{seconds} s; {dict(self.retries)}")
        self.check()

    def check(self):
        if self.errors:
            raise AssertionError(self.errors[0])

    def finish(self):
        with self.changed:
            self.stopping = True
            self.budget = 0
            self.changed.notify_all()
        for thread in self.threads:
            thread.join(90)
        self.check()

    def _write(self, number):
        node = number % len(self.net.nodes)
        try:
            while True:
                with self.changed:
                    self.changed.wait_for(lambda: self.stopping or self.budget > 0)
                    if self.stopping:
                        return
                    self.budget -= 1
                signed = tx.Transaction(self.ledger, DOC_ANCHOR, self.signer, [licence_record()])
                node = self._file(number, node, signed)
        except BaseException as error:  # noqa: B902 - shown by the main thread
            with self.changed:
                self.errors.append(f"writer {number}: {error!r}")
                self.changed.notify_all()

    def _file(self, number, node, signed):
        """Until answered; returns the node that did. Keep-alive connections, one a writer and node."""
        body = tx.submission_list([signed])
        connections = self.connections[number]
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with self.changed:
                self.outstanding[signed.id] = node
            try:
                answer = connections[node].submit(body)
                result = answer.result()
            except (OSError, http.client.HTTPException) as error:
                result = {"problem": {"code": type(error).__name__}}
            except (ValueError, KeyError, IndexError):
                raise AssertionError(f"not an answer: {answer.status} {answer.body[:300]!r}")
            finally:
                with self.changed:
                    del self.outstanding[signed.id]
            if result.get("state") == "applied":
                with self.changed:
                    assert result["transaction"] == signed.id.hex()
                    self.acknowledged[signed.id.hex()] = result["block"]
                    self.changed.notify_all()
                return node
            code = result["problem"]["code"]
            if code.startswith("E_") and code not in RETRIED:
                raise AssertionError(f"refused: {result}")
            with self.changed:
                self.retries[code] += 1
            node = (node + 1) % len(self.net.nodes)
            time.sleep(0.02)
        raise AssertionError(f"{signed.id.hex()} was not answered within 60 s")


def active_party(net):
    """A party of this program's own, approved by the regulator: its key stays here."""
    signer = tx.Signer(with_check_character("91440101MA5KWEXA0"))
    answer = net.http(0).submit(tx.submission_list(
        [registration(net.ledger_id(), signer, "示例材料登记有限公司", net.readers())]))
    assert answer.result()["state"] == "applied", answer.body
    regulator = next(i for i, n in enumerate(net.nodes) if n["role"] == "regulator")
    net.submit_as(regulator, {
        "type": "PARTY_REVIEW", "subject": {"party": signer.party.decode()},
        "records": [{"fields": {"decision": "approve"}}]})
    return signer


def load(test, count, signer, node=0):
    """Files `count` documents one by one at a node; ids of the acknowledged ones."""
    ledger, face, ids = test.net.ledger_id(), test.net.http(node), []
    for _ in range(count):
        signed = tx.Transaction(ledger, DOC_ANCHOR, signer, [licence_record()])
        result = face.submit(tx.submission_list([signed])).result()
        test.assertEqual(result["state"], "applied", result)
        ids.append(signed.id.hex())
    return ids


def kill_and_restart(net, load, wanted):
    """Kills the leader as soon as `wanted` are acknowledged and starts it again at once. Returns its
    position and how many requests were under way at that moment."""
    leader = net.leader()
    load.await_acknowledged(wanted, 60)
    if net.status(leader)["role"] != "leader":
        leader = net.leader()
    with load.changed:
        # No writer takes an answer while the lock is held.
        in_flight = len(load.outstanding)
        assert net.kill(leader), "the leader was not running"
    net.up()
    return leader, in_flight


def all_blocks(net, i, height):
    """Hashes and roots of every block, as node i shows them."""
    http_face, out, before = net.http(i), {}, height + 1
    while before > 0:
        page = http_face.get_json(f"/v1/blocks?limit=200&before={before}")
        for block in page["items"]:
            out[block["block"]] = (block["block_hash"], block["state_root"], block["log_root"],
                                   block["leaf_count"])
        before = page.get("before", 0)
    return out


def check_reads(net, acknowledged):
    """Each acknowledged id, from each node, in the block that was acknowledged."""
    ids = sorted(acknowledged)
    wrong = []

    def read(i):
        face = net.http(i)
        for tx_id in ids:
            answer = face.get(f"/v1/txs/{tx_id}")
            block = answer.json.get("block") if answer.status == 200 else None
            if block != acknowledged[tx_id]:
                wrong.append((i, tx_id, acknowledged[tx_id], answer.status, block))
    threads = [threading.Thread(target=read, args=(i,)) for i in range(len(net.nodes))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, f"{len(wrong)} reads are wrong, the first: {wrong[0]}"


def check_ledgers(net, acknowledged):
    """Offline: exactly once in each export, and `suyuan verify` of each data directory."""
    reports, exports = [], []
    for i in range(len(net.nodes)):
        lines = net.export(i)
        count = collections.Counter(line["tx_id"] for line in lines)
        assert max(count.values()) == 1, "a transaction has two leaves"
        missing = [t for t in acknowledged if count[t] != 1]
        assert not missing, f"node {i} lost {len(missing)}, the first: {missing[0]}"
        exports.append({(e["height"], e["index"], e["tx_id"], e["digest"], e["block_hash"])
                        for e in lines})
        done = net.verify(i)
        report = json.loads(done.stdout)
        assert report["ok"], report
        reports.append(report)
    assert exports[0] == exports[1] == exports[2], "exports differ"
    return reports, len(exports[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--between", type=int, default=200, help="acknowledged between kills")
    parser.add_argument("--writers", type=int, default=16)
    arguments = parser.parse_args()
    begin = time.monotonic()
    with harness.temporary_directory("leader-kill") as directory:
        net = harness.Devnet(directory / "net", harness.PORTS["leader_kill"])
        try:
            net.up()
            summary = exercise(net, arguments)
            print(f"{summary}, {time.monotonic() - begin:.0f} s")
        finally:
            net.kill_all()


def exercise(net, arguments):
    load = Load(net, active_party(net), arguments.writers)
    under_load, leaders, least = 0, collections.Counter(), None
    for kill in range(arguments.kills):
        before = len(load.acknowledged)
        load.allow(arguments.between + 10 * arguments.writers)
        leader, in_flight = kill_and_restart(net, load, before + arguments.between)
        under_load += in_flight > 0
        leaders[leader] += 1
        least = in_flight if least is None else min(least, in_flight)
        print(f"kill {kill + 1}: node {leader}, {in_flight} requests in flight, "
              f"{len(load.acknowledged)} acknowledged", flush=True)
    load.allow(arguments.between)
    load.await_acknowledged((arguments.between + 10 * arguments.writers) * arguments.kills +
                            arguments.between, 90)
    load.finish()
    acknowledged = dict(load.acknowledged)
    assert under_load * 2 >= arguments.kills, f"only {under_load} kills with requests in flight"

    height = net.await_level(60)
    check_reads(net, acknowledged)
    blocks = [all_blocks(net, i, height) for i in range(len(net.nodes))]
    assert len(blocks[0]) == height + 1 and blocks[0] == blocks[1] == blocks[2], "blocks differ"
    net.down()
    reports, exported = check_ledgers(net, acknowledged)
    for report in reports:
        assert report["height"] >= height, report
    return (f"{arguments.kills} kills of the leader ({dict(leaders)} by node), {under_load} with "
            f"requests in flight (at least {least}), {len(acknowledged)} acknowledged, each on "
            f"three nodes exactly once of {exported} exported, {sum(load.retries.values())} "
            f"retries {dict(load.retries)}, height {height}, {reports[0]['leaves']} leaves, roots "
            f"and entry hashes equal, verified")


if __name__ == "__main__":
    sys.exit(main())
