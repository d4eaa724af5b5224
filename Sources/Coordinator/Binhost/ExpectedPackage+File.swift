import Shared
import SystemPackage

extension ExpectedPackage {
    /// What the package at `path` is.
    init(of path: FilePath) throws {
        let metadata = try GPKGReader.read(path)
        let blob = try ContentHasher.blob(of: path)
        self.init(
            cpv: metadata.cpv, slot: metadata.values["SLOT"] ?? "", repository: metadata.repository,
            use: metadata.use.intersection(metadata.iuse), buildID: metadata.buildID, sha256: blob.digest,
            size: blob.size)
    }
}
