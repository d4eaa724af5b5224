"""What the image has installed, and what of it a build sees beside the packages that the run builds."""

import os

from portage.dep import Atom, use_reduce
from portage.exception import InvalidDependString

from _emerge.Package import Package

from binfarm_resolve import digest

TOOLCHAIN = ("sys-devel/gcc", "sys-devel/binutils", "sys-libs/glibc", "sys-libs/musl", "sys-kernel/linux-headers")

# The image's own word for what belongs to no package.
STATEMENT = "/etc/binfarm/foundation"

# The lines of CONTENTS whose last word is a time: those of files and of symbolic links.
TIMED = (b"obj ", b"sym ")


class Base:
    def __init__(self, depgraph):
        frozen = depgraph._frozen_config
        self.root = frozen.target_root
        self.database = frozen.trees[self.root]["vartree"].dbapi
        self.real = frozen._trees_orig[self.root]["vartree"].dbapi
        self.root_config = frozen.roots[self.root]
        self.packages = sorted(self.database, key=lambda package: str(package.cpv))
        self.index = {str(package.cpv): position for position, package in enumerate(self.packages)}
        self.needed = {}
        self.system = self.closure(self.seeds())
        self.has_more = len(self.system) < len(self.packages)
        self.digraph = depgraph._dynamic_config.digraph

    def describe(self):
        return [self.entry(package, position in self.system) for position, package in enumerate(self.packages)]

    def entry(self, package, system):
        iuse = sorted(package.iuse.all)
        use = sorted(package.use.enabled & package.iuse.all)
        return {
            "cpv": str(package.cpv),
            "slot": package.slot,
            "sub_slot": package.sub_slot,
            "repo": package.repo,
            "use": use,
            "iuse": iuse,
            "digest": digest.of_facts([package.slot, package.sub_slot, use, self.contents(package)]),
            "system": system,
        }

    def contents(self, package):
        """Digest of the installed paths, without times and in one order: the same files merged again are the same."""
        try:
            with open(self.real.getpath(str(package.cpv), filename="CONTENTS"), "rb") as file:
                lines = file.read().splitlines()
        except FileNotFoundError:  # a virtual has none
            return digest.of_bytes(b"")
        untimed = [line.rpartition(b" ")[0] if line.startswith(TIMED) else line for line in lines]
        return digest.of_bytes(b"\n".join(sorted(untimed)))

    def foundation(self, described):
        facts = [("package", entry["cpv"], entry["digest"]) for entry in described if entry["system"]]
        provided = self.root_config.settings.pprovideddict
        facts += [("provided", cpv) for cpv in sorted({cpv for cpvs in provided.values() for cpv in cpvs})]
        if os.path.isfile(STATEMENT):
            facts.append(("statement", digest.of_file(STATEMENT)))
        return digest.of_facts(facts)

    def seeds(self):
        atoms = [Atom(name) for name in TOOLCHAIN]
        atoms += self.root_config.setconfig.getSetAtoms("system")
        return {position for atom in atoms for position in self.match(atom)}

    def match(self, atom):
        return [self.index[str(package.cpv)] for package in self.database.match_pkgs(atom)]

    def closure(self, start):
        """With all that the installed packages need at run time. Of alternatives each one that is there counts."""
        seen = set(start)
        waiting = list(start)
        while waiting:
            more = self.needs(waiting.pop()) - seen
            seen |= more
            waiting += more
        return seen

    def needs(self, position):
        if position not in self.needed:
            package = self.packages[position]
            found = set()
            for key in ("RDEPEND", "IDEPEND"):
                found.update(*(self.match(atom) for atom in atoms(package, package._metadata[key])))
            self.needed[position] = found
        return self.needed[position]

    def seen(self, packages):
        """For each of `packages`, in merge order, the installed packages outside the system that its build sees.

        Its root holds the base and, over it, the set W: its earlier build dependencies and, of what those need at run
        time, what the base cannot give. So it sees of the base what meets a dependency of its own or of a member of W.
        """
        if not self.has_more:
            return [[] for _ in packages]
        order = {package: position for position, package in enumerate(packages)}
        edges = [list(self.edges(package, order)) for package in packages]
        result = []
        closed = {}
        for position in range(len(packages)):
            start = set()
            members = set()
            waiting = []
            for child, met, builds, _, _ in edges[position]:
                if not builds:
                    continue
                if child is not None and child < position:
                    members.add(child)
                    waiting.append(child)
                else:
                    start |= met
            while waiting:
                member = waiting.pop()
                for child, met, builds, runs, unmet in edges[member]:
                    if not runs:
                        continue
                    replaced = builds and child is not None and child < member
                    if child is not None and child < position and (unmet or replaced):
                        if child not in members:
                            members.add(child)
                            waiting.append(child)
                    else:
                        start |= met
            # Many builds begin with the same few.
            key = frozenset(start)
            if key not in closed:
                closed[key] = sorted(self.closure(start) - self.system)
            result.append(closed[key])
        return result

    def edges(self, package, order):
        """(merged child or None, installed packages that meet the edge, builds, runs, not all met at run time)"""
        children = self.digraph.nodes[package][0] if package in self.digraph.nodes else {}
        for child, priorities in children.items():
            if not isinstance(child, Package):
                continue
            priorities = [priority for priority in priorities if not priority.ignored]
            running = [priority for priority in priorities if priority.runtime or priority.installtime]
            met = {
                self.index[str(priority.satisfied.cpv)]
                for priority in priorities
                if isinstance(priority.satisfied, Package) and str(priority.satisfied.cpv) in self.index
            }
            if child.installed and str(child.cpv) in self.index:
                met.add(self.index[str(child.cpv)])
            yield (
                order.get(child),
                met,
                any(priority.buildtime for priority in priorities),
                bool(running),
                any(not priority.satisfied for priority in running),
            )


def atoms(package, dependencies):
    try:
        tokens = use_reduce(
            dependencies,
            uselist=package.use.enabled,
            is_valid_flag=package.iuse.is_valid_flag,
            eapi=package.eapi,
            token_class=Atom,
            flat=True,
        )
    except InvalidDependString:
        # An old package's; it needs what the resolver could read of it.
        return []
    return [token for token in tokens if isinstance(token, Atom) and not token.blocker]
