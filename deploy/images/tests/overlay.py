"""A repository of tiny ebuilds in a temporary directory, and the probe run on it."""

import json
import os
import pathlib
import subprocess
import tempfile

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
        return file

    def ebuild(self, pf, /, eapi="8", license="MIT", slot="0", keywords="amd64", body="", **variables):
        """dev-test/PF; a variable of an ebuild is a keyword argument, e.g. DEPEND="dev-test/b"."""
        text = EBUILD.format(eapi=eapi, license=license, slot=slot, keywords=keywords)
        text += "".join(f'{key}="{value}"\n' for key, value in variables.items()) + body
        name = pf.rsplit("-", 2)[0] if pf.rsplit("-", 1)[1].startswith("r") else pf.rsplit("-", 1)[0]
        return self.write(f"dev-test/{name}/{pf}.ebuild", text)

    def resolve(self, *targets, mode="--emptytree"):
        """The document, and nothing else may have been printed."""
        output = self.root / "graph.json"
        completed = self.run("--output", str(output), mode, *targets)
        if completed.returncode != 0:
            raise AssertionError(completed.stderr)
        return json.loads(output.read_text())

    def run(self, *arguments):
        repositories = (
            "[DEFAULT]\nmain-repo = gentoo\n[gentoo]\nlocation = /var/db/repos/gentoo\n"
            f"[{self.name}]\nlocation = {self.root}\n"
        )
        environment = {**os.environ, "PORTAGE_REPOSITORIES": repositories}
        return subprocess.run(
            [PROBE, *arguments], env=environment, capture_output=True, text=True, timeout=300, check=False
        )


def edge(document, dependent, dependency):
    """The kinds of the edge between two packages, by name; empty if there is none."""
    index = {node["pn"]: node["index"] for node in document["nodes"]}
    for found in document["edges"]:
        if (found["dependent"], found["dependency"]) == (index[dependent], index[dependency]):
            return [kind["kind"] for kind in found["kinds"]]
    return []


def order(document):
    return [node["pn"] for node in document["nodes"]]
