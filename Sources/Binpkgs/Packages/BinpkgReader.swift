package import Shared
package import SystemPackage

/// What a package may be at most, whatever its format.
package enum BinpkgLimits {
    /// Bytes of metadata, packed and unpacked.
    package static let metadata = 16 * 1024 * 1024
    /// Files in the metadata.
    package static let metadataFiles = 4096
    /// Bytes that the image may unpack to.
    package static let image: Int64 = 64 << 30
}

/// What a package may have of signatures.
package enum BinpkgSignatures {
    case any
    /// None at all: what a worker built.
    case none
    /// All that its format has a place for: what the coordinator signed.
    case all
}

/// Reads and checks a package of the format that was asked for, whatever the file looks like. The file is open for reading;
/// the descriptor stays open.
package enum BinpkgReader {
    /// Reads the metadata, and of a gpkg the digests of all its members.
    /// - Parameter file: what errors call it.
    package static func read(
        _ descriptor: FileDescriptor, file: String, as format: BinpkgFormat, signatures: BinpkgSignatures = .any
    ) throws(BinpkgError) -> BinpkgMetadata {
        try refuseOthers(than: format, descriptor, file: file, signatures)
        return switch format {
        case .gpkg: try GPKGReader.read(descriptor, file: file, signatures: signatures)
        case .xpak: try XPAKReader.read(descriptor, file: file)
        }
    }

    /// Reads a package as `read` does, and its image too.
    /// - Returns: beside the metadata the digest of what dependents can see, nil when the image is compressed in a way that
    ///   cannot be read here.
    package static func readWhole(
        _ descriptor: FileDescriptor, file: String, as format: BinpkgFormat, signatures: BinpkgSignatures = .any
    ) throws(BinpkgError) -> (metadata: BinpkgMetadata, output: ContentDigest?) {
        try refuseOthers(than: format, descriptor, file: file, signatures)
        return switch format {
        case .gpkg: try GPKGReader.readWhole(descriptor, file: file, signatures: signatures)
        case .xpak: try XPAKReader.readWhole(descriptor, file: file)
        }
    }

    /// Reads a package as `read` does, and its image file by file.
    /// - Returns: beside the metadata whether the image was read: it may be compressed in a way that cannot be read here.
    package static func walk(
        _ descriptor: FileDescriptor, file: String, as format: BinpkgFormat, _ visit: @escaping PackageImage.Visitor
    ) throws(BinpkgError) -> (metadata: BinpkgMetadata, hasReadImage: Bool) {
        try refuseOthers(than: format, descriptor, file: file, .any)
        return switch format {
        case .gpkg: try GPKGReader.walk(descriptor, file: file, visit)
        case .xpak: try XPAKReader.walk(descriptor, file: file, visit)
        }
    }

    /// Reads a package as `read` does, and hands out its image.
    /// - Returns: beside the metadata whether the image was read: it may be compressed in a way that cannot be read here.
    package static func look(
        into descriptor: FileDescriptor, file: String, as format: BinpkgFormat, _ look: @escaping PackageImage.Look
    ) throws(BinpkgError) -> (metadata: BinpkgMetadata, hasReadImage: Bool) {
        try refuseOthers(than: format, descriptor, file: file, .any)
        return switch format {
        case .gpkg: try GPKGReader.look(into: descriptor, file: file, look)
        case .xpak: try XPAKReader.look(into: descriptor, file: file, look)
        }
    }

    private static func refuseOthers(
        than format: BinpkgFormat, _ descriptor: FileDescriptor, file: String, _ signatures: BinpkgSignatures
    ) throws(BinpkgError) {
        for other in BinpkgFormat.allCases where other != format && looks(descriptor, like: other) {
            throw .otherFormat(file: file, wanted: format, found: other)
        }
        guard signatures != .all || format.canBeSigned else { throw .cannotBeSigned(file: file) }
    }

    /// As Portage tells them apart (`get_binpkg_format` in binpkg.py). What cannot be read looks like nothing: the format's
    /// own reader says why.
    private static func looks(_ descriptor: FileDescriptor, like format: BinpkgFormat) -> Bool {
        switch format {
        case .gpkg:
            guard let name = try? descriptor.bytes(in: 0..<100) else { return false }
            let mark = Array("/gpkg-1\0".utf8)
            return name.indices.contains { name[$0...].starts(with: mark) }
        case .xpak:
            return (try? XPAKSegment.place(in: descriptor)) ?? nil != nil
        }
    }
}
