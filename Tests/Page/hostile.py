"""What a package prints is never taken for HTML.

usage: hostile.py ADDRESS RUN CPV TEXT
"""

import sys

from browser import chromium, expect, expect_silence


def main():
    address, run, cpv, text = sys.argv[1:]
    with chromium(address) as page:
        page.open(f"#/run/{run}/package/{cpv}")
        page.wait_for_text(text)
        log = page.one("log")
        expect("the log shows the text as it is", text in log.text, log.text[-2000:])
        made = page.script("return arguments[0].querySelectorAll('img, b, script').length", log)
        expect("nothing of it became an element", made == 0, made)
        expect("nothing of it ran", page.script("return window.hostile === undefined"))
        expect_silence(page)


main()
