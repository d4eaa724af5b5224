"""A page that is kept open sees a run come, be built and end; and a coordinator go and come back.

usage: live.py ADDRESS DIRECTORY

Says through files in DIRECTORY how far it has come: `ready`, `built`, `away`, `back`.
"""

import pathlib
import sys

from browser import chromium, expect, expect_silence


def main():
    address, directory = sys.argv[1], pathlib.Path(sys.argv[2])
    with chromium(address) as page:
        page.open()
        page.wait("live connection", page.is_live)
        page.script("window.sameDocument = true")
        (directory / "ready").touch()

        card = page.one("run-card")
        expect("a run that is submitted appears by itself", "run 1" in card.text.lower(), card.text)
        page.open("#/run/1")
        page.wait_for_text("faults-ok/chain-c-1")
        expect("it is the same document", page.script("return window.sameDocument === true"))
        rows = page.one("job-rows")
        page.wait("published job in the table", lambda: "published" in rows.text)
        page.wait_for_text("succeeded")
        expect("its jobs and its end are seen without a reload", "leased" not in page.one("job-rows").text)
        (directory / "built").touch()

        page.wait("word that the connection is lost", lambda: not page.is_live())
        state = page.one("connection").text
        is_said = any(word in state for word in ("reconnecting", "stale"))
        expect("a coordinator that is away is said to be", is_said, state)
        (directory / "away").touch()
        page.wait("live connection again", page.is_live)
        expect("it is live again by itself", page.script("return window.sameDocument === true"))
        (directory / "back").touch()
        # That it could not be reached is in the console; nothing else is.
        expect_silence(page, but=["ERR_", "Failed to load resource"])


main()
