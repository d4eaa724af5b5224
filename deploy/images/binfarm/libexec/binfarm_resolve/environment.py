"""What the configuration contributes to a build's result: variables, implicit USE flags, bashrc files.

Taken is each variable that the profile, make.conf, the repository or package.env assigns, and those of `ALWAYS`,
wherever they come from; left out are those that change how a package is built and not what comes out of it, and
those that reach the build as USE flags.
"""

import os
import re

from portage.const import EBUILD_SH_ENV_DIR, EBUILD_SH_ENV_FILE
from portage.package.ebuild._config.special_env_vars import environ_filter
from portage.util import getconfig

from binfarm_resolve import digest

# The compiler's, linker's and make's own, and what Portage puts into an image or leaves out of it.
ALWAYS = re.compile(
    r"(C|CXX|CPP|F|FC|F77|AS|LD|RUST|GO|D|OBJC|OBJCXX)FLAGS(_\w+)?|(C|CXX|CPP|LD)FLAGS_FOR_BUILD"
    r"|CGO_\w+|GO(AMD|ARM|386)\w*|(CHOST|CBUILD|CTARGET|CDEFINE|LIBDIR)(_\w+)?"
    r"|ARCH|ELIBC|KERNEL|ABI|DEFAULT_ABI|MULTILIB_ABIS|SYMLINK_LIB|LINGUAS"
    r"|((BUILD|HOST)_)?(CC|CXX|CPP|LD|AS|AR|NM|RANLIB|STRIP|OBJCOPY|OBJDUMP|READELF|FC|F77|PKG_CONFIG)"
    r"|EXTRA_ECONF|EXTRA_EMAKE|MYCMAKEARGS|MYMESONARGS"
    r"|INSTALL_MASK|PKG_INSTALL_MASK|PORTAGE_COMPRESS\w*|PORTAGE_STRIP_FLAGS|STRIP_MASK|PORTAGE_XATTR_EXCLUDE"
    r"|DOC_SYMLINKS_DIR|BINPKG_FORMAT"
)

# How and where, not what. Portage's environ_filter, what it keeps from ebuilds, comes on top.
NEVER = re.compile(
    r"MAKEOPTS|MAKEFLAGS|NINJAOPTS|NINJAFLAGS|SAMUFLAGS|PORTAGE_TMPDIR|PORTAGE_WORKDIR_MODE|TMP|TMPDIR|TEMP"
    r"|DISTDIR|PKGDIR|RPMDIR|PORTDIR|PORTDIR_OVERLAY|PKG_LOGDIR|PKG_TMPDIR|PORTAGE_ARCHLIST"
    r"|PORTAGE_\w*(NICENESS|SCHEDULING|IONICE|ELOG|LOG|RSYNC|GPG|BINHOST|SSH|SYNC)\w*"
    r"|(CCACHE|DISTCC|ICECC|SCCACHE)_\w+|\w+_(DEFAULT_OPTS|proxy|PROXY)|GENTOO_MIRRORS|(FETCH|RESUME)COMMAND\w*"
    r"|BINPKG_(COMPRESS|GPG)\w*|ACCEPT_\w+|CONFIG_PROTECT\w*|COLLISION_IGNORE|UNINSTALL_IGNORE"
    r"|PATH|ROOTPATH|INFODIR|INFOPATH|MANPATH|HOME|USER|LOGNAME|SHELL|TERM|COLORTERM|NOCOLOR|NO_COLOR"
    r"|PAGER|EDITOR|BROWSER|USE|USE_ORDER|USE_EXPAND\w*|IUSE_IMPLICIT|BOOTSTRAP_USE|STAGE1_USE"
    r"|PROFILE_ONLY_VARIABLES|ENV_UNSET|FEATURES"
)

# Of Portage's FEATURES those that change what is in a binary package, or whether a build may yield it.
FEATURES = frozenset(
    "binpkg-docompress binpkg-dostrip compressdebug dedupdebug fakeroot fixlafiles installsources multilib-strict "
    "nodoc noinfo noman nostrip packdebug selinux splitdebug strict-keepdir stricter test unprivileged xattr".split()
)


