"""A worker's builds over time: those that have ended and one that goes on, each a way to its package, and all in words.

usage: worker.py ADDRESS WORKER RUN PUBLISHED FAILED RUNNING

The last three are packages of the run, all built by the worker.
"""

import re
import sys

from selenium.webdriver.common.by import By

from browser import chromium, digits, expect, expect_silence

# A bar is as long as its build: one that goes on ends at the chart's right.
ENDS = """
    const [rect, svg] = [arguments[0].querySelector('rect'), arguments[0].ownerSVGElement];
    return svg.getBoundingClientRect().right - rect.getBoundingClientRect().right;"""


def main():
    address, worker, run, published, failed, running = sys.argv[1:]
    with chromium(address) as page:
        page.open()
        page.wait(f"link to {worker}", lambda: page.links(worker))[0].click()
        chart = page.find("[data-test=gantt] > svg")
        expect("the overview leads to the worker", f"worker {worker}" in page.find("h1").text)

        def bar(package):
            return page.find(f"[data-test=gantt] a[data-key^='{run}/{package}/']")

        for package, state in ((published, "published"), (failed, "failed"), (running, "running")):
            shown = bar(package)
            kind = shown.find_element(By.TAG_NAME, "rect").get_attribute("class")
            expect(f"{package} has a bar of its state", kind == f"bar-{state}", kind)
            title = page.script("return arguments[0].querySelector('title').textContent", shown)
            expect("which says so in words", title.startswith(f"{package}: {state}"), title)
        expect("the bar of what goes on ends now", page.script(ENDS, bar(running)) < 3, page.script(ENDS, bar(running)))
        built = [build for build in page.api(f"workers/{worker}/builds")["builds"]]
        label = page.script("return arguments[0].getAttribute('aria-label')", chart)
        expect("the chart tells what it shows", digits(label)[0] == len(built) and "listed below" in label, label)

        ended = page.find("table").text
        expect("what has ended is listed", published in ended and failed in ended and running not in ended, ended)
        now = page.find(".builds").text
        expect("and what goes on", running in now and published not in now, now)
        page.wait_for_text("cores busy")
        uses = page.find(".builds .uses").text
        expect("as its worker measures it", re.fullmatch(r"\d+\.\d cores busy, \S+ [KM]iB of memory.*", uses), uses)
        load = page.api("status")["workers"][0]["load"]
        page.wait("memory over time", lambda: page.has(".host [data-key=memory] path[d*=L]"))
        expect("and the load of its host", load > 0 and page.find("[data-key=load] dd").text != "", load)

        # A narrow bar has no room for the pointer in its middle.
        page.script("arguments[0].dispatchEvent(new MouseEvent('click', {bubbles: true}))", bar(running))
        page.wait("package of the bar", lambda: page.driver.current_url.endswith(f"/package/{running}"))
        expect("a bar leads to its package", running in page.find("h1").text)
        page.load(f"#/worker/{worker}")
        page.wait("bar again", lambda: bar(running).is_displayed())
        expect("the worker has an address", f"worker {worker}" in page.find("h1").text)
        expect_silence(page)


main()
