"""A log is shown to its last character, and neither a long line nor many take the browser's memory.

usage: logs.py ADDRESS

The view of logs is given text here as a coordinator would send it, in pieces.
"""

import sys

from browser import chromium, expect, expect_silence

MOUNT = """
    const done = arguments[0];
    Promise.all([import('/page/logView.js'), import('/page/lifetime.js')]).then(([{mountLogView}, {Lifetime}]) => {
        document.getElementById('main').replaceChildren();
        window.view = mountLogView(new Lifetime(), document.getElementById('main'), '#');
        window.view.begin();
        done();
    });"""

# Pieces are as large as the coordinator's answers.
GIVE = """
    const [line, pieces] = arguments;
    const piece = line.repeat(Math.ceil((256 << 10) / line.length));
    for (let count = 0; count < pieces; count += 1) window.view.text(piece);"""

MEGABYTE = 1 << 20


def main():
    with chromium(sys.argv[1]) as page:
        page.open()
        page.wait("live connection", page.is_live)

        def mount():
            page.driver.execute_async_script(MOUNT)
            return page.one("log")

        def lines():
            return [line.text for line in page.one("log").find_elements("class name", "line")]

        def heap():
            page.command("HeapProfiler.collectGarbage")
            return page.command("Runtime.getHeapUsage")["usedSize"]

        mount()
        page.script("window.view.text('first\\ngo on? [y/N] ')")
        page.wait("line without an end", lambda: [line.strip() for line in lines()] == ["first", "go on? [y/N]"])
        page.script("window.view.text('yes\\n')")
        page.wait("rest of it", lambda: lines() == ["first", "go on? [y/N] yes"])
        expect("a last line is there before its end, and goes on where it was", True)

        before = heap()
        mount()
        page.script(GIVE, "x", 200)
        page.script("window.view.text('\\nafter it\\n')")
        page.wait("what follows a line of 50 MB", lambda: "after it" in lines())
        expect("a line of 50 MB is one line", len(lines()) == 2, len(lines()))
        expect("of which the beginning is kept", 8000 < len(lines()[0]) < 9000, len(lines()[0]))
        grown = heap() - before
        expect("its memory is not", grown < MEGABYTE, f"{grown / MEGABYTE:.1f} MiB")

        mount()
        page.script(GIVE, f"{'y' * 20_000}\n", 1000)
        page.script("window.view.text('the end\\n')")
        page.wait("the end of 250 MB", lambda: "the end" in lines())
        grown = heap() - before
        expect("of 250 MB of long lines a small part is kept", grown < 50 * MEGABYTE, f"{grown / MEGABYTE:.1f} MiB")
        page.script("document.querySelector('.log').scrollTop = 0")
        page.wait("its beginning", lambda: any(line.startswith("yyy") for line in lines()))
        expect("its beginning is there", True)
        expect_silence(page)


main()
