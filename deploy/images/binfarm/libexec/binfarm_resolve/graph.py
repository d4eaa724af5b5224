"""A resolved depgraph as nodes in merge order and edges between them."""

from operator import attrgetter

from portage.dep import use_reduce

from _emerge.Blocker import Blocker
from _emerge.DependencyArg import DependencyArg
from _emerge.Package import Package

from binfarm_resolve import cycles, digest
from binfarm_resolve.base import Base
from binfarm_resolve.binaries import Binaries
from binfarm_resolve.environment import Environments
from binfarm_resolve.links import Links
from binfarm_resolve.recipe import Recipes

PHASELESS = ("", "-")

# Eclasses whose pkg_preinst only looks at the package itself: half a desktop has them.
HARMLESS = frozenset(("xdg", "gnome2"))

# Without any of these a SRC_URI is a plain list of addresses.
SYNTAX = frozenset("?()|>")


def describe(depgraph, binhosts):
    order = depgraph.altlist()
    packages = [node for node in order if isinstance(node, Package) and node.operation == "merge"]
    index = {package: position for position, package in enumerate(packages)}
    nodes = []
    base = Base(depgraph)
    links = Links(depgraph, index, base.index)
    linked = [links.of(package) for package in packages]
    environments = Environments(depgraph)
    recipes = Recipes()
    replaced = installed(depgraph)
    requests = requested(depgraph)
    tried = [calls(package) for package in packages]
    binaries = Binaries(depgraph, binhosts) if binhosts else None
    for position, (package, seen) in enumerate(zip(packages, base.seen(linked, tried))):
        use = frozenset(depgraph._pkg_use_enabled(package))
        place = Place(package) if package.type_name == "ebuild" else None
        described = node(package, position, use, distfiles(package, place))
        nodes.append(described)
        described["installed"] = replaced.get((package.root, package.slot_atom))
        described["requested_by"] = sorted(requests.get(package, ()))
        described["recipe"] = recipes.of(package, place, described["distfiles"])
        described["environment"] = environments.of(package, use)
        described["base"] = seen
        described["preinst_calls"] = tried[position]
        if binaries is not None and place is not None:
            described["binaries"] = binaries.of(package, use)
    described = base.describe()
    return {
        "nodes": nodes,
        "edges": edges(depgraph, packages, linked),
        "environments": environments.found,
        "base": described,
        "foundation": base.foundation(described),
        "blockers": [blocker(depgraph, node) for node in order if isinstance(node, Blocker)],
        "uninstalls": [package.cpv for package in order if isinstance(package, Package) and package not in index],
        "provided": sorted({str(atom) for _, atom in depgraph._dynamic_config._pprovided_args}),
    }


def calls(package):
    """Whether its pkg_preinst may call what it needs to run."""
    return "preinst" in package.defined_phases and HARMLESS.isdisjoint(package.inherited)


class Place:
    """Where an ebuild is."""

    def __init__(self, package):
        portdb = package.root_config.trees["porttree"].dbapi
        tree = portdb.getRepositoryPath(package.cpv.repo)
        self.repository = portdb.repositories.get_repo_for_location(tree)
        self.directory = f"{tree}/{package.cp}"
        self.ebuild = f"{self.directory}/{package.pf}.ebuild"


def node(package, position, use, files):
    metadata = package._metadata
    name = package.cpv_split[1]
    return {
        "index": position,
        "cpv": package.cpv,
        "category": package.category,
        "pn": name,
        "pf": package.pf,
        "version": package.pf[len(name) + 1 :],
        "slot": package.slot,
        "sub_slot": package.sub_slot,
        "repo": package.cpv.repo,
        "eapi": package.eapi,
        "operation": package.operation,
        "type": package.type_name,
        "build_id": package.cpv.build_id if package.type_name == "binary" else None,
        "use": sorted(use),
        "iuse": sorted(package.iuse.all),
        "defined_phases": sorted(phase for phase in package.defined_phases if phase not in PHASELESS),
        "restrict": sorted(package.restrict),
        "properties": sorted(package.properties),
        "license": metadata["LICENSE"],
        "keywords": metadata["KEYWORDS"],
        "size_distfiles": sum(file["size"] for file in files if file["size"] is not None),
        "distfiles": files,
    }


