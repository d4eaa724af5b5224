"""How long it takes to prepare a root with 100 small dependencies: for the first time, again, and with 90 of them there.

Each is a real build by a farm of one worker, which reports how long its stages took: those count that come before Portage
begins with the package itself, the start of its container among them.
"""

import itertools
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from farm import ROOT, Farm, run  # noqa: E402

HEAD = 'EAPI=8\nDESCRIPTION="one of many"\nS="${WORKDIR}"\nLICENSE="Apache-2.0"\nSLOT="0"\nKEYWORDS="amd64"\n'
INSTALL = "src_install() {\n\tinsinto /usr/share/many/${PN}\n\techo ${PF} >list || die\n\tdoins list\n}\n"


def ebuild(overlay, name, needs=()):
    directory = overlay / "many" / name
    directory.mkdir(parents=True)
    text = HEAD + 'DEPEND="' + " ".join(f"many/{need}" for need in needs) + '"\n' + INSTALL
    (directory / f"{name}-1.ebuild").write_text(text)


def make_overlay(overlay):
    (overlay / "profiles").mkdir(parents=True)
    (overlay / "metadata").mkdir()
    (overlay / "profiles/repo_name").write_text("many\n")
    (overlay / "profiles/categories").write_text("many\n")
    (overlay / "metadata/layout.conf").write_text("masters = gentoo\nthin-manifests = true\n")
    small = [f"p{number:03}" for number in range(110)]
    for name in small:
        ebuild(overlay, name)
    ebuild(overlay, "none")
    ebuild(overlay, "first", small[:100])
    ebuild(overlay, "again", small[:100])
    ebuild(overlay, "ninety", small[10:100])
    ebuild(overlay, "ten-more", small[10:])
    return [f"many/{name}" for name in small]


def main():
    directory = ROOT / "var/benchmark/roots"
    overlay = directory / "overlay"
    if not overlay.exists():
        make_overlay(overlay)
    small = [f"many/p{number:03}" for number in range(110)]
    image, archive = "localhost/binfarm-many:latest", directory / "image.tar.zst"
    run([ROOT / "deploy/images/build-image", "--mini", "--cache", ROOT / "var/cache/images", "--overlay", overlay,
         "--tag", image, "--output", archive])
    with Farm(directory / "farm", archive, image) as farm:
        farm.load_image()
        farm.build(*small)

        def seconds(name):
            farm.build(f"many/{name}")
            stages = farm.ask("report", f"many/{name}")["stages"]
            return sum(stage["wall_s"] for stage in itertools.takewhile(lambda stage: stage["name"] != "setup", stages))

        none = seconds("none")
        first = seconds("first")
        again = seconds("again")
        seconds("ninety")
        more = seconds("ten-more")
    print(f"root-none: {none:.2f} s (a package without dependencies: the image as it is)")
    print(f"root-first: {first:.1f} s (100 small packages installed, and kept)")
    print(f"root-again: {again:.2f} s (goal 1; the same 100)")
    print(f"root-ten-more: {more:.1f} s (90 of 100 there)")


main()
