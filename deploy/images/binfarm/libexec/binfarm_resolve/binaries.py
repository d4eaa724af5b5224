"""Binary packages of other binhosts: which of them Portage would install in place of what a build gives."""

import gzip
import io
import os
import sys
import zlib

from portage.dep import Atom, use_reduce
from portage.versions import _pkg_str

from _emerge.Package import Package

# Largest index, unpacked.
LIMIT = 256 << 20

# Builds of the same that are looked at, of each index.
BUILDS = 8

# What an entry is judged by: the package itself has to say the same.
JUDGED = (*Package._dep_keys, "CHOST", "EAPI", "KEYWORDS", "LICENSE", "PROPERTIES", "RESTRICT")

# Bytes of that, of one entry and of all that are told.
TEXT = 64 << 10
ALL_TEXT = 16 << 20

# No build has a higher number in earnest.
NUMBERS = 1_000_000_000


class Binaries:
    """`files`: the indexes of binhosts, as they give them; what cannot be read of them is not there."""

    def __init__(self, depgraph, files):
        self.depgraph = depgraph
        self.root_config = depgraph._frozen_config.roots[depgraph._frozen_config.target_root]
        self.tracker = depgraph._dynamic_config._package_tracker
        self.room = ALL_TEXT
        self.known = {}
        for file in files:
            index = os.path.basename(file)
            builds = {}
            for entry in packages(self.root_config.trees["bintree"], file):
                place = where(entry)
                if place is not None:
                    builds.setdefault(entry["CPV"], []).append(({"index": index, **place}, entry))
            for cpv, found in builds.items():
                # The newest first.
                found.sort(key=lambda build: -build[0]["build_id"])
                self.known.setdefault(cpv, []).extend(found[:BUILDS])

    def of(self, package, use):
        """Those that may stand in for an ebuild with these flags; in the order of the binhosts."""
        found = []
        for place, entry in self.known.get(package.cpv, ()):
            size = length(place["values"])
            if size <= self.room and self.is_usable(package, use, place, entry):
                self.room -= size
                found.append(place)
        return found

    def is_usable(self, package, use, place, entry):
        try:
            return self.fits(package, use, entry)
        except Exception as error:  # an entry is a stranger's word, and one package's alone
            name = f"{place['path']} of the index {place['index']}"
            print(f"resolve: {name} is left out: {type(error).__name__}: {error}"[:500], file=sys.stderr)
            return False

    def fits(self, package, use, entry):
        binary = self.package(entry)
        return (
            (binary.slot, binary.sub_slot, binary.repo) == (package.slot, package.sub_slot, package.repo)
            and binary.use.enabled & binary.iuse.all == use & package.iuse.all
            # Not masked here: by its keywords, its licence, its EAPI, its CHOST.
            and binary.visible
            and "bindist" not in binary.restrict
            and not self.depgraph._changed_deps(binary)
            and all(self.meets(binary, key) for key in Package._runtime_keys)
        )

    def package(self, entry):
        """As `_pkg` of the resolver makes one of a binhost's."""
        bintree = self.root_config.trees["bintree"]
        metadata = {key: entry.get(key, "") for key in Package.metadata_keys}
        cpv = _pkg_str(entry["CPV"], metadata=metadata, settings=bintree.settings, db=bintree.dbapi)
        return Package(
            built=True,
            cpv=cpv,
            installed=False,
            metadata=metadata,
            onlydeps=False,
            operation="merge",
            root_config=self.root_config,
            type_name="binary",
        )

    def meets(self, binary, key):
        """Whether it finds what it was built to run with, down to the sub-slots, among what will be installed."""
        dependencies = use_reduce(
            binary._metadata[key], uselist=binary.use.enabled, eapi=binary.eapi, opconvert=True, token_class=Atom
        )
        return all(self.met(token) for token in dependencies)

    def met(self, token):
        if isinstance(token, list):
            if token[:1] == ["||"]:
                return any(self.met(choice) for choice in token[1:])
            return all(self.met(part) for part in token)
        # Its blockers are the ebuild's.
        return bool(token.blocker) or any(True for _ in self.tracker.match(self.root_config.root, token))


def packages(bintree, file):
    index = bintree._new_pkgindex()
    try:
        with open(file, "rb") as opened:
            packed = opened.read(2) == b"\x1f\x8b"
        with gzip.open(file) if packed else open(file, "rb") as opened:
            text = opened.read(LIMIT + 1)
        if len(text) > LIMIT:
            raise ValueError(f"more than {LIMIT} bytes")
        index.read(io.TextIOWrapper(io.BytesIO(text), "utf-8", "replace"))
        if "VERSION" not in index.header:
            raise ValueError("no index of a binhost")
    except (OSError, EOFError, ValueError, zlib.error) as error:
        print(f"resolve: the index {file} is left out: {error}", file=sys.stderr)
        return []
    return index.packages


def where(entry):
    """Its file and what it is judged by; None for what no package can be. Every build needs a number that is its own."""
    size, build_id = (number(entry.get(key, "")) for key in ("SIZE", "BUILD_ID"))
    path, sha1 = entry.get("PATH", ""), entry.get("SHA1", "")
    values = {key: entry.get(key, "") for key in JUDGED}
    if not size or not 0 < build_id <= NUMBERS or len(sha1) != 40 or not 0 < len(path) <= 1024:
        return None
    if length(values) > TEXT:
        return None
    return {"path": path, "size": size, "build_id": build_id, "sha1": sha1, "values": values}


def length(values):
    return sum(map(len, values.values()))


def number(text):
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 12 else 0
