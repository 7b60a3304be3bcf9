"""Checkpoints, inclusion and consistency proofs of a live network, judged by code that we did not
write (RFC 6962 §2.1, RFC 9162 §2.1, C2SP tlog-checkpoint, tlog-tiles, tlog-proof).

At least 1,000 leaves, sizes that are no powers of two, at least three changes of the leader; every
proof is accepted and is refused after one changed bit (golang.org/x/mod/sumdb, @transmute/rfc9162).
The tiles of the log are read too, and lead to the same roots.
"""
import argparse
import base64
import hashlib
import json
import pathlib
import shutil
import struct
import subprocess

import harness
import suyuan_tx as tx
from file_record import licence_record
from leader_kill_test import DOC_ANCHOR, active_party

LEAVES = 1000
CHANGES = 3


def b64(hexadecimal):
    return base64.b64encode(bytes.fromhex(hexadecimal)).decode()


def verifier_keys(genesis):
    """Note verifier keys of all members' log keys (C2SP signed-note)."""
    origin = genesis["ledger"]["origin"]
    keys = []
    for member in genesis["member"]:
        key = b"\x01" + bytes.fromhex(member["keys"]["log"])
        key_id = hashlib.sha256(origin.encode() + b"\n" + key).digest()[:4]
        keys.append(f"{origin}+{key_id.hex()}+{base64.b64encode(key).decode()}")
    return keys


class Evidence:
    """What nodes answered, in the form that the checkers read."""

    def __init__(self, net):
        self.net = net
        self.note_of_size = {}
        self.document = {
            "verifier_keys": verifier_keys(json.loads(pathlib.Path(net.genesis).read_text())),
            "checkpoints": [], "inclusion": [], "consistency": [], "proof_files": []}

    def checkpoint(self, note):
        """Position of this note in the list."""
        notes = self.document["checkpoints"]
        if note not in notes:
            notes.append(note)
            size, root = int(note.split("\n")[1]), note.split("\n")[2]
            before = self.note_of_size.setdefault(size, note)
            assert before.split("\n")[2] == root, f"two roots of size {size}"
        return notes.index(note)

    def collect_checkpoints(self):
        for i in range(len(self.net.nodes)):
            self.checkpoint(self.net.http(i).get("/checkpoint").body.decode())

    def include(self, i, tx_id):
        face = self.net.http(i)
        proof = face.get_json(f"/v1/txs/{tx_id}/proof?format=json")
        self.document["inclusion"].append({
            "checkpoint": self.checkpoint(proof["checkpoint"]), "index": proof["leaf_index"],
            "leaf": proof["extra"]["leaf"], "proof": [b64(h) for h in proof["inclusion_proof"]]})

    def proof_file(self, i, tx_id):
        answer = self.net.http(i).get(f"/v1/txs/{tx_id}/proof")
        assert answer.status == 200, answer.body
        self.document["proof_files"].append(answer.body.decode())

    def consistency(self, i, small, large):
        proof = self.net.http(i).get_json(f"/v1/consistency?from={small}&to={large}")
        self.document["consistency"].append({
            "from": self.checkpoint(self.note_of_size[small]),
            "to": self.checkpoint(self.note_of_size[large]),
            "proof": [b64(h) for h in proof["proof"]]})


def file_documents(net, i, signer, count):
    """Files `count` documents in one request; ids of the applied ones."""
    ledger = net.ledger_id()
    signed = [tx.Transaction(ledger, DOC_ANCHOR, signer, [licence_record()]) for _ in range(count)]
    results = net.http(i).submit(tx.submission_list(signed)).json["results"]
    assert all(r["state"] == "applied" for r in results), results
    return [r["transaction"] for r in results]


def change_leader(net):
    before = net.leader()
    net.kill(before)
    after = net.leader()
    net.up()
    assert after != before
    return after


def tile_number(n):
    parts = [f"{n % 1000:03d}"]
    while n >= 1000:
        n //= 1000
        parts.insert(0, f"x{n % 1000:03d}")
    return "/".join(parts)


