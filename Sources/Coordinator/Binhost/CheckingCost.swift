package import SystemPackage

/// What checking a package for publication costs, part by part: for measurements.
package struct CheckingCost: Sendable {
    /// The digests of the file for the index.
    package var digests: Duration
    /// The container: the digests of its members, the metadata.
    package var container: Duration
    /// The same and the output digest, as it is published.
    package var whole: Duration

    package init(of path: FilePath) throws {
        let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        defer { try? file.close() }
        let name = path.lastComponent?.string ?? path.string
        let clock = ContinuousClock()
        digests = try clock.measure { _ = try FileDigests(of: file, path: path) }
        container = try clock.measure { _ = try GPKGReader.read(file, file: name) }
        try file.seek(offset: 0, from: .start)
        whole = try clock.measure { _ = try GPKGReader.readWhole(file, file: name) }
    }
}
