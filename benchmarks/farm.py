"""A farm on this machine for benchmarks: one coordinator and one worker, the released programs, an image, real containers."""

import json
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / ".build/release"


def run(words, **options):
    completed = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, **options)
    if completed.returncode != 0:
        sys.exit(f"{words[0]}: {completed.stdout[-2000:]}{completed.stderr[-2000:]}")
    return completed.stdout


def engine(image):
    """The engine's command and the options of its `run`, as they work on this host."""
    lines = run([ROOT / "deploy/images/probe-engine", image]).splitlines()
    return lines[0].split(), (lines[1] if len(lines) > 1 else "").split()


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Farm:
    """`archive` is the image's file, `image` its name in the engine. Gone at the end of the `with`."""

    name = "benchmark"

    def __init__(self, directory, archive, image, roots="20GiB"):
        self.directory = pathlib.Path(directory)
        shutil.rmtree(self.directory, ignore_errors=True)
        (self.directory / "keys").mkdir(parents=True)
        self.engine, self.options = engine(image)
        self.ports = free_ports(3)
        self.processes = []
        for name, role in (("head", "coordinator"), ("w1", "worker"), ("user", "operator")):
            run([PROGRAMS / "farmctl", "key", "new", name, "--role", role, "--directory", self.directory / "keys"])
        control, bulk, http = self.ports
        self.write("coordinator.yaml", f"""
            control: tcp://127.0.0.1:{control}
            bulk: tcp://127.0.0.1:{bulk}
            http: 127.0.0.1:{http}
            key: keys/head.secret
            keys: keys
            state: head
            farms: [{{name: {self.name}, image: "{archive}"}}]
        """)
        self.write("worker.yaml", f"""
            coordinator: {{control: "tcp://127.0.0.1:{control}", bulk: "tcp://127.0.0.1:{bulk}", key: keys/head.pub}}
            key: keys/w1.secret
            state: worker
            slots: 1
            roots: {roots}
            engine: {{command: {json.dumps(self.engine)}, run: {json.dumps(self.options)}}}
        """)
        self.write("farmctl.yaml", f"""
            coordinator: {{control: "tcp://127.0.0.1:{control}", key: keys/head.pub}}
            key: keys/user.secret
        """)

    def write(self, name, text):
        lines = [line.strip() for line in text.strip().splitlines()]
        (self.directory / name).write_text("\n".join(lines) + "\n")

    def __enter__(self):
        self.start("binfarm-coordinator", "--config", "coordinator.yaml", "--log-level", "info")
        self.start("binfarm-worker", "run", "--config", "worker.yaml", "--log-level", "debug")
        deadline = time.monotonic() + 60
        while True:
            answer = subprocess.run(self.words("status", "--json"), capture_output=True, text=True, check=False)
            if answer.returncode == 0 and any(w["connected"] for w in json.loads(answer.stdout)["workers"]):
                return self
            if time.monotonic() > deadline:
                sys.exit(f"the farm does not start: {answer.stderr}")
            time.sleep(0.1)

    def start(self, program, *words):
        log = open(self.directory / f"{program}.log", "w", encoding="utf-8")
        self.processes.append(
            subprocess.Popen([PROGRAMS / program, *words], cwd=self.directory, stdout=log, stderr=log))

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(60)
        label = "label=binfarm.root"
        images = run([*self.engine, "images", "--quiet", "--no-trunc", "--filter", label]).split()
        if images:
            run([*self.engine, "rmi", "--force", *sorted(set(images))])

    def words(self, verb, *words):
        return [PROGRAMS / "farmctl", verb, *words, "--config", self.directory / "farmctl.yaml"]

    def ask(self, verb, *words):
        return json.loads(run(self.words(verb, *words, "--json")))

    def build(self, *words, may_fail=False):
        """Submits and waits; the run as `farmctl status` tells it."""
        answer = subprocess.run(
            [str(word) for word in self.words("submit", self.name, *words, "--wait")], capture_output=True, text=True,
            check=False)
        number = answer.stdout.split()[1]
        told = self.ask("status", "--run", number)["runs"][0]
        if told["state"] != "succeeded" and not may_fail:
            sys.exit(f"run {number} {told['state']}: {json.dumps(self.ask('jobs', '--run', number), indent=1)}")
        return told

    def load_image(self):
        """Has the worker fetch and unpack the image, by resolving what there is not."""
        self.build("benchmark/does-not-exist", may_fail=True)

    def worker_log(self):
        return (self.directory / "binfarm-worker.log").read_text(encoding="utf-8")
