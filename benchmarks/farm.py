"""A farm on this machine for benchmarks and pictures: coordinator and workers, released programs, real containers."""

import hashlib
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
    workers = ("w1",)
    slots = 1
    # Of one build, as in coordinator.yaml.
    limits = "{}"

    def __init__(self, directory, archive, image, roots="20GiB"):
        self.directory = pathlib.Path(directory)
        shutil.rmtree(self.directory, ignore_errors=True)
        (self.directory / "keys").mkdir(parents=True)
        self.engine, self.options = engine(image)
        self.ports = free_ports(3)
        self.processes = []
        roles = [("head", "coordinator"), ("user", "operator"), *((worker, "worker") for worker in self.workers)]
        for name, role in roles:
            run([PROGRAMS / "farmctl", "key", "new", name, "--role", role, "--directory", self.directory / "keys"])
        address = "tcp://127.0.0.1"
        control, bulk, http = self.ports
        self.write("coordinator.yaml", f"""
            control: {address}:{control}
            bulk: {address}:{bulk}
            http: 127.0.0.1:{http}
            key: keys/head.secret
            keys: keys
            state: head
            farms: [{{name: {self.name}, image: "{archive}", limits: {self.limits}}}]
        """)
        for worker in self.workers:
            self.write(f"{worker}.yaml", f"""
                coordinator: {{control: "{address}:{control}", bulk: "{address}:{bulk}", key: keys/head.pub}}
                key: keys/{worker}.secret
                state: state-{worker}
                slots: {self.slots}
                roots: {roots}
                engine: {{command: {json.dumps(self.engine)}, run: {json.dumps(self.options)}}}
            """)
        self.write("farmctl.yaml", f"""
            coordinator: {{control: "{address}:{control}", key: keys/head.pub}}
            key: keys/user.secret
        """)

    def write(self, name, text):
        lines = [line.strip() for line in text.strip().splitlines()]
        (self.directory / name).write_text("\n".join(lines) + "\n")

    def __enter__(self):
        try:
            self.start_all()
        except BaseException:
            self.__exit__()
            raise
        return self

    def start_all(self):
        self.start("coordinator", "binfarm-coordinator", "--config", "coordinator.yaml", "--log-level", "info")
        for worker in self.workers:
            self.start(worker, "binfarm-worker", "run", "--config", f"{worker}.yaml", "--log-level", "debug")
        deadline = time.monotonic() + 60
        while True:
            answer = subprocess.run(self.words("status", "--json"), capture_output=True, text=True, check=False)
            if answer.returncode == 0:
                connected = {each["name"] for each in json.loads(answer.stdout)["workers"] if each["connected"]}
                if connected.issuperset(self.workers):
                    return
            if time.monotonic() > deadline:
                sys.exit(f"the farm does not start: {answer.stderr}")
            time.sleep(0.1)

    def start(self, name, program, *words):
        with open(self.directory / f"{name}.log", "w", encoding="utf-8") as log:
            self.processes.append(subprocess.Popen(
                [*self.host(name), PROGRAMS / program, *words], cwd=self.directory, stdout=log, stderr=log))

    def host(self, name):
        """Words before a program's: where it runs."""
        return []

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(60)
        images = {image for worker in self.workers for image in self.roots(worker)}
        if images:
            run([*self.engine, "rmi", "--force", *sorted(images)])

    def roots(self, worker):
        """Images of the worker's prepared roots; not those of other farms, whose containers would go with them."""
        state = self.directory.resolve() / f"state-{worker}"
        label = hashlib.sha256(str(state).encode()).hexdigest()[:16]
        filters = ["--quiet", "--no-trunc", "--filter", f"label=binfarm.worker={label}"]
        return run([*self.engine, "images", *filters]).split()

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
        return (self.directory / f"{self.workers[0]}.log").read_text(encoding="utf-8")
