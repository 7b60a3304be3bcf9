"""What a loss of power takes away that kill -9 leaves: bytes that were written and not synced.

The journal of disk_faults.c says what each file's inode had durable. Files that stood before the
node started count as durable as they were then.
"""
import os


def sizes_by_inode(directory):
    """What is on disk when a node starts: {inode: size}."""
    found = {}
    for path in directory.rglob("*"):
        if path.is_file():
            status = path.stat()
            found[status.st_ino] = status.st_size
    return found


class Journal:
    """Of one run of a node: which bytes of each inode are durable, which overwrites are not."""

    def __init__(self, path, before):
        self.durable = dict(before)
        self.overwritten = {}  # inode → [(offset, old bytes)], in order
        lines = path.read_text().split("\n") if path.exists() else []
        for line in lines:
            kind, _, rest = line.partition(" ")
            if kind == "S":
                inode, size = map(int, rest.split())
                self.durable[inode] = max(self.durable.get(inode, 0), size)
                self.overwritten.pop(inode, None)
            elif kind == "P":
                inode, offset, old = rest.split()
                self.overwritten.setdefault(int(inode), []).append((int(offset),
                                                                   bytes.fromhex(old)))


def lose_unsynced(directory, journal, rng):
    """Cuts each file somewhere between what is durable and what was written, mostly at the durable
    end, and undoes overwrites that were not synced. Returns how many bytes are gone."""
    lost = 0
    for path in sorted(p for p in directory.rglob("*") if p.is_file()):
        status = path.stat()
        durable = min(journal.durable.get(status.st_ino, 0), status.st_size)
        with open(path, "r+b", buffering=0) as file:
            for offset, old in reversed(journal.overwritten.get(status.st_ino, [])):
                os.pwrite(file.fileno(), old, offset)
                lost += len(old)
            if durable < status.st_size:
                keep = durable if rng.random() < 0.7 else rng.randrange(durable,
                                                                        status.st_size + 1)
                os.ftruncate(file.fileno(), keep)
                lost += status.st_size - keep
    return lost
