"""A resolved depgraph as nodes in merge order and edges between them."""

import os

from _emerge.Blocker import Blocker
from _emerge.DependencyArg import DependencyArg
from _emerge.Package import Package

from binfarm_resolve import cycles
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
    nodes = [node(depgraph, package, position) for package, position in index.items()]
    base = Base(depgraph)
    environments = Environments(depgraph)
    recipes = Recipes()
    for described, package, seen in zip(nodes, packages, base.seen(packages)):
        described["recipe"] = recipes.of(package, described["distfiles"])
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


def node(depgraph, package, position):
    metadata = package._metadata
    files = distfiles(package) if package.type_name == "ebuild" else []
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


def distfiles(package):
    """What the package fetches with its USE; a file that no Manifest names has no size and no digest."""
    portdb = package.root_config.trees["porttree"].dbapi
    ebuild, tree = portdb.findname2(package.cpv, myrepo=package.repo)
    fetched = portdb.getFetchMap(package.cpv, useflags=package.use.enabled, mytree=tree)
    repository = portdb.repositories.get_repo_for_location(tree)
    manifest = repository.load_manifest(os.path.dirname(ebuild), portdb.settings["DISTDIR"])
    digests = manifest.getTypeDigests("DIST")
    described = []
    for name in sorted(fetched):
        known = digests.get(name, {})
        file = {"name": name, "size": known.get("size")}
        for key in ("SHA512", "BLAKE2B"):
            if key in known:
                file[key.lower()] = known[key]
        described.append(file)
    return described


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