def distfiles(package, place):
    """What the package fetches with its USE; a file that no Manifest names has no size and no digest."""
    sources = package._metadata["SRC_URI"] if place is not None else ""
    if not sources:
        return []
    if SYNTAX.isdisjoint(sources):
        words = sources.split()
    else:
        words = use_reduce(sources, uselist=package.use.enabled, is_src_uri=True, eapi=package.eapi, flat=True)
    fetched = names(words)
    if not fetched:
        return []
    known = manifest(place.directory, fetched)
    return [{"name": name, "size": None, **known.get(name, {})} for name in sorted(fetched)]


def names(words):
    """File names in the words of a SRC_URI (PMS 7.3.2): what stands behind an arrow, else the last part of the address."""
    found = set()
    words = iter(words)
    last = None
    for word in words:
        if word == "->":
            last = next(words)
        else:
            if last is not None:
                found.add(last.rpartition("/")[2])
            last = word
    if last is not None:
        found.add(last.rpartition("/")[2])
    return found


def manifest(directory, names):
    """Sizes and digests of these distfiles (GLEP 44). Portage's own reader looks at every line of every kind."""
    try:
        lines = digest.content(f"{directory}/Manifest").decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return {}
    known = {}
    for words in (line.split() for line in lines if line.startswith("DIST ")):
        if len(words) >= 3 and words[1] in names and words[2].isdigit():
            digests = dict(zip(words[3::2], words[4::2]))
            known[words[1]] = {"size": int(words[2])}
            known[words[1]].update((key.lower(), digests[key]) for key in ("SHA512", "BLAKE2B") if key in digests)
    return known


def installed(depgraph):
    """What the base image has installed, by root and by name and slot: of those there is one."""
    return {
        (root, package.slot_atom): package.cpv
        for root, config in depgraph._frozen_config.roots.items()
        for package in config.trees["vartree"].dbapi
    }


def requested(depgraph):
    """The targets, as they were given, that name a package directly or through sets, by package."""
    digraph = depgraph._dynamic_config.digraph
    targets = {}
    for argument, (children, _, _) in digraph.nodes.items():
        if isinstance(argument, DependencyArg):
            named = given(digraph, argument)
            for child in children:
                if isinstance(child, Package):
                    targets.setdefault(child, set()).update(named)
    return targets


def given(digraph, argument):
    """The arguments that this one comes from and that come from none."""
    found = set()
    waiting = [argument]
    seen = {argument}
    while waiting:
        argument = waiting.pop()
        parents = [parent for parent in digraph.nodes[argument][1] if isinstance(parent, DependencyArg)]
        if not parents:
            found.add(str(argument))
        waiting += [parent for parent in parents if parent not in seen]
        seen.update(parents)
    return found


def edges(depgraph, packages, linked):
    """Every edge among merged packages. A dependency on itself (a bootstrap) is kept: the planner must know."""
    found = []
    for position, links in enumerate(linked):
        merged = [link for link in links if link.position is not None and link.meaning.kinds]
        merged.sort(key=attrgetter("position"))
        for link in merged:
            edge = {"dependent": position, "dependency": link.position, "kinds": link.meaning.kinds}
            if link.position >= position and link.meaning.builds:
                edge["use"] = cycles.flags_without(depgraph, packages[position], link.child)
            found.append(edge)
    return found


def blocker(depgraph, node):
    parents = depgraph._dynamic_config._blocker_parents.parent_nodes(node)
    return {
        "atom": str(node.atom),
        "satisfied": bool(node.satisfied),
        "forbid_overlap": bool(node.atom.blocker.overlap.forbid),
        "blocked_by": sorted(str(parent.cpv) for parent in parents),
    }
