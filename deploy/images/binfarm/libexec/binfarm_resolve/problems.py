"""Why there is no graph: the resolver's own findings, told apart."""

import portage
from portage.dep import Atom
from portage.exception import PackageSetNotFound

from _emerge.depgraph import _get_masking_status, get_mask_info
from _emerge.DependencyArg import DependencyArg
from _emerge.is_valid_package_atom import insert_category_into_atom, is_valid_package_atom
from _emerge.Package import Package
from _emerge.resolver.circular_dependency import circular_dependency_handler

MENDED_BY_CONFIGURATION = ("masked", "licence-not-accepted", "use-required", "slot-conflict")

# Portage's categories of masks, in the farm's words.
MASKS = {"KEYWORDS": "keyword", "LICENSE": "licence", "EAPI": "eapi", "CHOST": "chost"}


def describe(attempt, targets):
    """The error object of the document. One error is named: the first in the order Portage itself reports them."""
    error = {"atom": None, "packages": [], "chain": [], "reasons": [], "suggestions": []}
    error.update(find(attempt, targets))
    error["message"] = attempt.text or str(attempt.exception or "")
    return error


def find(attempt, targets):
    if attempt.exception is not None:
        return from_exception(attempt.exception, targets)
    depgraph = attempt.depgraph
    found = depgraph._dynamic_config
    if found._circular_deps_for_display is not None:
        return circular(depgraph, found._circular_deps_for_display)
    if found._unsatisfied_deps_for_display:
        arguments, options = found._unsatisfied_deps_for_display[0]
        return unsatisfied(depgraph, *arguments, **options)
    conflicts = list(found._package_tracker.slot_conflicts())
    if conflicts:
        return slot_conflict(depgraph, conflicts)
    if found._unsatisfied_blockers_for_display is not None:
        return blocked(depgraph, found._unsatisfied_blockers_for_display)
    return bad_target(depgraph, targets)


def from_exception(exception, targets):
    if isinstance(exception, PackageSetNotFound):
        name = str(getattr(exception, "value", exception))
        name = next((target for target in targets if target.lstrip("@") == name.lstrip("@")), name)
        return {"kind": "unknown-atom", "atom": name, "reasons": [f"there is no set named {name}"]}
    return {"kind": "internal", "reasons": [f"{type(exception).__name__}: {exception}"]}


def bad_target(depgraph, targets):
    """Of a target it cannot read the resolver says only so in words: look again."""
    portdb = depgraph._frozen_config.roots[depgraph._frozen_config.target_root].trees["porttree"].dbapi
    for target in targets:
        if target.startswith("@"):
            continue
        if not is_valid_package_atom(target, allow_repo=True):
            return {"kind": "unknown-atom", "atom": target, "reasons": [f"{target} is not a valid atom"]}
        if "/" in target:
            continue
        name = Atom(insert_category_into_atom(target, "null"), allow_repo=True, allow_wildcard=True).cp.split("/", 1)[1]
        packages = [cp for cp in sorted(portdb.cp_all()) if cp.split("/", 1)[1] == name]
        if len(packages) > 1:
            reason = f"{target} is ambiguous: write its category too"
            return {"kind": "unknown-atom", "atom": target, "packages": packages, "reasons": [reason]}
    return {"kind": "internal", "reasons": ["the resolver gave up and named no reason"]}


def name(package):
    return f"{package.cpv}::{package.repo}"


def chain(depgraph, start, atom=None):
    """From the package that asked, up to the target that began it."""
    if start is None:
        return []
    if isinstance(start, DependencyArg):
        return [f"required by {start} (target)"]
    return [
        f"required by {node}" + (" (target)" if kind == "argument" else "")
        for node, kind in depgraph._get_dep_chain(start, atom)
    ]


