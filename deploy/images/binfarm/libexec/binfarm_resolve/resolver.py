"""One run of Portage's resolver, prepared the way emerge prepares its own."""

import contextlib
import io
import os
import traceback

from portage.exception import PackageSetNotFound, PortageException

from _emerge.actions import adjust_configs, ensure_required_sets, expand_set_arguments, load_emerge_config, profile_check
from _emerge.create_depgraph_params import create_depgraph_params
from _emerge.depgraph import backtrack_depgraph
from _emerge.main import parse_opts

# The changes that Portage would make by itself to reach a solution. It makes them in memory only.
AUTOUNMASK = [
    "--autounmask=y",
    "--autounmask-use=y",
    "--autounmask-license=y",
    "--autounmask-keep-keywords=n",
    "--autounmask-keep-masks=n",
]


class Attempt:
    """The outcome of one resolver run: a depgraph if it got that far, an exception if not, and all that it said."""

    def __init__(self, emerge_config, success, depgraph, exception, text):
        self.emerge_config = emerge_config
        self.success = success
        self.depgraph = depgraph
        self.exception = exception
        self.text = text


@contextlib.contextmanager
def captured():
    """Portage explains itself on stdout and stderr: both go into the yielded buffer, as they come."""
    buffer = io.StringIO()
    with contextlib.redirect_stdout(buffer), contextlib.redirect_stderr(buffer):
        yield buffer


def prepare(targets, missing, use_binpkg, more_options):
    """What emerge does between reading its arguments and resolving (`run_action` in _emerge/actions.py)."""
    answer = "y" if use_binpkg else "n"
    arguments = ["--pretend", "--oneshot", "--with-bdeps=y", "--color=n", "--nospinner"]
    arguments += [f"--usepkg={answer}", "--getbinpkg=n", "--noreplace" if missing else "--emptytree"]
    action, opts, targets = parse_opts(arguments + more_options + targets, silent=True)
    emerge_config = load_emerge_config(action=action, args=targets, opts=opts)
    if use_binpkg:
        for trees in emerge_config.trees.values():
            trees["bintree"].populate(getbinpkgs=False)
    adjust_configs(emerge_config.opts, emerge_config.trees)
    if profile_check(emerge_config.trees, emerge_config.action) != os.EX_OK:
        raise PortageException("the profile of this image is not valid")
    for trees in emerge_config.trees.values():
        # Kept with what the resolver reads of each package anyway: what it fetches is asked for afterwards.
        trees["porttree"].dbapi._aux_cache_keys.add("SRC_URI")
        trees["porttree"].dbapi.freeze()
    ensure_required_sets(emerge_config.trees)
    emerge_config.target_config.mtimedb.make_readonly()
    return emerge_config


def attempt(targets, missing, use_binpkg, more_options):
    emerge_config = depgraph = exception = None
    success = False
    with captured() as text:
        try:
            emerge_config = prepare(targets, missing, use_binpkg, more_options)
            expanded, status = expand_set_arguments(
                emerge_config.args, emerge_config.action, emerge_config.target_config
            )
            if status != os.EX_OK:
                raise PackageSetNotFound(" ".join(target for target in targets if target.startswith("@")))
            success, depgraph, _ = backtrack_depgraph(
                emerge_config.target_config.settings,
                emerge_config.trees,
                emerge_config.opts,
                create_depgraph_params(emerge_config.opts, emerge_config.action),
                emerge_config.action,
                expanded,
                None,  # no spinner: its animation would end up in the message
            )
            if success:
                # A cycle that nothing can break comes to light only when the merge order is asked for.
                depgraph.altlist()
            else:
                depgraph.display_problems()
        except PackageSetNotFound as error:
            exception = error
            success = False
        # Portage ends the process where it dislikes an option or the configuration.
        except (Exception, SystemExit) as error:
            exception = error
            success = False
            traceback.print_exc(file=text)
    return Attempt(emerge_config, success, depgraph, exception, text.getvalue().strip())
