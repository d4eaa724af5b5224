package import Shared

/// Digests what the dependents of a package can see of it: `docs/build-keys.md`. 32 bytes are kept of each file.
package struct OutputDigest {
    private var files: [ContentDigest] = []

    /// - Parameter content: digest of a plain file's content, by any of its names.
    package mutating func add(_ file: InstalledFile, at path: [UInt8], content: ContentDigest?) {
        guard !InstalledFile.isInvisible(path) else { return }
        files.append(Self.digest(file, at: path, content: content))
    }

    /// - Parameter metadata: of the same package.
    package func finish(_ metadata: BinpkgMetadata) -> ContentDigest {
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

    private static func digest(_ file: InstalledFile, at path: [UInt8], content: ContentDigest?) -> ContentDigest {
        var fields = Fields()
        fields.add(path)
        // A hard link is the file that it is another name of.
        fields.add("\(file.hardLink == nil ? file.type : FileKind.plain) \(file.mode) \(file.owner) \(file.group)")
        if let content {
            fields.add(content)
        } else if file.type == FileKind.symbolicLink {
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
