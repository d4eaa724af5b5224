internal import Binpkgs
internal import Shared
internal import SystemPackage

/// What the layers of a base have put where, the lowest read first.
struct BaseListing {
    private(set) var environment: [String: String] = [:]
    private var links: [String: String] = [:]
    private var directories: Set<String> = []
    private var libraries: Set<String> = []
    private var provided = ""

    private static let records = "var/db/pkg/"
    private static let environmentDirectory = "etc/env.d/"
    private static let providedPath = "etc/portage/profile/package.provided"
    /// Bytes of a file that is read, and how many are.
    private static let textLimit: Int64 = 1 << 20
    private static let textsLimit = 1000
    /// Bytes that a layer may unpack to, and files in it.
    private static let layerLimit: Int64 = 64 << 30
    private static let fileLimit = 5_000_000
    /// A path that leads through more goes in circles.
    private static let mostLinks = 40

    /// Reads a layer that lies on those read so far.
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
        // What the layer takes away is of those below it, wherever that stands in it.
        var (own, gone): (BaseListing, Set<String>) = (BaseListing(), [])
        var count = 0
        while let (file, _) = try archive.nextFile() {
            count += 1
            guard count <= Self.fileLimit else {
                throw ArchiveReader.Failure(detail: "more than \(Self.fileLimit) files")
            }
            if let bytes = InstalledFile.installedPath(file.path, below: "") {
                let path = String(decoding: bytes, as: UTF8.self)
                if let removed = Self.removed(by: path) {
                    gone.insert(removed)
                } else {
                    try own.note(file, at: path, in: archive, second)
                }
            }
            try archive.passOver()
        }
        if !gone.isEmpty { remove(gone) }
        merge(own)
    }

    /// What a whiteout takes away: a path, or with a slash at its end all that is in a directory.
    private static func removed(by path: String) -> String? {
        let name = path.split(separator: "/").last ?? ""
        guard name.hasPrefix(Whiteout.prefix) else { return nil }
        let parent = path.dropLast(name.count)
        return name == Whiteout.opaque ? String(parent) : "\(parent)\(name.dropFirst(Whiteout.prefix.count))"
    }

    private mutating func remove(_ gone: Set<String>) {
        func isGone(_ path: String) -> Bool {
            if gone.contains(path) || gone.contains("") { return true }
            var parent = path[...]
            while let slash = parent.lastIndex(of: "/") {
                if gone.contains(String(parent[...slash])) || gone.contains(String(parent[..<slash])) { return true }
                parent = parent[..<slash]
            }
            return false
        }
        links = links.filter { !isGone($0.key) }
        directories = directories.filter { !isGone($0) }
        libraries = libraries.filter { !isGone($0) }
        environment = environment.filter { !isGone(Self.environmentDirectory + $0.key) }
        if isGone(Self.providedPath) { provided = "" }
    }

    private mutating func merge(_ upper: BaseListing) {
        for path in upper.directories { links[path] = nil }
        directories.formUnion(upper.directories)
        for path in upper.links.keys { directories.remove(path) }
        links.merge(upper.links) { $1 }
        libraries.formUnion(upper.libraries)
        environment.merge(upper.environment) { $1 }
        if !upper.provided.isEmpty { provided = upper.provided }
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
        if name.hasPrefix("lib") || name.hasPrefix("ld-"), name.contains(".so") { libraries.insert(path) }
        switch file.type {
        case FileKind.directory: directories.insert(path)
        case FileKind.symbolicLink: links[path] = String(decoding: file.symbolicLink ?? [], as: UTF8.self)
        case FileKind.plain where file.size <= Self.textLimit && file.hardLink == nil:
            guard path == Self.providedPath || path == Self.environmentDirectory + name else { return }
            var text: [UInt8] = []
            try archive.readContent(into: buffer) { piece in
                text += piece
                return true
            }
            let content = String(decoding: text, as: UTF8.self)
            if path == Self.providedPath {
                provided = content
            } else if environment.count < Self.textsLimit {
                environment[name] = content
            }
        default: break
        }
    }

    // MARK: What they come to

    /// - Parameters:
    ///   - packages: that the layers say they are of.
    ///   - claimed: what the user says that it has.
    func contents(packages: Set<CPV>, claimed: Set<String>) -> BaseContents {
        let lines = provided.split(separator: "\n").compactMap { $0.split(whereSeparator: \.isWhitespace).first }
        let recorded = directories.filter { $0.hasPrefix(Self.records) }.map {
            String($0.dropFirst(Self.records.count))
        }
        let leading = links.compactMap { path, target -> (String, String)? in
            guard let place = Self.place(of: target, from: path), leadsToDirectory(place) else { return nil }
            return (path, place)
        }
        return BaseContents(
            links: Dictionary(leading, uniquingKeysWith: { $1 }),
            libraries: Set(libraries.compactMap { $0.split(separator: "/").last.map(String.init) }),
            packages: packages.union((recorded + lines.map(String.init)).compactMap { try? CPV($0) }), claimed: claimed)
    }

    private func leadsToDirectory(_ path: String) -> Bool {
        var path = path
        for _ in 0..<Self.mostLinks {
            if directories.contains(path) { return true }
            guard let target = links[path], let next = Self.place(of: target, from: path) else { return false }
            path = next
        }
        return false
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
