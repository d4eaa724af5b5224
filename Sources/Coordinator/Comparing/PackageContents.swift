import Binpkgs
import Shared
import SystemPackage

/// All that a package installs, and what it says of itself.
struct PackageContents {
    struct File: Equatable {
        /// As in `st_mode`.
        var type: UInt32
        var mode: UInt32
        var owner: Int64
        var group: Int64
        /// Bytes of a plain file.
        var size: Int64
        /// Of a plain file.
        var content: ContentDigest?
        /// Of a symbolic link.
        var target: [UInt8]?
        var device: UInt64
    }

    let metadata: BinpkgMetadata
    /// By paths below the root; empty when the image cannot be read here.
    private(set) var files: [[UInt8]: File] = [:]
    let isRead: Bool

    /// Reads the whole package, which takes as long as unpacking it.
    init(_ path: FilePath, as format: BinpkgFormat) throws {
        let descriptor = try FileOperations.open(path)
        defer { try? descriptor.close() }
        var files: [[UInt8]: File] = [:]
        let name = path.lastComponent?.string ?? path.string
        (metadata, isRead) = try BinpkgReader.walk(descriptor, file: name, as: format) { file, path, content in
            // Which of its names it has in the archive says nothing.
            files[path] = File(
                type: content == nil ? file.type : FileKind.plain, mode: file.mode, owner: file.owner,
                group: file.group,
                size: content?.size ?? 0, content: content?.digest, target: file.symbolicLink, device: file.device)
        }
        self.files = isRead ? files : [:]
    }

    /// Bytes of its files.
    var size: Int64 { files.values.reduce(0) { $0 + $1.size } }

    /// The entries of `PROVIDES` or `REQUIRES`, Portage's `x86_64: libz.so.1 libc.so.6 x86_32: …`: each with its class.
    func sonames(_ key: String) -> Set<String> {
        var names: Set<String> = []
        var kind = ""
        for word in metadata[key].split(separator: " ") {
            if word.hasSuffix(":") { kind = String(word) } else { names.insert("\(kind) \(word)") }
        }
        return names
    }
}
