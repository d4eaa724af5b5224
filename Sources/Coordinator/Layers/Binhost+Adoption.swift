import Binpkgs
import SystemPackage

/// Packages of another farm, under second names (hard links) of their files: they stay when that farm removes them.
extension Binhost {
    /// Those of the paths that are in the index.
    func entries(at paths: [String]) -> [PackagesIndex.Entry] { Set(paths).sorted().compactMap { index.entry(at: $0) } }

    /// Adds packages whose files lie below other binhosts' directories: their names first, then all in one new index. What is
    /// here already stays as it is. When it fails none is added.
    func adopt(_ packages: [(entry: PackagesIndex.Entry, source: FilePath)]) throws(BinhostError) {
        var next = index
        var changed: Set<FilePath> = []
        var isNew = false
        for (entry, source) in packages {
            if let present = next.entry(at: entry.path) {
                guard present.sha256 == entry.sha256 else {
                    throw .pathTaken(path: entry.path, published: present.sha256, offered: entry.sha256)
                }
                continue
            }
            isNew = true
            changed.formUnion(try link(entry.path, from: source))
            next.insert(entry)
        }
        guard isNew else { return }
        try FileOperations.synchronise(directories: changed)
        FaultPoint.pass("package-adopted")
        try commit(next)
    }
}
