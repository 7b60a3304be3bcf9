"""A devnet whose nodes are children of the run, with faults at hand: a proxy between any two of
them, a disk that can misbehave, a clock that can be wrong, and places that new nodes can take.

A *seat* is an organisation's place; its node changes when one is replaced (generation 0, 1, …).
Generations alternate between two sets of ports, so that an old and a new node can run side by side.
"""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "process"))
import harness  # noqa: E402
import power  # noqa: E402

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"
GENERATIONS_MAX = 40           # of one seat in one run
DISK_WORDS = 8                 # as in disk_faults.c
LEADERS_TRIED = 12
CATCH_UP_SECONDS = 240         # of a new node, which executes the whole log
READY_SECONDS = 90             # a start, with the log to execute again, on a busy machine


class Process:
    """One run of one node's program."""

    def __init__(self, seat, number, environment):
        self.seat, self.number = seat, number
        self.journal = seat.home / f"journal-{number}"
        self.log = seat.home / f"run-{number}.log"
        self.before = power.sizes_by_inode(seat.data)
        preload = [str(seat.net.library)]
        environment = dict(environment)
        if "LD_PRELOAD" in environment:
            preload.insert(0, environment.pop("LD_PRELOAD"))
        with open(self.log, "wb") as log:
            self.popen = subprocess.Popen(
                [harness.BINARY, "node", "run", "--config", str(seat.config), "--passphrase-file",
                 str(seat.net.passphrase)], stdout=subprocess.DEVNULL, stderr=log,
                env={**os.environ, "LD_PRELOAD": ":".join(preload),
                     "SUYUAN_CHAOS_DISK": str(seat.disk), "SUYUAN_CHAOS_JOURNAL":
                     str(self.journal), **environment})
        seat.net.processes.append(self)

    def words(self):
        return self.log.read_text(errors="replace")

    def end(self, how, seconds=60):
        """Exit code; a negative one is a signal's."""
        if self.popen.poll() is None:
            self.popen.send_signal(how)
            if how != signal.SIGKILL:
                with contextlib.suppress(ProcessLookupError):
                    self.popen.send_signal(signal.SIGCONT)
        return self.popen.wait(seconds)


class Seat:
    def __init__(self, net, position, entry):
        self.net, self.position, self.entry = net, position, entry
        self.generation, self.runs, self.process = 0, 0, None
        self.name = f"{entry['party']}/{entry['name']}"
        self.config = pathlib.Path(entry["config"])
        self.data = pathlib.Path(entry["data_dir"])
        self.home = self.config.parent
        self.api = entry["api"]
        self.disk = self.home / "disk-orders"
        self.order_disk()

    # ---- Process ----

    @property
    def alive(self):
        return self.process is not None and self.process.popen.poll() is None

    def start(self, **environment):
        assert not self.alive, f"{self.name} runs already"
        if self.process:
            self.process.journal.unlink(missing_ok=True)  # many MiB, and of use until now alone
        self.runs += 1
        self.process = Process(self, self.runs, environment)
        self.runs += 1  # odd while it changes: a request that sees one number met one process

    def end(self, how=signal.SIGTERM):
        self.runs += 1
        return self.process.end(how)

    def await_end(self, seconds):
        """Exit code of a node that is to stop by itself."""
        code = self.process.popen.wait(seconds)
        self.runs += 1
        return code

    def await_ready(self, seconds=READY_SECONDS):
        def ready():
            if not self.alive:
                raise AssertionError(f"{self.name} ended: {self.process.words()[-3000:]}")
            return harness.Http(self.api, 3).get("/readyz").status == 200
        harness.wait_until(ready, seconds, f"{self.name} ready")

    def status(self, timeout=3):
        return harness.Http(self.api, timeout).get_json("/v1/status")

    def order_disk(self, sync_errno=0, write_errno=0, pwrite_errno=0, sync_ms=0, write_ms=0):
        words = (sync_errno, write_errno, pwrite_errno, sync_ms, write_ms)
        data = struct.pack(f"<{DISK_WORDS}i", *words, *[0] * (DISK_WORDS - len(words)))
        if not self.disk.exists():
            self.disk.write_bytes(data)
            return
        with open(self.disk, "r+b", buffering=0) as file:  # the node has it mapped
            file.write(data)

    # ---- Offline ----

    def verify(self):
        done = harness.run("verify", "--data", self.data, "--genesis", self.net.genesis, "-o",
                           "json", check=False, timeout=self.net.offline_seconds)
        return {"exit": done.returncode, "said": (done.stdout + done.stderr)[-400:]}

    def dump(self, path):
        """This node's final order, in `path`."""
        out = self.home / "export"
        harness.run("export", "--transactions", out, "--data", self.data, "--genesis",
                    self.net.genesis, timeout=self.net.offline_seconds)
        shutil.move(out / "transactions.jsonl", path)


