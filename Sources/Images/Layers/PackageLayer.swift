internal import Binpkgs
package import Shared
package import SystemPackage

/// A layer with the files of packages, each where installing it would put it.
package struct PackageLayer: Sendable {
    /// By cpv.
    private let packages: [RuntimePackage]
    private let links: [String: String]

    /// Changes when the same packages become other bytes.
    private static let version = "binfarm layer 2"

    /// - Parameter base: whose links packages go through.
    package init(_ packages: [RuntimePackage], over base: BaseContents) {
        self.packages = packages.sorted { $0.cpv < $1.cpv }
        links = base.links
    }

    /// All that its bytes depend on, but for the versions of the libraries that pack them.
    package var key: ContentDigest {
        let lines =
            [Self.version] + packages.map { "\($0.cpv) \($0.digest)" }
            + links.sorted { $0.key < $1.key }.map { "\($0.key) -> \($0.value)" }
        return ContentHasher.digest(Array(lines.joined(separator: "\n").utf8))
    }

    /// Makes the layer. Blocks.
    /// - Parameter files: of the packages, by their paths in the binhost.
    package func write(_ files: [String: FilePath], into store: ImageStore) throws -> LayerRecord {
        let content = LayerContent(RootLinks(links), libraries: Set(packages.flatMap(\.provides).map(\.name)))
        let (created, plain, packed) = try LayerFile.write(into: store) { archive in
            try packages.map { package -> Int64 in
                guard let source = files[package.path] else { throw LayerError("\(package.path) was not fetched") }
                return try add(package, from: source, to: archive, content)
            }.max() ?? 0
        }
        return LayerRecord(
            blob: packed, plain: plain, packages: packages.map(\.cpv.description), created: created,
            environment: content.environment, libraries: content.places)
    }

    /// - Returns: when it was built, seconds since 1970.
    private func add(
        _ package: RuntimePackage, from source: FilePath, to archive: LayerArchive, _ content: LayerContent
    ) throws -> Int64 {
        guard let format = BinpkgFormat(ofPath: package.path) else { throw LayerError("\(package.path) is no package") }
        let file = try FileDescriptor.open(source, .readOnly, options: .closeOnExec)
        return try file.closeAfter {
            let (metadata, hasRead) = try BinpkgReader.look(into: file, file: package.path, as: format) {
                image, directory, buffer throws(ArchiveReader.Failure) in
                try PackageImage.walk(image, below: directory) {
                    image, file, path, entry throws(ArchiveReader.Failure) in
                    try content.copy(file, at: path, entry, of: image, below: directory, buffer, to: archive)
                }
            }
            guard hasRead else { throw LayerError("\(package.path) is packed with lzop, which cannot be read here") }
            guard metadata.cpv == package.cpv else {
                throw LayerError("\(package.path) is \(metadata.cpv), and the index says \(package.cpv)")
            }
            let times = PackagesIndex.timestamps
            return min(max(Int64(metadata["BUILD_TIME"]) ?? 0, times.lowerBound), times.upperBound)
        }
    }
}
