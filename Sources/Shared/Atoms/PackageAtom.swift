/// An atom as PMS 8.3 and Portage's configuration files have it (portage(5)): category and name, before a version an operator,
/// slot with sub-slot and slot operator, repository, USE dependencies; in names `*` stands for any text.
package struct PackageAtom: Hashable, Sendable, CustomStringConvertible {
    /// `!`, `!!`; empty when it blocks nothing.
    package let blocker: String
    package let pattern: AtomPattern
    /// As it was written.
    package let description: String

    /// - Throws: `AtomError`, with the column where it goes wrong.
    package init(_ text: String) throws(AtomError) {
        description = text
        guard text.utf8.count <= PackagePattern.longest else {
            throw AtomError(
                column: PackagePattern.longest + 1, reason: "it is longer than \(PackagePattern.longest) bytes")
        }
        var scanner = AtomScanner(text, .dependency)
        blocker = scanner.blocker()
        pattern = try scanner.atom()
    }

    /// `dev-libs/expat`, as it was written.
    package var cp: String { "\(pattern.category ?? "*")/\(pattern.name)" }
}

/// A text is no atom.
package struct AtomError: Error, Equatable {
    /// Where it goes wrong, from 1.
    package let column: Int
    package let reason: String
}
