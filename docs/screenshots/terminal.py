"""A terminal, with tmux, and its screen as a picture."""

import contextlib
import html
import os
import re
import shlex
import subprocess
import time

# Of what SGR selects: what farmctl uses, on a dark ground.
COLOURS = {31: "#f2777a", 32: "#8fd18f", 33: "#e6c07b", 34: "#7aa6f2", 35: "#c792ea", 36: "#6fc9d6", 90: "#8b93a1"}
STYLE = """
    body { margin: 0; background: #1b1f27 }
    pre { display: inline-block; margin: 0; padding: 14px 18px; color: #d8dde6; background: #1b1f27;
          font: 14px/1.35 "DejaVu Sans Mono", monospace }
"""


class Terminal:
    count = 0

    def __init__(self, words, columns, rows, environment):
        # A server that was told to end may still be there a moment.
        Terminal.count += 1
        self.server = f"binfarm-pictures-{os.getpid()}-{Terminal.count}"
        # The last command keeps the screen as it is.
        command = f"{shlex.join(map(str, words))}; tmux -L {self.server} wait-for -S ended; exec cat"
        settings = [word for name, value in environment.items() for word in ("-e", f"{name}={value}")]
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", columns, "-y", rows, *settings, "sh", "-c", command)

    def tmux(self, *words):
        words = ["tmux", "-u", "-L", self.server, *map(str, words)]
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout

    def wait_for_end(self):
        self.tmux("wait-for", "ended")

    def wait_for(self, text, patience=60):
        deadline = time.monotonic() + patience
        while text not in self.tmux("capture-pane", "-p"):
            if time.monotonic() > deadline:
                raise SystemExit(f"the terminal does not show '{text}':\n{self.tmux('capture-pane', '-p')}")
            time.sleep(0.1)

    def press(self, *keys):
        self.tmux("send-keys", "--", *keys)

    def page(self):
        """The screen as HTML, without the empty lines below."""
        lines = self.tmux("capture-pane", "-p", "-e").rstrip().split("\n")
        return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style><pre>{coloured(lines)}</pre>"


@contextlib.contextmanager
def terminal(words, columns=100, rows=40, **environment):
    opened = Terminal(words, columns, rows, {"LC_ALL": "C.UTF-8", **environment})
    try:
        yield opened
    finally:
        opened.tmux("kill-server")


def style(codes):
    """CSS of the codes in force."""
    parts = [f"color: {COLOURS[code]}" for code in codes if code in COLOURS]
    parts += ["font-weight: bold"] * (1 in codes) + ["opacity: 0.62"] * (2 in codes)
    if 7 in codes:
        parts += ["background: #3a4352"]
    return "; ".join(parts)


def coloured(lines):
    codes, result = [], []
    for text in re.split(r"(\x1b\[[0-9;]*m)", "\n".join(lines)):
        if text.startswith("\x1b["):
            for code in map(int, (text[2:-1] or "0").split(";")):
                if code == 0:
                    codes = []
                elif code == 39:
                    codes = [each for each in codes if each not in COLOURS]
                else:
                    codes = [*codes, code]
        elif text:
            css = style(codes)
            body = html.escape(text)
            result.append(f'<span style="{css}">{body}</span>' if css else body)
    return "".join(result)
