"""Clients in closed loops at a bounded rate: they file documents, read them back, fetch proofs, and
write down what they saw.

Each transaction goes as the same bytes to one node after another until one answers (at least once
is the client's business, at most once the ledger's). A few are *doomed*: they may never be applied.
"""
import collections
import hashlib
import http.client
import json
import random
import threading
import time

import chaosnet
import suyuan_tx as tx
from chaosnet import harness
from file_record import licence_record, with_check_character
from leader_kill_test import DOC_ANCHOR, RETRIED

HTTP_SECONDS = 6          # above the nodes' submit_timeout_ms
SUBMIT_SECONDS = 60       # then the client gives up, and the result is unknown
BURST_MAX = 12            # transactions of one request
RECENT = 4000             # of which clients read
DOOMED = ("signature", "stranger", "expired")
NETWORK = (OSError, http.client.HTTPException)


class Sent:
    """One transaction and what the ledger will call it."""

    def __init__(self, signed, file_hash):
        self.signed, self.id, self.file_hash = signed, signed.id, file_hash
        self.key = "document/" + tx.id_text(tx.entity_id(signed.id, 0))
        self.value = hashlib.sha256(signed.envelope).hexdigest()
        self.block = None  # once acknowledged


class Load:
    """`rate`: transactions a second that all clients together begin while the network is well."""

    def __init__(self, net, history, signer, ledger, seed, clients, rate):
        self.net, self.history, self.signer = net, history, signer
        self.ledger = ledger
        self.stranger = tx.Signer(with_check_character("91440101MA5KXTR01"))
        self.recent = collections.deque(maxlen=RECENT)
        self.errors, self.stopping = [], threading.Event()
        self.pause = clients * (1 + BURST_MAX) / 2 / rate  # between bursts of one client
        self.threads = [threading.Thread(target=self._run, args=(number, random.Random(f"{seed}/{number}")),
                                         daemon=True) for number in range(clients)]
        for thread in self.threads:
            thread.start()

    def check(self):
        if self.errors:
            raise AssertionError(self.errors[0])

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(SUBMIT_SECONDS + 3 * HTTP_SECONDS)
        self.check()

    def _run(self, number, rng):
        client = Client(self, number, rng)
        try:
            due = time.monotonic()
            while not self.stopping.is_set():
                client.step()
                due = max(due + self.pause * (0.5 + rng.random()), time.monotonic())
                self.stopping.wait(due - time.monotonic())
        except BaseException as error:  # noqa: B902 - shown by the main thread
            self.errors.append(f"client {number}: {error!r}")
            raise


