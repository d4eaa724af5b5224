"""Prints pairs of versions with Portage's opinion of them (-1: the first is lower): vercmp.tsv. Runs in a binfarm image."""

import random

from portage.versions import vercmp

PAIRS = 600
NUMBERS = ["0", "1", "01", "10", "2", "001", "010", "20100101"]
SUFFIXES = ["_alpha", "_beta", "_pre", "_rc", "_p"]


def version():
    text = ".".join(random.choice(NUMBERS) for _ in range(random.randint(1, 3)))
    if random.random() < 0.25:
        text += random.choice("ab")
    for _ in range(random.randint(0, 2)):
        text += random.choice(SUFFIXES) + random.choice(["", "0", "1", "2"])
    return text + random.choice(["", "", "-r0", "-r1", "-r10"])


def main():
    random.seed(7)
    pairs = set()
    while len(pairs) < PAIRS:
        left, right = version(), version()
        if random.random() < 0.5:
            right = left.replace(random.choice("10"), random.choice(["1", "0", "01", "10"]), 1)
        order = vercmp(left, right)
        if order is not None:
            pairs.add((left, right, (order > 0) - (order < 0)))
    for pair in sorted(pairs):
        print(*pair, sep="\t")


main()
