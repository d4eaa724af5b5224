/// Version and revision of an ebuild, such as `2.5.0_rc1-r2`, in the order of PMS 3.3.
package struct PackageVersion: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    private let numbers: [Substring]
    /// A letter, or nothing.
    private let letter: Substring
    private let suffixes: [Suffix]
    private let revision: Substring

    private struct Suffix: Hashable {
        /// Of `kinds`.
        let rank: Int
        let number: Substring
    }

    /// In their order; `p` alone is later than no suffix.
    private static let kinds = ["alpha", "beta", "pre", "rc", "p"]
    private static let patch = 4

    /// nil when this is no version.
    package init?(_ text: some StringProtocol) {
        guard Self.isWellFormed(Substring(text)) else { return nil }
        description = String(text)
        var rest = Substring(description)
        if let hyphen = rest.lastIndex(of: "-") {
            revision = rest[hyphen...].dropFirst(2)
            rest = rest[..<hyphen]
        } else {
            revision = ""
        }
        let parts = rest.split(separator: "_")
        var main = parts[0]
        if let last = main.last, last.isLetter {
            letter = main.suffix(1)
            main = main.dropLast()
        } else {
            letter = ""
        }
        numbers = main.split(separator: ".")
        suffixes = parts.dropFirst().map { part in
            let word = part.prefix { $0.isLetter }
            return Suffix(
                rank: Self.kinds.firstIndex(of: String(word)) ?? Self.patch, number: part.dropFirst(word.count))
        }
    }

    /// PMS 3.2: numbers joined by dots, a letter, suffixes such as `_rc2`, a revision.
    package static func isWellFormed(_ text: Substring) -> Bool {
        var rest = text
        if let hyphen = rest.lastIndex(of: "-") {
            guard isRevision(rest[rest.index(after: hyphen)...]) else { return false }
            rest = rest[..<hyphen]
        }
        let parts = rest.split(separator: "_", omittingEmptySubsequences: false)
        guard var numbers = parts.first else { return false }
        if let letter = numbers.last, ("a"..."z").contains(letter) { numbers.removeLast() }
        let areNumbers = numbers.split(separator: ".", omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && $0.allSatisfy(isDigit) }
        return areNumbers
            && parts.dropFirst().allSatisfy { suffix in
                kinds.contains { word in
                    suffix.hasPrefix(word) && suffix.dropFirst(word.count).allSatisfy(isDigit)
                }
            }
    }

    /// `r` and digits.
    package static func isRevision(_ text: Substring) -> Bool {
        text.first == "r" && text.count > 1 && text.dropFirst().allSatisfy(isDigit)
    }

    private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }
}

extension PackageVersion: Comparable {
    /// Versions may be equal that are not written alike: `1.0` and `1.0-r0`.
    package static func == (left: PackageVersion, right: PackageVersion) -> Bool { left.order(against: right) == 0 }

    package static func < (left: PackageVersion, right: PackageVersion) -> Bool { left.order(against: right) < 0 }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(numbers.count)
        hasher.combine(Self.withoutZeros(numbers[0]))
        hasher.combine(letter)
    }

    /// The same version, whatever their revisions.
    package func isRevision(of other: PackageVersion) -> Bool { order(against: other, comparesRevisions: false) == 0 }

    /// Whether it begins as the other does, as `=cat/pkg-1.2*` wants it: 1.2, 1.2.3 and 1.2_rc1 begin with 1.2, 1.20 does
    /// not. As Portage's `match_from_list` has it.
    package func begins(with other: PackageVersion) -> Bool {
        guard description.hasPrefix(other.description) else { return false }
        guard let next = description.dropFirst(other.description.count).first, let last = other.description.last else {
            return true
        }
        return "._-".contains(next) || Self.isDigit(last) != Self.isDigit(next)
    }

    /// Algorithms 3.1 to 3.7 of PMS.
    /// - Returns: less than, greater than or 0.
    private func order(against other: PackageVersion, comparesRevisions: Bool = true) -> Int {
        var order = Self.integers(numbers[0], other.numbers[0])
        for (mine, theirs) in zip(numbers, other.numbers).dropFirst() where order == 0 {
            order = Self.components(mine, theirs)
        }
        if order == 0 { order = numbers.count - other.numbers.count }
        if order == 0 { order = Self.texts(letter, other.letter) }
        for (mine, theirs) in zip(suffixes, other.suffixes) where order == 0 {
            order = mine.rank - theirs.rank
            if order == 0 { order = Self.integers(mine.number, theirs.number) }
        }
        if order == 0, suffixes.count > other.suffixes.count {
            order = suffixes[other.suffixes.count].rank == Self.patch ? 1 : -1
        } else if order == 0, suffixes.count < other.suffixes.count {
            order = other.suffixes[suffixes.count].rank == Self.patch ? -1 : 1
        }
        return order == 0 && comparesRevisions ? Self.integers(revision, other.revision) : order
    }

    /// Of any length; nothing is 0.
    private static func integers(_ left: Substring, _ right: Substring) -> Int {
        let (left, right) = (withoutZeros(left), withoutZeros(right))
        return left.count == right.count ? texts(left, right) : left.count - right.count
    }

    /// Behind the first dot: where one begins with 0, as decimal fractions.
    private static func components(_ left: Substring, _ right: Substring) -> Int {
        guard left.hasPrefix("0") || right.hasPrefix("0") else { return integers(left, right) }
        return texts(withoutLastZeros(left), withoutLastZeros(right))
    }

    private static func texts(_ left: Substring, _ right: Substring) -> Int {
        left == right ? 0 : left < right ? -1 : 1
    }

    private static func withoutZeros(_ text: Substring) -> Substring { text.drop { $0 == "0" } }

    private static func withoutLastZeros(_ text: Substring) -> Substring {
        var text = text
        while text.last == "0" { text.removeLast() }
        return text
    }
}
