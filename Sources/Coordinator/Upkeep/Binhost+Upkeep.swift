import Binpkgs
import Shared
import SystemPackage

/// Looking after the files of a binhost.
extension Binhost {
    /// What the index says of each file.
    var indexedFiles: [IndexedFile] { index.compactMap { IndexedFile($0) } }

    /// Whether the index says this now.
    func says(_ file: IndexedFile) -> Bool { index.entry(at: file.path).map(IndexedFile.init) == file }

    /// Takes out entries that say this, and their files away.
    /// - Returns: the paths of those that said so.
    func drop(_ files: [IndexedFile]) throws(BinhostError) -> [String] {
        try withdraw(Set(files.filter(says).map(\.path)))
    }

    /// What nobody needs: files that the index does not name, and builds that a newer one has replaced.
    /// - Parameters:
    ///   - needed: paths that open runs count on.
    ///   - shelf: builds that a release has stay; nil where there are no releases.
    ///   - format: the farm's.
    func garbage(
        needed: Set<String>, shelf: ReleaseShelf?, format: BinpkgFormat
    ) throws(BinhostError) -> Garbage {
        var kept = needed
        if let shelf {
            for name in try shelf.releases().map(\.name) + [ReleaseShelf.held] {
                if try shelf.exists(name) { kept.formUnion(try shelf.index(of: name).compactMap { $0.path }) }
            }
        }
        let superseded = Garbage.superseded(among: index.compactMap { BuildFacts($0) }, needed: kept, format: format)
        var garbage = Garbage()
        for path in superseded { try add(path, .superseded, to: &garbage) }
        for path in packageFiles where !needed.contains(path) && index.entry(at: path) == nil {
            try add(path, .unnamed, to: &garbage)
        }
        return garbage
    }

    /// Removes what nobody needs, found as `garbage` does: first from the index.
    func collect(
        needed: Set<String>, shelf: ReleaseShelf?, format: BinpkgFormat
    ) throws(BinhostError) -> Garbage {
        let garbage = try garbage(needed: needed, shelf: shelf, format: format)
        _ = try withdraw(Set(garbage.files.filter { $0.reason == .superseded }.map(\.path)))
        for file in garbage.files where file.reason == .unnamed {
            try FileOperations.remove(directory.appending(file.path))
        }
        return garbage
    }

    private func add(_ path: String, _ reason: Garbage.Reason, to garbage: inout Garbage) throws(BinhostError) {
        guard let status = try FileOperations.status(of: directory.appending(path)), status.isPlainFile else { return }
        garbage.files.append(
            Garbage.File(
                path: path, reason: reason, size: status.size, freed: status.links == 1 ? status.size : 0))
    }

    /// All files where packages are and with a package's name; what else is in the directory is somebody's own.
    private var packageFiles: [String] {
        var paths: [String] = []
        for category in FileOperations.names(in: directory).sorted() where !category.hasPrefix(".") {
            let place = directory.appending(category)
            for name in FileOperations.names(in: place).sorted() {
                let files = FileOperations.names(in: place.appending(name)).filter { BinpkgFormat(ofPath: $0) != nil }
                paths += files.sorted().map { "\(category)/\(name)/\($0)" }
            }
        }
        return paths
    }
}
