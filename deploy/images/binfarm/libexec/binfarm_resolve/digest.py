"""SHA-256 of files and of lists of facts."""

import hashlib
import json


def of_bytes(data):
    return hashlib.sha256(data).hexdigest()


def of_file(path):
    with open(path, "rb", buffering=0) as file:
        return of_bytes(file.read())


def of_facts(facts):
    """Of a list of tuples of strings, in its order."""
    return of_bytes(json.dumps(facts).encode("ascii"))
