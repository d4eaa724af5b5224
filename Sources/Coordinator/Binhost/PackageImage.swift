import Shared

/// Reads the files of a package's image, once, as a stream. Of plain ones 48 bytes are kept, as a hard link may name them later.
struct PackageImage {
    /// Files of one package; a kernel's sources are a hundred thousand.
    static let fileLimit = 1_000_000

    /// Of a plain file, by any of its names.
    struct Content {
        let digest: ContentDigest
        /// Bytes.
        let size: Int64
    }

    /// A file with its path below the root that it is installed in.
    typealias Visitor = (_ file: InstalledFile, _ path: [UInt8], _ content: Content?) -> Void

    private static let plain: UInt32 = 0o100000

    /// Contents by what their path digests to.
    private var contents: [UInt64: Content] = [:]
    /// What stands in front of all paths.
    private let directory: StaticString

    private init(directory: StaticString) { self.directory = directory }

    /// - Parameter directory: what stands in front of all paths in the archive, with a slash at its end.
    static func read(
        _ image: borrowing ArchiveReader, below directory: StaticString, buffer: UnsafeMutableRawBufferPointer,
        _ visit: Visitor
    ) throws(ArchiveReader.Failure) {
        var reader = PackageImage(directory: directory)
        var count = 0
        var size: Int64 = 0
        while let file = try image.nextFile() {
            count += 1
            // Holes cost nothing to pack.
            guard file.size <= image.limit - size else { throw image.tooLarge }
            size += max(0, file.size)
            guard count <= fileLimit else { throw ArchiveReader.Failure(detail: "more than \(fileLimit) files") }
            guard !InstalledFile.leavesRoot(file.path) else {
                let name = String(decoding: file.path, as: UTF8.self)
                throw ArchiveReader.Failure(detail: "the member \(name) leaves the package's root")
            }
            guard let path = InstalledFile.installedPath(file.path, below: directory) else {
                try image.passOver()
                continue
            }
            let content = try reader.content(of: file, at: path, in: image, buffer: buffer)
            try image.passOver()
            visit(file, path, content)
        }
    }

    private mutating func content(
        of file: InstalledFile, at path: [UInt8], in image: borrowing ArchiveReader,
        buffer: UnsafeMutableRawBufferPointer
    ) throws(ArchiveReader.Failure) -> Content? {
        if let target = file.hardLink {
            guard let target = InstalledFile.installedPath(target, below: directory),
                let content = contents[ContentHasher.digest(target).prefix]
            else { throw ArchiveReader.Failure(detail: "a hard link to what is not there") }
            contents[ContentHasher.digest(path).prefix] = content
            return content
        }
        guard file.type == Self.plain else { return nil }
        var hasher = ContentHasher()
        try image.readContent(into: buffer) { piece in
            hasher.update(piece)
            return true
        }
        let content = Content(digest: hasher.finish(), size: file.size)
        contents[ContentHasher.digest(path).prefix] = content
        return content
    }
}
