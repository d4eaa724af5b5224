import Core
import Shared
import SystemPackage

/// A farm at work: its configuration, the image it has now, and its packages.
struct Farm: Sendable {
    let configuration: FarmConfiguration
    /// The image archive by content: its digest is the epoch; nil until one is made.
    private(set) var image: Blob?
    let binhost: Binhost
    /// What builds may use and clients may not have: RESTRICT=bindist. Not served.
    let withheld: Binhost
    /// Named states of the binhost.
    let releases: ReleaseShelf
    /// Signs what is published.
    private(set) var signer: PackageSigner?
    /// What it was made of; nil for an image that came from elsewhere.
    private(set) var made: FarmImage?
    private(set) var settings: FarmSettings
    private let homes: KeyHomes

    init(
        configuration: FarmConfiguration, image: Blob?, binhost: Binhost, withheld: Binhost, releases: ReleaseShelf,
        homes: KeyHomes
    ) {
        self.configuration = configuration
        self.image = image
        self.binhost = binhost
        self.withheld = withheld
        self.releases = releases
        self.homes = homes
        settings = FarmSettings(configuration, FarmPolicies(), homes)
        signer = settings.signing.map(PackageSigner.init)
    }

    /// RESTRICT=bindist is published, if the configuration does not say. What is published stays where it is while the
    /// coordinator runs: so does this.
    private var publishesRestricted = false

    /// Has this image from now on, unless the configuration names one, or a newer one was made.
    /// - Parameter isThere: else only what came with it counts.
    mutating func take(_ image: FarmImage, isThere: Bool = true) {
        guard configuration.image == nil, made.map({ $0.run <= image.run }) ?? true else { return }
        if made == nil { publishesRestricted = image.recipe.policies.bindist }
        if isThere { self.image = image.archive }
        made = image
        settings = FarmSettings(configuration, image.recipe.policies, homes)
        // One that stays goes on with what it is at.
        if signer?.key != settings.signing { signer = settings.signing.map(PackageSigner.init) }
    }

    var bindist: FarmConfiguration.Bindist { configuration.bindist ?? (publishesRestricted ? .publish : .withhold) }

    /// Where packages are, and what signs them there.
    typealias Place = (binhost: Binhost, signer: PackageSigner?)

    var binhosts: [Binhost] { [binhost, withheld] }
    var places: [Place] { [(binhost, signer), (withheld, nil)] }

    /// Where a package belongs.
    func place(restrict: [String]) -> Place {
        withholds(isRestricted: restrict.contains("bindist")) ? (withheld, nil) : (binhost, signer)
    }

    private func withholds(isRestricted: Bool) -> Bool { isRestricted && bindist == .withhold }

    /// The packages that a run may use, by their paths: where they belong, of the run's format, and signed where that is asked
    /// for. So a farm that has changed its format builds again what it wants.
    func usable(in format: BinpkgFormat) async -> [String: PublishedPackage] {
        var packages: [String: PublishedPackage] = [:]
        for package in await binhost.packages where isUsable(package, in: format) { packages[package.path] = package }
        for package in await withheld.packages where package.format == format { packages[package.path] = package }
        return packages
    }

    /// Of a package that is served.
    func isUsable(_ package: PublishedPackage, in format: BinpkgFormat) -> Bool {
        package.format == format && (signer == nil || package.isSigned)
    }

    /// The largest number of each package that is there.
    var buildIDs: [CPV: Int32] {
        get async {
            var numbers: [CPV: Int32] = [:]
            for binhost in binhosts {
                for package in await binhost.packages {
                    numbers[package.cpv] = max(numbers[package.cpv] ?? 0, Int32(clamping: package.buildID))
                }
            }
            return numbers
        }
    }

    /// There are no packages, and no releases.
    var isEmpty: Bool {
        get async {
            for binhost in binhosts where await binhost.holdings.packages > 0 { return false }
            return FileOperations.names(in: releases.directory).isEmpty
        }
    }

    /// Why it can publish nothing now: no room, or a key that does not sign.
    var obstacle: String? {
        get async {
            do {
                guard try binhost.freeBytes() > 0 else { return "no room in the binhost of \(configuration.name)" }
                try await signer?.key.check()
                return nil
            } catch {
                return "\(error)"
            }
        }
    }

    /// Takes out what an earlier configuration put where it does not belong now; a run that wants it builds it again.
    func tidy() async throws(BinhostError) -> [String] {
        let open = await binhost.packages.filter { withholds(isRestricted: $0.isRestricted) }
        let closed = await withheld.packages.filter { !withholds(isRestricted: $0.isRestricted) }
        return try await binhost.withdraw(Set(open.map(\.path))) + withheld.withdraw(Set(closed.map(\.path)))
    }

    /// What a run of this farm asks for.
    /// - Throws: `Refusal` when there is no image to build in.
    func request(targets: [String], submittedBy: String) throws(Refusal) -> RunRequest {
        guard let image else {
            throw Refusal(
                .unavailable, "the farm \(configuration.name) has no image yet",
                "make one: farmctl image build binfarm; or name an archive as its `image` in coordinator.yaml")
        }
        let coverage = settings.coverage
        let system = coverage.rebuildsImage && !targets.contains("@system") ? ["@system"] : []
        var request = RunRequest(
            farm: configuration.name, targets: system + targets, emptytree: coverage.rebuildsImage, image: image,
            resolveLimits: Limits(timeout: .seconds(3600)), buildLimits: settings.limits,
            submittedBy: submittedBy, packsBase: coverage.packsImage, ccache: settings.ccache)
        request.worksOnDisk = configuration.work == .disk
        request.format = configuration.format
        return request
    }

    private static let imageTime = Duration.seconds(24 * 3600)

    /// What a run asks for that makes the farm an image.
    func request(making recipe: ImageRecipe, on base: Blob, submittedBy: String) -> RunRequest {
        // Its own are for one package; an image takes many, one after the other.
        var limits = settings.limits
        limits.timeout = limits.timeout.map { max($0, Self.imageTime) }
        limits.disk = nil
        var request = RunRequest(
            farm: configuration.name, targets: [ImageRecipe.target], emptytree: false, image: base,
            resolveLimits: limits, buildLimits: limits, submittedBy: submittedBy)
        request.recipe = recipe
        return request
    }
}
