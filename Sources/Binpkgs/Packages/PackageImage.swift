package import Shared

/// Reads the files of a package's image, once, as a stream. Of plain ones 48 bytes are kept, as a hard link may name them later.
package struct PackageImage {
    /// Files of one package; a kernel's sources are a hundred thousand.
    package static let fileLimit = 1_000_000

    /// Of a plain file, by any of its names.
    package struct Content {
        package let digest: ContentDigest
        /// Bytes.
        package let size: Int64
    }

    /// A file with its path below the root that it is installed in.
    package typealias Visitor = (_ file: InstalledFile, _ path: [UInt8], _ content: Content?) -> Void

    /// Reads an image that is open.
    /// - Parameters:
    ///   - directory: what stands in front of all paths in the archive.
    ///   - buffer: to read into.
    package typealias Look = (
        _ image: borrowing ArchiveReader, _ directory: StaticString, _ buffer: UnsafeMutableRawBufferPointer
    ) throws(ArchiveReader.Failure) -> Void

    /// Contents by what their path digests to.
    private var contents: [UInt64: Content] = [:]
    /// What stands in front of all paths.
    private let directory: StaticString

    private init(directory: StaticString) { self.directory = directory }

    /// - Parameter directory: what stands in front of all paths in the archive, with a slash at its end.
    package static func read(
        _ image: borrowing ArchiveReader, below directory: StaticString, buffer: UnsafeMutableRawBufferPointer,
        _ visit: Visitor
    ) throws(ArchiveReader.Failure) {
        var reader = PackageImage(directory: directory)
        try walk(image, below: directory) { image, file, path, _ throws(ArchiveReader.Failure) in
            visit(file, path, try reader.content(of: file, at: path, in: image, buffer: buffer))
        }
    }

    /// A file with its path below the root that it is installed in, while its content can be read.
    package typealias Walker = (
        _ image: borrowing ArchiveReader, _ file: InstalledFile, _ path: [UInt8], _ entry: OpaquePointer
    ) throws(ArchiveReader.Failure) -> Void

    /// Hands out the files one after the other; what is left of a file's content is passed over.
    /// - Parameter directory: what stands in front of all paths in the archive, with a slash at its end.
    package static func walk(
        _ image: borrowing ArchiveReader, below directory: StaticString, _ visit: Walker
    ) throws(ArchiveReader.Failure) {
        var count = 0
        var size: Int64 = 0
        while let (file, entry) = try image.nextFile() {
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
            try visit(image, file, path, entry)
            try image.passOver()
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
        guard file.type == FileKind.plain else { return nil }
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
