internal import Crypto
package import Shared
package import SystemPackage

/// Reads and checks a binary package in Portage's gpkg format (GLEP 78): the container's members, their digests in the
/// Manifest, and the metadata.
///
/// Memory is bounded whatever the file's size: the image is only digested, as a stream, the metadata is kept up to a
/// limit. Whether a package is signed can be asked for; whether the signatures are good is gpg's to say.
package struct GPKGReader {
    /// Most bytes of the Manifest and of each signature.
    package static let smallMemberLimit = 1024 * 1024

    private let file: String
    private var prefix: String?
    private let signatures: BinpkgSignatures
    /// The members by their names inside the prefix directory.
    package private(set) var seen: [String: GPKGManifest.Record] = [:]
    package private(set) var manifest: [UInt8] = []
    private var metadata: [UInt8] = []
    private let imageLimit: Int64
    /// nil when the image is not looked into.
    private let look: PackageImage.Look?
    private var hasReadImage = false
    private var imageFailure: String?

    /// Reads a package as `read` does, and its image too.
    /// - Returns: beside the metadata the digest of what dependents can see, nil when the image is compressed in a way that
    ///   cannot be read here.
    package static func readWhole(
        _ descriptor: FileDescriptor, file: String, signatures: BinpkgSignatures = .any,
        imageLimit: Int64 = BinpkgLimits.image
    ) throws(BinpkgError) -> (metadata: BinpkgMetadata, output: ContentDigest?) {
        var output = OutputDigest()
        let (metadata, hasReadImage) = try walk(
            descriptor, file: file, signatures: signatures, imageLimit: imageLimit
        ) { output.add($0, at: $1, content: $2?.digest) }
        return (metadata, hasReadImage ? output.finish(metadata) : nil)
    }

    /// Reads a package as `read` does, and its image file by file.
    /// - Returns: beside the metadata whether the image was read: it may be compressed in a way that cannot be read here.
    package static func walk(
        _ descriptor: FileDescriptor, file: String, signatures: BinpkgSignatures = .any,
        imageLimit: Int64 = BinpkgLimits.image, _ visit: @escaping PackageImage.Visitor
    ) throws(BinpkgError) -> (metadata: BinpkgMetadata, hasReadImage: Bool) {
        try look(into: descriptor, file: file, signatures: signatures, imageLimit: imageLimit) {
            image, directory, buffer throws(ArchiveReader.Failure) in
            try PackageImage.read(image, below: directory, buffer: buffer, visit)
        }
    }

    /// Reads a package as `read` does, and hands out its image.
    /// - Returns: beside the metadata whether the image was read: it may be compressed in a way that cannot be read here.
    package static func look(
        into descriptor: FileDescriptor, file: String, signatures: BinpkgSignatures = .any,
        imageLimit: Int64 = BinpkgLimits.image, _ look: @escaping PackageImage.Look
    ) throws(BinpkgError) -> (metadata: BinpkgMetadata, hasReadImage: Bool) {
        var reader = GPKGReader(file: file, signatures: signatures, imageLimit: imageLimit, look: look)
        let metadata = try reader.readContainer(descriptor)
        return (metadata, reader.hasReadImage)
    }

    /// Reads a package whose file is open for reading. The descriptor stays open.
    /// - Parameter file: what errors call it.
    package static func read(
        _ descriptor: FileDescriptor, file: String, signatures: BinpkgSignatures = .any
    ) throws(BinpkgError) -> BinpkgMetadata {
        var reader = GPKGReader(file: file, signatures: signatures)
        return try reader.readContainer(descriptor)
    }

    /// Reads a package as `read` does.
    /// - Returns: beside the metadata the Manifest, perhaps clear-signed.
    package static func readManifest(
        _ descriptor: FileDescriptor, file: String
    ) throws(BinpkgError) -> (metadata: BinpkgMetadata, manifest: [UInt8]) {
        var reader = GPKGReader(file: file, signatures: .any)
        let metadata = try reader.readContainer(descriptor)
        return (metadata, reader.manifest)
    }

    /// Reads a package as `read` does, for its members and its Manifest.
    package init(_ descriptor: FileDescriptor, file: String, signatures: BinpkgSignatures) throws(BinpkgError) {
        self.init(file: file, signatures: signatures)
        _ = try readContainer(descriptor)
    }

    private init(
        file: String, signatures: BinpkgSignatures, imageLimit: Int64 = BinpkgLimits.image,
        look: PackageImage.Look? = nil
    ) {
        self.file = file
        self.signatures = signatures
        self.imageLimit = imageLimit
        self.look = look
    }

    private mutating func readContainer(_ descriptor: FileDescriptor) throws(BinpkgError) -> BinpkgMetadata {
        do {
            try descriptor.seek(offset: 0, from: .start)
            let archive = try ArchiveReader(tar: descriptor)
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 16)
            defer { buffer.deallocate() }
            let inner = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 16)
            defer { inner.deallocate() }
            while let member = try archive.next() {
                let name = try place(member)
                if let look, Self.isReadableImage(name) {
                    seen[name] = try readImage(archive.stream(buffer: buffer), buffer: inner, look)
                    continue
                }
                let limit = Self.kept(name).map { $0 == .metadata ? BinpkgLimits.metadata : Self.smallMemberLimit }
                if let limit, member.size > limit {
                    throw BinpkgError.memberTooLarge(file: file, member: name, limit: limit)
                }
                var hash = SHA512()
                var size: Int64 = 0
                var content: [UInt8] = []
                let keeps = Self.kept(name) == .manifest || Self.kept(name) == .metadata
                try archive.readContent(into: buffer) { piece in
                    hash.update(bufferPointer: piece)
                    size += Int64(piece.count)
                    if keeps { content.append(contentsOf: piece) }
                    return true
                }
                seen[name] = .init(size: size, sha512: hash.finalize().hexadecimal)
                if Self.kept(name) == .manifest { manifest = content }
                if Self.kept(name) == .metadata { metadata = content }
            }
        } catch let error as ArchiveReader.Failure {
            throw .unreadable(file: file, detail: error.detail)
        } catch let error as BinpkgError {
            throw error
        } catch {
            throw .unreadable(file: file, detail: "\(error)")
        }
        try checkComplete()
        try checkSignatures()
        try checkDigests()
        if let imageFailure { throw .imageUnreadable(file: file, detail: imageFailure) }
        let result = try BinpkgMetadata(values: unpackMetadata(), file: file)
        // Portage names the directory PF or PF-BUILD_ID.
        let pf = result.cpv.pf
        guard let prefix, prefix == pf || prefix == "\(pf)-\(result.buildID)" else {
            throw .renamed(file: file, prefix: prefix ?? "", pf: pf)
        }
        return result
    }

    private mutating func readImage(
        _ stream: ArchiveMemberStream, buffer: UnsafeMutableRawBufferPointer, _ look: PackageImage.Look
    ) throws(ArchiveReader.Failure) -> GPKGManifest.Record {
        do {
            let archive = try ArchiveReader(compressedTar: stream, limit: imageLimit)
            try look(archive, "image/", buffer)
            hasReadImage = true
        } catch {
            if let failure = stream.failure { throw failure }
            // Whether it is damaged the Manifest tells first.
            imageFailure = error.detail
        }
        try stream.drain()
        return GPKGManifest.Record(size: stream.size, sha512: stream.hash.finalize().hexadecimal)
    }

    /// The member's name inside the prefix directory.
    private mutating func place(_ member: ArchiveReader.Member) throws(BinpkgError) -> String {
        let parts = member.name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !["", ".", ".."].contains(parts[0]), !parts[1].isEmpty,
            prefix == nil || prefix == parts[0]
        else { throw .memberMisplaced(file: file, member: member.name) }
        prefix = parts[0]
        guard member.isPlainFile, Self.isKnown(parts[1]) else {
            throw .memberUnexpected(file: file, member: member.name)
        }
        guard seen[parts[1]] == nil else { throw .memberDuplicate(file: file, member: member.name) }
        return parts[1]
    }

    private func checkComplete() throws(BinpkgError) {
        for kind in ["metadata", "image"] {
            let archives = seen.keys.filter { Self.archive($0) == kind }.sorted()
            guard let first = archives.first else { throw .memberMissing(file: file, member: "\(kind).tar") }
            guard archives.count == 1 else { throw .memberDuplicate(file: file, member: archives[1]) }
            for name in seen.keys.sorted() where name.hasPrefix(kind) && name.hasSuffix(".sig") {
                guard name == first + ".sig" else { throw .memberUnexpected(file: file, member: name) }
            }
        }
        for name in ["gpkg-1", "Manifest"] where seen[name] == nil {
            throw .memberMissing(file: file, member: name)
        }
    }

    private func checkSignatures() throws(BinpkgError) {
        let signed = seen.keys.filter { $0.hasSuffix(".sig") }.sorted()
        let isManifestSigned = String(decoding: manifest, as: UTF8.self).contains("-----BEGIN PGP")
        switch signatures {
        case .any: return
        case .none:
            if let member = signed.first ?? (isManifestSigned ? "Manifest" : nil) {
                throw .alreadySigned(file: file, member: member)
            }
        case .all:
            for member in seen.keys.sorted() where Self.archive(member) != nil && seen[member + ".sig"] == nil {
                throw .signatureMissing(file: file, member: member)
            }
            guard isManifestSigned else { throw .signatureMissing(file: file, member: "Manifest") }
        }
    }

    private func checkDigests() throws(BinpkgError) {
        let listed = try GPKGManifest(String(decoding: manifest, as: UTF8.self), file: file).records
        for (name, found) in seen.sorted(by: { $0.key < $1.key }) where name != "Manifest" {
            guard let record = listed[name] else { throw .memberUnexpected(file: file, member: name) }
            guard record == found else { throw .digestMismatch(file: file, member: name) }
        }
        for name in listed.keys.sorted() where seen[name] == nil {
            throw .memberMissing(file: file, member: name)
        }
    }

    /// The `metadata/KEY` files that are index values; build logs, the environment and file lists are not kept.
    private func unpackMetadata() throws(BinpkgError) -> [String: String] {
        do {
            return try metadata.withUnsafeBytes { packed in try Self.unpack(packed, file: file) }
        } catch let error as ArchiveReader.Failure {
            throw .metadataUnreadable(file: file, detail: error.detail)
        } catch let error as BinpkgError {
            throw error
        } catch {
            throw .metadataUnreadable(file: file, detail: "\(error)")
        }
    }

    private static func unpack(_ packed: UnsafeRawBufferPointer, file: String) throws -> [String: String] {
        let archive = try ArchiveReader(compressedTar: packed)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
        defer { buffer.deallocate() }
        var values: [String: String] = [:]
        var count = 0
        var total = 0
        while let member = try archive.next() {
            count += 1
            let parts = member.name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            // Portage writes only files, other writers of the format also the directory itself.
            if ["metadata/", "metadata"].contains(member.name), !member.isPlainFile { continue }
            guard count <= BinpkgLimits.metadataFiles, parts.count == 2, parts[0] == "metadata", member.isPlainFile,
                !["", ".", ".."].contains(parts[1]), values[parts[1]] == nil
            else { throw BinpkgError.metadataUnreadable(file: file, detail: "unexpected member \(member.name)") }
            let keeps = BinpkgMetadata.isIndexKey(parts[1])
            var content: [UInt8] = []
            try archive.readContent(into: buffer) { piece in
                total += piece.count
                if keeps { content.append(contentsOf: piece) }
                return total <= BinpkgLimits.metadata
            }
            guard total <= BinpkgLimits.metadata else {
                throw BinpkgError.memberTooLarge(file: file, member: "metadata, unpacked", limit: BinpkgLimits.metadata)
            }
            if keeps { values[parts[1]] = String(decoding: content, as: UTF8.self) }
        }
        return values
    }

    private enum Kept { case manifest, metadata, signature }

    private static func kept(_ name: String) -> Kept? {
        if name == "Manifest" { return .manifest }
        if name.hasSuffix(".sig") { return .signature }
        return archive(name) == "metadata" ? .metadata : nil
    }

    /// libarchive leaves LZO to a program.
    private static func isReadableImage(_ name: String) -> Bool { archive(name) == "image" && !name.hasSuffix(".lzo") }

    private static func isKnown(_ name: String) -> Bool {
        if name == "gpkg-1" || name == "Manifest" { return true }
        return archive(name.hasSuffix(".sig") ? String(name.dropLast(4)) : name) != nil
    }

    /// `metadata` or `image` for the name of such an archive with or without compression.
    package static func archive(_ name: String) -> String? {
        guard let dot = name.firstIndex(of: ".") else { return nil }
        let stem = String(name[..<dot])
        guard stem == "metadata" || stem == "image" else { return nil }
        let endings = [
            ".tar", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.lzma", ".tar.lz", ".tar.lz4", ".tar.lzo", ".tar.zst",
        ]
        return endings.contains(String(name[dot...])) ? stem : nil
    }
}
