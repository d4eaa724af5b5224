internal import FoundationEssentials
internal import Glibc
package import Shared
package import SystemPackage

/// A directory with images: an OCI image layout (image-layout.md), which other tools read as it is. A layer that several
/// images have is there once.
package struct ImageStore: Sendable {
    package let directory: FilePath

    private static let layoutName = "oci-layout"
    private static let layout = #"{"imageLayoutVersion":"1.0.0"}"#
    private static let indexName = "index.json"
    private static let nameKey = "org.opencontainers.image.ref.name"
    /// Bytes of a document.
    private static let documentLimit: Int64 = 16 << 20

    /// Makes the directory where it is not there yet.
    package init(_ directory: FilePath) throws(ImageError) {
        self.directory = directory
        do {
            for name in ["blobs/sha256", Self.recordsName] { try Directory.create(directory.pushing(FilePath(name))) }
            let layout = directory.appending(Self.layoutName)
            if !FileStatus.exists(layout) { try AtomicFile.write(Array(Self.layout.utf8), to: layout) }
            let index = directory.appending(Self.indexName)
            if !FileStatus.exists(index) { try AtomicFile.write(Self.encode(OCIIndex()), to: index) }
        } catch {
            throw ImageError("\(directory) cannot hold images: \(error)", remedy: "name another directory by --store")
        }
    }

    // MARK: Blobs

    package func path(of digest: ContentDigest) -> FilePath {
        directory.appending("blobs").appending("sha256").appending(digest.hex)
    }

    package func has(_ blob: Blob) -> Bool { (try? FileStatus.size(of: path(of: blob.digest))) == blob.size }

    /// A new file that nobody else has, for what becomes a blob.
    package func newFile() -> FilePath { directory.appending(".\(getpid())-\(UInt64.random(in: 0 ... .max)).new") }

    /// Gives a file its place; the file is gone from where it was.
    package func adopt(_ file: FilePath, as digest: ContentDigest) throws(ImageError) {
        guard rename(file.string, path(of: digest).string) == 0 else {
            throw ImageError("\(path(of: digest)) cannot be written: \(Errno(rawValue: errno))")
        }
    }

    package func put(_ bytes: [UInt8]) throws(ImageError) -> Blob {
        let blob = Blob(digest: ContentHasher.digest(bytes), size: Int64(bytes.count))
        guard !has(blob) else { return blob }
        do { try AtomicFile.write(bytes, to: path(of: blob.digest)) } catch {
            throw ImageError("\(path(of: blob.digest)) cannot be written: \(error)")
        }
        return blob
    }

    package func put(_ document: some Encodable) throws(ImageError) -> Blob { try put(Self.encode(document)) }

    package func read<Document: Decodable>(_ descriptor: OCIDescriptor, as type: Document.Type) throws(ImageError)
        -> Document
    {
        guard let blob = descriptor.blob else {
            throw ImageError("\(descriptor.digest) is no digest that is known here")
        }
        return try Self.decode(path(of: blob.digest), as: type)
    }

    // MARK: Names

    /// What names begin with that are not to stay; no image of a user's has such a one.
    private static let passing = "base+"

    /// A name that nobody else has, until somebody prunes.
    package static func passingName() -> String { "\(passing)\(UInt64.random(in: 0 ... .max))" }

    package func images() throws(ImageError) -> [(name: String, manifest: OCIDescriptor)] {
        try index().manifests.compactMap { descriptor in
            descriptor.annotations?[Self.nameKey].map { ($0, descriptor) }
        }.sorted { $0.name < $1.name }
    }

    package func image(_ name: String) throws(ImageError) -> StoredImage {
        let images = try images()
        guard let found = images.first(where: { $0.name == name }) else {
            let known = images.map(\.name).joined(separator: ", ")
            throw ImageError(
                "there is no image '\(name)' in \(directory)",
                remedy: known.isEmpty ? "`farmctl image assemble` makes one" : "there are: \(known)")
        }
        let manifest = try read(found.manifest, as: OCIManifest.self)
        return StoredImage(
            name: name, descriptor: found.manifest, manifest: manifest,
            configuration: try read(manifest.config, as: OCIConfiguration.self))
    }

    /// Gives a manifest a name, in the place of what had it.
    package func name(_ manifest: Blob, _ name: String) throws(ImageError) {
        try change { index in
            index.manifests.removeAll { $0.annotations?[Self.nameKey] == name }
            index.manifests.append(OCIDescriptor(OCIManifest.mediaType, manifest, annotations: [Self.nameKey: name]))
        }
    }

    /// Takes names away; what nothing else has goes with `prune`.
    package func remove(_ names: Set<String>) throws(ImageError) {
        try change { index in index.manifests.removeAll { names.contains($0.annotations?[Self.nameKey] ?? "") } }
    }

    private func change(_ body: (inout OCIIndex) -> Void) throws(ImageError) {
        var index = try index()
        body(&index)
        index.manifests.sort { ($0.annotations?[Self.nameKey] ?? "") < ($1.annotations?[Self.nameKey] ?? "") }
        do { try AtomicFile.write(Self.encode(index), to: directory.appending(Self.indexName)) } catch {
            throw ImageError("\(directory.appending(Self.indexName)) cannot be written: \(error)")
        }
    }

    private func index() throws(ImageError) -> OCIIndex {
        try Self.decode(directory.appending(Self.indexName), as: OCIIndex.self)
    }

    /// Held while images are made or removed.
    package func lock() throws(ImageError) -> StateLock {
        do throws(StateLockError) { return try StateLock(in: directory) } catch {
            throw ImageError("\(directory) is in use: \(error)", remedy: "wait for the other farmctl to end")
        }
    }

    // MARK: Records of layers

    private static let recordsName = "layers"

    private func recordPath(_ key: ContentDigest) -> FilePath {
        directory.appending(Self.recordsName).appending("\(key.hex).json")
    }

    /// A layer that was made before; nil when there is none, or when its blob is gone.
    package func layer(_ key: ContentDigest) -> LayerRecord? {
        guard let record = try? Self.decode(recordPath(key), as: LayerRecord.self), has(record.blob) else { return nil }
        return record
    }

    package func keep(_ record: LayerRecord, as key: ContentDigest) throws(ImageError) {
        do { try AtomicFile.write(Self.encode(record), to: recordPath(key)) } catch {
            throw ImageError("\(recordPath(key)) cannot be written: \(error)")
        }
    }

    // MARK: Pruning

    /// Removes what no image has.
    /// - Parameter removes: else it only counts.
    /// - Returns: how many blobs went, and their bytes.
    package func prune(removes: Bool = true) throws(ImageError) -> (count: Int, bytes: Int64) {
        // A base that was being read when its reader died: the lock says that nobody is at it.
        if removes { try remove(Set(try images().map(\.name).filter { $0.hasPrefix(Self.passing) })) }
        var kept: Set<String> = []
        for descriptor in try index().manifests {
            let manifest = try read(descriptor, as: OCIManifest.self)
            for one in [descriptor, manifest.config] + manifest.layers {
                if let blob = one.blob { kept.insert(blob.digest.hex) }
            }
        }
        var (count, bytes): (Int, Int64) = (0, 0)
        do {
            let blobs = directory.appending("blobs").appending("sha256")
            for name in try Directory.names(in: blobs) where !kept.contains(name) {
                bytes += try FileStatus.size(of: blobs.appending(name))
                count += 1
                if removes { unlink(blobs.appending(name).string) }
            }
            guard removes else { return (count, bytes) }
            let records = directory.appending(Self.recordsName)
            for name in try Directory.names(in: records) {
                let path = records.appending(name)
                let record = try? Self.decode(path, as: LayerRecord.self)
                if record.map({ has($0.blob) }) != true { unlink(path.string) }
            }
            // What one that died has left: the lock says that nobody else is at it.
            for name in try Directory.names(in: directory) where name.hasSuffix(".new") {
                unlink(directory.appending(name).string)
            }
        } catch {
            throw ImageError("\(directory) cannot be pruned: \(error)")
        }
        return (count, bytes)
    }

    // MARK: Documents

    /// The same document is the same bytes.
    static func encode(_ document: some Encodable) throws(ImageError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do { return Array(try encoder.encode(document)) } catch {
            throw ImageError("cannot be written as JSON: \(error)")
        }
    }

    private static func decode<Document: Decodable>(_ path: FilePath, as type: Document.Type) throws(ImageError)
        -> Document
    {
        do {
            guard try FileStatus.size(of: path) <= documentLimit else { throw Errno.fileTooLarge }
            return try JSONDecoder().decode(type, from: Data(contentsOf: URL(filePath: path.string)))
        } catch {
            throw ImageError("\(path) cannot be read: \(error)", remedy: "make the image anew")
        }
    }
}

/// An image of a store with what describes it.
package struct StoredImage: Sendable {
    package let name: String
    package let descriptor: OCIDescriptor
    package let manifest: OCIManifest
    package let configuration: OCIConfiguration
}

/// An image cannot be made or read.
package struct ImageError: Error, Hashable, CustomStringConvertible {
    package let description: String
    package let remedy: String?

    package init(_ description: String, remedy: String? = nil) {
        self.description = description
        self.remedy = remedy
    }
}
