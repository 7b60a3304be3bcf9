"""Real processes of the real binary: a devnet on ports of its own, its HTTP face, its files.

Loopback only. Ends only what it started. A directory stays when its test failed.
"""
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "examples" / "outside_signer"))
import file_record  # noqa: E402: beside suyuan_tx
BINARY = os.environ.get("SUYUAN_BINARY", str(ROOT / "build" / "release" / "suyuan"))
# Start of each test's own ports, so that tests can run beside each other.
PORTS = {"outside_signer": 17600, "leader_kill": 17620, "live_proofs": 17640,
         "bad_transactions": 17660, "bad_surroundings": 17680, "bad_disk": 17720,
         "bad_requests": 17730, "tsan": 17740, "sealed_values": 17760,
         "chain_story": 17800, "rewrap": 17820, "publication": 17840,
         "hostile_trades": 17860, "member_change": 17880, "sealed_attacks": 17900, "backup": 17940,
         "quickstart": 17980}


def run(*arguments, check=True, timeout=180, environment=None, prefix=()):
    """`suyuan …` to its end. With check, a failure is an error that shows what it said."""
    done = subprocess.run([*prefix, BINARY, *map(str, arguments)], capture_output=True, text=True,
                          timeout=timeout, env={**os.environ, **(environment or {})}, check=False)
    if check and done.returncode != 0:
        raise AssertionError(f"suyuan {' '.join(map(str, arguments))}: exit {done.returncode}\n"
                             f"{done.stdout}{done.stderr}")
    return done


def wait_until(condition, seconds, what):
    """Polls until `condition` gives something true, and returns that."""
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if value := condition():
                return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(0.05)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def result(self, position=0):
        """The answer to one of the transactions of POST /v1/txs."""
        return self.json["results"][position]

    def problem(self):
        body = self.json
        return body["results"][0]["problem"] if "results" in body else body


class Http:
    """One keep-alive connection. Not thread-safe."""

    def __init__(self, url, timeout=30):
        self.address = urllib.parse.urlparse(url).netloc
        self.timeout = timeout
        self.connection = None

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    __del__ = close

    def request(self, method, path, body=None, headers=None):
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.address, timeout=self.timeout)
        try:
            self.connection.request(method, path, body, headers or {})
            response = self.connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def get(self, path):
        return self.request("GET", path)

    def get_json(self, path):
        answer = self.get(path)
        if answer.status != 200:
            raise AssertionError(f"GET {path}: {answer.status} {answer.body[:500]!r}")
        return answer.json

    def submit(self, body, wait="committed"):
        return self.request("POST", f"/v1/txs?wait={wait}", body,
                            {"Content-Type": "application/x-protobuf"})