class ChaosNet:
    def __init__(self, directory, base_port, count):
        self.directory, self.base, self.count = pathlib.Path(directory), base_port, count
        self.dev = harness.Devnet(self.directory / "net", base_port, count)
        self.passphrase = self.dev.directory / "passphrase"
        self.seats, self.proxy, self.library = [], None, self.directory / "disk_faults.so"
        self.processes = []  # all that were ever started
        self.mounts = set()  # small file systems of full disks
        self.offline_seconds = 300  # for a dump or a verification

    # ---- Making ----

    def make(self):
        self.directory.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", self.library,
                        HERE / "disk_faults.c", "-ldl", "-lpthread"], check=True)
        self.dev.up()  # keys, genesis, configurations; its own processes end again
        self.dev.down()
        self.genesis = self.dev.genesis
        os.environ["SUYUAN_PASSPHRASE_FILE"] = str(self.passphrase)
        self.seats = [Seat(self, i, entry) for i, entry in enumerate(self.dev.nodes)]
        self._start_proxy()
        for seat in self.seats:
            text = seat.config.read_text()
            assert text.rstrip().endswith("connections_per_address = 0"), "[limits] is not last"
            seat.config.write_text(text + "submit_timeout_ms = 4000\n" + self._addresses(seat))
        for seat in self.seats:
            seat.start()
        for seat in self.seats:
            seat.await_ready()
        self._register_parties()

    def _register_parties(self):
        """The organisations of the example data, and more of their kind: only a registered party's
        node can be replaced. The regulator is registered by the genesis file."""
        lines = (harness.ROOT / "data" / "01-parties.jsonl").read_text().splitlines()
        wanted = []
        for seat in self.seats:
            name = seat.entry["name"]
            example = name.split("-")[0]
            wanted += [line.replace(f":{example}", f":{name}").replace(
                f'"signer": "{example}"', f'"signer": "{name}"').replace(
                f'"name": "{example}-reg', f'"name": "{name}-reg') for line in lines
                       if f"$party:{example}" in line]
        file = self.directory / "parties.jsonl"
        file.write_text("\n".join(wanted) + "\n")
        harness.run("submit", file, "--keys", self.dev.directory / "devnet.json", "--node",
                    self.leader().api)

    def peer_port(self, position, generation):
        return self.base + (generation % 2) * 2 * self.count + 2 * position + 1

    def _proxy_port(self, sender, receiver, generation):
        pair = sender * self.count + receiver
        return self.base + 4 * self.count + 2 * pair + generation % 2

    def _start_proxy(self):
        self.proxy = subprocess.Popen([sys.executable, "-B", HERE / "proxy.py"], text=True,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.order_proxy(listen=[[i, j, self._proxy_port(i, j, parity), self.peer_port(j, parity)]
                                 for i, j in self.pairs() for parity in (0, 1)])

    def order_proxy(self, **order):
        self.proxy.stdin.write(json.dumps(order) + "\n")
        self.proxy.stdin.flush()
        assert self.proxy.stdout.readline() == "done\n", "the proxy does not answer"

    def pairs(self):
        return [(i, j) for i in range(self.count) for j in range(self.count) if i != j]

    def _addresses(self, seat):
        """Every node that may ever be, through the proxy; nodes of the own seat directly."""
        lines = ["\n[peers.addresses]"]
        for other in self.seats:
            names = [other.entry["name"]] + [f"r{g}" for g in range(1, GENERATIONS_MAX)]
            for generation, name in enumerate(names):
                port = (self.peer_port(other.position, generation) if other is seat else
                        self._proxy_port(seat.position, other.position, generation))
                lines.append(f'"{other.entry["party"]}/{name}" = "127.0.0.1:{port}"')
        return "\n".join(lines) + "\n"

    # ---- Looking ----

    def live(self):
        return [seat for seat in self.seats if seat.alive]

    def statuses(self, seats=None, timeout=2):
        out = {}
        for seat in seats or self.live():
            with contextlib.suppress(OSError, harness.http.client.HTTPException, AssertionError):
                out[seat] = seat.status(timeout)
        return out

    def leader(self, seconds=30):
        """The seat that calls itself leader in the highest term."""
        def find():
            leading = [(s["term"], seat.position) for seat, s in self.statuses().items()
                       if s["role"] == "leader"]
            return leading and (self.seats[max(leading)[1]],)
        return harness.wait_until(find, seconds, "a leader")[0]

    @property
    def lasting(self):
        """A majority of seats whose founding nodes stay: a node that joins starts from the genesis
        file and follows only a leader that it finds there (node/README.md)."""
        return self.seats[:self.count // 2 + 1]

    @property
    def passing(self):
        """A minority, whose nodes may be damaged and replaced."""
        return self.seats[self.count // 2 + 1:]

    def lead_by_lasting(self):
        """Hands leadership on until a node leads that every new one knows; that node."""
        for _ in range(LEADERS_TRIED):
            leader = self.leader()
            if leader in self.lasting:
                return leader
            leader.end(signal.SIGTERM)
            leader.start()
            leader.await_ready()
        raise AssertionError("none of the founding nodes leads")

    def followers(self):
        leader = self.leader()
        return [seat for seat in self.live() if seat is not leader]

    def await_level(self, seconds=60):
        """All nodes of all seats, at the height that the highest has now or beyond."""
        def level():
            statuses = self.statuses(self.seats)
            if len(statuses) < self.count:
                return False
            goal[0] = goal[0] or max(s["commit"] for s in statuses.values())
            return all(s["applied"] >= goal[0] for s in statuses.values())
        goal = [0]
        harness.wait_until(level, seconds, "all nodes at one height")

    # ---- Members ----

    def member(self, *arguments):
        return harness.run("member", *arguments, "--node", self.leader().api, "--keys",
                           self.dev.directory / "devnet.json", "--signer", "regulator",
                           check=False, timeout=60)

    def states(self):
        listed = harness.run("member", "list", "--node", self.leader().api, "-o", "json")
        return {row["node"]: row["state"] for row in json.loads(listed.stdout)}

    def change_member(self, wanted, name, *arguments, seconds=90):
        """Until the members' list says so; a change may have been ordered though its answer was
        lost, and another may be under way."""
        deadline = time.monotonic() + seconds
        while self.states().get(name) not in wanted:
            done = self.member(*arguments)
            if time.monotonic() > deadline:
                raise AssertionError(f"member {arguments}: {done.stdout}{done.stderr}")
            time.sleep(0.5)

    def successor(self, seat):
        """A new node for this seat with a key of its own, made as an operator makes one; not yet in
        the seat."""
        new = Seat.__new__(Seat)
        new.net, new.position = self, seat.position
        new.generation = generation = seat.generation + 1
        assert generation < GENERATIONS_MAX, "too many replacements in one run"
        new.home = self.dev.directory / f"node-{seat.position}-r{generation}"
        new.home.mkdir(mode=0o700)
        new.name = f"{seat.entry['party']}/r{generation}"
        new.entry, new.runs, new.process = seat.entry, seat.runs + 2, None
        new.config, new.data = new.home / "node.toml", new.home / "data"
        new.disk = new.home / "disk-orders"
        new.order_disk()
        shift = 2 * self.count * (1 if generation % 2 else -1)
        new.api = f"http://127.0.0.1:{int(seat.api.rsplit(':', 1)[1]) + shift}"
        key = new.home / "node.key"
        harness.run("key", "new", "--kind", "node", "--out", key, "--passphrase-file",
                    self.passphrase)
        text = seat.config.read_text()
        old_peer = self.peer_port(seat.position, seat.generation)
        changes = [(f'listen = "{seat.api.removeprefix("http://")}"',
                    f'listen = "{new.api.removeprefix("http://")}"'),
                   (f'[peers]\nlisten = "127.0.0.1:{old_peer}"',
                    f'[peers]\nlisten = "127.0.0.1:{self.peer_port(seat.position, generation)}"'),
                   (str(seat.home / "node.key"), str(key)), (str(seat.data), str(new.data))]
        if seat.generation == 0:
            changes.append(("[node]\n", "[node]\njoin = true\n"))
        for before, after in changes:
            assert before in text, f"{before} is not in {seat.config}"
            text = text.replace(before, after)
        new.config.write_text(text)
        return new

    def replace(self, seat, seconds=CATCH_UP_SECONDS):
        """`suyuan member add`, `node init`, catch up, `member replace`: what an operator does for a
        node that may not come back. The new node has the seat afterwards; returns the old one."""
        new = self.successor(seat)
        number = self.base + 4000 + 100 * seat.position + new.generation  # in the ledger alone
        self.change_member(("LEARNER",), new.name, "add", "--node-key", new.home / "node.key",
                           "--party", seat.entry["party"], "--name", f"r{new.generation}",
                           "--peer", f"127.0.0.1:{number}", "--api", f"127.0.0.1:{number + 50}")
        harness.run("node", "init", "--config", new.config)
        new.start()
        goal = self.lead_by_lasting().status()["commit"]

        def caught_up():
            time.sleep(0.3)
            self.lead_by_lasting()
            return new.status()["applied"] >= goal
        harness.wait_until(caught_up, seconds, f"{new.name} has caught up")
        self.change_member(("VOTER",), new.name, "replace", new.name)
        self.seats[seat.position] = new
        return seat

    # ---- End ----

    def kill_all(self):
        for process in self.processes:
            process.end(signal.SIGKILL)
        for place in self.mounts:
            subprocess.run(["umount", "-l", place], check=False)
        if self.proxy:
            self.proxy.stdin.close()
            self.proxy.wait(10)
            self.proxy = None
        self.dev.kill_all()  # those of `devnet up`, where making ended half way
