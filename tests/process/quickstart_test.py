"""`scripts/quickstart --once` as a newcomer runs it, on data of which a product's name was changed:
it ends well, and every place that shows the product shows the new name, so what it prints comes
from the ledger and not from the script.
"""
import os
import re
import shutil
import subprocess
import unittest

import harness

OLD, NEW = "示例牌电动自行车", "改名牌电动自行车"
VERIFY = re.compile(r"^\$ suyuan verify .*$", re.M)


class Quickstart(unittest.TestCase):
    def test_changed_data_changes_what_it_shows(self):
        with harness.temporary_directory("quickstart") as directory:
            data = directory / "data"
            shutil.copytree(harness.ROOT / "data", data)
            for file in data.rglob("*.jsonl"):
                file.write_text(file.read_text().replace(OLD, NEW))
            done = subprocess.run(
                [harness.ROOT / "scripts" / "quickstart", "--once", "--dir", directory / "net",
                 "--data", data, "--base-port", str(harness.PORTS["quickstart"])],
                capture_output=True, text=True, timeout=300, check=False,
                env={**os.environ, "SUYUAN_QUICKSTART_BINARY": harness.BINARY})
            self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr[-3000:])
            self.judge(done.stdout)

    def judge(self, shown):
        self.assertIn("== A code as a consumer sees it", shown)
        # The consumer's page, and the row of five callers side by side.
        self.assertGreaterEqual(shown.count(NEW), 6)
        self.assertNotIn(OLD, shown)
        # The running ledger, then each node's directory: the same roots.
        self.assertEqual(len(VERIFY.findall(shown)), 4, shown[-3000:])
        reports = [dict(re.findall(r"^(\w+) +(\S+)$", part, re.M))
                   for part in shown.split("$ suyuan verify ")[1:]]
        self.assertEqual(len(reports), 4, shown[-3000:])
        self.assertEqual({report["ok"] for report in reports}, {"true"})
        offline = [(int(report["height"]), report["log_root"], report["state_root"])
                   for report in reports[1:]]
        highest = max(offline)
        self.assertGreater(highest[0], 20)
        # An election of the end may stand in one directory and not yet in another.
        self.assertTrue(all(one == highest or one[0] < highest[0] for one in offline), offline)


if __name__ == "__main__":
    unittest.main(verbosity=2)