def command_line(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    except OSError:
        return []


class Devnet:
    """`suyuan devnet up` in a directory, and its nodes' processes."""

    def __init__(self, directory, base_port, nodes=3):
        self.directory = pathlib.Path(directory)
        self.base_port, self.count = base_port, nodes
        self.nodes = []

    def up(self):
        run("devnet", "up", "--nodes", self.count, "--dir", self.directory, "--base-port",
            self.base_port)
        self._read()

    def _read(self):
        description = json.loads((self.directory / "devnet.json").read_text())
        self.nodes = description["nodes"]
        self.genesis = description["genesis"]

    def down(self):
        if (self.directory / "devnet.json").exists():
            run("devnet", "down", "--dir", self.directory)

    def kill_all(self):
        """For the end of a test, whatever happened in it."""
        if not (self.directory / "devnet.json").exists():
            return
        self._read()
        for i in range(len(self.nodes)):
            self.kill(i)

    def kill(self, i, how=signal.SIGKILL):
        """Ends node i; True when it was running. Never a process that is not this node's."""
        pid = self.nodes[i]["pid"]
        if not pid or self.nodes[i]["config"] not in command_line(pid):
            return False
        os.kill(pid, how)
        wait_until(lambda: self.nodes[i]["config"] not in command_line(pid), 60, f"end of {pid}")
        return True

    def node_command(self, i):
        return [BINARY, "node", "run", "--config", self.nodes[i]["config"], "--passphrase-file",
                str(self.directory / "passphrase")]

    def url(self, i):
        return self.nodes[i]["api"]

    def http(self, i, timeout=30):
        return Http(self.url(i), timeout)

    def data(self, i):
        return pathlib.Path(self.nodes[i]["data_dir"])

    def log(self, i):
        return (self.directory / f"node-{i}.log").read_text(errors="replace")

    def status(self, i, timeout=5):
        return self.http(i, timeout).get_json("/v1/status")

    def ledger_id(self):
        return bytes.fromhex(self.status(0)["ledger_id"])

    def readers(self):
        """For registration() of file_record.py: who reads beside the party itself, and as of when."""
        return file_record.readers_of(self.http(0).get_json("/v1/readers"), file_record.REGION)

    def leader(self, seconds=30):
        """Position of the node that calls itself leader in the highest term."""
        def find():
            best = None
            for i in range(len(self.nodes)):
                with contextlib.suppress(OSError, http.client.HTTPException, AssertionError):
                    status = self.status(i, 2)
                    if status["role"] == "leader" and (best is None or status["term"] > best[0]):
                        best = (status["term"], i)
            return best and (best[1],)
        return wait_until(find, seconds, "a leader")[0]

    def await_level(self, seconds=30):
        """Waits until all nodes have applied the same height twice in a row; returns it."""
        seen = [None]

        def level():
            heads = {tuple(self.status(i)[k] for k in ("applied", "commit", "term"))
                     for i in range(len(self.nodes))}
            steady = len(heads) == 1 and heads == seen[0]
            seen[0] = heads
            return steady and list(heads)[0][0]
        return wait_until(level, seconds, "all nodes at one height")

    def verify(self, i, *more, check=True):
        return run("verify", "--data", self.data(i), "--genesis", self.genesis, "-o", "json", *more,
                   check=check)

    def export(self, i):
        """Lines of `suyuan export --transactions` of a node that is not running."""
        out = self.directory / f"export-{i}"
        run("export", "--transactions", out, "--data", self.data(i), "--genesis", self.genesis)
        return [json.loads(line) for line in (out / "transactions.jsonl").read_text().splitlines()]

    def submit_as(self, i, transaction):
        """One transaction of node i's party, signed by the command line with the party's key."""
        node = self.nodes[i]
        path = self.directory / "transaction.json"
        path.write_text(json.dumps(transaction, ensure_ascii=False))
        return run("submit", path, "--node", node["api"], "--key", node["keys"]["signing"],
                   "--party", node["party"], "--passphrase-file", self.directory / "passphrase")


@contextlib.contextmanager
def temporary_directory(name):
    """A directory that is removed, unless an exception leaves the block."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix=f"suyuan-process-{name}-"))
    try:
        yield directory
    except BaseException:
        print(f"left for inspection: {directory}", file=sys.stderr)
        raise
    shutil.rmtree(directory, ignore_errors=True)


def has_failed(test):
    """Whether this test, or one before it in the same run, has failed so far."""
    result = test._outcome.result  # unittest has no public way to ask
    return bool(result.failures or result.errors)


class DevnetTest(unittest.TestCase):
    """A test case with one devnet of three nodes for all its tests."""
    name = ""
    count = 3

    @classmethod
    def setUpClass(cls):
        cls.failed = False
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix=f"suyuan-process-{cls.name}-"))
        cls.net = Devnet(cls.directory / "net", PORTS[cls.name], cls.count)
        try:
            cls.net.up()
            cls.prepare()
        except BaseException:
            cls.failed = True
            cls.tearDownClass()
            raise

    @classmethod
    def prepare(cls):
        """What the tests of a class find on the ledger."""

    def tearDown(self):
        type(self).failed = has_failed(self)

    @classmethod
    def tearDownClass(cls):
        cls.net.kill_all()
        if cls.failed:
            print(f"left for inspection: {cls.directory}", file=sys.stderr)
        else:
            shutil.rmtree(cls.directory, ignore_errors=True)


class OwnNodesTest(unittest.TestCase):
    """A test case whose tests each have a devnet of their own, and start nodes as children."""
    name = ""

    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix=f"suyuan-process-{self.name}-"))
        self.stack.callback(self.clean_up)
        self.net = Devnet(self.directory / "net", PORTS[self.name])
        self.net.up()
        self.stack.callback(self.net.kill_all)
        self.own = []  # nodes that this test started itself
        self.stack.callback(self.end_own)

    def clean_up(self):
        if has_failed(self):
            print(f"left for inspection: {self.directory}", file=sys.stderr)
        else:
            shutil.rmtree(self.directory, ignore_errors=True)

    def end_own(self):
        for process in self.own:
            if process.poll() is None:
                process.kill()
            process.wait(30)

    def start(self, i, environment=None):
        """Node i as a child, so that its end and its last words can be seen."""
        with open(self.net.directory / f"own-{i}.log", "wb") as log:
            process = subprocess.Popen(self.net.node_command(i), stdout=subprocess.DEVNULL,
                                       stderr=log, env={**os.environ, **(environment or {})})
        self.own.append(process)
        return process

    def words(self, i):
        return (self.net.directory / f"own-{i}.log").read_text(errors="replace")

    def await_ready(self, i, process):
        def ready():
            self.assertIsNone(process.poll(), self.words(i))
            return self.net.http(i, 3).get("/readyz").status == 200
        wait_until(ready, 60, f"node {i} ready")

    def refuses_to_start(self, i, *expected, environment=None):
        done = subprocess.run(self.net.node_command(i), capture_output=True, text=True, timeout=60,
                              env={**os.environ, **(environment or {})}, check=False)
        self.assertEqual(done.returncode, 1, done.stderr[-3000:])
        for text in expected:
            self.assertRegex(done.stderr, text)
        return done.stderr

    def assert_has(self, i, ids):
        face = self.net.http(i)
        for tx_id in ids:
            self.assertEqual(face.get(f"/v1/txs/{tx_id}").status, 200, tx_id)

    def verify_stopped(self, i):
        self.assertTrue(json.loads(self.net.verify(i).stdout)["ok"])
