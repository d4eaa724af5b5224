"""A run's graph: all of its jobs, their states by sign and word, what decides the run's end, and a way to each package.

usage: graph.py ADDRESS RUN-UNDER-WAY PACKAGE

PACKAGE is one of the run that another needs.
"""

import sys

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import chromium, digits, expect, expect_silence

# A canvas keeps only pixels: what is painted on it is noted. A frame begins by filling the whole.
NOTE = """
    const context = CanvasRenderingContext2D.prototype;
    window.painted = {texts: [], boxes: []};
    const note = (name, what) => {
        const original = context[name];
        context[name] = function (...words) { what(this, words); return original.apply(this, words); };
    };
    note('fillText', (_, [text]) => window.painted.texts.push(text));
    note('strokeRect', (self) => window.painted.boxes.push([self.strokeStyle, self.lineWidth]));
    note('setTransform', (self, [, , , , x, y]) => {
        if (x === 0 && y === 0) window.painted = {texts: [], boxes: []};
    });
"""

GLYPHS = "const [state, done] = arguments; import('/page/states.js').then(({glyph}) => done(glyph(state)))"

DECIDING = """
    const context = document.createElement('canvas').getContext('2d');
    context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--deciding').trim();
    return context.fillStyle;"""


def place_of(cpv, texts):
    """Of its name, which may be cut; its sign is painted before it. None when it is not there."""
    name = cpv.split("/")[-1]
    return next((place for place, text in enumerate(texts)
                 if text == name or (text.endswith("…") and name.startswith(text[:-1]))), None)


def main():
    address, run, package = sys.argv[1:]
    with chromium(address) as page:
        page.command("Page.addScriptToEvaluateOnNewDocument", source=NOTE)
        page.load(f"#/run/{run}")
        page.wait("link to the graph", lambda: page.links("graph"))[0].click()
        surface = page.one("graph")
        document = page.api(f"runs/{run}/graph")
        jobs = document["jobs"]
        page.wait("all jobs", lambda: len(jobs) in digits(page.find(".about").text))
        expect(f"the graph of the run has all its {len(jobs)} jobs", True)

        # As near as names can be read.
        page.script("arguments[0].focus()", surface)
        surface.send_keys("0")
        painted = "return window.painted.texts"
        page.wait("names of all jobs", lambda: all(place_of(cpv, page.script(painted)) for _, cpv, _, _ in jobs))
        texts = page.script(painted)
        for _, cpv, state, _ in page.api(f"runs/{run}/graph")["jobs"]:
            glyph = page.driver.execute_async_script(GLYPHS, state)
            sign = texts[place_of(cpv, texts) - 1]
            expect(f"{cpv} has the sign of its state, {state}", sign == glyph, texts)
        words = page.find(".graph-view .counts").text
        for state in {job[2] for job in jobs}:
            count = sum(job[2] == state for job in jobs)
            expect(f"and the states are there in words: {count} {state}", f"{count} {state}" in words, words)

        expect("something decides the run's end", document["deciding_path"] != [])
        expect("which is said", "deciding path" in words, words)
        boxes = page.script("return window.painted.boxes")
        colour = page.script(DECIDING)
        thick = [width for one, width in boxes if one == colour]
        thin = [width for one, width in boxes if one != colour]
        expect("and painted in a colour of its own", len(thick) == len(document["deciding_path"]), boxes)
        expect("and thicker than the rest", min(thick) > max(thin, default=0), boxes)

        number = next(job for job, cpv, _, _ in jobs if cpv == package)
        page.load(f"#/run/{run}/graph?job={number}")
        page.wait("the job that the address names", lambda: package in page.find(".about").text)
        about = page.find(".about").text
        state = next(job[2] for job in page.api(f"runs/{run}/graph")["jobs"] if job[0] == number)
        expect("what a job is, needs and is needed by is there in words",
               state in about and "needs" in about and "needed by" in about, about)
        # It was brought to the middle.
        ActionChains(page.driver).click(page.one("graph")).perform()
        page.wait("package of the job", lambda: page.driver.current_url.endswith(f"/package/{package}"))
        expect("a click leads to its package", package in page.find("h1").text)

        page.load(f"#/run/{run}/graph")
        field = page.find(".graph-view input")
        page.wait("all jobs", lambda: len(jobs) in digits(page.find(".about").text))
        field.send_keys(package, Keys.ENTER)
        page.wait("what the search has found", lambda: package in page.find(".about").text)
        page.one("graph").send_keys(Keys.ARROW_RIGHT, Keys.ARROW_LEFT)
        shown = page.find(".about").find_element(By.CSS_SELECTOR, ".package").text
        page.one("graph").send_keys(Keys.ENTER)
        page.wait("package that the keys have chosen", lambda: page.driver.current_url.endswith(f"/package/{shown}"))
        expect("search and keys lead there too", shown in page.find("h1").text)
        expect_silence(page)


main()
