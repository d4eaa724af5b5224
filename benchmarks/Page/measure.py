"""How fast a coordinator with a run of 28,509 jobs is for people: the page in a headless Chromium, farmctl, the API."""

import pathlib
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from farm import PROGRAMS, ROOT, free_ports, run  # noqa: E402


def times(count, body):
    measured = []
    for _ in range(count):
        start = time.monotonic()
        body()
        measured.append(1000 * (time.monotonic() - start))
    return measured


def main():
    graph = pathlib.Path(sys.argv[1]).resolve()
    place = pathlib.Path("var/benchmark/page").resolve()
    shutil.rmtree(place, ignore_errors=True)
    (place / "keys").mkdir(parents=True)
    (place / "state").mkdir()
    (place / "image.tar").write_bytes(b"x")
    for name, role in (("head", "coordinator"), ("user", "operator")):
        run([PROGRAMS / "farmctl", "key", "new", name, "--role", role, "--directory", place / "keys"])
    control, bulk, http = free_ports(3)
    (place / "coordinator.yaml").write_text(
        f"control: tcp://127.0.0.1:{control}\nbulk: tcp://127.0.0.1:{bulk}\nhttp: 127.0.0.1:{http}\n"
        "key: keys/head.secret\nkeys: keys\nstate: state\nfarms: [{name: farm-0, image: image.tar, reserve: 1MiB}]\n")
    (place / "farmctl.yaml").write_text(
        f"coordinator: {{control: 'tcp://127.0.0.1:{control}', key: keys/head.pub}}\nkey: keys/user.secret\n")
    jobs = int(run([PROGRAMS / "prepare-run", graph, place / "state/coordinator.sqlite"]))
    address = f"http://127.0.0.1:{http}"
    with open(place / "coordinator.log", "w", encoding="utf-8") as log:
        coordinator = subprocess.Popen(
            [PROGRAMS / "binfarm-coordinator", "--config", place / "coordinator.yaml"], stdout=log, stderr=log)
    try:
        status = [PROGRAMS / "farmctl", "status", "--config", place / "farmctl.yaml"]
        deadline = time.monotonic() + 120
        while subprocess.run(status, capture_output=True, check=False).returncode != 0:
            if time.monotonic() > deadline:
                sys.exit(f"the coordinator does not start: see {log.name}")
            time.sleep(0.2)
        took = statistics.median(times(20, lambda: run(status)))
        print(f"farmctl-status: {took:.0f} ms (goal ≤ 50; the program's whole life, of a run of {jobs} jobs)")
        for name, path in (("table", "runs/1/table"), ("run", "runs/1"), ("graph", "runs/1/graph")):
            size = 0

            def fetch():
                nonlocal size
                size = len(urllib.request.urlopen(f"{address}/api/v1/{path}").read())

            took = statistics.median(times(5, fetch))
            print(f"api-{name}: {took:.0f} ms, {size / 1e6:.1f} MB")
        for line in run(
                ["/usr/bin/python3", ROOT / "Tests/Page/large.py", address, "1", jobs + 1, "png"]).splitlines():
            print(line if line.startswith(("ok", "NOT")) else f"page-{line}")
    finally:
        coordinator.terminate()
        coordinator.wait(60)


main()
