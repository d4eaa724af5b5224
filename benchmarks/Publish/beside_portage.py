"""Portage's own ways of naming one more package in its index, over the same directory: inject, which `emerge --buildpkg`
ends with, and `emaint binhost --fix`. Runs inside the image: beside_portage.py PKGDIR PACKAGES COUNT"""

import os
import shutil
import statistics
import subprocess
import sys
import time

pkgdir, packages, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
os.environ["PKGDIR"] = pkgdir
import portage  # noqa: E402
from portage.versions import _pkg_str  # noqa: E402


def place(bintree, path):
    """The package's name, and where it belongs."""
    metadata = bintree._read_metadata(path, os.lstat(path), keys=["CATEGORY", "PF", *bintree.dbapi._aux_cache_keys])
    cpv = _pkg_str(f"{metadata['CATEGORY']}/{metadata['PF']}", metadata=metadata, settings=bintree.settings)
    return cpv, os.path.join(pkgdir, cpv.cp, f"{metadata['PF']}-{metadata['BUILD_ID']}.gpkg.tar")


bintree = portage.db[portage.settings["EROOT"]]["bintree"]
start = time.monotonic()
bintree.populate()
populated = time.monotonic() - start
names = sorted(name for name in os.listdir(packages) if name.endswith(".gpkg.tar"))
present = sum(1 for _ in bintree.dbapi.cpv_all())
print(f"portage-populate: {populated:.1f} s ({present} packages)", flush=True)

times = []
for name in names[present : present + count]:
    staged = os.path.join(pkgdir, "staged.part")
    shutil.copy2(os.path.join(packages, name), staged)
    cpv, target = place(bintree, staged)
    start = time.monotonic()
    assert bintree.inject(cpv, current_pkg_path=staged, allocated_pkg_path=target)
    times.append(time.monotonic() - start)
print(
    f"portage-inject: {1000 * statistics.median(times):.0f} ms (worst {1000 * max(times):.0f}; {count} more packages,"
    " with the index in memory and nothing written out to the disk)",
    flush=True,
)

name = names[present + count]
cpv, target = place(bintree, os.path.join(packages, name))
os.makedirs(os.path.dirname(target), exist_ok=True)
shutil.copy2(os.path.join(packages, name), target)
start = time.monotonic()
subprocess.run(["emaint", "binhost", "--fix"], check=True, stdout=subprocess.DEVNULL)
print(f"portage-emaint: {time.monotonic() - start:.1f} s (one more package)", flush=True)
