"""A page that is kept open through an hour of events takes no more memory at its end than at its beginning.

usage: memory.py FAKE-FARM DIRECTORY

FAKE-FARM is the program: a coordinator as it is, with workers that are fake and build nothing. DIRECTORY is made. A
farm of ten hosts that build small packages has some 5 events a second: 20,000 of them are more than an hour. Here they
come in less than a minute for each view, and the page's timers go faster, so that it loads and draws hundreds of times.
"""

import subprocess
import sys
import urllib.error

from browser import chromium, expect, expect_silence, wait_until

# Jobs of the run, and events that each has at least: its begin, its phases, its end.
JOBS = 6800
EVENTS = 6
LEAST_EVENTS = 20_000
LEAST_REQUESTS = 100
VIEWS = ("#/", "#/run/1")
HURRY = """
    const patient = window.setTimeout;
    window.setTimeout = (body, delay, ...words) => patient(body, delay / 50, ...words);"""
# What may be more at the end than after a tenth: a node or a hundred bytes kept of each event are more than this. The
# engine holds on to what was drawn last, some 2,000 nodes, for longer than any collection.
BYTES = 2 << 20
NODES = 5000


class FakeFarm:
    def __init__(self, program, directory):
        self.process = subprocess.Popen(
            [program, directory, str(JOBS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(60)

    def build(self, jobs):
        """Comes back when so many more have been built."""
        print(jobs, file=self.process.stdin, flush=True)
        if self.process.stdout.readline().strip() != "done":
            raise SystemExit("the fake farm has ended")


def is_served(page):
    try:
        return page.api("status")
    except urllib.error.URLError:
        return None


def ended(page):
    jobs = page.api("runs/1")["jobs"]
    return sum(count for state, count in jobs.items() if state not in ("waiting", "ready", "leased", "publishing"))


def footprint(page):
    """Bytes of the heap and nodes of the document, when what is not needed is gone."""
    page.wait("all that has happened", lambda: f"{ended(page):,} of {JOBS:,}" in page.text())
    # What one collection sets free may hold something else.
    for _ in range(3):
        page.command("HeapProfiler.collectGarbage")
    return page.command("Runtime.getHeapUsage")["usedSize"], page.command("Memory.getDOMCounters")["nodes"]


def main():
    program, directory = sys.argv[1:]
    share = JOBS // len(VIEWS)
    with FakeFarm(program, directory) as farm, chromium(farm.address) as page:
        wait_until("answer of the coordinator", lambda: is_served(page))
        page.command("Page.addScriptToEvaluateOnNewDocument", source=HURRY)
        for view in VIEWS:
            page.load(view)
            page.wait("live connection", page.is_live)
            page.follow_network()
            before, requests_before = page.events, page.requests
            farm.build(share // 10)
            heap, nodes = footprint(page)
            farm.build(share - share // 10)
            heap_after, nodes_after = footprint(page)
            page.follow_network()
            events = page.events - before
            requests = page.requests - requests_before
            expect(f"{view}: {events} events came", events >= LEAST_EVENTS, events)
            expect(f"{view}: {requests} times something was loaded", requests >= LEAST_REQUESTS, requests)
            seen = (f"after a tenth of the events {heap / 1e6:.2f} MB and {nodes} nodes, "
                    f"at the end {heap_after / 1e6:.2f} MB and {nodes_after} nodes")
            print(f"      {seen}")
            expect(f"{view}: its memory has not grown", heap_after - heap < BYTES, seen)
            expect(f"{view}: its document has not grown", nodes_after - nodes < NODES, seen)
        expect_silence(page)


main()
