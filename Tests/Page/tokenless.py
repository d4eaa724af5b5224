"""Where the coordinator has no operators' token nobody can do anything, and the page says so.

usage: tokenless.py ADDRESS
"""

import sys

from browser import chromium, expect, expect_silence


def main():
    with chromium(sys.argv[1]) as page:
        page.open()
        page.find("#operator").click()
        page.find("dialog input").send_keys("any-word-of-some-length")
        page.find("dialog button[type=submit]").click()
        refusal = page.find("dialog .notice").text
        expect("that nothing can be done is said", "nothing can be done from the page" in refusal, refusal)
        expect("and what would change it", "operator-token" in refusal and "farmctl" in refusal, refusal)
        expect_silence(page, but=["status of 403"])


main()
