"""A repository of tiny ebuilds in a temporary directory, and the probe run on it."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

PROBE = os.environ.get("RESOLVE", "/usr/libexec/binfarm/resolve")

EBUILD = """EAPI={eapi}
DESCRIPTION="test package"
HOMEPAGE="https://example.org/"
LICENSE="{license}"
SLOT="{slot}"
KEYWORDS="{keywords}"
S="${{WORKDIR}}"
"""


class Overlay:
    def __init__(self, name="test"):
        self.name = name
        self.configroot = None
        self.clock = int(time.time()) - 10_000
        self.temporary = tempfile.TemporaryDirectory(prefix="resolve-test-")
        self.root = pathlib.Path(self.temporary.name)
        # The resolver drops privileges for metadata.
        self.root.chmod(0o755)
        self.write("profiles/repo_name", name)
        self.write("profiles/categories", "dev-test")
        self.write("metadata/layout.conf", "masters = gentoo\nthin-manifests = true")

    def close(self):
        self.temporary.cleanup()

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n")
        # Portage tells a changed ebuild by its time, in whole seconds.
        self.clock += 1
        os.utime(file, (self.clock, self.clock))
        return file

    def ebuild(self, pf, /, eapi="8", license="MIT", slot="0", keywords="amd64", body="", **variables):
        """dev-test/PF; a variable of an ebuild is a keyword argument, e.g. DEPEND="dev-test/b"."""
        text = EBUILD.format(eapi=eapi, license=license, slot=slot, keywords=keywords)
        text += "".join(f'{key}="{value}"\n' for key, value in variables.items()) + body
        name = pf.rsplit("-", 2)[0] if pf.rsplit("-", 1)[1].startswith("r") else pf.rsplit("-", 1)[0]
        return self.write(f"dev-test/{name}/{pf}.ebuild", text)

    def configure(self, path, text):
        """Writes a file of a copy of /etc/portage, which is the configuration from then on."""
        if self.configroot is None:
            self.configroot = self.root / "configroot"
            shutil.copytree("/etc/portage", self.configroot / "etc/portage", symlinks=True)
            profile = self.configroot / "etc/portage/make.profile"
            profile.unlink()
            profile.symlink_to(pathlib.Path("/etc/portage/make.profile").resolve())
        return self.write(f"configroot/etc/portage/{path}", text)

    def install(self, *packages):
        """Builds them and merges them into the image."""
        command = ["emerge", "--oneshot", "--nodeps", "--quiet", "--color=n", *packages]
        completed = subprocess.run(
            command, env=self.environment(), capture_output=True, text=True, timeout=300, check=False
        )
        if completed.returncode != 0:
            raise AssertionError(completed.stdout + completed.stderr)

    def resolve(self, *targets, mode="--emptytree"):
        """The document, and nothing else may have been printed."""
        output = self.root / "graph.json"
        completed = self.run("--output", str(output), mode, *targets)
        if completed.returncode != 0:
            raise AssertionError(completed.stderr)
        return self.document(output)

    def document(self, output):
        return json.loads(output.read_text())

    def environment(self):
        repositories = (
            "[DEFAULT]\nmain-repo = gentoo\n[gentoo]\nlocation = /var/db/repos/gentoo\n"
            f"[{self.name}]\nlocation = {self.root}\n"
        )
        environment = {**os.environ, "PORTAGE_REPOSITORIES": repositories}
        if self.configroot is not None:
            environment["PORTAGE_CONFIGROOT"] = str(self.configroot)
        return environment

    def run(self, *arguments):
        return subprocess.run(
            [PROBE, *arguments], env=self.environment(), capture_output=True, text=True, timeout=300, check=False
        )


def edge(document, dependent, dependency):
    """The kinds of the edge between two packages, by name; empty if there is none."""
    index = {node["pn"]: node["index"] for node in document["nodes"]}
    for found in document["edges"]:
        if (found["dependent"], found["dependency"]) == (index[dependent], index[dependency]):
            return [kind["kind"] for kind in found["kinds"]]
    return []


def use_without(document, dependent, dependency):
    """The USE changes that would remove the edge between two packages; None where the document names none."""
    index = {node["pn"]: node["index"] for node in document["nodes"]}
    for found in document["edges"]:
        if (found["dependent"], found["dependency"]) == (index[dependent], index[dependency]):
            return found.get("use")
    raise AssertionError(f"no edge from {dependent} to {dependency}")


def order(document):
    return [node["pn"] for node in document["nodes"]]
