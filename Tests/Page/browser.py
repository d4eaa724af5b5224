"""A headless Chromium that looks at a coordinator's page, and what each view must keep to."""

import contextlib
import json
import time

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 60


class Page:
    def __init__(self, driver, address):
        self.driver = driver
        self.address = address

    def open(self, place="#/"):
        self.driver.get(self.address + "/" + place)

    def all(self, hook):
        return self.driver.find_elements(By.CSS_SELECTOR, f"[data-test='{hook}']")

    def one(self, hook):
        return self.wait(f"an element '{hook}'", lambda: (self.all(hook) or [None])[0])

    def links(self, text):
        return self.driver.find_elements(By.PARTIAL_LINK_TEXT, text)

    def text(self):
        return self.driver.find_element(By.TAG_NAME, "body").text

    def script(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def wait(self, what, probe, patience=PATIENCE):
        return WebDriverWait(self.driver, patience, poll_frequency=0.05).until(
            lambda _: probe(), f"within {patience} s there was no {what}; the page says:\n{self.text()[:3000]}")

    def wait_for_text(self, text):
        return self.wait(f"'{text}'", lambda: text in self.text())

    def is_live(self):
        return "live" in self.one("connection").text.lower()

    def complaints(self):
        """What the browser's console says, and requests to anybody else."""
        found = [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                url = message["params"]["request"]["url"]
                if not url.startswith((self.address + "/", "data:", "chrome:", "about:")):
                    found.append(f"a request to {url}")
        return found


@contextlib.contextmanager
def chromium(address, width=1280, height=800):
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for word in (
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
            "--disable-component-update", "--disable-extensions", "--no-first-run", "--js-flags=--expose-gc",
            f"--window-size={width},{height}"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    try:
        driver.set_script_timeout(PATIENCE)
        yield Page(driver, address)
    finally:
        driver.quit()


def expect(what, is_so, seen=""):
    """A line for each thing that is looked at; the first that is not so ends the program."""
    print(("ok    " if is_so else "NOT   ") + what, flush=True)
    if not is_so:
        raise SystemExit(f"expected: {what}\nseen: {seen}")


def seconds(body):
    start = time.monotonic()
    body()
    return time.monotonic() - start
