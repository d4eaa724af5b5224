import Shared

/// A package in the binhost.
struct PublishedPackage: Equatable, Sendable {
    let cpv: CPV
    /// With the sub-slot where it has one.
    let slot: String
    let repository: String
    let buildID: Int
    /// Seconds since 1970, 0 when the package does not say.
    let buildTime: Int64
    /// Relative to the binhost's directory.
    let path: String
    var format: BinpkgFormat? { BinpkgFormat(ofPath: path) }
    /// Bytes.
    let size: Int64
    let sha256: ContentDigest
    /// By the farm's key, whichever that was.
    let isSigned: Bool
    /// RESTRICT=bindist: its licence does not let anybody give it on.
    let isRestricted: Bool
    /// Digest of what dependents can see of it; only of a package that has just been published.
    var output: ContentDigest?
}
