import Binpkgs
import Core
import Shared
import SystemPackage

/// What another farm of this coordinator has published, as far as a farm that names it may take it over.
struct UpstreamPackages: Sendable {
    let farm: Farm
    let packages: [KnownPackage]

    /// What a farm has itself, and what it ever had.
    struct Own: Sendable {
        /// The packages that are there, by path.
        let present: [String: PublishedPackage]
        /// The database's, gone or not.
        let known: [KnownPackage]
        /// The largest BUILD_IDs that it ever gave out.
        let buildIDs: [CPV: Int32]
        let format: BinpkgFormat
    }

    /// A package keeps its BUILD_ID, which it has inside. So it is of no use where the farm has, or had, another one under
    /// that number: a number is never given to two.
    init(_ upstream: Farm, for own: Own, _ store: Store) async throws {
        farm = upstream
        let there = Dictionary(
            uniqueKeysWithValues: await upstream.binhost.packages.map { ($0.path, $0) })
        let owned = Dictionary(
            own.known.map { ($0.record.path, $0.record.package.digest) }, uniquingKeysWith: { _, last in last })
        packages = try store.published(farm: upstream.configuration.name).filter { package in
            let record = package.record
            guard let published = there[record.path], published.sha256 == record.package.digest,
                upstream.isUsable(published, in: own.format)
            else { return false }
            // Its licence may let one farm give it on, and not another.
            guard !published.isRestricted else { return false }
            if let present = own.present[record.path] { return present.sha256 == record.package.digest }
            return record.buildID > own.buildIDs[record.cpv] ?? 0 || owned[record.path] == record.package.digest
        }
    }

    /// Takes over those of a plan, all at once.
    /// - Throws: when one is gone meanwhile, or there is no room; nothing is taken over then.
    static func adopt(
        _ plan: Plan, from upstreams: [UpstreamPackages], into other: Farm, _ catalogue: BlobCatalogue
    ) async throws(BinhostError) {
        var packages: [(PackagesIndex.Entry, FilePath)] = []
        for upstream in upstreams {
            let binhost = upstream.farm.binhost
            let paths = plan.jobs.filter { $0.adoptedFrom == upstream.farm.configuration.name }.compactMap(
                \.cached?.path)
            let entries = await binhost.entries(at: paths)
            guard entries.count == Set(paths).count else {
                throw .system(
                    operation: "take over packages of", path: binhost.directory.string, errno: .noSuchFileOrDirectory)
            }
            packages += entries.map { ($0, binhost.directory) }
        }
        try await other.binhost.adopt(packages)
        for job in plan.jobs where job.adoptedFrom != nil {
            guard let record = job.cached else { continue }
            catalogue.register(record.package.digest, at: other.binhost.directory.appending(record.path))
        }
    }
}