def unsatisfied(depgraph, root, atom, myparent=None, arg=None, show_req_use=None, **_):
    shown = str(getattr(atom, "unevaluated_atom", atom)).replace("null/", "")
    error = {"atom": shown, "chain": chain(depgraph, myparent or arg, atom)}
    if show_req_use is not None:
        required = " ".join(show_req_use._metadata["REQUIRED_USE"].split())
        return {
            **error,
            "kind": "use-required",
            "packages": [name(show_req_use)],
            "reasons": [f"{name(show_req_use)} needs REQUIRED_USE: {required}"],
        }
    candidates = list(matching(depgraph, root, atom))
    if not candidates:
        return {**error, "kind": "unknown-atom", "reasons": [f"no ebuild satisfies {shown}"]}

    unmasked = [package for package, masks in candidates if not masks]
    if unmasked:
        return {**error, "kind": "use-required", **wanted_use(depgraph, unmasked, atom)}

    masks = [{MASKS.get(mask.category, mask.category) for mask in reasons} for _, reasons in candidates]
    # A package that only its licence keeps back needs one word from the user: name it, whatever its siblings lack.
    licence = any(mask == {"licence"} for mask in masks)
    return {
        **error,
        "kind": "licence-not-accepted" if licence else "masked",
        "mask": sorted(set().union(*masks)),
        "packages": [name(package) for package, _ in candidates],
        "reasons": [
            f"{name(package)} is masked by: " + ", ".join(mask_text(package, mask) for mask in reasons)
            for package, reasons in candidates
        ],
    }


def mask_text(package, mask):
    """The mask, and the comment that stands over it in package.mask: there its author says why."""
    if mask.category != "package.mask":
        return mask.message
    root_config = package.root_config
    comment = portage.getmaskingreason(
        package.cpv,
        metadata=package._metadata,
        settings=root_config.settings,
        portdb=root_config.trees["porttree"].dbapi,
        myrepo=package.repo,
    )
    lines = (line.lstrip("# ") for line in (comment or "").splitlines())
    text = " ".join(line for line in lines if line)
    return f"{mask.message} ({text})" if text else mask.message


def matching(depgraph, root, atom):
    """Every package the atom would take but for masks and USE, newest first, with its masks."""
    root_config = depgraph._frozen_config.roots[root]
    settings = depgraph._frozen_config.pkgsettings[root]
    wanted = atom.without_use
    for db, kind, built, installed, keys in depgraph._dynamic_config._filtered_trees[root]["dbs"]:
        if installed:
            continue
        versions = db.xmatch("match-all-cpv-only", wanted) if hasattr(db, "xmatch") else db.match(wanted)
        for cpv in reversed(versions):
            repositories = [atom.repo]
            if atom.repo is None and hasattr(db, "getRepositories"):
                repositories = db.getRepositories(catpkg=atom.cp)
            for repository in repositories:
                if not db.cpv_exists(cpv, myrepo=repository):
                    continue
                metadata, _ = get_mask_info(
                    root_config, cpv, settings, db, kind, built, installed, keys, myrepo=repository
                )
                if metadata is None:
                    continue
                package = depgraph._pkg(cpv, kind, root_config, installed=installed, myrepo=repository)
                if not package.invalid and not wanted.match(package):
                    continue
                masks = _get_masking_status(package, settings, root_config, myrepo=repository)
                # Of an EAPI it does not know Portage cannot judge anything else.
                yield package, [mask for mask in masks if mask.category == "EAPI"] or masks


def flags(wanted):
    """USE flags as a configuration file has them, in one order wherever they come from."""
    return " ".join(flag if enabled else "-" + flag for flag, enabled in sorted(wanted.items()))


