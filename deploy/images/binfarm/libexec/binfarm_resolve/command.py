"""The command line, and the one document a call writes."""

import argparse
import gc
import json
import os
import sys
import tempfile

SCHEMA = 2


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(
        prog="resolve",
        description="Resolves targets with Portage's resolver (--with-bdeps=y) and writes the graph, or the reason why "
        "there is none, as one JSON document. Exit status 0 means that the document was written.",
    )
    parser.add_argument("--output", required=True, metavar="FILE", help="where the document goes; replaced as a whole")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--emptytree", action="store_true", help="everything a fresh root needs (the default)")
    mode.add_argument("--missing", action="store_true", help="only what is not installed in this image")
    parser.add_argument(
        "--use-binpkg", choices=("yes", "no"), default="no", help="take binary packages of PKGDIR into account (no)"
    )
    parser.add_argument(
        "--binhost", action="append", default=[], metavar="FILE",
        help="the index of another binhost: what it has in the form that is resolved is told beside each package",
    )
    parser.add_argument("targets", nargs="+", metavar="TARGET", help="an atom, or @SET")
    options = parser.parse_args(arguments)
    for target in options.targets:
        if target.startswith("-"):
            parser.error(f"{target} is an option, not a target")
    return options


def write_document(path, document):
    """Writes beside `path` and renames, so that a reader never sees a part of it."""
    directory = os.path.dirname(os.path.abspath(path))
    descriptor, temporary = tempfile.mkstemp(prefix=".resolve.", dir=directory)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            # In one piece: that is what json has C code for. There is no circle to be found.
            file.write(json.dumps(document, ensure_ascii=False, sort_keys=True, check_circular=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.rename(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def main(arguments):
    options = parse_arguments(arguments)
    # Portage and its resolver make millions of objects that stay: a look for garbage among them finds next to nothing.
    gc.set_threshold(100_000, 50, 100)
    try:
        # Only now: --help has to work, and to say so has to be possible, where there is no Portage.
        from binfarm_resolve.document import resolve

        document = {"schema": SCHEMA, "targets": options.targets}
        document.update(
            resolve(
                options.targets,
                missing=options.missing,
                use_binpkg=options.use_binpkg == "yes",
                binhosts=options.binhost,
            )
        )
        write_document(options.output, document)
    except Exception as error:  # the caller is promised one line, whatever happened
        print(f"resolve: {type(error).__name__}: {error}".replace("\n", " "), file=sys.stderr)
        return 1
    return 0
