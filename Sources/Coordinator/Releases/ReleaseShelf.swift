import Binpkgs
import Shared
import SystemPackage

/// The directory of a farm's releases: a directory each, which is whole or not there. Its files are the binhost's own under a
/// second name, so it stays when that withdraws them.
///
/// Only the farm's binhost changes what is here, so that what is linked cannot be withdrawn meanwhile.
struct ReleaseShelf: Sendable {
    let directory: FilePath

    /// In each release's directory: what it is. Not served, as its name begins with a dot.
    static let recordName = ".release"
    /// What is being made: no release can have the name.
    static let temporaryName = ".incomplete"
    /// Begins the names of what is being removed.
    private static let removedPrefix = ".removed-"
    /// The state that clients see instead of the present one.
    static let holdName = ".held"
    /// What `farmctl release diff` calls the present state, and the one that is held.
    static let live = "live"
    static let held = "held"

    var farm: String { directory.lastComponent?.string ?? directory.string }

    /// Whether a release may be called so: a part of a URL, as a farm's name is.
    static func isValid(_ name: String) -> Bool { KeyName.isValid(name) && ![live, held].contains(name) }

    var holdPath: FilePath { directory.appending(Self.holdName) }

    func path(of name: String) -> FilePath { name == Self.held ? holdPath : directory.appending(name) }

    func exists(_ name: String) throws(BinhostError) -> Bool {
        try FileOperations.status(of: path(of: name))?.isDirectory == true
    }

    /// The newest first.
    func releases() throws(BinhostError) -> [Release] {
        var releases: [Release] = []
        for name in FileOperations.names(in: directory) where Self.isValid(name) {
            if try exists(name) { releases.append(try release(name)) }
        }
        return releases.sorted { ($0.created, $0.name) > ($1.created, $1.name) }
    }

    func release(_ name: String) throws(BinhostError) -> Release {
        guard try exists(name) else { throw .releaseMissing(name: name, farm: farm) }
        let path = path(of: name).appending(Self.recordName)
        if try FileOperations.status(of: path) != nil,
            let record = try? JSONText.decode(
                Release.self, from: String(decoding: try FileOperations.contents(of: path), as: UTF8.self))
        {
            var release = record
            // Who renames the directory renames the release.
            release.name = name
            return release
        }
        // Put here by hand: the index says most of it.
        let index = try self.index(of: name)
        return Release(
            name: name, created: index.timestamp * 1000, createdBy: "", packages: Int64(index.count),
            bytes: index.packagesSize)
    }

    func index(of name: String) throws(BinhostError) -> PackagesIndex {
        guard try exists(name) else { throw .releaseMissing(name: name, farm: farm) }
        let path = path(of: name).appending(Binhost.indexName)
        let text = try FileOperations.contents(of: path)
        return try BinhostError.reading { () throws(PackagesIndexError) in
            try PackagesIndex(parsing: text, path: path.string)
        }
    }

    /// The state that clients see instead of the present one; nil when there is none.
    func hold() throws(BinhostError) -> Hold? {
        guard try exists(Self.held) else { return nil }
        let path = holdPath.appending(Self.recordName)
        let text = String(decoding: try FileOperations.contents(of: path), as: UTF8.self)
        do {
            return try JSONText.decode(Hold.self, from: text)
        } catch {
            throw .holdUnreadable(path: path.string, detail: "\(error)")
        }
    }

    /// Removes what a coordinator that died left half made or half removed.
    func tidy() throws(BinhostError) {
        try FileOperations.removeTree(directory.appending(Self.temporaryName))
        try sweep()
    }

    /// From one moment to the next it is not there any more. Its files go with `sweep`, which takes longer.
    func remove(_ name: String) throws(BinhostError) {
        let number = String(UInt64.random(in: 0...UInt64.max), radix: 16)
        try FileOperations.rename(path(of: name), to: directory.appending(Self.removedPrefix + number))
        FaultPoint.pass("release-removed")
        try FileOperations.synchronise(directory: directory)
    }

    /// Removes the files of what was removed; anybody may do so at any time.
    func sweep() throws(BinhostError) {
        for name in FileOperations.names(in: directory) where name.hasPrefix(Self.removedPrefix) {
            try FileOperations.removeTree(directory.appending(name))
        }
    }
}
