"""What the merged packages depend on, looked at once for all that is said of it."""

from operator import attrgetter

from _emerge.Package import Package

# The first that a priority has names the edge: the slot operator's and IDEPEND's priorities carry the general one too.
KINDS = ("buildtime_slot_op", "buildtime", "installtime", "runtime_slot_op", "runtime", "runtime_post")

ATTRIBUTES = (*KINDS, "optional", "cross")
attributes = attrgetter(*ATTRIBUTES)


class Link:
    """One package's dependency on another."""

    __slots__ = ("child", "position", "met", "meaning")

    def __init__(self, child, position, met, meaning):
        self.child = child
        self.position = position  # in the merge order; None if it is not merged
        self.met = met  # the installed packages that meet it
        self.meaning = meaning


class Meaning:
    """What priorities say. A graph has thousands of edges and few of these."""

    __slots__ = ("kinds", "builds", "runs", "unmet")

    def __init__(self, priorities):
        """`priorities`: pairs of the attributes' values and whether an installed package satisfies it."""
        found = [(dict(zip(ATTRIBUTES, values)), satisfied) for values, satisfied in priorities]
        running = [satisfied for priority, satisfied in found if priority["runtime"] or priority["installtime"]]
        self.kinds = unique(kind(priority, satisfied) for priority, satisfied in found)
        self.builds = any(priority["buildtime"] for priority, _ in found)
        self.runs = bool(running)
        self.unmet = not all(running)


class Links:
    """`order`: positions of the merged packages; `installed`: positions of the installed ones, by cpv."""

    def __init__(self, depgraph, order, installed):
        self.nodes = depgraph._dynamic_config.digraph.nodes
        self.order = order
        self.installed = installed
        self.meanings = {}

    def of(self, package):
        if package not in self.nodes:
            return []
        children = self.nodes[package][0].items()
        return [self.link(child, priorities) for child, priorities in children if isinstance(child, Package)]

    def link(self, child, priorities):
        met = set()
        said = []
        for priority in priorities:
            if priority.ignored:
                continue
            satisfied = priority.satisfied
            # Asked first: a package is true by Portage's own slow __len__.
            if isinstance(satisfied, Package):
                met.add(self.installed.get(satisfied.cpv))
                satisfied = True
            said.append((attributes(priority), bool(satisfied)))
        if child.installed:
            met.add(self.installed.get(child.cpv))
        met.discard(None)
        key = tuple(said)
        meaning = self.meanings.get(key)
        if meaning is None:
            meaning = self.meanings[key] = Meaning(said)
        return Link(child, self.order.get(child), met, meaning)


def kind(priority, satisfied):
    return {
        "kind": next((name for name in KINDS if priority[name]), "runtime_post"),
        "satisfied": satisfied,
        "optional": bool(priority["optional"]),
        "cross": bool(priority["cross"]),
    }


def unique(kinds):
    ordered = sorted(kinds, key=lambda kind: (KINDS.index(kind["kind"]), kind["satisfied"], kind["optional"]))
    return [kind for position, kind in enumerate(ordered) if kind not in ordered[:position]]
