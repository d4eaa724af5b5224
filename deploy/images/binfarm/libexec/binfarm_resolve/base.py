"""What the image has installed, and what of it a build sees beside the packages that the run builds."""

import os
from bisect import bisect_left
from operator import attrgetter

from portage.dep import Atom, use_reduce
from portage.exception import InvalidDependString

from binfarm_resolve import digest

TOOLCHAIN = ("sys-devel/gcc", "sys-devel/binutils", "sys-libs/glibc", "sys-libs/musl", "sys-kernel/linux-headers")

# The image's own word for what belongs to no package.
STATEMENT = "/etc/binfarm/foundation"

# How the lines of CONTENTS begin whose last word is a time, those of files and of symbolic links, and what sorts next.
TIMED = ((b"obj ", b"obj!"), (b"sym ", b"sym!"))


class Base:
    def __init__(self, depgraph):
        frozen = depgraph._frozen_config
        self.root = frozen.target_root
        self.database = frozen.trees[self.root]["vartree"].dbapi
        self.real = frozen._trees_orig[self.root]["vartree"].dbapi
        self.root_config = frozen.roots[self.root]
        self.packages = sorted(self.database, key=attrgetter("cpv"))
        self.index = {package.cpv: position for position, package in enumerate(self.packages)}
        self.needed = {}
        self.system = self.closure(self.seeds())
        self.has_more = len(self.system) < len(self.packages)

    def describe(self):
        return [self.entry(package, position in self.system) for position, package in enumerate(self.packages)]

    def entry(self, package, system):
        iuse = sorted(package.iuse.all)
        use = sorted(package.use.enabled & package.iuse.all)
        return {
            "cpv": package.cpv,
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
            lines = sorted(digest.content(self.real.getpath(package.cpv, filename="CONTENTS")).splitlines())
        except FileNotFoundError:  # a virtual has none
            return digest.of_bytes(b"")
        for start, end in TIMED:
            timed = slice(bisect_left(lines, start), bisect_left(lines, end))
            lines[timed] = [line.rpartition(b" ")[0] for line in lines[timed]]
        lines.sort()
        return digest.of_bytes(b"\n".join(lines))

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
        return [self.index[cpv] for cpv in self.database.match(atom)]

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
                dependencies = package._metadata[key]
                if dependencies:
                    found.update(*(self.match(atom) for atom in atoms(package, dependencies)))
            self.needed[position] = found
        return self.needed[position]

    def seen(self, linked, tried):
        """For each merged package, in their order, the installed packages outside the system that its build sees.

        Its root holds the base and, over it, the set W: its earlier build dependencies (with a pkg_preinst, as `tried`
        says, also what it needs to run and the base cannot give) and, of what those need at run time, what the base
        cannot give. So it sees of the base what meets a dependency of its own or of a member of W.
        """
        if not self.has_more:
            return [[] for _ in linked]
        begun = [begin(position, links, tries) for position, (links, tries) in enumerate(zip(linked, tried))]
        carried = [carry(position, links) for position, links in enumerate(linked)]
        result = []
        closed = {}
        for position, (members, met) in enumerate(begun):
            start = set(met)
            members = set(members)
            waiting = list(members)
            while waiting:
                pulled, met = carried[waiting.pop()]
                start |= met
                for child, met in pulled:
                    if child >= position:
                        start |= met
                    elif child not in members:
                        members.add(child)
                        waiting.append(child)
            # Many builds begin with the same few.
            key = frozenset(start)
            if key not in closed:
                closed[key] = sorted(self.closure(start) - self.system)
            result.append(closed[key])
        return result


def begin(position, links, tries):
    """What a build begins with: the earlier packages of the run, and the installed ones that meet the rest."""
    members = []
    start = set()
    for link in links:
        meaning = link.meaning
        if meaning.builds or tries and meaning.runs and meaning.unmet:
            if link.position is not None and link.position < position:
                members.append(link.position)
            else:
                start |= link.met
    return members, start


def carry(position, links):
    """What a member of W needs at run time: the packages that it pulls into W, each with the installed ones that stand
    in for it where it comes too late; and the installed packages that meet the rest."""
    pulled = []
    start = set()
    for link in links:
        meaning = link.meaning
        if meaning.runs:
            child = link.position
            if child is not None and (meaning.unmet or meaning.builds and child < position):
                pulled.append((child, link.met))
            else:
                start |= link.met
    return pulled, start


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
