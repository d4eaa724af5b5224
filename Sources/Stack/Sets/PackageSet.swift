package import Shared

/// Packages that are wanted together, and how each is to be configured.
package struct PackageSet: Sendable, Equatable {
    package let name: String
    /// Where it is written; a set may be in several files.
    package var origins: [Origin]
    /// In the order of the files: what comes later counts more.
    package var entries: [PackageEntry]

    /// What is to be installed, each once.
    package var members: [PackageAtom] {
        var seen: Set<String> = []
        return entries.map(\.atom).filter { seen.insert($0.description).inserted }
    }
}

/// A package of a set, or one that such a package needs, with its configuration.
package struct PackageEntry: Sendable, Equatable {
    package var atom: PackageAtom
    package var origin: Origin
    package var use: [String] = []
    package var acceptKeywords: [String] = []
    package var license: [String] = []
    /// Atoms of what is not to be taken.
    package var mask: [PackageAtom] = []
    /// Files below `/etc/portage/env`.
    package var env: [Word] = []
    /// Configured for this package's sake, and not members of the set.
    package var dependencies: [PackageEntry] = []

    package struct Word: Sendable, Equatable {
        package var text: String
        package var origin: Origin
    }
}
