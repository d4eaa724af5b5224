"""Which USE flags make a build dependency that Portage's order had to contradict."""

from portage.dep import Atom, check_required_use, extract_affecting_use, use_reduce
from portage.exception import InvalidDependString

from _emerge.Package import Package


def flags_without(depgraph, dependent, dependency):
    """`+flag` and `-flag`: each a change that alone, and within REQUIRED_USE, removes the build dependency."""
    text = " ".join(dependent._metadata[key] for key in Package._buildtime_keys)
    use = frozenset(depgraph._pkg_use_enabled(dependent))
    fixed = dependent.use.mask | dependent.use.force
    try:
        flags = set()
        for atom in matching(dependent, dependency, text, use):
            flags |= extract_affecting_use(text, atom.unevaluated_atom, eapi=dependent.eapi)
        return sorted(
            f"-{flag}" if flag in use else f"+{flag}"
            for flag in flags - fixed
            if not matching(dependent, dependency, text, use ^ {flag}) and allowed(dependent, use ^ {flag})
        )
    except InvalidDependString:
        return []


def matching(dependent, dependency, text, use):
    """The atoms of `text` under `use` that the dependency meets."""
    tokens = use_reduce(
        text,
        uselist=use,
        is_valid_flag=dependent.iuse.is_valid_flag,
        eapi=dependent.eapi,
        token_class=Atom,
        flat=True,
    )
    atoms = [token for token in tokens if isinstance(token, Atom) and not token.blocker]
    return [atom for atom in atoms if atom.cp == dependency.cp and atom.without_use.match(dependency)]


def allowed(package, use):
    required = package._metadata["REQUIRED_USE"]
    return bool(check_required_use(required, use, package.iuse.is_valid_flag, eapi=package.eapi))
