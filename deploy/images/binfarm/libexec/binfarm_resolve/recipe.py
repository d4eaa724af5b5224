"""What an ebuild's own files say of the package: with another recipe it is another build."""

import os

from binfarm_resolve import digest


class Recipes:
    """Digests recipes; what many ebuilds share is read once."""

    def __init__(self):
        self.eclasses = {}
        self.known = {}
        self.patched = {}

    def of(self, package, place, distfiles):
        """Paths are left out: the same files elsewhere are the same recipe. `place`: of the ebuild."""
        if place is None:
            metadata = package._metadata
            return digest.of_facts([("binary", package.cpv, metadata["BUILD_ID"], metadata["BUILD_TIME"])])
        facts = [("ebuild", digest.of_file(place.ebuild))]
        facts += self.inherited(package, place.repository)
        facts += carried(f"{place.directory}/files")
        facts += self.patches(package)
        # A Manifest line without digests, or none: then only the name is known.
        facts += [("distfile", file["name"], file.get("blake2b", ""), file.get("sha512", "")) for file in distfiles]
        return digest.of_facts(facts)

    def inherited(self, package, repository):
        """Eclasses as the repository sees them, through its masters."""
        key = (repository.name, package.inherited)
        if key not in self.known:
            eclasses = repository.eclass_db.eclasses
            self.known[key] = [
                ("eclass", name, self.eclass(eclasses[name].location)) for name in sorted(package.inherited)
            ]
        return self.known[key]

    def eclass(self, path):
        if path not in self.eclasses:
            self.eclasses[path] = digest.of_file(path)
        return self.eclasses[path]

    def patches(self, package):
        """Those that eapply_user applies; most configurations have none for a whole category."""
        if package.category not in self.patched:
            configroot = package.root_config.settings["PORTAGE_CONFIGROOT"]
            base = os.path.join(configroot, "etc/portage/patches", package.category)
            self.patched[package.category] = base if os.path.isdir(base) else None
        base = self.patched[package.category]
        return patches(package, base) if base is not None else []


def carried(directory):
    """Everything below files/: an ebuild may take any of it."""
    try:
        return sorted(below(directory, ""))
    except (FileNotFoundError, NotADirectoryError):
        return []


def below(directory, prefix):
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_symlink():
                yield "link", prefix + entry.name, os.readlink(entry.path)
            elif entry.is_dir():
                yield from below(entry.path, f"{prefix}{entry.name}/")
            elif entry.is_file():
                yield "file", prefix + entry.name, digest.of_file(entry.path)


def patches(package, base):
    """Of one name the most specific directory's, and none if that is empty."""
    _, name, version, revision = package.cpv.cpv_split
    chosen = {}
    for directory in (name, f"{name}-{version}", f"{name}-{version}-{revision}"):
        for suffix in ("", f":{package.slot}"):
            path = os.path.join(base, directory + suffix)
            for file in os.listdir(path) if os.path.isdir(path) else ():
                if not file.endswith((".diff", ".patch")):
                    continue
                patch = os.path.join(path, file)
                if os.path.isfile(patch) and os.path.getsize(patch) > 0:
                    chosen[file] = patch
                else:
                    chosen.pop(file, None)
    return [("patch", file, digest.of_file(chosen[file])) for file in sorted(chosen)]