def read_tiles(net, i, size):
    """All leaves, from the entry tiles; the hash tiles must agree with them."""
    face = net.http(i)
    leaves = []
    for first in range(0, size, 256):
        width = min(256, size - first)
        name = tile_number(first // 256) + ("" if width == 256 else f".p/{width}")
        entries = face.get(f"/tile/entries/{name}")
        hashes = face.get(f"/tile/0/{name}")
        assert entries.status == hashes.status == 200, (name, entries.status, hashes.status)
        at, tile = 0, []
        while at < len(entries.body):
            length = struct.unpack(">H", entries.body[at:at + 2])[0]
            tile.append(entries.body[at + 2:at + 2 + length])
            at += 2 + length
        assert len(tile) == width and all(len(leaf) == 81 for leaf in tile)
        assert hashes.body == b"".join(hashlib.sha256(b"\0" + leaf).digest() for leaf in tile)
        if width == 256:
            upper = face.get(f"/tile/1/000.p/{first // 256 + 1}").body
            assert upper[-32:] == tx.merkle_tree_hash(tile)
        leaves += tile
    return leaves


def collect(net):
    signer = active_party(net)
    net.await_level()  # a node that does not know of the approval yet refuses what its party files
    evidence = Evidence(net)
    ids = []
    for burst in range(CHANGES + 1):
        for count in (1, 7, 130, 2, 110, 33):
            ids += file_documents(net, (burst + count) % 3, signer, count)
            evidence.collect_checkpoints()
        if burst < CHANGES:
            change_leader(net)
    net.await_level()
    evidence.collect_checkpoints()
    leaves = net.status(0)["leaf_count"]
    terms = {b["term"] for b in net.http(0).get_json("/v1/blocks?limit=200")["items"] if "term" in b}
    assert leaves >= LEAVES and len(terms) > CHANGES, (leaves, terms)
    return evidence, ids, leaves


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tlogcheck", required=True, help="the Go checker")
    parser.add_argument("--npm", help="a folder to install the Node.js checker in")
    arguments = parser.parse_args()
    with harness.temporary_directory("live-proofs") as directory:
        net = harness.Devnet(directory / "net", harness.PORTS["live_proofs"])
        try:
            net.up()
            evidence, ids, leaves = collect(net)
            sizes = sorted(evidence.note_of_size)
            odd = [s for s in sizes if s & (s - 1)]
            assert len(odd) > 10, sizes
            for k, tx_id in enumerate(ids[::max(1, len(ids) // 24)] + ids[-2:]):
                evidence.include(k % 3, tx_id)
            for k in range(4):
                evidence.proof_file(k % 3, ids[k * 17])
            for k in range(1, len(odd)):
                evidence.consistency(k % 3, odd[k - 1], odd[k])
                evidence.consistency(k % 3, odd[0], odd[k])
            read = {i: read_tiles(net, i, odd[-1]) for i in (0, 2)}
            assert read[0] == read[2]
            for size in odd:
                root = base64.b64decode(evidence.note_of_size[size].split("\n")[2])
                assert tx.merkle_tree_hash(read[0][:size]) == root, f"tiles of size {size}"
        finally:
            net.kill_all()
        path = directory / "evidence.json"
        path.write_text(json.dumps(evidence.document))
        print(f"{leaves} leaves, {len(evidence.document['checkpoints'])} checkpoints of "
              f"{len(sizes)} sizes, {len(evidence.document['inclusion'])} inclusion and "
              f"{len(evidence.document['consistency'])} consistency proofs, tiles")
        say("golang.org/x/mod", [arguments.tlogcheck, path])
        if arguments.npm:
            say("@transmute/rfc9162", npm_check(arguments.npm) + [path])


def npm_check(folder):
    """Installs exactly what the lock file names, and returns the command of the checker."""
    source = harness.ROOT / "tests" / "thirdparty" / "npm"
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc", "check.mjs"):
        shutil.copy(source / name, folder / name)
    subprocess.run(["npm", "ci"], cwd=folder, check=True, capture_output=True, timeout=120)
    return ["node", str(folder / "check.mjs")]


def say(who, command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    print(f"{who}: {done.stdout.strip()}")
    assert done.returncode == 0, done.stdout + done.stderr


if __name__ == "__main__":
    main()
