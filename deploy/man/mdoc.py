"""mdoc(7), the language of manual pages: what in a text must be escaped, and the lines that pages are made of."""

import re

# What groff would print as another character than was meant, such as a hyphen that cannot be pasted into a shell.
_SPECIAL = {"\\": r"\e", "-": r"\-", '"': r"\(dq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti"}
# Taken for a macro, or for punctuation that belongs outside of it, where they stand alone as an argument.
_CALLABLE = re.compile(r"[A-Z%][A-Za-z]|[.,:;()\[\]?!|]")


def escaped(text):
    """For the middle of a line; only ASCII."""
    return "".join(
        _SPECIAL.get(letter) or (letter if " " <= letter <= "~" else rf"\[u{ord(letter):04X}]") for letter in text)


def line(text):
    """One line of running text; what is between `backquotes` in bold."""
    words = " ".join(text.split())
    parts = re.split(r"`([^`]+)`", words)
    result = "".join(rf"\fB{escaped(part)}\fP" if place % 2 else escaped(part) for place, part in enumerate(parts))
    return r"\&" + result if result.startswith((".", "'")) else result


def paragraphs(*texts):
    """Running text; each line is a paragraph, and each sentence a line of the page."""
    lines = []
    for part in "\n".join(texts).splitlines():
        if part.strip():
            lines += [".Pp", *map(line, re.split(r"(?<=[.?!]) +(?=[A-Z(`])", part.strip()))]
    return lines[1:]


def argument(text):
    """One argument of a macro."""
    if _CALLABLE.fullmatch(text):
        return r"\&" + text
    result = escaped(text)
    return f'"{result}"' if " " in result or not result else result


def macro(name, *arguments):
    return " ".join(["." + name, *map(argument, arguments)])


def flag(name):
    """As the arguments of a macro line: `name` is an option with its dashes."""
    return "Fl " + argument(name[1:])


def sections(text):
    """A page's part that people wrote: its lines by section, without the headings."""
    found = {}
    lines = None
    for each in text.splitlines():
        if each.startswith(".Sh "):
            lines = found[each.removeprefix(".Sh ").strip('"')] = []
        elif lines is None:
            raise ValueError(f"a line before the first section: {each}")
        elif each:
            lines.append(each)
    return found
