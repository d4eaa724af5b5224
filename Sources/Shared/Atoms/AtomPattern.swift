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
        /// It follows a flag of the package that has the dependency: `[flag?]`, `[!flag=]`.
        package var condition: Condition?
    }

    package enum Condition: Character, Hashable, Sendable {
        /// Where that is on (or, with `!`, off).
        case implies = "?"
        /// As that is (or, with `!`, is not).
        case equals = "="
    }

    /// PMS 8.3.3.
    package enum SlotOperator: Character, Hashable, Sendable {
        case any = "*"
        /// A change of the slot or sub-slot means another build.
        case rebuilds = "="
    }

    /// nil: of any category. May have `*` in it, as the name may.
    package var category: String?
    package var name: String
    package var version: Version?
    package var slot: String?
    package var subslot: String?
    package var slotOperator: SlotOperator?
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
