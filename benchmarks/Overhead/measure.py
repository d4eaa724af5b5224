"""What a farm costs beside plain emerge: a fleet of one worker with one slot builds a set, and `emerge --buildpkg` builds it
in one container of the same image. Distfiles are there before the clock starts, the image is unpacked, resolving counts.
Plain emerge takes its turn between the farm's two, as machines change their speed within minutes.
"""

import collections
import pathlib
import re
import shutil
import subprocess
import sys
import time
from datetime import datetime

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from farm import Farm, engine  # noqa: E402

PLAIN = """
export MAKEOPTS=-j$(nproc) DISTDIR=/distfiles PKGDIR=/packages EMERGE_DEFAULT_OPTS= NOCOLOR=true
export FEATURES="buildpkg binpkg-multi-instance -news -merge-sync -ipc-sandbox -mount-sandbox -network-sandbox -pid-sandbox"
exec emerge --oneshot --autounmask=n --color=n --quiet-build=n "$@"
"""


def plain(image, directory, targets):
    """Fetches the distfiles, and returns what builds them."""
    command, options = engine(image)
    packages = directory / "packages"
    shutil.rmtree(packages, ignore_errors=True)
    packages.mkdir(parents=True)
    distfiles = directory / "distfiles"
    distfiles.mkdir(exist_ok=True)
    mounts = [f"--volume={distfiles}:/distfiles", f"--volume={packages}:/packages"]

    def emerge(network, *more):
        words = [*command, "run", "--rm", "--network", network, *options, *mounts, image]
        with open(directory / "plain.log", "w", encoding="utf-8") as log:
            start = time.monotonic()
            words += ["bash", "-c", PLAIN, "bash", *more, *targets]
            if subprocess.run(words, stdout=log, stderr=log, check=False).returncode != 0:
                sys.exit(f"plain emerge failed: see {log.name}")
        return time.monotonic() - start

    emerge("host", "--fetchonly")
    return lambda: emerge("none")


def phases(log):
    """Seconds that attempts spent in each phase, from the worker's log, whose times are whole seconds."""
    sums, began = collections.Counter(), {}
    for line in log.splitlines():
        match = re.match(r"^(\S+) ", line)
        attempt = re.search(r"attempt=(\S+)", line)
        kind = re.search(r"\b(phase|ended)\b", line)
        if not (match and attempt and kind):
            continue
        try:
            when = datetime.fromisoformat(match[1].replace("+0000", "+00:00")).timestamp()
        except ValueError:
            continue
        if attempt[1] in began:
            phase, since = began.pop(attempt[1])
            sums[phase] += when - since
        phase = re.search(r"phase=(\S+)", line)
        if phase:
            began[attempt[1]] = (phase[1], when)
    return sums


def main():
    image, archive, *targets = sys.argv[1:]
    directory = pathlib.Path("var/benchmark/overhead").resolve()
    directory.mkdir(parents=True, exist_ok=True)
    emerge = plain(image, directory, targets)
    with Farm(directory / "farm", pathlib.Path(archive).resolve(), image) as farm:
        farm.load_image()
        shutil.copytree(directory / "distfiles", directory / "farm/head/distfiles/by-hand", dirs_exist_ok=True)
        before = len(farm.worker_log())
        cold = farm.build(*targets)["elapsed_s"]
        middle = len(farm.worker_log())
        alone = emerge()
        warm = farm.build(*targets, "--force-all")["elapsed_s"]
        log = farm.worker_log()
        jobs = [job for job in farm.ask("jobs", "--run", "2")["jobs"] if job["job"] >= 0]
    count = len(jobs)
    for name, took in (("", cold), ("-warm", warm)):
        print(
            f"overhead{name}: {took / alone:.3f} of plain emerge (goal 1.05; {took:.0f} s for {count} packages, where "
            f"emerge --buildpkg has taken {alone:.0f} between the two)")
    for name, part in (("cold", log[before:middle]), ("warm", log[middle:])):
        told = ", ".join(f"{phase} {seconds:.0f} s" for phase, seconds in phases(part).most_common())
        print(f"overhead-{name}-phases: {told}")


main()
