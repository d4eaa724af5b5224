import Binpkgs
import Shared
package import SystemPackage

/// What checking a package for publication costs, part by part: for measurements.
package struct CheckingCost: Sendable {
    /// The digests of the file for the index.
    package var digests: Duration
    /// The container: the metadata, and of a gpkg the digests of its members.
    package var container: Duration
    /// The same and the output digest, as it is published.
    package var whole: Duration

    package init(of path: FilePath) throws {
        let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        defer { try? file.close() }
        let name = path.lastComponent?.string ?? path.string
        let clock = ContinuousClock()
        digests = try clock.measure { _ = try FileDigests(of: file, path: path) }
        let format = BinpkgFormat(ofPath: name) ?? .gpkg
        container = try clock.measure { _ = try BinpkgReader.read(file, file: name, as: format) }
        whole = try clock.measure { _ = try BinpkgReader.readWhole(file, file: name, as: format) }
    }
}