def wanted_use(depgraph, packages, atom):
    """The USE changes on the newest candidate that can have them; the resolver found the candidates unfit for USE."""
    reasons, changes = [], []
    use = atom.use
    for package in packages:
        if use is None:
            reasons.append(f"{name(package)} was rejected by the resolver")
            continue
        missing = package.iuse.get_missing_iuse(atom.unevaluated_atom.use.required)
        if missing:
            reasons.append(f"{name(package)} has no USE flag {' '.join(sorted(missing))}")
            continue
        enabled = depgraph._pkg_use_enabled(package)
        wanted = dict.fromkeys(use.enabled - enabled, True) | dict.fromkeys(use.disabled & enabled, False)
        fixed = sorted(flag for flag in wanted if flag in package.use.mask | package.use.force)
        if fixed:
            reasons.append(f"{name(package)} cannot have USE {' '.join(fixed)} changed: the profile forces or masks it")
            continue
        reasons.append(f"{name(package)} needs USE: {flags(wanted)}")
        if not changes and wanted:
            changes.append({"file": "package.use", "line": f"{package.cp} {flags(wanted)}"})
    return {"packages": [name(package) for package in packages], "reasons": reasons, "suggestions": changes}


def slot_conflict(depgraph, conflicts):
    parents = depgraph._dynamic_config._parent_atoms
    packages, reasons = [], []
    for conflict in conflicts:
        for package in conflict.pkgs:
            packages.append(name(package))
            for parent, atom in sorted(parents.get(package, ()), key=lambda pair: (str(pair[1]), str(pair[0]))):
                who = name(parent) if isinstance(parent, Package) else f"{parent} (target)"
                reasons.append(f"{name(package)} is wanted as {atom} by {who}")
    first = conflicts[0].pkgs[0]
    return {
        "kind": "slot-conflict",
        "atom": str(conflicts[0].atom),
        "packages": packages,
        "chain": chain(depgraph, first),
        "reasons": reasons,
    }


def circular(depgraph, graph):
    found = depgraph._dynamic_config._circular_dependency_handler or circular_dependency_handler(depgraph, graph)
    cycle = [node for node in found.shortest_cycle or [] if isinstance(node, Package)]
    reasons = []
    for position, package in enumerate(cycle):
        parent = cycle[position - 1]
        priorities = graph.nodes[parent][0].get(package, ()) if parent in graph.nodes else ()
        kind = str(priorities[-1]) if priorities else "dependency"
        reasons.append(f"{name(parent)} needs {name(package)} ({kind})")
    suggestions = []
    for package, solutions in sorted(found.parent_solutions.items(), key=lambda pair: pair[0].cpv):
        for solution in solutions:
            suggestions.append({"file": "package.use", "line": f"{package.cp} {flags(dict(solution))}"})
    return {
        "kind": "circular-dependency",
        "packages": [name(package) for package in cycle],
        "chain": chain(depgraph, cycle[0]) if cycle else [],
        "reasons": reasons,
        "suggestions": suggestions,
    }


def blocked(depgraph, blockers):
    parents = depgraph._dynamic_config._blocker_parents
    packages, reasons = [], []
    for blocker in blockers:
        for parent in parents.parent_nodes(blocker):
            packages.append(name(parent))
            reasons.append(f"{name(parent)} does not stand {blocker.atom}")
    return {"kind": "blocked", "atom": str(next(iter(blockers)).atom), "packages": packages, "reasons": reasons}


def suggestions(depgraph):
    """The changes that a run with autounmask would have made: a file below /etc/portage and a line for it."""
    if depgraph is None:
        return []
    needed = depgraph._dynamic_config
    found = []
    for package in needed._needed_unstable_keywords:
        for mask in masks(depgraph, package, "unstable keyword"):
            found.append(("package.accept_keywords", f"={package.cpv} {mask}"))
    for package in needed._needed_p_mask_changes:
        found.append(("package.unmask", f"={package.cpv}"))
    for package, (_, changes) in needed._needed_use_config_changes.items():
        found.append(("package.use", f"{package.cp} {flags(changes)}"))
    for package, licences in needed._needed_license_changes.items():
        found.append(("package.license", f"{package.cp} {' '.join(sorted(licences))}"))
    return [{"file": file, "line": line} for file, line in sorted(set(found))]


def masks(depgraph, package, key):
    settings = depgraph._frozen_config.pkgsettings[package.root]
    hints = (mask.unmask_hint for mask in _get_masking_status(package, settings, package.root_config))
    return [hint.value for hint in hints if hint is not None and hint.key == key]
