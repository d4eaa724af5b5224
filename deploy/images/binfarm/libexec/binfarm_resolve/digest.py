"""SHA-256 of files and of lists of facts."""

import hashlib
import json
import os

PIECE = 1 << 16


def of_bytes(data):
    return hashlib.sha256(data).hexdigest()


def of_file(path):
    return of_bytes(content(path))


def content(path):
    """The bytes of a file, most often a small one: Python's file objects cost more than reading it."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        data = os.read(descriptor, PIECE)
        more = data
        # A short read of a plain file is its end.
        while len(more) == PIECE:
            more = os.read(descriptor, PIECE)
            data += more
    finally:
        os.close(descriptor)
    return data


def of_facts(facts):
    """Of a list of tuples of strings, in its order."""
    return of_bytes(json.dumps(facts).encode("ascii"))
