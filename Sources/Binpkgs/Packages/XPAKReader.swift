package import Shared
package import SystemPackage

/// Reads and checks a binary package in Portage's xpak format: the metadata and, in front of it, the image.
///
/// Memory is bounded whatever the file's size. Nothing in an xpak has digests: that the file is the one that its worker built
/// is told by its SHA-256, and whether the image is whole by tar and by the checks of its compression, as far as it has some and
/// libarchive looks at them: not of gzip, and an image that lzop has packed is not looked into.
package enum XPAKReader {
    /// Reads the metadata.
    /// - Parameter file: what errors call it.
    package static func read(_ descriptor: FileDescriptor, file: String) throws(BinpkgError) -> BinpkgMetadata {
        try metadata(XPAKSegment(of: descriptor, file: file), file: file)
    }

    /// Reads a package as `read` does, and its image too.
    /// - Parameter imageLimit: bytes that the image may unpack to.
    /// - Returns: beside the metadata the digest of what dependents can see, nil when the image is compressed in a way that
    ///   cannot be read here.
    package static func readWhole(
        _ descriptor: FileDescriptor, file: String, imageLimit: Int64 = BinpkgLimits.image
    ) throws(BinpkgError) -> (metadata: BinpkgMetadata, output: ContentDigest?) {
        var output = OutputDigest()
        let (metadata, hasReadImage) = try walk(descriptor, file: file, imageLimit: imageLimit) {
            output.add($0, at: $1, content: $2?.digest)
        }
        return (metadata, hasReadImage ? output.finish(metadata) : nil)
    }

    /// Reads a package as `read` does, and its image file by file.
    /// - Parameter imageLimit: bytes that the image may unpack to.
    /// - Returns: beside the metadata whether the image was read: it may be compressed in a way that cannot be read here.
    package static func walk(
        _ descriptor: FileDescriptor, file: String, imageLimit: Int64 = BinpkgLimits.image,
        _ visit: PackageImage.Visitor
    ) throws(BinpkgError) -> (metadata: BinpkgMetadata, hasReadImage: Bool) {
        try look(into: descriptor, file: file, imageLimit: imageLimit) {
            image, directory, buffer throws(ArchiveReader.Failure) in
            try PackageImage.read(image, below: directory, buffer: buffer, visit)
        }
    }

    /// Reads a package as `read` does, and hands out its image.
    /// - Parameter imageLimit: bytes that the image may unpack to.
    /// - Returns: beside the metadata whether the image was read: it may be compressed in a way that cannot be read here.
    package static func look(
        into descriptor: FileDescriptor, file: String, imageLimit: Int64 = BinpkgLimits.image,
        _ look: PackageImage.Look
    ) throws(BinpkgError) -> (metadata: BinpkgMetadata, hasReadImage: Bool) {
        let segment = try XPAKSegment(of: descriptor, file: file)
        let metadata = try metadata(segment, file: file)
        do throws(ArchiveReader.Failure) {
            return (metadata, try readImage(descriptor, size: segment.imageSize, limit: imageLimit, look))
        } catch {
            throw .imageUnreadable(file: file, detail: error.detail)
        }
    }

    private static func metadata(_ segment: XPAKSegment, file: String) throws(BinpkgError) -> BinpkgMetadata {
        let values = segment.files.filter { BinpkgMetadata.isIndexKey($0.key) }
        return try BinpkgMetadata(values: values.mapValues { String(decoding: $0, as: UTF8.self) }, file: file)
    }

    /// The magic of lzop, which libarchive leaves to a program.
    private static let lzo: [UInt8] = [0x89, 0x4C, 0x5A, 0x4F, 0x00, 0x0D, 0x0A, 0x1A, 0x0A]
    private static let pieceSize = 256 * 1024
    /// Two blocks of zeros end a tar.
    private static let endSize: Int64 = 1024

    private static func readImage(
        _ descriptor: FileDescriptor, size: Int64, limit: Int64, _ look: PackageImage.Look
    ) throws(ArchiveReader.Failure) -> Bool {
        let space = UnsafeMutableRawBufferPointer.allocate(byteCount: 3 * pieceSize, alignment: 16)
        defer { space.deallocate() }
        func buffer(_ number: Int) -> UnsafeMutableRawBufferPointer {
            UnsafeMutableRawBufferPointer(rebasing: space[(number * pieceSize)..<((number + 1) * pieceSize)])
        }
        if (try? descriptor.bytes(in: 0..<Int64(lzo.count))) == lzo { return false }
        let file = FileRange(descriptor, size: size, buffer: buffer(0))
        let packed = try ArchiveReader(unpacking: file)
        _ = try packed.next()
        let unpacked = packed.unpacked(limit: limit, buffer: buffer(1))
        do throws(ArchiveReader.Failure) {
            let archive = try ArchiveReader(tar: unpacked, limit: limit)
            try look(archive, "", buffer(2))
            while let piece = unpacked.next() { if piece.isEmpty { break } }
            if let failure = unpacked.failure { throw failure }
            // Clients see nothing behind the end of the tar, and nothing behind the end of what it is packed in.
            guard unpacked.trailingZeros >= unpacked.size - archive.position + endSize else {
                throw ArchiveReader.Failure(detail: "its tar has no end, or something behind it")
            }
            guard packed.positionInSource == file.size else {
                throw ArchiveReader.Failure(
                    detail: "\(file.size - packed.positionInSource) bytes are between the image and the metadata")
            }
            return true
        } catch {
            throw file.failure ?? unpacked.failure ?? error
        }
    }
}
