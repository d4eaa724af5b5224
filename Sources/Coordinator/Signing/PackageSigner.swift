import Binpkgs
import Shared
import SystemPackage

/// Writes signed copies of packages as GLEP 78 has them and Portage's gpkg.py writes and reads them: behind the metadata and
/// behind the image a detached signature each, last the Manifest with the digests of all of them, clear-signed.
///
/// It works on a queue of its own, so that neither the dispatcher nor the binhosts wait for gpg.
actor PackageSigner {
    nonisolated let key: SigningKey
    private nonisolated let executor = BinhostExecutor()

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(key: SigningKey) {
        self.key = key
    }

    /// Writes the signed copy; nothing stays of it when that fails.
    /// - Parameter package: a gpkg that has been checked and has no signatures.
    func sign(_ package: FilePath, to copy: FilePath) async throws(BinhostError) {
        let source = try FileOperations.open(package)
        defer { try? source.close() }
        let output = try FileOperations.open(copy, .writeOnly, options: [.create, .truncate])
        defer { try? output.close() }
        do {
            try await write(source, to: output, path: copy)
        } catch {
            try? FileOperations.remove(copy)
            throw Self.failure(error, writing: copy)
        }
    }

    /// Whether a file is a signed copy of a package that this key made: what an interrupted publication left.
    func hasSigned(_ package: FilePath, as copy: FilePath) async throws(BinhostError) -> Bool {
        guard package != copy, try FileOperations.status(of: copy)?.isPlainFile == true else { return false }
        let manifest: [UInt8]
        do {
            let (original, other) = (try Self.read(package, .none), try Self.read(copy, .all))
            let same = other.seen.filter { !$0.key.hasSuffix(".sig") && $0.key != "Manifest" }
            guard same == original.seen.filter({ $0.key != "Manifest" }) else { return false }
            manifest = other.manifest
        } catch is BinpkgError {
            return false
        } catch {
            throw Self.failure(error, writing: copy)
        }
        do { return try await key.verifies(manifest) } catch { throw .unsigned(error) }
    }

    private static func read(_ path: FilePath, _ signatures: BinpkgSignatures) throws -> GPKGReader {
        let descriptor = try FileOperations.open(path)
        defer { try? descriptor.close() }
        return try GPKGReader(descriptor, file: path.string, signatures: signatures)
    }

    private func write(_ source: FileDescriptor, to output: FileDescriptor, path: FilePath) async throws {
        let package = try PackageParts(source, file: path.string)
        let (version, metadata, image) = (package.version, package.metadata, package.image)
        let metadataSignature = try await key.detachedSignature(of: metadata.content)

        let archive = try ArchiveWriter(output, directory: package.prefix, size: image.size)
        func place(_ name: String) -> String { "\(package.prefix)/\(name)" }
        try archive.add(place(version.name), version.content, modified: version.modified)
        try archive.add(place(metadata.name), metadata.content, modified: metadata.modified)
        try archive.add(place(metadata.name + ".sig"), metadataSignature, modified: metadata.modified)
        var manifest =
            MemberDigests.line(version.name, version.content) + MemberDigests.line(metadata.name, metadata.content)
            + MemberDigests.line(metadata.name + ".sig", metadataSignature)

        try archive.begin(place(image.name), size: image.size, modified: image.modified)
        let (imageLine, imageSignature) = try await copyImage(image, from: source, into: archive)
        try archive.add(place(image.name + ".sig"), imageSignature, modified: image.modified)
        manifest += imageLine + MemberDigests.line(image.name + ".sig", imageSignature)

        let signedManifest = try await key.clearSigned(Array(manifest.utf8))
        try archive.add(place("Manifest"), signedManifest, modified: image.modified)
        try archive.finish()
    }

    /// Copies the image and has it signed on the way.
    private func copyImage(
        _ image: PackageParts.Member, from source: FileDescriptor, into archive: borrowing ArchiveWriter
    ) async throws -> (line: String, signature: [UInt8]) {
        let feed = try Feed()
        let (gpgsInput, key) = (feed.output, key)
        // It reads while this actor's thread writes.
        let signature = Task { () async throws(SigningError) in try await key.detachedSignature(of: gpgsInput) }
        let line: String
        do {
            // When gpg takes no more, its own words are the error.
            line = try image.copy(from: source, into: archive) { feed.write($0) }
        } catch {
            _ = consume feed
            _ = await signature.result
            throw error
        }
        // Its end.
        _ = consume feed
        return (line, try await signature.value)
    }

    private static func failure(_ error: any Error, writing copy: FilePath) -> BinhostError {
        switch error {
        case let error as BinhostError: error
        case let error as SigningError: .unsigned(error)
        case let error as BinpkgError: .invalidPackage(error)
        case let error as ArchiveWriter.Failure: FileOperations.failure("write", copy, error.errno)
        case let error as ArchiveReader.Failure:
            .invalidPackage(.unreadable(file: copy.string, detail: error.detail))
        case let error as Errno: FileOperations.failure("write", copy, error)
        default: .system(operation: "write", path: copy.string, errno: .ioError)
        }
    }
}
