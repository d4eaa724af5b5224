/// All that a worker needs to know to build one package.
package struct BuildTask: Hashable, Sendable {
    package var cpv: CPV
    package var slot: String
    package var repository: String
    /// Given out by the coordinator; the package carries it inside.
    package var buildID: Int32
    /// Flags of `iuse` that are on.
    package var use: [String]
    /// All flags, without the `+`/`-` defaults.
    package var iuse: [String]
    /// For MAKEOPTS.
    package var jobs: Int32
    /// The set W, in the order in which they install.
    package var dependencies: [DependencyPackage]
    /// What is fetched; nil when that is not known before.
    package var distfiles: [Distfile]?
    package var limits: Limits
    /// Nothing is built: the copy that the image has installed is packed, by Portage's `quickpkg`.
    package var pack: Bool
    /// Bytes that the compiler cache may take, of each toolchain; nil: none is used.
    package var ccache: Int64?
    /// Bytes of memory for the work directory; nil: it is on the disk.
    package var workInMemory: Int64?
    /// How the package is packed.
    package var format: BinpkgFormat

    package init(
        cpv: CPV, slot: String, repository: String, buildID: Int32, use: [String], iuse: [String], jobs: Int32,
        dependencies: [DependencyPackage], distfiles: [Distfile]? = nil, limits: Limits, pack: Bool = false,
        ccache: Int64? = nil, workInMemory: Int64? = nil, format: BinpkgFormat = .gpkg
    ) {
        self.cpv = cpv
        self.slot = slot
        self.repository = repository
        self.buildID = buildID
        self.use = use
        self.iuse = iuse
        self.jobs = jobs
        self.dependencies = dependencies
        self.distfiles = distfiles
        self.limits = limits
        self.pack = pack
        self.ccache = ccache
        self.workInMemory = workInMemory
        self.format = format
    }
}

/// One exact binpkg that a build's root gets.
package struct DependencyPackage: Hashable, Sendable {
    package var cpv: CPV
    package var buildID: Int32
    /// Below PKGDIR.
    package var path: String
    package var package: Blob
    /// What is built does not need it to run, so it must not lean on it.
    package var isBuildOnly: Bool

    package init(cpv: CPV, buildID: Int32, path: String, package: Blob, isBuildOnly: Bool = false) {
        self.cpv = cpv
        self.buildID = buildID
        self.path = path
        self.package = package
        self.isBuildOnly = isBuildOnly
    }
}

/// All that a worker needs to know to make an image of a farm.
package struct ImageTask: Hashable, Sendable {
    /// A tar of what goes into it, with the script `make`, which is run in a container of the image below.
    package var context: Blob
    /// Archive of an image that has Gentoo's repository; nil: the image below has it.
    package var snapshot: Blob?
    /// For MAKEOPTS.
    package var jobs: Int32
    package var limits: Limits

    package init(context: Blob, snapshot: Blob?, jobs: Int32, limits: Limits) {
        self.context = context
        self.snapshot = snapshot
        self.jobs = jobs
        self.limits = limits
    }
}

/// All that a worker needs to know to resolve a run's targets.
package struct ResolveTask: Hashable, Sendable {
    /// Atoms and sets, as Portage takes them.
    package var targets: [String]
    /// Everything a fresh root needs; otherwise only what the base image lacks.
    package var emptytree: Bool
    package var limits: Limits
    /// Indexes of binhosts of others, in the order in which they are preferred.
    package var binhosts: [Blob]

    package init(targets: [String], emptytree: Bool, limits: Limits, binhosts: [Blob] = []) {
        self.targets = targets
        self.emptytree = emptytree
        self.limits = limits
        self.binhosts = binhosts
    }
}
