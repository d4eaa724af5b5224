"""Each view on a phone and on a wall, light and dark: nothing is cut off, and every text can be read.

usage: sizes.py ADDRESS VIEW...

A VIEW is what follows the address: #/, #/run/1, …
"""

import pathlib
import sys

from browser import chromium, expect, expect_silence

SIZES = {"phone": (360, 740), "wall": (2560, 1440)}
SCHEMES = ("light", "dark")
# What is there when a view is: the first whose key is in its address.
LOADED = {
    "/package/": ".facts", "/graph": ".about a, .about p", "#/worker/": "[data-test=gantt] > svg",
    "#/run/": "[data-test=job-rows] td", "#/nowhere": ".notice", "": "[data-test=run-card]",
}
CHECKS = (pathlib.Path(__file__).parent / "looks.js").read_text(encoding="utf-8")


def main():
    address, *views = sys.argv[1:]
    wrong = []
    with chromium(address) as page:
        for size, (width, height) in SIZES.items():
            page.resize(width, height)
            for scheme in SCHEMES:
                page.prefer(scheme)
                for view in views:
                    page.load(view)
                    page.wait("live connection", page.is_live)
                    page.find(next(selector for part, selector in LOADED.items() if part in view))
                    found = page.script(CHECKS)
                    expect(f"{view} on a {size}, {scheme}: {found['texts']} texts", found["texts"] > 5, found)
                    wrong += [f"{view} on a {size}, {scheme}: {what}" for what in found["wrong"]]
        expect("nothing is cut off, too wide, or too faint to be read", wrong == [], "\n".join(wrong))
        expect_silence(page)


main()
