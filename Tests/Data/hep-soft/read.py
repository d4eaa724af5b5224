"""What Portage itself reads out of an /etc/portage: prints JSON.

usage: read.py, in a container whose /etc/portage is the one that is asked about
"""

import json

import portage
from portage._sets import load_default_config

settings = portage.config(clone=portage.settings)
trees = portage.db
sets = load_default_config(settings, trees[settings["EROOT"]]).getSets()


def package(cpv, slot="0", iuse="", repository="gentoo"):
    """How Portage would build it: what these files say of the package counts, whatever the profile says."""
    config = portage.config(clone=settings)
    metadata = {"SLOT": slot, "IUSE": iuse, "KEYWORDS": "~amd64", "LICENSE": "", "repository": repository, "EAPI": "8"}
    config.setcpv(cpv, mydb=metadata)
    return {
        "use": sorted(set(config["PORTAGE_USE"].split()) & set(iuse.split())),
        "features": sorted({"splitdebug", "compressdebug", "installsources"} & set(config.features)),
        "cflags": config["CFLAGS"],
        "tmpdir": config["PORTAGE_TMPDIR"],
        "missing_keywords": config._getMissingKeywords(cpv, metadata),
    }


PACKAGES = {
    "sci-physics/geant-4.10.6_p2": "qt5 vrml c++11 c++14 motif",
    "sci-physics/geant-4.10.7": "qt5 vrml c++11 c++14 motif",
    "app-editors/vim-9.0": "minimal acl cscope",
    "media-libs/gd-2.3": "png jpeg truetype fontconfig",
    "net-libs/nodejs-20.1": "npm",
}
print(json.dumps({
    "sets": {name: sorted(str(atom) for atom in sets[name].getAtoms()) for name in sorted(sets) if name.startswith("hf-")},
    "cflags": settings["CFLAGS"],
    "features": sorted(settings.features),
    "licenses": settings["ACCEPT_LICENSE"].split(),
    "packages": {cpv: package(cpv, iuse=iuse) for cpv, iuse in PACKAGES.items()},
}))
