"""What an ebuild's own files say of the package: with another recipe it is another build."""

import os

from binfarm_resolve import digest


class Recipes:
    """Digests recipes; what many ebuilds share is read once."""

    def __init__(self):
        self.eclasses = {}

    def of(self, package, distfiles):
        """Paths are left out: the same files elsewhere are the same recipe."""
        if package.type_name != "ebuild":
            metadata = package._metadata
            return digest.of_facts([("binary", package.cpv, metadata["BUILD_ID"], metadata["BUILD_TIME"])])
        portdb = package.root_config.trees["porttree"].dbapi
        ebuild, tree = portdb.findname2(package.cpv, myrepo=package.repo)
        facts = [("ebuild", digest.of_file(ebuild))]
        facts += self.inherited(package, portdb.repositories.get_repo_for_location(tree))
        facts += carried(os.path.join(os.path.dirname(ebuild), "files"))
        facts += patches(package)
        # A Manifest line without digests, or none: then only the name is known.
        facts += [("distfile", file["name"], file.get("blake2b", ""), file.get("sha512", "")) for file in distfiles]
        return digest.of_facts(facts)

    def inherited(self, package, repository):
        """Eclasses as the repository sees them, through its masters."""
        for name in sorted(set(package._metadata["INHERITED"].split())):
            path = repository.eclass_db.eclasses[name].location
            if path not in self.eclasses:
                self.eclasses[path] = digest.of_file(path)
            yield "eclass", name, self.eclasses[path]


def carried(directory):
    """Everything below files/: an ebuild may take any of it."""
    return sorted(below(directory, "")) if os.path.isdir(directory) else []


def below(directory, prefix):
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_symlink():
                yield "link", prefix + entry.name, os.readlink(entry.path)
            elif entry.is_dir():
                yield from below(entry.path, f"{prefix}{entry.name}/")
            elif entry.is_file():
                yield "file", prefix + entry.name, digest.of_file(entry.path)


def patches(package):
    """Those that eapply_user applies: of one name the most specific directory's, and none if that is empty."""
    base = os.path.join(package.root_config.settings["PORTAGE_CONFIGROOT"], "etc/portage/patches", package.category)
    if not os.path.isdir(base):
        return []
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
