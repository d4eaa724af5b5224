"""A run of 28,509 jobs: shown at once, filtered at once, never more rows in the document than fit on the screen.

usage: large.py ADDRESS RUN JOBS TEXT [--times]

JOBS is with the resolving, TEXT is in the names of some. Prints what it measures; with --times it fails where a goal
is missed.
"""

import sys

from browser import chromium, digits, expect, expect_silence

GOALS = {"first paint": 1000, "filter": 100}

FILTER = """
    const [input, text, done] = arguments;
    const start = performance.now();
    input.value = text;
    input.dispatchEvent(new Event('input', {bubbles: true}));
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
"""

TO_THE_END = """
    let node = arguments[0];
    while (node && node.scrollHeight <= node.clientHeight + 1) node = node.parentElement;
    (node || document.scrollingElement).scrollTop = 1e9;
"""


# Of the rows in the document.
# What is looked for may stand in any cell.
ROWS = "return [...arguments[0].querySelectorAll('tr')].map((row) => row.textContent).filter((text) => text !== '')"


def main():
    words = [word for word in sys.argv[1:] if word != "--times"]
    address, run, jobs, text = words[0], words[1], int(words[2]), words[3]
    measured = {}
    with chromium(address) as page:
        page.open(f"#/run/{run}")
        page.one("job-rows")
        count = page.one("row-count")
        measured["first paint"] = page.script(
            "return performance.getEntriesByName('first-contentful-paint')[0].startTime")
        page.wait(f"all {jobs} jobs", lambda: digits(page.one("row-count").text) == [jobs])
        expect(f"all {jobs} jobs are there", True)
        elements = page.script("return document.querySelectorAll('*').length")
        expect("the document stays small", elements < 3000, elements)
        measured["filter"] = page.driver.execute_async_script(FILTER, page.one("filter"), text)
        page.wait("fewer jobs", lambda: 0 < (digits(page.one("row-count").text) or [0])[0] < jobs)
        rows = page.script(ROWS, page.one("job-rows"))
        expect("only what was looked for is shown", rows and all(text in row for row in rows), rows)
        page.driver.execute_async_script(FILTER, page.one("filter"), "")
        page.wait("all jobs again", lambda: digits(page.one("row-count").text) == [jobs])
        page.script(TO_THE_END, page.one("job-rows"))
        page.wait("the last job", lambda: str(jobs - 2) in page.one("job-rows").text)
        expect("at the table's end it is as small", page.script("return document.querySelectorAll('*').length") < 3000)
        page.open(f"#/run/{run}/graph")
        page.one("graph")
        page.wait("the graph", lambda: jobs - 1 in digits(page.text()))
        expect("the graph has all jobs", True)
        expect_silence(page)
    for name, value in measured.items():
        print(f"{name}: {value:.0f} ms (goal ≤ {GOALS[name]})")
        if "--times" in sys.argv and value > GOALS[name]:
            raise SystemExit(f"{name} has taken too long")


main()
