"""Binary packages of other binhosts: which of them Portage would install in place of what a build gives."""

import gzip
import io
import os
import sys
import zlib

from portage.dep import Atom, use_reduce
from portage.exception import InvalidDependString
from portage.versions import _pkg_str

from _emerge.Package import Package

# Largest index, unpacked.
LIMIT = 1 << 30


class Binaries:
    """`files`: the indexes of binhosts, as they give them; what cannot be read of them is not there."""

    def __init__(self, depgraph, files):
        self.depgraph = depgraph
        self.root_config = depgraph._frozen_config.roots[depgraph._frozen_config.target_root]
        self.tracker = depgraph._dynamic_config._package_tracker
        self.known = {}
        for file in files:
            index = os.path.basename(file)
            entries = packages(self.root_config.trees["bintree"], file)
            # Of one binhost's builds of the same the newest first.
            for place, entry in sorted(entries, key=lambda found: -found[0]["build_id"]):
                self.known.setdefault(entry["CPV"], []).append(({"index": index, **place}, entry))

    def of(self, package, use):
        """Those that may stand in for an ebuild with these flags; in the order of the binhosts."""
        return [place for place, entry in self.known.get(package.cpv, ()) if self.fits(package, use, entry)]

    def fits(self, package, use, entry):
        try:
            binary = self.package(entry)
            return (
                (binary.slot, binary.sub_slot, binary.repo) == (package.slot, package.sub_slot, package.repo)
                and binary.use.enabled & binary.iuse.all == use & package.iuse.all
                and self.root_config.settings._accept_chost(binary.cpv, binary._metadata)
                and not self.depgraph._changed_deps(binary)
                and all(self.meets(binary, key) for key in Package._runtime_keys)
            )
        except (InvalidDependString, KeyError, ValueError):
            return False

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
    """The places and entries of those that have a place."""
    index = bintree._new_pkgindex()
    try:
        with open(file, "rb") as opened:
            packed = opened.read(2) == b"\x1f\x8b"
        with gzip.open(file) if packed else open(file, "rb") as opened:
            text = opened.read(LIMIT + 1)
        if len(text) > LIMIT:
            raise ValueError(f"more than {LIMIT} bytes")
        index.read(io.StringIO(text.decode("utf-8", "replace")))
        if "VERSION" not in index.header:
            raise ValueError("no index of a binhost")
    except (OSError, EOFError, ValueError, zlib.error) as error:
        print(f"resolve: the index {file} is left out: {error}", file=sys.stderr)
        return []
    places = [(where(entry), entry) for entry in index.packages]
    return [(place, entry) for place, entry in places if place is not None]


def where(entry):
    """Its file; None when what identifies it is missing. Every build needs a number that is its own."""
    numbers = (entry.get("SIZE", ""), entry.get("BUILD_ID", ""))
    if not entry.get("PATH") or not entry.get("SHA1") or not all(text.isdecimal() for text in numbers):
        return None
    size, build_id = map(int, numbers)
    return {"path": entry["PATH"], "size": size, "build_id": build_id, "sha1": entry["SHA1"]} if build_id else None
