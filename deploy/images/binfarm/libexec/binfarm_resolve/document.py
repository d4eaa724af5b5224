"""The answer: the graph, or the reason why there is none."""

import gc

import portage

from binfarm_resolve import configuration, graph
from binfarm_resolve.resolver import AUTOUNMASK, attempt


def resolve(targets, missing, use_binpkg, binhosts):
    """The document, but for its schema and targets."""
    portage.output.nocolor()
    document = {"portage": portage.VERSION}
    first = attempt(targets, missing, use_binpkg, ["--autounmask=n"])
    if first.emerge_config is not None:
        document["settings"] = configuration.describe(first.emerge_config.target_config)
    if first.success:
        document["ok"] = True
        # What was made stays as long as the process does, and what is still to be made holds no circles.
        gc.disable()
        document.update(graph.describe(first.depgraph, binhosts))
        return document
    # Only now: most calls need it not.
    from binfarm_resolve import problems

    document["ok"] = False
    document["error"] = problems.describe(first, targets)
    if document["error"]["kind"] in problems.MENDED_BY_CONFIGURATION:
        second = attempt(targets, missing, use_binpkg, AUTOUNMASK)
        known = document["error"]["suggestions"]
        known += [change for change in problems.suggestions(second.depgraph) if change not in known]
    return document
