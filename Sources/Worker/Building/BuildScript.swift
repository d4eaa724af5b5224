internal import Shared

/// The shell scripts that fetch and build one package, or pack an installed one, run by bash in the farm's image.
struct BuildScript: Sendable {
    let task: BuildTask

    /// Exit statuses of the scripts' own, away from those of emerge and the shell.
    enum ExitStatus {
        /// The pin of the USE flags could not be written, and the like: the image's fault.
        static let preparation: Int32 = 90
        /// The given binpkgs could not be installed.
        static let dependencies: Int32 = 91
        /// The package to pack is not installed.
        static let notInstalled: Int32 = 92
        /// The package that was built cannot be installed.
        static let trial: Int32 = 93
    }

    /// Lines by which the worker follows a script; people read them in the log too.
    enum Marker {
        static let installing = ">>> binfarm: installing "
        static let building = ">>> binfarm: building "
        static let withoutCache = ">>> binfarm: building without ccache "
        static let trying = ">>> binfarm: trying to install "
        static let packing = ">>> binfarm: packing "
    }

    /// Refuses names that are none, before they become part of a script or an atom.
    init(_ task: BuildTask) throws(Failure) {
        func isName(_ text: String, also extra: String = "") -> Bool {
            guard let first = text.unicodeScalars.first, first != "-", first != "." else { return false }
            return text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || "_-+@.".utf8.contains(byte) || extra.utf8.contains(byte)
            }
        }
        guard isName(task.repository) else {
            throw Failure(.refused, "'\(task.repository)' is not the name of a repository")
        }
        for flag in task.iuse + task.use where !isName(flag) {
            throw Failure(.refused, "'\(flag)' is not the name of a USE flag")
        }
        self.task = task
    }

    /// `=dev-libs/expat-2.5.0::gentoo`
    var atom: String { "=\(task.cpv)::\(task.repository)" }

    /// Every flag of IUSE on or off, so that nothing in the image decides it.
    var usePin: String {
        let on = Set(task.use)
        let flags = Set(task.iuse).sorted().map { on.contains($0) ? $0 : "-\($0)" }
        return (["=\(task.cpv)"] + flags).joined(separator: " ")
    }

    /// Fetches what the ebuild names; the only script whose container has a network.
    var fetching: String {
        """
        #!/bin/bash
        # Written by binfarm: fetches the distfiles of \(task.cpv).
        \(ShellScript.beginning)
        \(pinning)
        \(environment)
        export DISTDIR=\(ContainerLayout.distfiles)
        emerge --fetchonly --nodeps --oneshot --autounmask=n --color=n \(ShellScript.quote(atom))

        """
    }

    /// Installs packages: nothing else is to change the root.
    func preparing(_ packages: [DependencyPackage]) -> String {
        """
        #!/bin/bash
        # Written by binfarm: installs what \(task.cpv) is built with.
        \(ShellScript.beginning)
        \(environment)
        export PKGDIR=\(ContainerLayout.packages)
        \(installing(packages))

        """
    }

    /// Builds, in a root that lacks these of the dependencies, and installs what was built.
    func building(installing missing: [DependencyPackage]) -> String {
        """
        #!/bin/bash
        # Written by binfarm: builds \(task.cpv).
        \(ShellScript.beginning)
        \(ShellScript.usage)
        \(task.workInMemory == nil ? "" : ShellScript.sampling)
        \(collecting)
        trap 'status=$?; collect $status; usage; exit $status' EXIT
        \(pinning)
        \(environment)
        export MAKEOPTS=-j\(task.jobs)
        export PKGDIR=\(ContainerLayout.packages)
        export DISTDIR=\(ContainerLayout.distfiles)
        \(installing(missing))
        \(describing)
        \(placeholders)
        \(toolchain)
        echo \(ShellScript.quote("\(Marker.building)\(task.cpv)"))
        \(compiling("emerge --oneshot --buildpkgonly --usepkg=n --getbinpkg=n --autounmask=n --color=n \(ShellScript.quote(atom))"))
        \(trial)

        """
    }

    /// Installs the package into the root that it was built in: what it needs to run need not be there, unless its
    /// `pkg_preinst` may call it.
    private var trial: String {
        let record = "/var/db/pkg/\(task.cpv)"
        return """
            echo \(ShellScript.quote("\(Marker.trying)\(task.cpv)"))
            find "$PKGDIR"/\(task.cpv.cp) -name '*\(task.format.ending)' -empty -delete
            # The root is thrown away: files of packages that this one would have replaced are no obstacle. What is recorded
            # with its build id is installed; then it was pkg_postinst that failed, which may call what is not here.
            FEATURES="$FEATURES -pkgdir-index-trusted -protect-owned -collision-protect" \\
                emerge --usepkgonly --nodeps --oneshot --quiet --color=n \(ShellScript.quote("=\(task.cpv)")) ||
                [[ -f \(record)/BUILD_ID && $(<\(record)/BUILD_ID) == \(task.buildID) ]] || exit \(ExitStatus.trial)
            {
                [[ ! -f \(record)/REQUIRES ]] || sed 's/^/requires /' \(record)/REQUIRES
                [[ ! -f \(ContainerLayout.baseProvides) ]] || sed 's/^/base /' \(ContainerLayout.baseProvides)
                grep -H . /var/db/pkg/*/*/PROVIDES 2>/dev/null || :
            } >\(ContainerLayout.output)/sonames || exit \(ExitStatus.trial)
            """
    }

    /// Packs the copy that the image has installed, configuration files too: it is to be as it is there.
    ///
    /// A package carries its build id inside, and `quickpkg` takes it from the record of the installed package.
    var packing: String {
        """
        #!/bin/bash
        # Written by binfarm: packs the installed \(task.cpv).
        \(ShellScript.beginning)
        \(ShellScript.usage)
        \(environment)
        export PKGDIR=\(ContainerLayout.packages)
        record=/var/db/pkg/\(task.cpv)
        [[ -d $record ]] || exit \(ExitStatus.notInstalled)
        echo \(task.buildID) >"$record"/BUILD_ID || exit \(ExitStatus.preparation)
        echo \(ShellScript.quote("\(Marker.packing)\(task.cpv)"))
        quickpkg --ignore-default-opts --include-config=y --umask=0022 \(ShellScript.quote("=\(task.cpv)"))

        """
    }

    var pinning: String {
        """
        pin=/etc/portage/package.use
        [[ -f $pin ]] || { mkdir -p "$pin" && pin=$pin/zz-binfarm; } || exit \(ExitStatus.preparation)
        printf '\\n%s\\n' \(ShellScript.quote(usePin)) >>"$pin" || exit \(ExitStatus.preparation)
        """
    }

    /// FEATURES adds to what the image sets. Isolation is the container's: Portage's own needs unshare, which it refuses.
    /// Locale, time zone and umask are the same on every worker, and so is the time that tools write into files: the
    /// earliest that a zip archive can hold (https://reproducible-builds.org/specs/source-date-epoch).
    ///
    /// The format is the farm's, whatever the image sets.
    ///
    /// Only the coordinator signs, and what it signed comes by digest from it alone: the image needs neither key nor keyring.
    /// Portage takes the text out of a signed Manifest with the verify command even when it is told to ignore signatures
    /// (`_verify_binpkg` in gpkg.py), and complains at length when that command is gpg without the key.
    var environment: String {
        """
        export EMERGE_DEFAULT_OPTS= NOCOLOR=true TERM=dumb
        export FEATURES="buildpkg binpkg-multi-instance -news -merge-sync -ipc-sandbox -mount-sandbox -network-sandbox \
        -pid-sandbox -binpkg-signing -binpkg-request-signature binpkg-ignore-signature"
        export BINPKG_FORMAT=\(task.format.rawValue)
        unset LANGUAGE "${!LC_@}"
        export LANG=C.UTF-8 LC_ALL=C.UTF-8 TZ=UTC SOURCE_DATE_EPOCH=315532800
        umask 022
        \(Self.manifestText)
        """
    }

    /// Prints a Manifest's lines, and what gpg says on its status channel of a signature that is good.
    private static let manifestText = """
        export BINPKG_GPG_VERIFY_BASE_COMMAND="/bin/sh -c 'echo \\\"[GNUPG:] GOODSIG\\\" >&2; \
        echo \\\"[GNUPG:] TRUST_FULLY\\\" >&2; exec grep ^DATA'"
        """

    func installing(_ packages: [DependencyPackage]) -> String {
        guard !packages.isEmpty else { return "# The root has all that it needs." }
        let atoms = packages.map { ShellScript.quote("=\($0.cpv)") }.joined(separator: " ")
        return """
            echo '\(Marker.installing)\(packages.count) packages'
            # Nobody wrote an index of the packages: the files themselves are read.
            FEATURES="$FEATURES -pkgdir-index-trusted" \\
                emerge --usepkgonly --nodeps --oneshot --quiet --color=n \(atoms) || exit \(ExitStatus.dependencies)
            """
    }

    /// Portage takes the first free number: empty files make the planned one the first.
    private var placeholders: String {
        guard task.buildID > 1 else { return "# Its build id is 1." }
        return """
            mkdir -p "$PKGDIR"/\(task.cpv.cp) || exit \(ExitStatus.preparation)
            for ((id = 1; id < \(task.buildID); id++)); do
                taken=$PKGDIR/\(task.cpv.cp)/\(task.cpv.pf)-$id\(task.format.ending)
                [[ -e $taken ]] || : >"$taken"
            done
            """
    }

    /// Where the package must be, below PKGDIR.
    var result: String { "\(BinpkgPath(task.cpv, buildID: Int(task.buildID), format: task.format))" }
}
