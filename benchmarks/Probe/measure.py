"""Inside an image: how much CPU time the resolve probe adds to Portage's own, on the recorded graph of a Gentoo tree.

The graph becomes a repository, with eclasses, patches, Manifests and a metadata cache as a real one has them; what its
edges say is met by installed packages alone becomes installed packages. Each resolving is a process of its own.
"""

import hashlib
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

ECLASSES = 24
# Flags that come from the profile, not from an ebuild.
IMPLICIT = ("abi_", "elibc_", "kernel_", "cpu_flags_", "l10n_")
KEYS = {"buildtime": "DEPEND", "runtime": "RDEPEND", "runtime_slot_op": "RDEPEND", "runtime_post": "PDEPEND"}

# Portage alone, from its start to its end as emerge has them; beside it the probe as it is.
ALONE = """
import sys
sys.path.insert(0, "/probe")
from binfarm_resolve import resolver
sys.exit(0 if resolver.attempt(sys.argv[1:], False, False, ["--autounmask=n"]).success else 1)
"""


class Package:
    def __init__(self, node):
        self.category, self.pf = node["cpv"].split("/")
        parts = self.pf.rsplit("-", 2)
        self.name = parts[0] if len(parts) == 3 and parts[2][0] == "r" and parts[2][1:].isdigit() else None
        self.name = self.name or self.pf.rsplit("-", 1)[0]
        self.slot = node["slot"].split("/")[0]
        flags = [flag for flag in node["use"] if "_" not in flag and flag != "amd64"]
        self.flags = [flag for flag in flags if not flag.startswith(IMPLICIT)]
        self.dependencies = {"DEPEND": [], "RDEPEND": [], "PDEPEND": []}
        self.is_met = False

    @property
    def atom(self):
        return f"{self.category}/{self.name}:{self.slot}"

    def texts(self):
        # Every third depends on a flag, as many do.
        def line(place, atom):
            return f"{self.flags[0]}? ( {atom} )" if self.flags and place % 3 == 0 else atom

        return {
            key: " ".join(line(place, atom) for place, atom in enumerate(atoms))
            for key, atoms in self.dependencies.items()
        }


def read(path):
    graph = json.loads(pathlib.Path(path).read_text())
    packages = [Package(node) for node in graph["nodes"]]
    met, unmet, wanted = set(), set(), set()
    needs = [[] for _ in packages]
    for edge in graph["edges"]:
        needs[edge["dependent"]].append(edge["dependency"])
        dependent, dependency = packages[edge["dependent"]], packages[edge["dependency"]]
        wanted.add(edge["dependency"])
        for kind in edge["kinds"]:
            (met if kind["satisfied"] else unmet).add(edge["dependency"])
            operator = "=" if kind["kind"] == "runtime_slot_op" else ""
            atoms = dependent.dependencies[KEYS[kind["kind"]]]
            if dependency.atom + operator not in atoms:
                atoms.append(dependency.atom + operator)
    for index, package in enumerate(packages):
        package.is_met = index in met - unmet
    # Roots first; then whoever is needed in a circle only.
    targets, reached = [], set()
    for index in sorted(range(len(packages)), key=lambda index: index in wanted):
        if index not in reached:
            targets.append(packages[index].atom)
        waiting = [index]
        while waiting:
            place = waiting.pop()
            if place not in reached:
                reached.add(place)
                waiting += needs[place]
    return packages, targets


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def make_repository(root, packages):
    write(root / "profiles/repo_name", "recorded\n")
    write(root / "profiles/categories", "".join(f"{name}\n" for name in sorted({p.category for p in packages})))
    write(root / "metadata/layout.conf", "masters = gentoo\nthin-manifests = true\ncache-formats = md5-dict\n")
    for number in range(ECLASSES):
        text = f"# eclass {number}\n" + f"recorded-{number}_do() {{ einfo doing; }}\n" * (200 + 40 * number)
        write(root / f"eclass/recorded-{number}.eclass", text)
    for number, package in enumerate(packages):
        directory = root / package.category / package.name
        inherited = sorted({(number * step) % ECLASSES for step in (1, 3, 7, 11)})
        source = f"{package.pf}.tar.xz"
        variables = {
            "DESCRIPTION": package.name,
            "HOMEPAGE": "https://example.org/",
            "SRC_URI": f"https://example.org/{source}",
            "LICENSE": "MIT",
            "SLOT": package.slot,
            "KEYWORDS": "amd64",
            "IUSE": " ".join([f"+{flag}" for flag in package.flags] + ["test", "doc"]),
            **package.texts(),
        }
        text = "EAPI=8\ninherit " + " ".join(f"recorded-{place}" for place in inherited) + "\n"
        text += "".join(f'{name}="{value}"\n' for name, value in variables.items())
        text += 'src_configure() {\n' + "\teconf --disable-static\n" * 60 + "}\n"
        write(directory / f"{package.pf}.ebuild", text)
        for patch in range(number % 4):
            write(directory / f"files/{package.pf}-{patch}.patch", f"patch {patch} of {package.pf}\n" * 80)
        digest = source.encode()
        line = f"DIST {source} {100_000 + number} BLAKE2B {hashlib.blake2b(digest).hexdigest()}"
        with open(directory / "Manifest", "a", encoding="ascii") as file:
            file.write(f"{line} SHA512 {hashlib.sha512(digest).hexdigest()}\n")


