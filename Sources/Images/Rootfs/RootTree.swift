internal import Binpkgs
internal import CArchive
internal import FoundationEssentials
internal import Glibc
internal import Shared
package import SystemPackage

/// Unpacks an image into a directory.
package struct RootTree {
    private let image: StoredImage
    private let store: ImageStore

    package init(_ image: StoredImage, in store: ImageStore) {
        self.image = image
        self.store = store
    }

    /// Bytes that a layer may unpack to.
    private static let layerLimit: Int64 = 256 << 30

    /// Blocks. Owners are kept when it runs as root.
    /// - Parameter directory: is there, and empty.
    package func write(to directory: FilePath) throws(ImageError) {
        guard let real = realpath(directory.string, nil) else {
            throw ImageError("\(directory) cannot be written: \(Errno(rawValue: errno))")
        }
        defer { free(real) }
        let root = FilePath(platformString: real)
        for layer in image.manifest.layers {
            guard let blob = layer.blob else { throw ImageError("\(layer.digest) is no digest that is known here") }
            do {
                // What the layer takes away is of those below it, wherever that stands in it.
                try read(blob) { archive, member, path, _ in
                    guard let name = Self.nameOfWhiteout(path) else { return }
                    try Self.takeAway(name, beside: root.pushing(FilePath(String(decoding: path, as: UTF8.self))), root)
                }
                try unpack(blob, to: root)
            } catch {
                let detail = (error as? ArchiveReader.Failure)?.detail ?? "\(error)"
                throw ImageError("the layer \(blob.digest.short) cannot be unpacked to \(directory): \(detail)")
            }
        }
    }

    /// With a writer of its own: what it does to directories at its end must not meet what later layers put there.
    private func unpack(_ blob: Blob, to root: FilePath) throws {
        guard let disk = archive_write_disk_new() else { throw Errno.noMemory }
        defer { archive_write_free(disk) }
        let isRoot = geteuid() == 0
        archive_write_disk_set_options(
            disk,
            ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_TIME | ARCHIVE_EXTRACT_XATTR | ARCHIVE_EXTRACT_UNLINK
                | ARCHIVE_EXTRACT_SECURE_SYMLINKS | ARCHIVE_EXTRACT_SECURE_NODOTDOT
                | (isRoot ? ARCHIVE_EXTRACT_OWNER : 0))
        try read(blob) { archive, member, path, entry in
            guard Self.nameOfWhiteout(path) == nil else { return }
            let target = try member.hardLink.map { target in
                guard !InstalledFile.leavesRoot(target), let inside = InstalledFile.installedPath(target, below: "")
                else { throw ImageError("\(String(decoding: path, as: UTF8.self)) links out of the image") }
                return inside
            }
            Self.set(entry, root, path, target)
            // Whoever is not root has to write into it again.
            if !isRoot, member.type == FileKind.directory { archive_entry_set_perm(entry, mode_t(member.mode | 0o700)) }
            guard archive_write_header(disk, entry) >= ARCHIVE_WARN else { throw ArchiveReader.failure(of: disk) }
            try archive.copyContent(to: disk)
            guard archive_write_finish_entry(disk) >= ARCHIVE_WARN else { throw ArchiveReader.failure(of: disk) }
        }
        guard archive_write_close(disk) >= ARCHIVE_WARN else { throw ArchiveReader.failure(of: disk) }
    }

    private func read(
        _ blob: Blob,
        _ body: (
            _ archive: borrowing ArchiveReader, _ member: InstalledFile, _ path: [UInt8], _ entry: OpaquePointer
        ) throws -> Void
    ) throws {
        let space = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
        defer { space.deallocate() }
        let file = try FileDescriptor.open(store.path(of: blob.digest), .readOnly, options: .closeOnExec)
        defer { try? file.close() }
        let source = FileRange(file, size: blob.size, buffer: space)
        let archive = try ArchiveReader(compressedTar: source, limit: Self.layerLimit)
        while let (member, entry) = try archive.nextFile() {
            guard !InstalledFile.leavesRoot(member.path) else {
                throw ImageError("\(String(decoding: member.path, as: UTF8.self)) leaves the image")
            }
            if let path = InstalledFile.installedPath(member.path, below: "") { try body(archive, member, path, entry) }
            try archive.passOver()
        }
    }

    /// The file's name, when it is one that takes others away.
    private static func nameOfWhiteout(_ path: [UInt8]) -> String? {
        let name = path.split(separator: UInt8(ascii: "/")).last ?? []
        return name.starts(with: Whiteout.prefix.utf8) ? String(decoding: name, as: UTF8.self) : nil
    }

    private static func set(_ entry: OpaquePointer, _ root: FilePath, _ path: [UInt8], _ hardLink: [UInt8]?) {
        func place(_ path: [UInt8]) -> [UInt8] { Array("\(root)/".utf8) + path + [0] }
        place(path).withUnsafeBytes {
            archive_entry_set_pathname(entry, $0.assumingMemoryBound(to: CChar.self).baseAddress)
        }
        guard let hardLink else { return }
        place(hardLink).withUnsafeBytes {
            archive_entry_set_hardlink(entry, $0.assumingMemoryBound(to: CChar.self).baseAddress)
        }
    }

    /// What a layer says is not there any more.
    private static func takeAway(_ name: String, beside path: FilePath, _ root: FilePath) throws {
        guard let real = realpath(path.removingLastComponent().string, nil) else { return }
        defer { free(real) }
        let directory = FilePath(platformString: real)
        guard directory.starts(with: root) else { throw ImageError("\(path) leaves the image") }
        let names =
            name == Whiteout.opaque
            ? try Directory.names(in: directory) : [String(name.dropFirst(Whiteout.prefix.count))]
        for name in names where ![".", "..", ""].contains(name) {
            let file = directory.appending(name)
            do { try FileManager.default.removeItem(atPath: file.string) } catch {
                // It may not be there; what stays may be a secret.
                guard !FileStatus.exists(file) else { throw error }
            }
        }
    }
}
