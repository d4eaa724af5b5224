import Binpkgs
import Shared

/// The package a job was to build, and the file its worker offered.
struct ExpectedPackage: Equatable, Sendable {
    var cpv: CPV
    /// With the sub-slot where the plan has one: `0/3.1`; without, any sub-slot is right.
    var slot: String
    var repository: String
    /// The flags of the package's IUSE that the plan enables.
    var use: Set<String>
    var buildID: Int
    /// Of the whole file.
    var sha256: ContentDigest
    /// Bytes.
    var size: Int64
    /// How it is packed.
    var format: BinpkgFormat = .gpkg

    /// Relative to the binhost.
    var path: String { BinpkgPath(cpv, buildID: buildID, format: format).description }

    /// The same package in another file, which is published: signed, perhaps.
    func file(_ published: PublishedPackage) -> ExpectedPackage {
        var result = self
        (result.sha256, result.size) = (published.sha256, published.size)
        return result
    }

    /// Compares what the package says of itself with the plan.
    ///
    /// A package's USE also holds the implicit flags of its profile (ARCH, `elibc_…`, `kernel_…`): only the flags in its
    /// own IUSE are compared.
    func check(_ metadata: BinpkgMetadata) throws(BinhostError) {
        var differences: [BinhostError.Difference] = []
        func compare(_ what: String, _ wanted: String, _ found: String) {
            if wanted != found { differences.append(.init(what: what, wanted: wanted, found: found)) }
        }
        compare("package", cpv.description, metadata.cpv.description)
        let fullSlot = slot.contains("/") ? "\(metadata.slot)/\(metadata.subSlot)" : metadata.slot
        compare("SLOT", Self.withoutEqualSubSlot(slot), Self.withoutEqualSubSlot(fullSlot))
        compare("repository", repository, metadata.repository)
        let enabled = metadata.use.intersection(metadata.iuse)
        compare("USE", use.sorted().joined(separator: " "), enabled.sorted().joined(separator: " "))
        compare("BUILD_ID", String(buildID), String(metadata.buildID))
        guard differences.isEmpty else { throw .identityMismatch(cpv: cpv, differences: differences) }
    }

    /// `0/0` says no more than `0`.
    private static func withoutEqualSubSlot(_ slot: String) -> String {
        let parts = slot.split(separator: "/")
        return parts.count == 2 && parts[0] == parts[1] ? String(parts[0]) : slot
    }
}
