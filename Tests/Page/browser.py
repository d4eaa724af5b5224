"""A headless Chromium that looks at a coordinator's page, and what each view must keep to."""

import contextlib
import json
import re
import time
import urllib.request

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
        # What the network's log has told so far.
        self.foreign = []
        self.events = 0
        self.requests = 0

    def open(self, place="#/"):
        self.driver.get(self.address + "/" + place)

    def load(self, place="#/"):
        """The same in a document of its own; the tab is the same."""
        self.driver.get("about:blank")
        self.open(place)

    def all(self, hook):
        return self.driver.find_elements(By.CSS_SELECTOR, f"[data-test='{hook}']")

    def one(self, hook):
        return self.wait(f"an element '{hook}'", lambda: (self.all(hook) or [None])[0])

    def find(self, selector):
        return self.wait(f"'{selector}'", lambda: (self.driver.find_elements(By.CSS_SELECTOR, selector) or [None])[0])

    def has(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector) != []

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

    def api(self, path):
        """What the coordinator answers to anybody."""
        with urllib.request.urlopen(f"{self.address}/api/v1/{path}") as answer:
            return json.loads(answer.read())

    def command(self, name, **parameters):
        """Of the browser's own protocol (CDP)."""
        return self.driver.execute_cdp_cmd(name, parameters)

    def resize(self, width, height):
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def prefer(self, scheme):
        """`light` or `dark`. Without motion: colours that are on their way to others tell nothing."""
        self.command("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}])

    def follow_network(self):
        """Counts the events that have come and the requests, and notes those to anybody else."""
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.eventSourceMessageReceived":
                self.events += message["params"]["eventName"] == "message"
            elif message["method"] == "Network.requestWillBeSent":
                self.requests += 1
                url = message["params"]["request"]["url"]
                if not url.startswith((self.address + "/", "data:", "chrome:", "about:")):
                    self.foreign.append(f"a request to {url}")

    def complaints(self, but=()):
        """What the console says, but for messages with one of these parts, and requests to anybody else."""
        self.follow_network()
        entries = self.driver.get_log("browser")
        said = [entry["message"] for entry in entries if entry["level"] in ("SEVERE", "WARNING")]
        return [text for text in said if not any(part in text for part in but)] + self.foreign


@contextlib.contextmanager
def chromium(address, width=1280, height=800):
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for word in (
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--disable-background-networking", "--disable-component-update", "--disable-extensions", "--no-first-run", "--js-flags=--expose-gc",
            f"--window-size={width},{height}"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    try:
        driver.set_script_timeout(PATIENCE)
        yield Page(driver, address)
    finally:
        driver.quit()


def digits(text):
    """The numbers in a text, however their thousands are parted."""
    return [int(re.sub(r"\D", "", number)) for number in re.findall(r"\d[\d,.\u202f\u00a0 ]*", text)]


def expect(what, is_so, seen=""):
    """A line for each thing that is looked at; the first that is not so ends the program."""
    print(("ok    " if is_so else "NOT   ") + what, flush=True)
    if not is_so:
        raise SystemExit(f"expected: {what}\nseen: {seen}")


def expect_silence(page, but=()):
    found = page.complaints(but)
    expect("the console is silent, and nobody else is asked", found == [], found)


def wait_until(what, probe, patience=PATIENCE):
    """For what no event tells."""
    deadline = time.monotonic() + patience
    while not probe():
        if time.monotonic() > deadline:
            raise SystemExit(f"within {patience} s there was no {what}")
        time.sleep(0.1)
