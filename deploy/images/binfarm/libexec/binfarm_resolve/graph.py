"""A resolved depgraph as nodes in merge order and edges between them."""

import os

from portage.dep import use_reduce

from _emerge.Blocker import Blocker
from _emerge.DependencyArg import DependencyArg
from _emerge.Package import Package

from binfarm_resolve import cycles, digest
from binfarm_resolve.base import Base
from binfarm_resolve.environment import Environments
from binfarm_resolve.recipe import Recipes

# The first that a priority has names the edge: the slot operator's and IDEPEND's priorities carry the general one too.
KINDS = ("buildtime_slot_op", "buildtime", "installtime", "runtime_slot_op", "runtime", "runtime_post")

PHASELESS = ("", "-")


def describe(depgraph):
    order = depgraph.altlist()
    packages = [node for node in order if isinstance(node, Package) and node.operation == "merge"]
    index = {package: position for position, package in enumerate(packages)}
    nodes = []
    base = Base(depgraph)
    environments = Environments(depgraph)
    recipes = Recipes()
    for position, (package, seen) in enumerate(zip(packages, base.seen(packages))):
        place = ebuild(package)
        described = node(depgraph, package, position, distfiles(package, place))
        nodes.append(described)
        described["recipe"] = recipes.of(package, place, described["distfiles"])
        described["environment"] = environments.of(package, frozenset(described["use"]))
        described["base"] = seen
    installed = base.describe()
    return {
        "nodes": nodes,
        "edges": edges(depgraph, index),
        "environments": environments.found,
        "base": installed,
        "foundation": base.foundation(installed),
        "blockers": [blocker(depgraph, node) for node in order if isinstance(node, Blocker)],
        "uninstalls": [package.cpv for package in order if isinstance(package, Package) and package not in index],
        "provided": sorted({str(atom) for _, atom in depgraph._dynamic_config._pprovided_args}),
    }


def ebuild(package):
    """The ebuild's path and its repository's; None for a binary package."""
    if package.type_name != "ebuild":
        return None
    portdb = package.root_config.trees["porttree"].dbapi
    tree = portdb.getRepositoryPath(package.repo)
    return os.path.join(tree, package.cp, f"{package.pf}.ebuild"), tree


def node(depgraph, package, position, files):
    metadata = package._metadata
    return {
        "index": position,
        "cpv": str(package.cpv),
        "category": package.category,
        "pn": package.cpv.cp.split("/", 1)[1],
        "pf": package.pf,
        "version": package.pf[len(package.cpv.cp.split("/", 1)[1]) + 1 :],
        "slot": package.slot,
        "sub_slot": package.sub_slot,
        "repo": package.repo,
        "eapi": package.eapi,
        "operation": package.operation,
        "type": package.type_name,
        "build_id": package.cpv.build_id if package.type_name == "binary" else None,
        "use": sorted(depgraph._pkg_use_enabled(package)),
        "iuse": sorted(package.iuse.all),
        "defined_phases": sorted(phase for phase in package.defined_phases if phase not in PHASELESS),
        "restrict": sorted(package.restrict),
        "properties": sorted(package.properties),
        "license": metadata["LICENSE"],
        "keywords": metadata["KEYWORDS"],
        "size_distfiles": sum(file["size"] for file in files if file["size"] is not None),
        "distfiles": files,
        "installed": installed(package),
        "requested_by": requested_by(depgraph, package),
    }


def distfiles(package, place):
    """What the package fetches with its USE; a file that no Manifest names has no size and no digest."""
    sources = package._metadata["SRC_URI"] if place is not None else ""
    if not sources:
        return []
    fetched = names(use_reduce(sources, uselist=package.use.enabled, is_src_uri=True, eapi=package.eapi, flat=True))
    if not fetched:
        return []
    known = manifest(os.path.dirname(place[0]), fetched)
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
                found.add(os.path.basename(last))
            last = word
    if last is not None:
        found.add(os.path.basename(last))
    return found


def manifest(directory, names):
    """Sizes and digests of these distfiles (GLEP 44). Portage's own reader looks at every line of every kind."""
    try:
        lines = digest.content(os.path.join(directory, "Manifest")).decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return {}
    known = {}
    for words in (line.split() for line in lines if line.startswith("DIST ")):
        if len(words) >= 3 and words[1] in names and words[2].isdigit():
            digests = dict(zip(words[3::2], words[4::2]))
            known[words[1]] = {"size": int(words[2])}
            known[words[1]].update((key.lower(), digests[key]) for key in ("SHA512", "BLAKE2B") if key in digests)
    return known


def installed(package):
    """The newest package of the same name and slot that the base image has installed."""
    vardb = package.root_config.trees["vartree"].dbapi
    found = vardb.match(package.slot_atom)
    return str(found[-1]) if found else None


def requested_by(depgraph, package):
    """The targets, as they were given, that name this package directly or through sets."""
    digraph = depgraph._dynamic_config.digraph
    targets = set()
    waiting = [parent for parent in digraph.parent_nodes(package) if isinstance(parent, DependencyArg)]
    seen = set(waiting)
    while waiting:
        argument = waiting.pop()
        parents = [parent for parent in digraph.parent_nodes(argument) if isinstance(parent, DependencyArg)]
        if not parents:
            targets.add(str(argument))
        waiting += [parent for parent in parents if parent not in seen]
        seen.update(parents)
    return sorted(targets)


def edges(depgraph, index):
    """Every edge among merged packages. A dependency on itself (a bootstrap) is kept: the planner must know."""
    digraph = depgraph._dynamic_config.digraph
    found = []
    for dependent, position in index.items():
        children = digraph.nodes[dependent][0] if dependent in digraph.nodes else {}
        for dependency, priorities in children.items():
            if dependency in index:
                kinds = unique(kind(priority) for priority in priorities if not priority.ignored)
                if kinds:
                    edge = {"dependent": position, "dependency": index[dependency], "kinds": kinds}
                    if index[dependency] >= position and any(priority.buildtime for priority in priorities):
                        edge["use"] = cycles.flags_without(depgraph, dependent, dependency)
                    found.append(edge)
    found.sort(key=lambda edge: (edge["dependent"], edge["dependency"]))
    return found


def kind(priority):
    name = next((name for name in KINDS if getattr(priority, name, False)), "runtime_post")
    return {
        "kind": name,
        "satisfied": bool(priority.satisfied),
        "optional": bool(priority.optional),
        "cross": bool(priority.cross),
    }


def unique(kinds):
    ordered = sorted(kinds, key=lambda kind: (KINDS.index(kind["kind"]), kind["satisfied"], kind["optional"]))
    return [kind for position, kind in enumerate(ordered) if kind not in ordered[:position]]


def blocker(depgraph, node):
    parents = depgraph._dynamic_config._blocker_parents.parent_nodes(node)
    return {
        "atom": str(node.atom),
        "satisfied": bool(node.satisfied),
        "forbid_overlap": bool(node.atom.blocker.overlap.forbid),
        "blocked_by": sorted(str(parent.cpv) for parent in parents),
    }
