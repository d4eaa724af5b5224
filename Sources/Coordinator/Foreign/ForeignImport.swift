import Core
import Shared
import SystemPackage

/// A package of somebody else's binhost that has been fetched for a job, and whose publication is all that is missing.
struct ForeignImport: Sendable {
    let job: PlannedJob
    let source: ForeignPackage
    /// Its file in staging.
    let file: FilePath
    let blob: Blob

    /// What was planned: a binhost's index says much.
    var expected: ExpectedPackage {
        ExpectedPackage(
            cpv: job.cpv, slot: job.slot, repository: job.repository, use: Set(job.use),
            buildID: Int(source.buildID), sha256: blob.digest, size: blob.size, format: source.format)
    }

    /// What the job's build would have become.
    /// - Parameter package: the file as it is published.
    func record(of package: Blob, output: ContentDigest? = nil) -> PublishedRecord {
        PublishedRecord(
            cpv: job.cpv, buildID: source.buildID,
            path: expected.path, package: package, buildKey: job.buildKey, output: output)
    }
}
