#!/usr/bin/python3
"""Judges a directory that scripts/chaos left: history.jsonl, dump-NAME.jsonl of each node at the
end, left-NAME.jsonl of nodes that were replaced before, verify.json.

    tests/chaos/check_history.py DIRECTORY

Prints every objection; exit code 1 when there is one. What it relies on is what the API documents
(README.md): an acknowledgement names the block and is durable on a quorum and executed where it was
given; a read names the height of the state that it shows; `?at=` is not below what was asked, and
`?at=latest` not below anything that was committed before.
"""
import argparse
import collections
import json
import pathlib
import sys

SHOWN_MAX = 20  # objections of one kind that are printed


def rows_of(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


class Dump:
    """One node's final order."""

    def __init__(self, name, lines):
        self.name, self.lines = name, lines
        self.places = {}
        for line in lines:
            self.places.setdefault(line["tx_id"], []).append((line["height"], line["index"]))
        self.by_id = {line["tx_id"]: line for line in lines}

    def applied(self, tx_id):
        line = self.by_id.get(tx_id)
        return line is not None and line.get("outcome", "OK") == "OK"


class Evidence:
    """All that a run left; `history` without its notes."""

    def __init__(self, history, dumps, left=(), reports=None):
        self.history = [row for row in history if row["op"] != "note"]
        self.dumps = [Dump(name, lines) for name, lines in dumps.items()]
        self.left = [Dump(name, lines) for name, lines in dict(left).items()]
        self.reports = reports or {}

    @classmethod
    def of_directory(cls, directory):
        directory = pathlib.Path(directory)

        def dumps(prefix):
            return {path.stem[len(prefix):]: rows_of(path)
                    for path in sorted(directory.glob(prefix + "*.jsonl"))}
        return cls(rows_of(directory / "history.jsonl"), dumps("dump-"), dumps("left-"),
                   json.loads((directory / "verify.json").read_text()))

    def of(self, op, *results):
        return [row for row in self.history
                if row["op"] == op and (not results or row["result"] in results)]


# ---- What the nodes hold ----

def check_order_of_dump(dump):
    """Places rise, a height has one hash, and no transaction stands twice."""
    last, hashes = (-1, -1), {}
    for line in dump.lines:
        place = (line["height"], line["index"])
        if place <= last:
            yield f"{dump.name}: {line['tx_id']} at {place} does not follow {last}"
        last = place
        if hashes.setdefault(line["height"], line["block_hash"]) != line["block_hash"]:
            yield f"{dump.name}: height {line['height']} has two block hashes"
    for tx_id, places in dump.places.items():
        if len(places) > 1:
            yield f"{dump.name}: {tx_id} stands at {places}"


def check_same(evidence):
    """Surviving nodes hold the same lines; who left before holds a beginning of them."""
    first = evidence.dumps[0]
    for dump in evidence.dumps[1:] + evidence.left:
        whole = dump not in evidence.left
        for at, (mine, other) in enumerate(zip(first.lines, dump.lines)):
            if mine != other:
                yield f"{first.name} and {dump.name} differ at line {at + 1}: {mine} | {other}"
                break
        else:
            if len(dump.lines) > len(first.lines) or whole and len(dump.lines) < len(first.lines):
                yield f"{first.name} has {len(first.lines)} lines, {dump.name} {len(dump.lines)}"


def check_reports(evidence):
    for dump in evidence.dumps + evidence.left:
        report = evidence.reports.get(dump.name)
        if report is None:
            yield f"{dump.name}: `suyuan verify` did not run"
        elif report["exit"] != 0:
            yield f"{dump.name}: `suyuan verify` ended with {report['exit']}: {report['said']}"


# ---- What was acknowledged, and what was refused ----

def check_acknowledged(evidence):
    """Exactly once on each surviving node, as it was sent, where the acknowledgement says."""
    for row in evidence.of("submit", "ok"):
        for dump in evidence.dumps:
            line = dump.by_id.get(row["tx_id"])
            if line is None:
                yield f"{dump.name} lost {row['tx_id']}, acknowledged at {row['end_ns']}"
                continue
            if not dump.applied(row["tx_id"]):
                yield f"{dump.name} says {line['outcome']} to the acknowledged {row['tx_id']}"
            for name in ("key", "value"):
                if line.get(name) != row[name]:
                    yield (f"{dump.name}: {name} of {row['tx_id']} is {line.get(name)}, not "
                           f"{row[name]}")
            if row.get("block") not in (None, line["height"]):
                yield (f"{dump.name} has {row['tx_id']} at height {line['height']}, acknowledged "
                       f"was {row['block']}")


def check_refused(evidence):
    """What was refused for good is nowhere applied; what may never be valid neither, also where
    its client got no answer."""
    for row in evidence.of("submit"):
        if row["result"] != "fail" and not row.get("doomed"):
            continue
        for dump in evidence.dumps:
            if dump.applied(row["tx_id"]):
                yield f"{dump.name} applied {row['tx_id']}, which was refused"


def check_nothing_invented(evidence):
    """What stands under the clients' party was sent by one of them; others may file beside."""
    begun = {row["tx_id"] for row in evidence.of("submit")}
    lines = [line for line in evidence.dumps[0].lines if line.get("type") == "DOC_ANCHOR"]
    parties = {line.get("submitter") for line in lines if line["tx_id"] in begun}
    for line in lines:
        if line["tx_id"] not in begun and line.get("submitter") in parties:
            yield f"nobody sent {line['tx_id']} at height {line['height']}"


def check_real_time(evidence):
    """Acknowledged before another began: the smaller place (linearizable order, §5.3 of the Raft
    thesis). What has no answer may still be ordered, but not before its time."""
    dump = evidence.dumps[0]
    placed = [(row, dump.places[row["tx_id"]][0]) for row in evidence.of("submit")
              if row["tx_id"] in dump.places]
    ended = sorted(((row["end_ns"], place, row["tx_id"]) for row, place in placed
                    if row["result"] == "ok"), reverse=True)
    latest = ((-1, -1), None)
    for row, place in sorted(placed, key=lambda item: item[0]["start_ns"]):
        while ended and ended[-1][0] < row["start_ns"]:
            latest = max(latest, ended.pop()[1:])
        if place < latest[0]:
            yield (f"{row['tx_id']} at {place} began after {latest[1]} at {latest[0]} "
                   "was acknowledged")


# ---- What was read ----

def check_reads(evidence):
    """A read shows exactly the state of the height that it names, which `?at=` bounds."""
    dump = evidence.dumps[0]
    begun = {}
    for row in evidence.of("submit"):
        begun[row["tx_id"]] = min(row["start_ns"], begun.get(row["tx_id"], row["start_ns"]))
    for row in evidence.of("read", "ok"):
        tx_id, height = row["tx_id"], row["height"]
        if isinstance(row.get("at"), int) and height < row["at"]:
            yield f"a read asked for height {row['at']} and got {height}: {row}"
        line = dump.by_id.get(tx_id) if dump.applied(tx_id) else None
        if row["value"] is None:
            if line is not None and line["height"] <= height:
                yield f"a read at height {height} misses {tx_id} of height {line['height']}: {row}"
            continue
        if line is None:
            yield f"a read shows {tx_id}, which no node holds: {row}"
        elif (row["key"], row["value"]) != (line.get("key"), line.get("value")):
            yield f"a read shows another value of {tx_id} than {line.get('value')}: {row}"
        elif line["height"] > height:
            yield f"a read at height {height} shows {tx_id} of height {line['height']}: {row}"
        elif begun.get(tx_id, 0) > row["end_ns"]:
            yield f"{tx_id} was read before it was sent: {row}"


def check_latest(evidence):
    """`?at=latest` is linearizable: not below anything that any node had acknowledged or shown when
    the read began (ReadIndex, Raft §8)."""
    reads = evidence.of("read", "ok")
    ended = sorted([(row["end_ns"], row["block"]) for row in evidence.of("submit", "ok")
                    if row.get("block") is not None] +
                   [(row["end_ns"], row["height"]) for row in reads], reverse=True)
    least = 0
    for row in sorted(reads, key=lambda r: r["start_ns"]):
        while ended and ended[-1][0] < row["start_ns"]:
            least = max(least, ended.pop()[1])
        if row.get("at") == "latest" and row["height"] < least:
            yield f"a read of the latest state shows height {row['height']}, not {least}: {row}"


def check_time_travel(evidence):
    """One run of one node never goes back: a read is not below what the same process had
    acknowledged or shown before the read began."""
    known = collections.defaultdict(list)  # (node, run) → [(end, height)]
    reads = evidence.of("read", "ok")
    for row in evidence.of("submit", "ok") + reads:
        height = row.get("block") if row["op"] == "submit" else row["height"]
        if row.get("run") is not None and height is not None:
            known[(row["node"], row["run"])].append((row["end_ns"], height))
    by_run = collections.defaultdict(list)
    for row in reads:
        if row.get("run") is not None:
            by_run[(row["node"], row["run"])].append(row)
    for at, rows in by_run.items():
        ended = sorted(known[at], reverse=True)
        least = 0
        for row in sorted(rows, key=lambda r: r["start_ns"]):
            while ended and ended[-1][0] < row["start_ns"]:
                least = max(least, ended.pop()[1])
            if row["height"] < least:
                yield f"node {at[0]} showed height {row['height']} after {least}: {row}"


def check_proofs(evidence):
    """Proofs hold, and the log has one root for each size."""
    for row in evidence.of("verify", "fail"):
        yield f"a proof does not hold: {row}"
    roots = {}
    for row in evidence.of("verify", "ok"):
        if roots.setdefault(row["tree_size"], row["root"]) != row["root"]:
            yield f"two roots of size {row['tree_size']}: {row}"


def judge(evidence):
    """Objections as {check: [text…]}; only those that have any."""
    if not evidence.dumps:
        return {"dumps": ["no node left a dump"]}
    checks = {"order of a dump": [o for dump in evidence.dumps + evidence.left
                                  for o in check_order_of_dump(dump)]}
    for check in (check_same, check_reports, check_acknowledged, check_refused,
                  check_nothing_invented, check_real_time, check_reads, check_latest,
                  check_time_travel, check_proofs):
        checks[check.__name__.removeprefix("check_").replace("_", " ")] = list(check(evidence))
    return {name: found for name, found in checks.items() if found}


def summary(evidence):
    count = collections.Counter((row["op"], row["result"]) for row in evidence.history)
    return {"nodes": [dump.name for dump in evidence.dumps],
            "left": [dump.name for dump in evidence.left],
            "transactions": len(evidence.dumps[0].lines) if evidence.dumps else 0,
            **{f"{op} {result}": n for (op, result), n in sorted(count.items())}}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=pathlib.Path)
    evidence = Evidence.of_directory(parser.parse_args().directory)
    objections = judge(evidence)
    for name, found in objections.items():
        print(f"{name}: {len(found)}")
        for text in found[:SHOWN_MAX]:
            print("  " + text)
    print(json.dumps({"ok": not objections, **summary(evidence)}))
    return 1 if objections else 0


if __name__ == "__main__":
    sys.exit(main())
