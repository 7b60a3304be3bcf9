"""The slopes of a soak: growth is found, in the right units, and short lives do not count."""
import unittest

import soak


def samples(count, run=1, rss=0, descriptors=0, threads=0, disk=0, leaves=10):
    """Every 5 s: so much more of each, from a different start."""
    return [{"t": 5 * i, "node": "node-0", "run": run, "rss": 2**26 + rss * i,
             "descriptors": 100 + descriptors * i, "threads": 12 + threads * i,
             "disk": 2**20 + disk * i, "leaves": 7 + leaves * i} for i in range(count)]


class SlopesTest(unittest.TestCase):
    def test_nothing_grows(self):
        self.assertEqual(soak.slopes(samples(100))["node-0 run 1"], {
            "minutes": 4.1, "rss_mib_per_hour": 0, "descriptors_per_hour": 0, "threads_per_hour": 0,
            "disk_bytes_per_leaf": 0})

    def test_growth_is_found(self):
        found = soak.slopes(samples(100, rss=2**20, descriptors=1, threads=2, disk=12_000))
        self.assertEqual(found["node-0 run 1"], {
            "minutes": 4.1, "rss_mib_per_hour": 720, "descriptors_per_hour": 720,
            "threads_per_hour": 1440, "disk_bytes_per_leaf": 1200})

    def test_a_start_is_no_growth(self):
        """Caches fill in the first half."""
        rows = samples(100)
        for row in rows[:40]:
            row["rss"] -= 2**25
        self.assertEqual(soak.slopes(rows)["node-0 run 1"]["rss_mib_per_hour"], 0)

    def test_short_lives_do_not_count(self):
        rows = samples(soak.SAMPLES_MIN - 1, run=1) + samples(soak.SAMPLES_MIN, run=2)
        self.assertEqual(list(soak.slopes(rows)), ["node-0 run 2"])


if __name__ == "__main__":
    unittest.main()
