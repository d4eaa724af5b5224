import Shared

/// One package of a binhost: what a finished build became, and what later builds install.
struct PublishedRecord: Hashable, Sendable, Codable {
    var cpv: CPV
    var buildID: Int32
    /// Below PKGDIR.
    var path: String
    var package: Blob
    var buildKey: ContentDigest

    /// As a build's root gets it.
    var dependency: DependencyPackage {
        DependencyPackage(cpv: cpv, buildID: buildID, path: path, package: package)
    }
}
