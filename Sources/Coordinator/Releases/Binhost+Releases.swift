import Binpkgs
import SystemPackage

/// Named states of the binhost.
///
/// They are made here, on the binhost's own queue: nothing is published or withdrawn meanwhile, and the control loop goes on.
extension Binhost {
    /// Makes the state that clients see a release.
    /// - Parameters:
    ///   - user: name of the key of whoever asks for it.
    ///   - created: milliseconds since 1970.
    func tag(_ name: String, on shelf: ReleaseShelf, by user: String, at created: Int64) throws(BinhostError) -> Release
    {
        guard try FileOperations.status(of: shelf.path(of: name)) == nil else {
            throw .releaseExists(name: name, farm: shelf.farm)
        }
        guard try freeBytes() > 0 else {
            throw .noSpace(path: directory.string, detail: "nothing is free beside the reserve of \(reserve)")
        }
        // The files of the index become the release's own.
        if indexIsStale { try commit(index) }
        let isHeld = try shelf.exists(ReleaseShelf.held)
        let seen = isHeld ? try shelf.index(of: ReleaseShelf.held) : index
        let release = Release(
            name: name, created: created, createdBy: user, packages: Int64(seen.count), bytes: seen.packagesSize)
        try ReleaseWriter(shelf: shelf, source: isHeld ? shelf.holdPath : directory)
            .write(name, release, packages: seen.compactMap { $0.path })
        return release
    }

    /// The directory of a state's files: a release's, or for an empty name that of what clients see now.
    func seen(_ release: String, on shelf: ReleaseShelf) throws(BinhostError) -> FilePath {
        if release.isEmpty { return try shelf.exists(ReleaseShelf.held) ? shelf.holdPath : directory }
        guard try shelf.exists(release) else { throw .releaseMissing(name: release, farm: shelf.farm) }
        return shelf.path(of: release)
    }

    /// All releases, the newest first.
    func releases(on shelf: ReleaseShelf) throws(BinhostError) -> [Release] { try shelf.releases() }

    /// The packages of a release, or of the present state.
    func packages(of name: String, on shelf: ReleaseShelf) throws(BinhostError) -> [PublishedPackage] {
        name == ReleaseShelf.live ? packages : try shelf.index(of: name).compactMap(\.published)
    }

    /// Makes the state of a release the present one: its files first, then the index, with a TIMESTAMP of its own.
    ///
    /// Files of packages that it does not have stay: a client in the middle of an install gets them all the same.
    /// - Returns: the packages of before.
    @discardableResult
    func rollBack(to name: String, on shelf: ReleaseShelf) throws(BinhostError) -> [PublishedPackage] {
        let before = packages
        let index = try shelf.index(of: name)
        let files = index.compactMap { (path: $0.path, size: $0.size) }
        for file in files {
            // Before anything is changed.
            let status = try FileOperations.status(of: shelf.path(of: name).appending(file.path))
            guard let status, status.isPlainFile, status.size == file.size else {
                throw .releaseDamaged(name: name, path: file.path)
            }
        }
        var changed: Set<FilePath> = []
        for file in files {
            changed.formUnion(try link(file.path, from: shelf.path(of: name)))
        }
        try FileOperations.synchronise(directories: changed)
        FaultPoint.pass("release-linked-back")
        try commit(index)
        return before
    }

    /// From now on clients see the present state, whatever is published, until the hold ends. One that there is already goes
    /// on.
    /// - Returns: the hold that there is now.
    func hold(_ hold: Hold, on shelf: ReleaseShelf) throws(BinhostError) -> Hold {
        if let earlier = try shelf.hold() { return earlier }
        if indexIsStale { try commit(index) }
        try ReleaseWriter(shelf: shelf, source: directory)
            .write(ReleaseShelf.held, hold, packages: index.compactMap { $0.path })
        return hold
    }

    func currentHold(on shelf: ReleaseShelf) throws(BinhostError) -> Hold? { try shelf.hold() }

    /// Clients see the present state. The files of the hold go with the shelf's `sweep`.
    func endHold(on shelf: ReleaseShelf) throws(BinhostError) {
        if try shelf.exists(ReleaseShelf.held) { try shelf.remove(ReleaseShelf.held) }
    }

    /// Removes all releases but the newest; their files go with the shelf's `sweep`.
    /// - Parameter isTrial: only tells what would go.
    /// - Returns: those that go, the oldest first, each with the bytes that it alone, with those before it, holds.
    func prune(
        keeping count: Int, on shelf: ReleaseShelf, isTrial: Bool
    ) throws(BinhostError) -> [(release: Release, freed: Int64)] {
        var tally = LinkTally()
        var pruned: [(release: Release, freed: Int64)] = []
        for release in ReleasePruning.chosen(from: try shelf.releases(), keeping: count) {
            var freed: Int64 = 0
            let place = shelf.path(of: release.name)
            for path in try shelf.index(of: release.name).compactMap({ $0.path }) {
                guard let status = try FileOperations.status(of: place.appending(path)) else { continue }
                freed += tally.count(inode: status.inode, links: status.links, size: status.size)
            }
            pruned.append((release, freed))
        }
        // The bytes are counted before any link goes.
        if !isTrial { for (release, _) in pruned { try shelf.remove(release.name) } }
        return pruned
    }
}
