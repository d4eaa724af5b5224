"""With the operators' token, and only with it, a person drains, cancels and tries again.

usage: actions.py ADDRESS TOKEN WORKER FAILED-RUN CPV RUN-UNDER-WAY

CPV is what failed in FAILED-RUN.
"""

import sys

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

from browser import chromium, expect, expect_silence

ACTIONS = {"retry", "cancel", "drain", "resume"}

# The statuses of an action without a token and with another one.
TRY = """
    const [path, done] = arguments;
    const act = (headers) => fetch(path, {method: 'POST', headers}).then((answer) => answer.status);
    Promise.all([act({}), act({Authorization: 'Bearer not-the-operators-token'})]).then(done);
"""

# Wherever a browser keeps something, but for this tab alone.
KEPT = """
    return [location.href, document.cookie, ...Object.values(localStorage), JSON.stringify(history.state)].join(' ');"""
KEPT_IN_TAB = "return Object.values(sessionStorage).join(' ')"


class Operator:
    def __init__(self, page):
        self.page = page

    @property
    def button(self):
        return self.page.find("#operator")

    def log_in(self, token):
        self.button.click()
        self.answer(token)

    def answer(self, token):
        field = self.page.find("dialog input")
        field.clear()
        field.send_keys(token)
        self.submit()

    def submit(self):
        self.page.find("dialog button[type=submit]").click()

    def wait_for_end_of_dialog(self):
        self.page.wait("end of the dialog", lambda: not self.page.has("dialog"))


def actions(page):
    return [button.text for button in page.driver.find_elements(By.CSS_SELECTOR, "[data-action]")
            if button.text.split(" ")[0] in ACTIONS]


def views(worker, failed_run, cpv, running):
    return [f"#/worker/{worker}", f"#/run/{failed_run}", f"#/run/{failed_run}/package/{cpv}", f"#/run/{running}"]


def without_token(page, worker, failed_run, cpv, running):
    for view in views(worker, failed_run, cpv, running):
        page.load(view)
        page.find("h1 .state")
        expect(f"{view}: nothing can be done", actions(page) == [], actions(page))
    statuses = [page.driver.execute_async_script(TRY, f"/api/v1/{path}") for path in (
        f"workers/{worker}/drain", f"runs/{running}/cancel", f"runs/{failed_run}/retry")]
    expect("the coordinator does nothing for anybody", statuses == [[401, 401]] * 3, statuses)


def with_another_word(page, operator):
    operator.log_in("not-the-operators-token")
    refusal = page.find("dialog .notice").text
    expect("another word is refused in words", "not the operators' token" in refusal, refusal)
    expect("and what to do is said", "ask whoever runs" in refusal, refusal)
    kept = page.script(KEPT_IN_TAB)
    expect("it is not kept", "not-the-operators-token" not in kept, kept)


def log_in(page, operator, token):
    operator.answer(token)
    operator.wait_for_end_of_dialog()
    expect("the token is taken", operator.button.text == "log out", operator.button.text)
    kept = page.script(KEPT)
    expect("it is neither in the address nor kept longer than the tab", token not in kept, kept)
    expect("it is kept in the tab", token in page.script(KEPT_IN_TAB))
    tab = page.driver.current_window_handle
    page.driver.switch_to.new_window("tab")
    page.open()
    expect("another tab does not have it", page.find("#operator").text == "operator")
    page.driver.close()
    page.driver.switch_to.window(tab)


def drain(page, worker):
    page.load(f"#/worker/{worker}")
    page.find("[data-action=drain]").click()
    page.wait("drained worker", lambda: page.find("h1 .state").text.endswith(("draining", "drained")))
    expect("the worker is drained", page.api("status")["workers"][0]["draining"])
    page.find("[data-action=resume]").click()
    page.wait("worker that is no more drained", lambda: page.find("h1 .state").text.endswith("connected"))
    expect("and takes builds again", not page.api("status")["workers"][0]["draining"])


def cancel(page, operator, run):
    page.load(f"#/run/{run}")
    page.find("[data-action=cancel]").click()
    dialog = page.find("dialog")
    name = dialog.accessible_name
    expect("the dialog has a name", name == f"Cancel run {run}?", name)
    page.find("dialog .quiet").click()
    operator.wait_for_end_of_dialog()
    expect("who goes back has done nothing", page.api(f"runs/{run}")["state"] == "building")
    page.find("[data-action=cancel]").click()
    operator.submit()
    operator.wait_for_end_of_dialog()
    page.wait("cancelled run", lambda: page.find("h1 .state").text.endswith("cancelled"))
    expect("the run is cancelled", page.api(f"runs/{run}")["state"] == "cancelled")


def retry(page, view, newest):
    """By a double click, as people do it. The new run's number."""
    page.load(view)
    ActionChains(page.driver).double_click(page.find("[data-action=retry]")).perform()
    page.wait("view of the new run", lambda: page.driver.current_url.endswith(f"#/run/{newest + 1}"))
    page.wait("end of the new run", lambda: page.find("h1 .state").text.endswith("failed"))
    runs = [run["run"] for run in page.api("status?runs=100")["runs"]]
    expect(f"{view}: one new run", max(runs) == newest + 1, runs)
    return newest + 1


def refused_later(page, operator, worker):
    """The coordinator has another token now, or the browser was told a wrong one."""
    page.load(f"#/worker/{worker}")
    # What is kept is looked at when the document is loaded.
    page.script("for (const key of Object.keys(sessionStorage)) sessionStorage.setItem(key, 'a-token-of-yesterday')")
    page.driver.refresh()
    page.find("[data-action=drain]").click()
    dialog = page.find("dialog")
    expect("a token that is refused later is said to be", "That was not done" in dialog.text
           and "not the operators' token" in dialog.text, dialog.text)
    operator.submit()
    operator.wait_for_end_of_dialog()
    expect("nobody is logged in then", operator.button.text == "operator" and page.script(KEPT_IN_TAB) == "")
    expect("and nothing can be done", actions(page) == [], actions(page))


def main():
    address, token, worker, failed_run, cpv, running = sys.argv[1:]
    with chromium(address) as page:
        without_token(page, worker, failed_run, cpv, running)
        operator = Operator(page)
        with_another_word(page, operator)
        log_in(page, operator, token)
        drain(page, worker)
        cancel(page, operator, running)
        newest = retry(page, f"#/run/{failed_run}/package/{cpv}", int(running))
        newest = retry(page, f"#/run/{failed_run}", newest)
        operator.button.click()
        expect("who logs out leaves nothing", page.script(KEPT_IN_TAB) == "" and operator.button.text == "operator")
        operator.log_in(token)
        operator.wait_for_end_of_dialog()
        refused_later(page, operator, worker)
        expect_silence(page, but=["status of 401"])


main()
