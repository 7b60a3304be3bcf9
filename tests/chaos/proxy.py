"""A TCP proxy between nodes on loopback: one port for each ordered pair, so that what one node
sends to another can be held, slowed or lost by itself.

Reads one JSON object a line from standard input, answers each with a line, ends with its input:
  {"listen": [[from, to, port, target port], …]}
  {"pairs": [[from, to], …], "hold": bool, "delay_ms": n, "loss": p}     rule for bytes from → to
  {"break": [[from, to], …]}                                             ends their connections

Nothing is dropped from the middle of a stream, because TCP would send it again: bytes are held
until the cut heals (hold), or come a retransmission time later (loss).
"""
import asyncio
import contextlib
import json
import random
import sys

CHUNK = 65536
RETRANSMISSION_S = 0.2


class Rule:
    def __init__(self):
        self.flows = asyncio.Event()
        self.flows.set()
        self.delay, self.loss = 0.0, 0.0

    async def pass_one(self, rng):
        if self.delay:
            await asyncio.sleep(self.delay * (0.5 + rng.random()))
        if self.loss and rng.random() < self.loss:
            await asyncio.sleep(RETRANSMISSION_S)
        await self.flows.wait()


class Proxy:
    def __init__(self):
        self.rules, self.open, self.rng = {}, {}, random.Random(1)

    def rule(self, sender, receiver):
        return self.rules.setdefault((sender, receiver), Rule())

    async def listen(self, sender, receiver, port, target):
        async def connected(reader, writer):
            await self.serve(sender, receiver, target, reader, writer)
        await asyncio.start_server(connected, "127.0.0.1", port)

    async def serve(self, sender, receiver, target, reader, writer):
        """`sender` dialled; the answers of `receiver` flow under the rule of the other direction."""
        there, back = self.rule(sender, receiver), self.rule(receiver, sender)
        far_writer = None
        try:
            await there.pass_one(self.rng)
            await back.pass_one(self.rng)
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target)
            both = self.open.setdefault((sender, receiver), set())
            both.add(writer)
            pumps = [asyncio.create_task(self.pump(reader, far_writer, there)),
                     asyncio.create_task(self.pump(far_reader, writer, back))]
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            both.discard(writer)
            for pump in pumps:
                pump.cancel()
        except OSError:
            pass  # the node behind is down: the one that dialled sees its connection end
        finally:
            for end in (writer, far_writer):
                if end is not None:
                    end.transport.abort()

    async def pump(self, reader, writer, rule):
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                await rule.pass_one(self.rng)
                writer.write(data)
                await writer.drain()

    async def obey(self, order):
        for sender, receiver, port, target in order.get("listen", []):
            await self.listen(sender, receiver, port, target)
        for sender, receiver in order.get("break", []):
            for writer in list(self.open.get((sender, receiver), ())):
                writer.transport.abort()
        for sender, receiver in order.get("pairs", []):
            rule = self.rule(sender, receiver)
            rule.delay, rule.loss = order.get("delay_ms", 0) / 1000, order.get("loss", 0)
            rule.flows.clear() if order.get("hold") else rule.flows.set()


async def main():
    loop, proxy = asyncio.get_running_loop(), Proxy()
    orders = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        await proxy.obey(json.loads(line))
        print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
