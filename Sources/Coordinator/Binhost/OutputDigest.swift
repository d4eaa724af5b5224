import Shared

/// Digests what the dependents of a package can see of it: `docs/build-keys.md`.
///
/// The image is read once, as a stream; 32 bytes are kept of each file, and a little more of plain ones, as a hard link
/// may name them later.
struct OutputDigest {
    /// Files of one package; a kernel's sources are a hundred thousand.
    static let fileLimit = 1_000_000

    private static let plain: UInt32 = 0o100000
    private static let symbolicLink: UInt32 = 0o120000

    private var files: [ContentDigest] = []
    /// Contents by what their path digests to.
    private var contents: [UInt64: ContentDigest] = [:]
    private var count = 0
    private var size: Int64 = 0

    /// What stands in front of all paths.
    private let directory: StaticString

    /// Reads the image of a package.
    /// - Parameter directory: what stands in front of all paths in the archive, with a slash at its end.
    init(
        image: borrowing ArchiveReader, below directory: StaticString, buffer: UnsafeMutableRawBufferPointer
    ) throws(ArchiveReader.Failure) {
        self.directory = directory
        while let file = try image.nextFile() {
            count += 1
            // Holes cost nothing to pack.
            guard file.size <= image.limit - size else { throw image.tooLarge }
            size += max(0, file.size)
            guard count <= Self.fileLimit else {
                throw ArchiveReader.Failure(detail: "more than \(Self.fileLimit) files")
            }
            guard !InstalledFile.leavesRoot(file.path) else {
                let name = String(decoding: file.path, as: UTF8.self)
                throw ArchiveReader.Failure(detail: "the member \(name) leaves the package's root")
            }
            guard let path = InstalledFile.installedPath(file.path, below: directory) else {
                try image.passOver()
                continue
            }
            let content = try self.content(of: file, at: path, in: image, buffer: buffer)
            try image.passOver()
            guard !InstalledFile.isInvisible(path) else { continue }
            files.append(Self.digest(file, at: path, content: content))
        }
    }

    /// - Parameter metadata: of the same package.
    func finish(_ metadata: BinpkgMetadata) -> ContentDigest {
        var text = Fields()
        text.add("binfarm output 1")
        text.add(metadata.cpv.cp)
        text.add(metadata.cpv.versionWithoutRevision)
        text.add("\(metadata.slot)/\(metadata.subSlot)")
        text.add(metadata.use.intersection(metadata.iuse).sorted().joined(separator: " "))
        text.add(metadata["PROVIDES"])
        // The order in which they were packed says nothing.
        for file in files.sorted() { text.add(file) }
        return text.finish()
    }

    /// Of a plain file, by any of its names.
    private mutating func content(
        of file: InstalledFile, at path: [UInt8], in image: borrowing ArchiveReader,
        buffer: UnsafeMutableRawBufferPointer
    ) throws(ArchiveReader.Failure) -> ContentDigest? {
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
        let content = hasher.finish()
        contents[ContentHasher.digest(path).prefix] = content
        return content
    }

    private static func digest(_ file: InstalledFile, at path: [UInt8], content: ContentDigest?) -> ContentDigest {
        var fields = Fields()
        fields.add(path)
        // A hard link is the file that it is another name of.
        fields.add("\(file.hardLink == nil ? file.type : plain) \(file.mode) \(file.owner) \(file.group)")
        if let content {
            fields.add(content)
        } else if file.type == symbolicLink {
            fields.add(file.symbolicLink ?? [])
        } else {
            fields.add("\(file.device)")
        }
        return fields.finish()
    }

    /// Each with its length in front.
    private struct Fields {
        private var bytes: [UInt8] = []

        mutating func add(_ text: String) { add(Array(text.utf8)) }

        mutating func add(_ field: [UInt8]) {
            withUnsafeBytes(of: UInt64(field.count).bigEndian) { bytes.append(contentsOf: $0) }
            bytes += field
        }

        mutating func add(_ digest: ContentDigest) { digest.append(to: &bytes) }

        func finish() -> ContentDigest { ContentHasher.digest(bytes) }
    }
}

extension CPV {
    /// PMS's PV.
    fileprivate var versionWithoutRevision: String {
        guard let hyphen = version.lastIndex(of: "-") else { return version }
        return String(version[..<hyphen])
    }
}
