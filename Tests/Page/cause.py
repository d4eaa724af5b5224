"""A person who has never seen the project finds the cause of a failed package in three clicks.

usage: cause.py ADDRESS CPV "FIRST ERROR LINE"
"""

import sys

from browser import By, chromium, expect, expect_silence


def main():
    address, cpv, line = sys.argv[1:]
    with chromium(address) as page:
        page.open()
        page.wait("live connection", page.is_live)
        clicks = 0
        # From the overview, whatever link names the package.
        link = page.wait(f"link to {cpv} or to its run", lambda: page.links(cpv))[0]
        link.click()
        clicks += 1
        cause = page.one("cause")
        expect(f"the cause is there after {clicks} click(s)", line in cause.text, cause.text)
        mark = page.wait("first error line in the log", lambda: (page.all("first-error") or [None])[0])
        expect("the log's first error line is marked", line in mark.text, mark.text)
        is_seen = """
            const [mark, log] = [arguments[0].getBoundingClientRect(), arguments[1].getBoundingClientRect()];
            return mark.top >= log.top - 1 && mark.bottom <= log.bottom + 1;"""
        page.wait("first error line in view", lambda: page.script(is_seen, page.one("first-error"), page.one("log")))
        expect("it is in view", True)
        actions = [button.text for button in page.driver.find_elements(By.TAG_NAME, "button") if "retry" in button.text]
        expect("nothing can be done without a token", actions == [], actions)
        page.driver.back()
        page.wait("overview", lambda: page.links(cpv))
        expect_silence(page)


main()
