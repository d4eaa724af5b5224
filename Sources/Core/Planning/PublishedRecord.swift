package import Shared

/// One package of a binhost: what a finished build became, and what later builds install.
package struct PublishedRecord: Hashable, Sendable, Codable {
    package var cpv: CPV
    package var buildID: Int32
    /// Below PKGDIR.
    package var path: String
    package var package: Blob
    package var buildKey: ContentDigest
    /// Digest of what its dependents can see of it; nil when it is older than such digests, or could not be looked into.
    package var output: ContentDigest?

    package init(
        cpv: CPV, buildID: Int32, path: String, package: Blob, buildKey: ContentDigest, output: ContentDigest? = nil
    ) {
        self.cpv = cpv
        self.buildID = buildID
        self.path = path
        self.package = package
        self.buildKey = buildKey
        self.output = output
    }

    /// As a build's root gets it.
    package func dependency(isBuildOnly: Bool) -> DependencyPackage {
        DependencyPackage(cpv: cpv, buildID: buildID, path: path, package: package, isBuildOnly: isBuildOnly)
    }
}
