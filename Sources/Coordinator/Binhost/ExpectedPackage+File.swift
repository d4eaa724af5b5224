import Binpkgs
import Shared
import SystemPackage

extension ExpectedPackage {
    /// What the package at `path` is, a gpkg where its name does not tell.
    init(of path: FilePath) throws {
        let format = BinpkgFormat(ofPath: path.string) ?? .gpkg
        let descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        let metadata = try descriptor.closeAfter {
            try BinpkgReader.read(descriptor, file: path.lastComponent?.string ?? path.string, as: format)
        }
        let blob = try ContentHasher.blob(of: path)
        self.init(
            cpv: metadata.cpv, slot: metadata.values["SLOT"] ?? "", repository: metadata.repository,
            use: metadata.use.intersection(metadata.iuse), buildID: metadata.buildID, sha256: blob.digest,
            size: blob.size, format: format)
    }
}
