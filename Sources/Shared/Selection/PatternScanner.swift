/// Reads the parts of an atom from left to right.
struct PatternScanner {
    private let text: String
    private var rest: Substring

    init(_ text: String) {
        self.text = text
        rest = text[...]
    }

    /// `@` and the name of a set.
    mutating func set() throws(PackagePatternError) -> String {
        rest.removeFirst()
        let name = take { $0.isNameCharacter }
        guard !name.isEmpty else { throw fault("a set's name is missing") }
        guard rest.isEmpty else { throw unexpected() }
        return "@" + name
    }

    mutating func atom() throws(PackagePatternError) -> AtomPattern {
        if let first = rest.first, first == "!" { throw fault("a blocker chooses nothing") }
        let sign = ["<=", ">=", "<", ">", "=", "~"].first { rest.hasPrefix($0) }
        rest = rest.dropFirst(sign?.count ?? 0)
        var (atom, version) = try names(isVersioned: sign != nil)
        if let version {
            atom.version = try constraint(version, sign)
        } else if let sign {
            throw fault("'\(sign)' wants a version behind the name")
        }
        try qualifiers(&atom)
        return atom
    }

    /// `dev-libs/expat-2.5.0`, with what stands behind the last hyphen when that is a version.
    private mutating func names(
        isVersioned: Bool
    ) throws(PackagePatternError) -> (atom: AtomPattern, version: PackageVersion?) {
        var category: String?
        var begin = rest
        var word = take { $0.isNameCharacter || $0 == "*" }
        if rest.first == "/" {
            guard Self.isName(word, first: "_*") else {
                rest = begin
                throw fault("this is no category")
            }
            category = String(word)
            rest.removeFirst()
            begin = rest
            word = take { $0.isNameCharacter || $0 == "*" }
        }
        // The star behind a version is the constraint's.
        if isVersioned, word.last == "*", CPV.splitVersion(word.dropLast()) != nil {
            word.removeLast()
            rest = text[word.endIndex...]
        }
        if let split = CPV.splitVersion(word), let version = PackageVersion(split.version) {
            return (AtomPattern(category: category, name: String(split.name)), version)
        }
        guard Self.isName(word, first: "_*") else {
            rest = begin
            throw word.isEmpty
                ? (rest.isEmpty ? fault("a package's name is missing") : unexpected())
                : fault("this is no package's name")
        }
        return (AtomPattern(category: category, name: String(word)), nil)
    }

    private mutating func constraint(
        _ version: PackageVersion, _ sign: String?
    ) throws(PackagePatternError) -> AtomPattern.Version {
        var comparison = sign.flatMap(AtomPattern.Comparison.init(rawValue:)) ?? .equal
        if rest.first == "*" {
            guard comparison == .equal else { throw fault("'*' behind a version goes with '=' alone") }
            rest.removeFirst()
            comparison = .begins
        }
        if comparison == .revisions, version.description.contains("-") {
            throw fault("'~' stands for every revision: leave the revision out")
        }
        return AtomPattern.Version(comparison: comparison, version: version)
    }

    /// `:slot`, `::repository`, `[flags]`, in that order.
    private mutating func qualifiers(_ atom: inout AtomPattern) throws(PackagePatternError) {
        if rest.first == ":", !rest.hasPrefix("::") {
            rest.removeFirst()
            let slot = take { $0.isNameCharacter }
            if let next = rest.first, "/=*".contains(next) {
                throw fault("only a slot can be named here, without '\(next)' and what follows it")
            }
            guard !slot.isEmpty else { throw fault("a slot is missing") }
            atom.slot = String(slot)
        }
        if rest.hasPrefix("::") {
            rest.removeFirst(2)
            let repository = take { $0.isNameCharacter }
            guard !repository.isEmpty else { throw fault("a repository's name is missing") }
            atom.repository = String(repository)
        }
        if rest.first == "[" {
            repeat {
                rest.removeFirst()
                atom.flags.append(try flag())
            } while rest.first == ","
            guard rest.first == "]" else { throw rest.isEmpty ? fault("']' is missing") : unexpected() }
            rest.removeFirst()
        }
        guard rest.isEmpty else { throw unexpected() }
    }

    /// `flag`, `-flag`, either with `(+)` or `(-)` behind.
    private mutating func flag() throws(PackagePatternError) -> AtomPattern.Flag {
        let isOff = rest.first == "-"
        if isOff { rest.removeFirst() }
        let name = take { $0.isNameCharacter || $0 == "@" }
        guard !name.isEmpty else { throw rest.isEmpty ? fault("a USE flag is missing") : unexpected() }
        var flag = AtomPattern.Flag(name: String(name), isOn: !isOff)
        for (word, value) in [("(+)", true), ("(-)", false)] where rest.hasPrefix(word) {
            rest.removeFirst(word.count)
            flag.otherwise = value
        }
        if let next = rest.first, "?=".contains(next) {
            throw fault("'\(next)' depends on another package: name the flag as on or off")
        }
        return flag
    }

    private mutating func take(_ isWanted: (Character) -> Bool) -> Substring {
        let taken = rest.prefix(while: isWanted)
        rest = rest[taken.endIndex...]
        return taken
    }

    private static func isName(_ word: Substring, first extra: String) -> Bool {
        word.first.map { $0.isASCII && ($0.isLetter || $0.isNumber || extra.contains($0)) } ?? false
    }

    private func unexpected() -> PackagePatternError {
        guard let next = rest.first else { return fault("something is missing") }
        return fault("'\(String(next).oneLine(atMost: 16))' is not expected")
    }

    private func fault(_ reason: String) -> PackagePatternError {
        PackagePatternError(text, text.distance(from: text.startIndex, to: rest.startIndex) + 1, reason)
    }
}

extension Character {
    /// Of categories, packages, versions, slots, USE flags, repositories (PMS 3.1) and sets.
    fileprivate var isNameCharacter: Bool { isASCII && (isLetter || isNumber || "+_.-".contains(self)) }
}
