internal import Binpkgs

/// What has been put into a layer.
final class LayerContent {
    /// Files of `/etc/env.d` by name.
    private(set) var environment: [String: String] = [:]
    /// Shared libraries by name, with the directories that they are in.
    private(set) var places: [String: [String]] = [:]
    private let links: RootLinks
    private let libraries: Set<String>
    private var directories: Set<[UInt8]> = []
    private var files: Set<[UInt8]> = []

    private static let environmentDirectory = Array("etc/env.d/".utf8)
    /// Bytes of a file there.
    private static let environmentLimit = 64 << 10

    /// - Parameters:
    ///   - links: that packages go through.
    ///   - libraries: names of those that the packages say that others may link to.
    init(_ links: RootLinks, libraries: Set<String>) {
        self.links = links
        self.libraries = libraries
    }

    /// Copies a file of a package while its content can be read.
    func copy(
        _ file: InstalledFile, at path: [UInt8], _ entry: OpaquePointer, of image: borrowing ArchiveReader,
        below directory: StaticString, _ buffer: UnsafeMutableRawBufferPointer, to archive: LayerArchive
    ) throws(ArchiveReader.Failure) {
        let name = path[(path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...]
        guard
            !path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).contains(where: { part in
                part.isEmpty || part.elementsEqual([UInt8(ascii: ".")])
            })
        else {
            throw ArchiveReader.Failure(detail: "\(String(decoding: path, as: UTF8.self)) is no plain path")
        }
        guard !name.starts(with: Whiteout.prefix.utf8) else {
            let name = String(decoding: path, as: UTF8.self)
            throw ArchiveReader.Failure(detail: "\(name) would take a file away: no image can have one of that name")
        }
        // The base has it, and others go through it.
        if file.type == FileKind.symbolicLink, links.isLink(path) { return }
        let place = links.resolved(path)
        if file.type == FileKind.directory, !directories.insert(place).inserted { return }
        note(place, name, file.type)
        let hardLink = try file.hardLink.map { target throws(ArchiveReader.Failure) in
            let path = InstalledFile.installedPath(target, below: directory).map(links.resolved)
            guard let path, files.contains(path) else {
                throw ArchiveReader.Failure(detail: "a hard link to what is not there")
            }
            return path
        }
        if file.type == FileKind.plain || hardLink != nil { files.insert(place) }
        do throws(LayerError) {
            try archive.begin(entry, at: place, hardLink: hardLink)
        } catch {
            throw ArchiveReader.Failure(detail: error.description)
        }
        guard file.type == FileKind.plain, hardLink == nil else { return }
        let isEnvironment =
            path.elementsEqual(Self.environmentDirectory + name) && file.size <= Self.environmentLimit
        var (text, isWritten): ([UInt8], Bool) = ([], true)
        try image.readContent(into: buffer) { piece in
            if isEnvironment { text += piece }
            isWritten = archive.write(piece)
            return isWritten
        }
        guard isWritten else { throw ArchiveReader.Failure(detail: archive.failure.description) }
        if isEnvironment { environment[String(decoding: name, as: UTF8.self)] = String(decoding: text, as: UTF8.self) }
    }

    private func note(_ place: [UInt8], _ name: ArraySlice<UInt8>, _ kind: UInt32) {
        guard kind != FileKind.directory, name.count < place.count else { return }
        let name = String(decoding: name, as: UTF8.self)
        guard libraries.contains(name) else { return }
        // Of each architecture that a package is for: the loader passes over those of others.
        places[name, default: []].append("/" + String(decoding: place.dropLast(name.utf8.count + 1), as: UTF8.self))
    }
}
