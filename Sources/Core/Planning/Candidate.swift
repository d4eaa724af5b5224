package import Shared

/// A published package that a job need not build if its dependencies' outputs turn out to be those that this package was
/// built with.
package struct Candidate: Hashable, Sendable, Codable {
    package var record: PublishedRecord
    package var cutoffKey: ContentDigest

    package init(record: PublishedRecord, cutoffKey: ContentDigest) {
        self.record = record
        self.cutoffKey = cutoffKey
    }
}
