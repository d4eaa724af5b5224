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
        var scanner = PatternScanner(text)
        kind = text.hasPrefix("@") ? .set(try scanner.set()) : .atom(try scanner.atom())
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

/// Packages by their names, and by what else is said of them.
package struct AtomPattern: Hashable, Sendable {
    package enum Comparison: String, Hashable, Sendable {
        case less = "<"
        case lessOrEqual = "<="
        case equal = "="
        /// `=cat/pkg-1.2*`
        case begins = "=*"
        /// Whatever its revision.
        case revisions = "~"
        case greaterOrEqual = ">="
        case greater = ">"
    }

    package struct Version: Hashable, Sendable {
        package var comparison: Comparison
        package var version: PackageVersion
    }

    package struct Flag: Hashable, Sendable {
        package var name: String
        package var isOn: Bool
        /// What counts where the package does not know the flag: `[flag(+)]`.
        package var otherwise: Bool?
    }

    /// nil: of any category. May have `*` in it, as the name may.
    package var category: String?
    package var name: String
    package var version: Version?
    package var slot: String?
    package var flags: [Flag] = []
    package var repository: String?

    package var hasWildcard: Bool { name.contains("*") || category?.contains("*") == true }

    /// Whether the names fit.
    package func matches(category: String, name: String) -> Bool {
        Self.glob(self.name, name) && (self.category.map { Self.glob($0, category) } ?? true)
    }

    /// Whether names and version fit.
    package func matches(_ cpv: CPV) -> Bool {
        guard matches(category: cpv.category, name: cpv.name) else { return false }
        guard let version else { return true }
        return PackageVersion(cpv.version).map(version.accepts) ?? false
    }

    /// Whether all fits.
    /// - Parameters:
    ///   - use: flags of `iuse` that are on.
    ///   - iuse: all flags, without defaults.
    package func matches(_ cpv: CPV, slot: String, use: [String], iuse: [String], repository: String) -> Bool {
        matches(cpv) && (self.slot.map { $0 == slot } ?? true) && (self.repository.map { $0 == repository } ?? true)
            && flags.allSatisfy { flag in
                let isKnown = iuse.contains(flag.name)
                guard isKnown || flag.otherwise != nil else { return false }
                return (isKnown ? use.contains(flag.name) : flag.otherwise) == flag.isOn
            }
    }

    /// `*` stands for any text.
    private static func glob(_ pattern: String, _ text: String) -> Bool {
        guard pattern.contains("*") else { return pattern == text }
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        var rest = text[...]
        guard let first = parts.first, let last = parts.last, rest.hasPrefix(first) else { return false }
        rest = rest.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let place = rest.firstRange(of: part) else { return false }
            rest = rest[place.upperBound...]
        }
        return rest.count >= last.count && rest.hasSuffix(last)
    }
}

extension AtomPattern.Version {
    package func accepts(_ found: PackageVersion) -> Bool {
        switch comparison {
        case .less: found < version
        case .lessOrEqual: found <= version
        case .equal: found == version
        case .begins: found.begins(with: version)
        case .revisions: found.isRevision(of: version)
        case .greaterOrEqual: found >= version
        case .greater: found > version
        }
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
