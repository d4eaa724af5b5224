import Crypto
import Shared
import SystemPackage

/// Reads and checks a binary package in Portage's gpkg format (GLEP 78): the container's members, their digests in the
/// Manifest, and the metadata.
///
/// Memory is bounded whatever the file's size: the image is only digested, as a stream, the metadata is kept up to a
/// limit. Whether a package is signed can be asked for; whether the signatures are good is gpg's to say.
struct GPKGReader {
    /// What a package may have of signatures.
    enum Signatures {
        case any
        /// None at all: what a worker built.
        case none
        /// All three: what the coordinator signed.
        case all
    }

    /// Most bytes of metadata, packed and unpacked.
    static let metadataLimit = 16 * 1024 * 1024
    /// Most bytes of the Manifest and of each signature.
    static let smallMemberLimit = 1024 * 1024
    /// Most bytes that the image may unpack to.
    static let imageLimit: Int64 = 64 << 30
    /// Most files in the metadata.
    static let metadataCountLimit = 4096

    private let file: String
    private var prefix: String?
    private let signatures: Signatures
    /// The members by their names inside the prefix directory.
    private(set) var seen: [String: GPKGManifest.Record] = [:]
    private(set) var manifest: [UInt8] = []
    private var metadata: [UInt8] = []
    /// nil when the image is not looked into.
    private let imageLimit: Int64?
    private var image: OutputDigest?
    private var imageFailure: String?

    /// Reads a package as `read` does, and its image too.
    /// - Returns: beside the metadata the digest of what dependents can see, nil when the image is compressed in a way that
    ///   cannot be read here.
    static func readWhole(
        _ descriptor: FileDescriptor, file: String, signatures: Signatures = .any, imageLimit: Int64 = imageLimit
    ) throws(GPKGError) -> (metadata: BinpkgMetadata, output: ContentDigest?) {
        var reader = GPKGReader(file: file, signatures: signatures, imageLimit: imageLimit)
        let metadata = try reader.readContainer(descriptor)
        return (metadata, reader.image?.finish(metadata))
    }

    /// Reads a package whose file is open for reading at its start. The descriptor stays open.
    /// - Parameter file: what errors call it.
    static func read(
        _ descriptor: FileDescriptor, file: String, signatures: Signatures = .any
    ) throws(GPKGError) -> BinpkgMetadata {
        var reader = GPKGReader(file: file, signatures: signatures)
        return try reader.readContainer(descriptor)
    }

    /// Reads a package as `read` does, for its members and its Manifest.
    init(_ descriptor: FileDescriptor, file: String, signatures: Signatures) throws(GPKGError) {
        self.init(file: file, signatures: signatures)
        _ = try readContainer(descriptor)
    }

    /// Reads the package at `path`.
    static func read(_ path: FilePath) throws -> BinpkgMetadata {
        let descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        return try descriptor.closeAfter { try read(descriptor, file: path.lastComponent?.string ?? path.string) }
    }

    private init(file: String, signatures: Signatures, imageLimit: Int64? = nil) {
        self.file = file
        self.signatures = signatures
        self.imageLimit = imageLimit
    }

    private mutating func readContainer(_ descriptor: FileDescriptor) throws(GPKGError) -> BinpkgMetadata {
        do {
            let archive = try ArchiveReader(tar: descriptor)
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 16)
            defer { buffer.deallocate() }
            let inner = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 16)
            defer { inner.deallocate() }
            while let member = try archive.next() {
                let name = try place(member)
                if let imageLimit, Self.isReadableImage(name) {
                    seen[name] = try readImage(archive.stream(buffer: buffer), limit: imageLimit, buffer: inner)
                    continue
                }
                let limit = Self.kept(name).map { $0 == .metadata ? Self.metadataLimit : Self.smallMemberLimit }
                if let limit, member.size > limit {
                    throw GPKGError.memberTooLarge(file: file, member: name, limit: limit)
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
        } catch let error as GPKGError {
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
        _ stream: ArchiveMemberStream, limit: Int64, buffer: UnsafeMutableRawBufferPointer
    ) throws(ArchiveReader.Failure) -> GPKGManifest.Record {
        do {
            let archive = try ArchiveReader(compressedTar: stream, limit: limit)
            image = try OutputDigest(image: archive, buffer: buffer)
        } catch {
            if let failure = stream.failure { throw failure }
            // Whether it is damaged the Manifest tells first.
            imageFailure = error.detail
        }
        try stream.drain()
        return GPKGManifest.Record(size: stream.size, sha512: stream.hash.finalize().hexadecimal)
    }

    /// The member's name inside the prefix directory.
    private mutating func place(_ member: ArchiveReader.Member) throws(GPKGError) -> String {
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

    private func checkComplete() throws(GPKGError) {
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

    private func checkSignatures() throws(GPKGError) {
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

    private func checkDigests() throws(GPKGError) {
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
    private func unpackMetadata() throws(GPKGError) -> [String: String] {
        do {
            return try metadata.withUnsafeBytes { packed in try Self.unpack(packed, file: file) }
        } catch let error as ArchiveReader.Failure {
            throw .metadataUnreadable(file: file, detail: error.detail)
        } catch let error as GPKGError {
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
            guard count <= metadataCountLimit, parts.count == 2, parts[0] == "metadata", member.isPlainFile,
                !["", ".", ".."].contains(parts[1]), values[parts[1]] == nil
            else { throw GPKGError.metadataUnreadable(file: file, detail: "unexpected member \(member.name)") }
            let keeps = isIndexKey(parts[1])
            var content: [UInt8] = []
            try archive.readContent(into: buffer) { piece in
                total += piece.count
                if keeps { content.append(contentsOf: piece) }
                return total <= metadataLimit
            }
            guard total <= metadataLimit else {
                throw GPKGError.memberTooLarge(file: file, member: "metadata, unpacked", limit: metadataLimit)
            }
            if keeps { values[parts[1]] = String(decoding: content, as: UTF8.self) }
        }
        return values
    }

    private static func isIndexKey(_ name: String) -> Bool {
        if name == "repository" { return true }
        return !name.hasPrefix("NEEDED") && name != "CONTENTS"
            && name.utf8.allSatisfy { (65...90).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }
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
    static func archive(_ name: String) -> String? {
        guard let dot = name.firstIndex(of: ".") else { return nil }
        let stem = String(name[..<dot])
        guard stem == "metadata" || stem == "image" else { return nil }
        let endings = [
            ".tar", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.lzma", ".tar.lz", ".tar.lz4", ".tar.lzo", ".tar.zst",
        ]
        return endings.contains(String(name[dot...])) ? stem : nil
    }
}