class Client:
    def __init__(self, load, number, rng):
        self.load, self.number, self.rng = load, number, rng
        self.history = load.history
        self.connections = {}

    def step(self):
        self.submit([self._document() for _ in range(self.rng.randint(1, BURST_MAX))])
        for _ in range(2):
            self.read()
        if self.rng.random() < 0.3:
            self.verify()
        if self.rng.random() < 0.05:
            self.submit_doomed(self.rng.choice(DOOMED))

    # ---- One request ----

    def _face(self, seat):
        if seat.api not in self.connections:
            self.connections[seat.api] = harness.Http(seat.api, HTTP_SECONDS)
        return self.connections[seat.api]

    def _ask(self, seat, function):
        """(answer, run): None as the answer where there was none; None as the run where the node was
        started or ended meanwhile, so that nobody knows which of its processes answered."""
        run = seat.runs
        try:
            answer = function(self._face(seat))
        except NETWORK:
            return None, None
        return answer, run if run == seat.runs else None

    def _random_seat(self):
        return self.rng.choice(self.load.net.seats)

    # ---- Submissions ----

    def _document(self, signer=None, **options):
        file_hash = self.rng.randbytes(32).hex()
        signed = tx.Transaction(self.load.ledger, DOC_ANCHOR, signer or self.load.signer,
                                [licence_record(digest=file_hash)],
                                nonce=self.rng.randbytes(16), **options)
        return Sent(signed, file_hash)

    def submit(self, batch):
        """The same bytes to one node after another until each is answered."""
        begun, pending = time.monotonic_ns(), batch
        for sent in batch:
            self.load.recent.append(sent)
        seat = self._random_seat()
        while pending and time.monotonic_ns() - begun < SUBMIT_SECONDS * 10**9:
            body = tx.submission_list([sent.signed for sent in pending])
            answer, run = self._ask(seat, lambda face, body=body: face.submit(body))
            pending = self._take(answer, pending, seat, run, begun)
            seat = self._random_seat()
            if pending:
                time.sleep(0.05)
        for sent in pending:
            self.history.add(self.number, "submit", begun, "unknown", sent, key=sent.key,
                             value=sent.value)

    def _take(self, answer, pending, seat, run, begun):
        """Writes down who was acknowledged; returns who was not."""
        if answer is None:
            return pending
        left = []
        for sent, result in zip(pending, results_of(answer, len(pending))):
            if result.get("state") == "applied":
                assert result["transaction"] == sent.id.hex(), result
                sent.block = result["block"]
                self.history.add(self.number, "submit", begun, "ok", sent, key=sent.key,
                                 value=sent.value, node=seat.name, run=run, block=sent.block)
                continue
            code = result["problem"]["code"]
            # E_CLOCK and E_EXPIRED: of a node whose own clock is wrong. E_SIG, E_STATE: one that
            # has not executed the registration yet. Another node, or a later try, may take it.
            if code not in RETRIED | {"E_CLOCK", "E_EXPIRED", "E_SIG", "E_STATE", "E_DISK_FULL"}:
                raise AssertionError(f"refused: {result}")
            left.append(sent)
        return left

    def submit_doomed(self, how):
        """Once to one node: what it refuses it has given to nobody."""
        if how == "stranger":
            sent = self._document(self.load.stranger)
        elif how == "expired":
            sent = self._document(now_ms=int(time.time() * 1000) - 10 * 3600 * 1000)
        else:
            sent = self._document()
            core, signer = sent.signed.core, sent.signed.signer
            forged = bytes([sent.signed.signature[0] ^ 1]) + sent.signed.signature[1:]
            sent.signed.envelope = tx.envelope(core, [(signer.public_key, forged)],
                                               sent.signed.records)
            sent.value = hashlib.sha256(sent.signed.envelope).hexdigest()
        begun, seat = time.monotonic_ns(), self._random_seat()
        answer, _ = self._ask(seat, lambda face: face.submit(tx.submission_list([sent.signed])))
        result = "unknown"
        if answer is not None:
            state = results_of(answer, 1)[0].get("state")
            result = "ok" if state == "applied" else "fail"
        self.history.add(self.number, "submit", begun, result, sent, key=sent.key,
                         value=sent.value, node=seat.name, doomed=how)

    # ---- Reads ----

    def read(self):
        """A document or a transaction: as the node has it, not before the block that acknowledged
        it, or with all that was committed when the read began."""
        sent = self.rng.choice(self.load.recent)
        at = self.rng.choice((None, sent.block, sent.block, "latest"))
        entity = self.rng.random() < 0.5
        path = ("/v1/documents/" + sent.key.partition("/")[2] if entity else
                "/v1/txs/" + sent.id.hex()) + (f"?at={at}" if at else "")
        begun, seat = time.monotonic_ns(), self._random_seat()
        answer, run = self._ask(seat, lambda face: face.get(path))
        if answer is None or answer.status not in (200, 404):
            self.history.add(self.number, "read", begun, "unknown", sent, key=sent.key,
                             node=seat.name)
            return
        value = self._value_read(answer.json, entity, sent) if answer.status == 200 else None
        self.history.add(self.number, "read", begun, "ok", sent, key=sent.key, value=value,
                         node=seat.name, run=run, at=at, path=path,
                         height=int(answer.headers["Suyuan-Height"]))

    def _value_read(self, shown, entity, sent):
        """The digest that dumps call the value, where the answer is what was sent under it; else
        what was shown, which the checker will not find anywhere."""
        record = shown if entity else shown["records"][0]
        if shown["transaction"] == sent.id.hex() and record["fields"]["file_hash"] == sent.file_hash:
            return sent.value
        return json.dumps(shown, ensure_ascii=False)

    def verify(self):
        """A proof of inclusion, checked here (RFC 9162 §2.1.3.2)."""
        sent = self.rng.choice(self.load.recent)
        begun, seat = time.monotonic_ns(), self._random_seat()
        path = f"/v1/txs/{sent.id.hex()}/proof?format=json"
        answer, run = self._ask(seat, lambda face: face.get(path))
        if answer is None or answer.status != 200:
            self.history.add(self.number, "verify", begun, "unknown", sent, key=sent.key,
                             node=seat.name)
            return
        proof = answer.json
        leaf = bytes.fromhex(proof["extra"]["leaf"])
        holds = leaf_speaks_of(leaf, sent) and inclusion_holds(
            leaf, proof["leaf_index"], proof["tree_size"],
            [bytes.fromhex(step) for step in proof["inclusion_proof"]],
            bytes.fromhex(proof["root"]))
        self.history.add(self.number, "verify", begun, "ok" if holds else "fail", sent,
                         key=sent.key, value=sent.value, node=seat.name, run=run,
                         tree_size=proof["tree_size"], root=proof["root"])


def results_of(answer, count):
    """One result for each transaction, also where the request as a whole was refused."""
    body = answer.json
    return body["results"] if "results" in body else [{"problem": body}] * count


def leaf_speaks_of(leaf, sent):
    """formats §5: the content of a transaction's leaf names what was signed and by whom."""
    signatures = tx.signatures_hash([(sent.signed.signer.public_key, sent.signed.signature)])
    content = tx.tagged_hash("txleaf", (sent.id, False), (signatures, False))
    return leaf[17:49] == content


def inclusion_holds(leaf, index, size, path, root):
    """RFC 9162 §2.1.3.2."""
    if index >= size:
        return False
    at, last = index, size - 1
    found = hashlib.sha256(b"\0" + leaf).digest()
    for step in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = hashlib.sha256(b"\1" + step + found).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\1" + found + step).digest()
        at, last = at >> 1, last >> 1
    return last == 0 and found == root
