"""SHA-256 of files and of lists of facts."""

import hashlib
import json
import os

PIECE = 1 << 16

# Facts hold no circles: looking for them costs as much as writing a few facts.
encode = json.JSONEncoder(check_circular=False).encode


def of_bytes(data):
    return hashlib.sha256(data).hexdigest()


def of_file(path):
    return of_bytes(content(path))


def content(path):
    """The bytes of a file, most often a small one: Python's file objects cost more than reading it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        pieces = [os.read(descriptor, PIECE)]
        # A short read of a plain file is its end.
        while len(pieces[-1]) == PIECE:
            pieces.append(os.read(descriptor, PIECE))
    finally:
        os.close(descriptor)
    return b"".join(pieces)


def of_facts(facts):
    """Of a list of tuples of strings, in its order."""
    return of_bytes(encode(facts).encode("ascii"))
