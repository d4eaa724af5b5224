internal import Binpkgs
internal import Shared
internal import SystemPackage

/// The image on which others stand, of a store: its layers are taken as they are.
package struct BaseImage: Sendable {
    package let layers: [OCIDescriptor]
    package let configuration: OCIConfiguration
    package let contents: BaseContents
    /// Files of `/etc/env.d` by name.
    package let environment: [String: String]

    /// No base at all: all that an image needs comes from packages.
    package init(architecture: String, claimed: Set<String>) {
        layers = []
        configuration = OCIConfiguration(architecture: architecture)
        contents = BaseContents(claimed: claimed)
        environment = [:]
    }

    /// Reads all its layers. Blocks.
    package init(_ image: StoredImage, in store: ImageStore, claimed: Set<String>) throws {
        layers = image.manifest.layers
        configuration = image.configuration
        guard layers.count == configuration.rootfs.diff_ids.count else {
            throw ImageError("the base has \(layers.count) layers and says \(configuration.rootfs.diff_ids.count)")
        }
        var reading = Reading()
        for layer in layers {
            guard let blob = layer.blob else { throw ImageError("\(layer.digest) is no digest that is known here") }
            do throws(ArchiveReader.Failure) {
                try reading.read(store.path(of: blob.digest), size: blob.size)
            } catch {
                throw ImageError("the base's layer \(blob.digest.short) cannot be read: \(error.detail)")
            }
        }
        environment = reading.environment
        contents = reading.contents(claimed: claimed)
    }

    /// What the layers read so far have put there.
    private struct Reading {
        var environment: [String: String] = [:]
        private var links: [String: String] = [:]
        private var directories: Set<String> = []
        private var libraries: Set<String> = []
        private var packages: Set<CPV> = []
        private var provided = ""

        private static let records = "var/db/pkg/"
        private static let environmentDirectory = "etc/env.d/"
        private static let providedPath = "etc/portage/profile/package.provided"
        /// Bytes of a file that is read.
        private static let textLimit: Int64 = 1 << 20
        /// Bytes that a layer may unpack to.
        private static let layerLimit: Int64 = 64 << 30

        mutating func read(_ path: FilePath, size: Int64) throws(ArchiveReader.Failure) {
            let space = UnsafeMutableRawBufferPointer.allocate(byteCount: 512 << 10, alignment: 16)
            defer { space.deallocate() }
            let (first, second) = (
                UnsafeMutableRawBufferPointer(rebasing: space[..<(space.count / 2)]),
                UnsafeMutableRawBufferPointer(rebasing: space[(space.count / 2)...])
            )
            let file: FileDescriptor
            do { file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec) } catch {
                throw ArchiveReader.Failure(detail: "\(error)")
            }
            defer { try? file.close() }
            let source = FileRange(file, size: size, buffer: first)
            let archive = try ArchiveReader(compressedTar: source, limit: Self.layerLimit)
            while let (file, _) = try archive.nextFile() {
                guard let bytes = InstalledFile.installedPath(file.path, below: "") else {
                    try archive.passOver()
                    continue
                }
                try note(file, at: String(decoding: bytes, as: UTF8.self), in: archive, second)
                try archive.passOver()
            }
        }

        private mutating func note(
            _ file: InstalledFile, at path: String, in archive: borrowing ArchiveReader,
            _ buffer: UnsafeMutableRawBufferPointer
        ) throws(ArchiveReader.Failure) {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            // Not every tar names the directories that its files are in.
            var parent = path[...]
            while let slash = parent.lastIndex(of: "/") {
                parent = parent[..<slash]
                if !directories.insert(String(parent)).inserted { break }
            }
            if name.hasPrefix("lib") || name.hasPrefix("ld-"), name.contains(".so") { libraries.insert(name) }
            switch file.type {
            case FileKind.directory:
                directories.insert(path)
                links[path] = nil
                if path.hasPrefix(Self.records), let cpv = try? CPV(String(path.dropFirst(Self.records.count))) {
                    packages.insert(cpv)
                }
            case FileKind.symbolicLink: links[path] = String(decoding: file.symbolicLink ?? [], as: UTF8.self)
            case FileKind.plain where file.size <= Self.textLimit && file.hardLink == nil:
                guard path == Self.providedPath || path.hasPrefix(Self.environmentDirectory) else { return }
                var text: [UInt8] = []
                try archive.readContent(into: buffer) { piece in
                    text += piece
                    return true
                }
                let content = String(decoding: text, as: UTF8.self)
                if path == Self.providedPath { provided = content } else { environment[name] = content }
            default: break
            }
        }

        func contents(claimed: Set<String>) -> BaseContents {
            let lines = provided.split(separator: "\n").compactMap { $0.split(whereSeparator: \.isWhitespace).first }
            let leading = links.compactMap { path, target -> (String, String)? in
                guard let place = Self.place(of: target, from: path), directories.contains(place) else { return nil }
                return (path, place)
            }
            return BaseContents(
                links: Dictionary(leading, uniquingKeysWith: { $1 }), libraries: libraries,
                packages: packages.union(lines.compactMap { try? CPV(String($0)) }), claimed: claimed)
        }

        /// Below the root, without a slash in front; nil for what leaves the root or is it.
        private static func place(of target: String, from path: String) -> String? {
            var parts = target.hasPrefix("/") ? [] : path.split(separator: "/").dropLast().map(String.init)
            for part in target.split(separator: "/") where part != "." {
                if part == ".." {
                    guard !parts.isEmpty else { return nil }
                    parts.removeLast()
                } else {
                    parts.append(String(part))
                }
            }
            return parts.isEmpty ? nil : parts.joined(separator: "/")
        }
    }
}