class Environments:
    """The environments of a graph's packages, each once."""

    def __init__(self, depgraph):
        self.settings = depgraph._frozen_config.pkgsettings
        self.found = []
        self.index = {}
        self.known = {}
        self.common = {}
        self.particular = {}
        self.hooked = {}
        self.files = {}
        self.env_files = {}

    def of(self, package, use):
        """The index of the package's environment in `found`; `use` are its enabled flags."""
        shared = self.shared(package)
        implicit = use - package.iuse.all
        hooks = self.hooks(package)
        # What is shared lives as long as this.
        key = (id(shared), implicit, hooks)
        if key not in self.known:
            variables = dict(shared)
            if implicit:
                variables["USE_IMPLICIT"] = " ".join(sorted(implicit))
            if hooks:
                variables["BASHRC"] = f"{variables.get('BASHRC', '')} {hooks}".strip()
            self.known[key] = self.number(variables)
        return self.known[key]

    def number(self, variables):
        key = tuple(sorted(variables.items()))
        if key not in self.index:
            self.index[key] = len(self.found)
            self.found.append(variables)
        return self.index[key]

    def shared(self, package):
        """All but what depends on the package's own flags and name.

        A package for which nothing is set has what its repository has: Portage's setcpv costs milliseconds.
        """
        root = package.root
        settings = self.settings[root]
        if root not in self.particular:
            files = (settings._penvdict, *settings._pbashrcdict.values())
            self.particular[root] = [names for names in files if names]
        own = any(names.get(package.cp) for names in self.particular[root])
        key = (root, package.cpv.repo, package.cpv if own else None)
        if key not in self.common:
            settings.setcpv(package)
            self.common[key] = self.variables(settings)
        return self.common[key]

    def variables(self, settings):
        assigned = set()
        for layer in ("defaults", "conf", "repo"):
            assigned.update(settings.configdict[layer])
        for name in settings._penv:
            assigned.update(self.assigned(settings, name))
        assigned -= {name for name in assigned if name in environ_filter or NEVER.fullmatch(name)}
        assigned -= set(settings.get("USE_EXPAND", "").split())
        assigned.update(name for name in settings if ALWAYS.fullmatch(name))
        values = {name: " ".join(settings.get(name, "").split()) for name in assigned}
        values["FEATURES"] = " ".join(sorted(FEATURES.intersection(settings.features)))
        values["BASHRC"] = " ".join(self.file(path) for path in bashrcs(settings) if os.path.isfile(path))
        return {name: value for name, value in values.items() if value}

    def assigned(self, settings, name):
        """The variables that a file below /etc/portage/env assigns."""
        path = os.path.join(settings["PORTAGE_CONFIGROOT"], EBUILD_SH_ENV_DIR, name)
        if path not in self.env_files:
            self.env_files[path] = set(getconfig(path, tolerant=True, allow_sourcing=True, expand={}) or ())
        return self.env_files[path]

    def hooks(self, package):
        """Portage sources these of /etc/portage/env by their name alone."""
        key = (package.root, package.category)
        if key not in self.hooked:
            configroot = self.settings[package.root]["PORTAGE_CONFIGROOT"]
            directory = os.path.join(configroot, EBUILD_SH_ENV_DIR, package.category)
            self.hooked[key] = directory if os.path.isdir(directory) else None
        directory = self.hooked[key]
        if directory is None:
            return ""
        _, name, version, _ = package.cpv.cpv_split
        files = (name, f"{name}:{package.slot}", f"{name}-{version}", package.pf)
        paths = (os.path.join(directory, file) for file in files)
        return " ".join(self.file(path) for path in paths if os.path.isfile(path))

    def file(self, path):
        if path not in self.files:
            self.files[path] = digest.of_file(path)
        return self.files[path]


def bashrcs(settings):
    """In the order in which ebuild.sh sources them. What they source in turn is not seen."""
    return [*settings._pbashrc, os.path.join(settings["PORTAGE_CONFIGROOT"], EBUILD_SH_ENV_FILE)]
