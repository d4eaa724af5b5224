import SystemPackage

/// Where what clients get of a farm lies.
struct ServedFarm: Sendable {
    /// The binhost's.
    let directory: FilePath
    let releases: ReleaseShelf
    /// The farm signs its packages.
    var isSigned = false

    /// An open file of the site, nil when there is none that may be served.
    ///
    /// While an earlier state is held it has the index and all that this names. What is not there is asked for by somebody
    /// who has seen the present state, before the hold began.
    /// - Parameter components: of its path below the site.
    func file(_ components: [String], of site: ServedSite) -> ServedFile? {
        if let release = site.release { return ServedFile(components, below: releases.path(of: release)) }
        return ServedFile(components, below: releases.holdPath) ?? ServedFile(components, below: directory)
    }
}

extension ServedFarm {
    init(_ farm: Farm) {
        self.init(directory: farm.binhost.directory, releases: farm.releases, isSigned: farm.signer != nil)
    }
}

/// What the first part of a URL's path names: `FARM`, or `FARM@RELEASE`. Farms' names have no `@`.
struct ServedSite: Equatable, Sendable {
    let farm: String
    let release: String?

    /// As in a URL.
    var name: String { release.map { "\(farm)@\($0)" } ?? farm }

    init?(_ component: String) {
        let parts = component.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        farm = String(parts[0])
        release = parts.count > 1 ? String(parts[1]) : nil
        if let release, !ReleaseShelf.isValid(release) { return nil }
    }

    /// The path of a release's site.
    static func path(farm: String, release: String) -> String { "/\(farm)@\(release)" }
}
