package import Shared

/// What a person asked for, with all of the farm's configuration that the run needs: it stays as it was submitted.
package struct RunRequest: Equatable, Sendable, Codable {
    package var farm: String
    /// Atoms and sets, as Portage takes them.
    package var targets: [String]
    /// Everything a fresh root needs; otherwise only what the base image lacks.
    package var emptytree: Bool
    /// The binfarm image; its digest is the epoch. Of a run that makes an image: the one below it.
    package var image: Blob
    /// What the run makes an image of, instead of building packages.
    package var recipe: ImageRecipe?
    package var resolveLimits: Limits
    package var buildLimits: Limits
    /// Name of the operator's key.
    package var submittedBy: String
    /// Jobs of a run with a higher one go first.
    package var priority: Int32
    /// Packages that are built again although nothing changed, as `PackagePattern` reads them; `*` is all.
    package var forced: [String]
    /// What was built against the base image's older copy of a dependency is built again against the new one.
    package var secondPass: Bool
    /// The base image's own packages are packed as they are, not rebuilt.
    package var packsBase: Bool
    /// Bytes that a worker's compiler cache may take, of each toolchain; nil: none is used.
    package var ccache: Int64?
    /// Work directories are on the disk, whatever history tells. Rows of before there was this lack it.
    private var disk: Bool?
    package var worksOnDisk: Bool {
        get { disk ?? false }
        set { disk = newValue ? true : nil }
    }
    /// Rows of before there was this lack it.
    private var binpkgFormat: BinpkgFormat?
    /// How its packages are packed.
    package var format: BinpkgFormat {
        get { binpkgFormat ?? .gpkg }
        set { binpkgFormat = newValue == .gpkg ? nil : newValue }
    }
    /// Rows of before there was this lack it.
    private var atomic: Bool?
    /// Clients see its packages together, when it has succeeded.
    package var isAtomic: Bool {
        get { atomic ?? false }
        set { atomic = newValue ? true : nil }
    }

    package init(
        farm: String, targets: [String], emptytree: Bool, image: Blob, resolveLimits: Limits, buildLimits: Limits,
        submittedBy: String, priority: Int32 = 0, forced: [String] = [], secondPass: Bool = false,
        packsBase: Bool = false, ccache: Int64? = nil
    ) {
        self.farm = farm
        self.targets = targets
        self.emptytree = emptytree
        self.image = image
        self.resolveLimits = resolveLimits
        self.buildLimits = buildLimits
        self.submittedBy = submittedBy
        self.priority = priority
        self.forced = forced
        self.secondPass = secondPass
        self.packsBase = packsBase
        self.ccache = ccache
    }

    /// Whether a package that one of both builds may be the other's.
    func shares(with other: RunRequest) -> Bool { farm == other.farm && format == other.format }
}