def install(packages, database=pathlib.Path("/var/db/pkg")):
    for number, package in enumerate(packages):
        values = {
            "CATEGORY": package.category,
            "PF": package.pf,
            "SLOT": package.slot,
            "EAPI": "8",
            "KEYWORDS": "amd64",
            "LICENSE": "MIT",
            "IUSE": " ".join([*package.flags, "test", "doc"]),
            "USE": " ".join([*package.flags, "amd64"]),
            "repository": "recorded",
            "COUNTER": str(number + 1),
            "BUILD_TIME": "1700000000",
            "DEFINED_PHASES": "configure",
            **package.texts(),
        }
        contents = (f"obj /usr/lib/{package.name}/{place} {place:032x} 1700000000\n" for place in range(150))
        values["CONTENTS"] = "dir /usr\ndir /usr/lib\n" + "".join(contents)
        for name, value in values.items():
            write(database / package.category / package.pf / name, value.rstrip("\n") + "\n")


def configure(root):
    """The image's own configuration, without what it claims to have of Debian."""
    shutil.copytree("/etc/portage", root / "etc/portage", symlinks=True)
    profile = root / "etc/portage/make.profile"
    profile.unlink()
    profile.symlink_to(pathlib.Path("/etc/portage/make.profile").resolve())
    (root / "etc/portage/profile/package.provided").unlink(missing_ok=True)


def main():
    graph, rounds = sys.argv[1], int(sys.argv[2])
    root = pathlib.Path(tempfile.mkdtemp(prefix="probe-benchmark-"))
    root.chmod(0o755)
    packages, targets = read(graph)
    make_repository(root / "repository", packages)
    install([package for package in packages if package.is_met])
    configure(root)
    repositories = "[DEFAULT]\nmain-repo = gentoo\n[gentoo]\nlocation = /var/db/repos/gentoo\n"
    repositories += f"[recorded]\nlocation = {root}/repository\n"
    environment = {**os.environ, "PORTAGE_REPOSITORIES": repositories, "PORTAGE_CONFIGROOT": str(root)}
    cache = ["egencache", f"--repositories-configuration={repositories}", "--repo=recorded", "--update", "--jobs=2"]
    subprocess.run(cache, env=environment, check=True)
    output = root / "graph.json"

    def seconds(*command):
        """CPU time of a whole process and its children."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        completed = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if completed.returncode != 0:
            sys.exit(f"resolve: {completed.stdout}{completed.stderr}")
        return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime

    def alone():
        return seconds(sys.executable, "-c", ALONE, *targets)

    def whole():
        return seconds(sys.executable, "/probe/resolve", "--output", str(output), *targets)

    whole()
    document = json.loads(output.read_text())
    if not document["ok"]:
        sys.exit(f"resolve: {document['error']['message']}")
    nodes, edges, installed = (len(document[key]) for key in ("nodes", "edges", "base"))
    # In turns: what the machine does besides meets both.
    measured = [(alone(), whole()) for _ in range(rounds)]
    portage, probe = (statistics.median(column) for column in zip(*measured))
    middle = statistics.median(whole / alone - 1 for alone, whole in measured)
    print(
        f"probe-share: {100 * middle:.1f} % (goal 5 %; median of {rounds} pairs; of the medians "
        f"{100 * (probe / portage - 1):.1f} %: {1000 * probe:.0f} ms where Portage alone takes {1000 * portage:.0f}, CPU "
        f"time; {nodes} packages, {edges} edges, {installed} installed)"
    )


main()
