/// What a person writes to choose packages: `expat`, `dev-libs/expat`, a cpv, an atom such as
/// `>=dev-libs/expat-2.5:0[unicode,-static]::gentoo`, `dev-libs/*`, or `@set`.
///
/// Atoms as PMS 8.3 and Portage's extended syntax have them, without blockers, sub-slots, slot operators and conditional
/// USE flags, which choose nothing; the category, and the operator before a version, may be left out.
package struct PackagePattern: Hashable, Sendable {
    package indirect enum Kind: Hashable, Sendable {
        /// What a target of a run stands for, such as `@hep`.
        case set(String)
        case atom(AtomPattern)
    }

    package let kind: Kind
    /// As it was written.
    package let text: String

    /// Bytes of the longest.
    package static let longest = 300

    package init(_ text: String) throws(PackagePatternError) {
        self.text = text
        guard !text.isEmpty else { throw PackagePatternError(text, 1, "a name is missing") }
        guard text.utf8.count <= Self.longest else {
            throw PackagePatternError(text, Self.longest + 1, "it is longer than \(Self.longest) bytes")
        }
        var scanner = AtomScanner(text, .choosing)
        do {
            kind = text.hasPrefix("@") ? .set(try scanner.set()) : .atom(try scanner.atom())
        } catch {
            throw PackagePatternError(text, error.column, error.reason)
        }
    }

    /// Whether it is a set, or an atom that has names alone: no version, slot, flags or repository.
    package var isName: Bool {
        guard let atom else { return true }
        return atom.version == nil && atom.slot == nil && atom.flags.isEmpty && atom.repository == nil
    }

    /// The atom; nil for a set.
    package var atom: AtomPattern? {
        if case .atom(let atom) = kind { atom } else { nil }
    }
}

/// What was written chooses no packages.
package struct PackagePatternError: Error, Equatable, CustomStringConvertible {
    package let text: String
    /// Where it goes wrong, from 1.
    package let column: Int
    package let reason: String

    init(_ text: String, _ column: Int, _ reason: String) {
        self.text = text
        self.column = column
        self.reason = reason
    }

    package var description: String {
        "'\(text.oneLine(atMost: PackagePattern.longest))' names no packages: at column \(column), \(reason)"
    }

    package static let remedy = """
        name them as dev-libs/expat, expat, dev-libs/expat-2.5.0, '>=dev-libs/expat-2.5:0[unicode]::gentoo', 'dev-libs/*' or @set
        """
}
