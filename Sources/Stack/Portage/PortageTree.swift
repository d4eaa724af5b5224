internal import Shared

/// Files below `/etc/portage`.
package struct PortageTree: Sendable, Equatable {
    /// By their paths below it.
    package var files: [String: String] = [:]

    package init() {}

    /// Adds a set, and what it says of its packages.
    package mutating func add(_ set: PackageSet) {
        let heading = Self.heading(set.origins)
        write("sets/\(set.name)", heading, set.members.map(\.description))
        let entries = set.entries.flatMap { entry in
            [(entry, nil)] + entry.dependencies.map { ($0, Optional(entry.atom)) }
        }
        func lines(_ words: (PackageEntry) -> [String]) -> [String] {
            entries.flatMap { entry, dependent -> [String] in
                let words = words(entry)
                guard !words.isEmpty else { return [] }
                return [Self.comment(entry, dependent), "\(entry.atom) \(words.joined(separator: " "))"]
            }
        }
        write("package.use/\(set.name)", heading, lines(\.use))
        write("package.accept_keywords/\(set.name)", heading, lines(\.acceptKeywords))
        write("package.license/\(set.name)", heading, lines(\.license))
        write("package.env/\(set.name)", heading, lines { $0.env.map(\.text) })
        write(
            "package.mask/\(set.name)", heading,
            entries.flatMap { entry, dependent in
                entry.mask.isEmpty ? [] : [Self.comment(entry, dependent)] + entry.mask.map(\.description)
            })
    }

    /// Where nothing is to be said there is no file.
    private mutating func write(_ path: String, _ heading: String, _ lines: [String]) {
        guard !lines.isEmpty else { return }
        files[path] = ([heading] + lines).map { $0 + "\n" }.joined()
    }

    static func heading(_ origins: [Origin]) -> String {
        "# Written by farmctl from \(origins.map(\.lineDescription).joined(separator: " and ")): change it there."
    }

    private static func comment(_ entry: PackageEntry, _ dependent: PackageAtom?) -> String {
        "# \(entry.origin.lineDescription)" + (dependent.map { ", for \($0)" } ?? "")
    }
}
