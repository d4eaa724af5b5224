"""The configuration that the graph was resolved under, and what Portage would put into a binhost's header for it."""

import json
import os

PLAIN = ("CHOST", "ARCH", "ACCEPT_KEYWORDS", "ACCEPT_LICENSE", "CFLAGS", "CXXFLAGS", "LDFLAGS", "USE")


def describe(root_config):
    settings = root_config.settings
    described = {key: settings.get(key, "") for key in PLAIN}
    described["PROFILE"] = os.path.realpath(settings.profile_path) if settings.profile_path else ""
    described["FEATURES"] = sorted(settings.features)
    described["index_header"] = index_header(root_config)
    return described


def index_header(root_config):
    """The header as bintree writes it; what changes with each publication is left to the publisher."""
    header = {}
    bintree = root_config.trees["bintree"]
    if hasattr(bintree, "_update_pkgindex_header"):
        bintree._update_pkgindex_header(header)
    header.setdefault("CHOST", root_config.settings.get("CHOST", ""))
    header.setdefault("ARCH", root_config.settings.get("ARCH", ""))
    for key in ("PACKAGES", "TIMESTAMP", "URI", "TTL"):
        header.pop(key, None)
    return {
        key: value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        for key, value in header.items()
        if value not in (None, "")
    }
