/// Reads the parts of an atom from left to right.
struct AtomScanner {
    enum Grammar {
        /// What a person writes to choose packages: category and operator may be left out, and what chooses nothing is refused.
        case choosing
        /// PMS 8.3, with Portage's repositories and wildcards.
        case dependency
    }

    private let text: String
    private let grammar: Grammar
    private var rest: Substring

    init(_ text: String, _ grammar: Grammar) {
        self.text = text
        self.grammar = grammar
        rest = text[...]
    }

    /// `!`, `!!`, or nothing.
    mutating func blocker() -> String {
        let marks = rest.prefix(2).prefix { $0 == "!" }
        rest = rest.dropFirst(marks.count)
        return String(marks)
    }

    /// `@` and the name of a set.
    mutating func set() throws(AtomError) -> String {
        rest.removeFirst()
        let name = take { $0.isNameCharacter }
        guard !name.isEmpty else { throw fault("a set's name is missing") }
        guard rest.isEmpty else { throw unexpected() }
        return "@" + name
    }

    mutating func atom() throws(AtomError) -> AtomPattern {
        if let first = rest.first, first == "!" { throw fault("a blocker chooses nothing") }
        let sign = ["<=", ">=", "<", ">", "=", "~"].first { rest.hasPrefix($0) }
        rest = rest.dropFirst(sign?.count ?? 0)
        let begin = rest
        var (atom, version) = try names(isVersioned: sign != nil)
        if grammar == .dependency { try check(atom, isVersioned: version != nil, sign, at: begin) }
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
    ) throws(AtomError) -> (atom: AtomPattern, version: PackageVersion?) {
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

    /// What only a dependency has to be.
    private mutating func check(
        _ atom: AtomPattern, isVersioned: Bool, _ sign: String?, at begin: Substring
    ) throws(AtomError) {
        let end = rest
        rest = begin
        guard let category = atom.category else { throw fault("the category is missing, as in dev-libs/\(atom.name)") }
        if isVersioned {
            guard sign != nil else { throw fault("a version wants an operator before the name, such as '='") }
            guard !atom.hasWildcard else { throw fault("'*' in a name goes without a version") }
        }
        let name = begin.dropFirst(category.count + 1)
        guard !atom.name.contains(".") else {
            rest = name.drop { $0 != "." }
            throw fault("a package's name has no '.' (PMS 3.1.2)")
        }
        guard atom.name.first != "+" else {
            rest = name
            throw fault("no package's name begins with '+'")
        }
        // `=a/b-1-2`: Portage would take it for a build of 1.
        guard !isVersioned || CPV.splitVersion(Substring(atom.name)) == nil else {
            rest = name
            throw fault("there are two versions")
        }
        guard !atom.name.contains("**"), !category.contains("**") else { throw fault("one '*' is enough") }
        rest = end
    }

    private mutating func constraint(
        _ version: PackageVersion, _ sign: String?
    ) throws(AtomError) -> AtomPattern.Version {
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
    private mutating func qualifiers(_ atom: inout AtomPattern) throws(AtomError) {
        if rest.first == ":", !rest.hasPrefix("::") {
            rest.removeFirst()
            try slot(&atom)
        }
        if rest.hasPrefix("::") {
            rest.removeFirst(2)
            let begin = rest
            let repository = take { $0.isNameCharacter }
            guard !repository.isEmpty else { throw fault("a repository's name is missing") }
            // PMS 3.1.5.
            guard repository.allSatisfy({ !"+.".contains($0) }), repository.first != "-" else {
                rest = begin
                throw fault("this is no name of a repository")
            }
            atom.repository = String(repository)
        }
        if rest.first == "[" {
            guard grammar == .choosing || !atom.hasWildcard else { throw fault("'*' goes without USE flags") }
            repeat {
                rest.removeFirst()
                atom.flags.append(try flag())
            } while rest.first == ","
            guard rest.first == "]" else { throw rest.isEmpty ? fault("']' is missing") : unexpected() }
            rest.removeFirst()
        }
        guard rest.isEmpty else { throw unexpected() }
    }

    /// `slot`; a dependency's may be `slot/subslot`, `=`, `*`, `slot=`, `slot/subslot=` (PMS 8.3.3).
    private mutating func slot(_ atom: inout AtomPattern) throws(AtomError) {
        let slot = try slotName("slot")
        if grammar == .choosing, let next = rest.first, "/=*".contains(next) {
            throw fault("only a slot can be named here, without '\(next)' and what follows it")
        }
        if !slot.isEmpty {
            atom.slot = String(slot)
            if rest.first == "/" {
                rest.removeFirst()
                let subslot = try slotName("sub-slot")
                guard !subslot.isEmpty else { throw fault("a sub-slot is missing") }
                atom.subslot = String(subslot)
            }
        }
        if let next = rest.first, let sign = AtomPattern.SlotOperator(rawValue: next), slot.isEmpty || sign == .rebuilds
        {
            rest.removeFirst()
            atom.slotOperator = sign
        }
        guard atom.slot != nil || atom.slotOperator != nil else { throw fault("a slot is missing") }
    }

    /// PMS 3.1.3.
    private mutating func slotName(_ what: String) throws(AtomError) -> Substring {
        let begin = rest
        let name = take { $0.isNameCharacter }
        guard name.isEmpty || Self.isName(name, first: "_") else {
            rest = begin
            throw fault("no \(what) begins with '\(name.prefix(1))'")
        }
        return name
    }

    /// `flag`, `-flag`, either with `(+)` or `(-)` behind; a dependency's may be `flag?`, `!flag?`, `flag=`, `!flag=`.
    private mutating func flag() throws(AtomError) -> AtomPattern.Flag {
        let isOff = rest.first == "-"
        let isTurned = grammar == .dependency && rest.first == "!"
        if isOff || isTurned { rest.removeFirst() }
        let name = take { $0.isNameCharacter || $0 == "@" }
        guard let first = name.first else { throw rest.isEmpty ? fault("a USE flag is missing") : unexpected() }
        // PMS 3.1.4.
        guard grammar == .choosing || (first.isLetter || first.isNumber) && !name.contains(".") else {
            rest = text[name.startIndex...]
            throw fault("this is no USE flag")
        }
        var flag = AtomPattern.Flag(name: String(name), isOn: !isOff && !isTurned)
        if let (word, value) = [("(+)", true), ("(-)", false)].first(where: { rest.hasPrefix($0.0) }) {
            rest.removeFirst(word.count)
            flag.otherwise = value
        }
        if let next = rest.first, let condition = AtomPattern.Condition(rawValue: next) {
            guard grammar == .dependency else {
                throw fault("'\(next)' depends on another package: name the flag as on or off")
            }
            guard !isOff else { throw fault("'-' does not go with '\(next)': write '!'") }
            rest.removeFirst()
            flag.condition = condition
        }
        guard !isTurned || flag.condition != nil else { throw fault("'!' before a flag wants '?' or '=' behind it") }
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

    private func unexpected() -> AtomError {
        guard let next = rest.first else { return fault("something is missing") }
        return fault("'\(String(next).oneLine(atMost: 16))' is not expected")
    }

    private func fault(_ reason: String) -> AtomError {
        AtomError(column: text.distance(from: text.startIndex, to: rest.startIndex) + 1, reason: reason)
    }
}

extension Character {
    /// Of categories, packages, versions, slots, USE flags, repositories (PMS 3.1) and sets.
    fileprivate var isNameCharacter: Bool { isASCII && (isLetter || isNumber || "+_.-".contains(self)) }
}
