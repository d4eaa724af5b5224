/// The parts of a package's name that its place in the binhost is made of.
struct BinpkgName: Equatable, Sendable {
    let category: String
    /// Name without version.
    let pn: String
    /// Name, version and revision.
    let pf: String

    var cpv: String { "\(category)/\(pf)" }

    /// Nil unless both are names as PMS 3.1 has them: so no separator, no leading dot, nothing that leaves a directory.
    init?(category: String, pf: String) {
        guard Self.isName(category, extra: "+_.-"), Self.isName(pf, extra: "+_.-"),
            let pn = Self.nameWithoutVersion(pf)
        else { return nil }
        self.category = category
        self.pf = pf
        self.pn = pn
    }

    init?(cpv: String) {
        let parts = cpv.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        self.init(category: String(parts[0]), pf: String(parts[1]))
    }

    /// Where FEATURES=binpkg-multi-instance puts the package, relative to the binhost.
    func path(buildID: Int) -> String { "\(category)/\(pn)/\(pf)-\(buildID).gpkg.tar" }

    private static func isName(_ text: String, extra: String) -> Bool {
        guard let first = text.utf8.first, isAlphanumeric(first) || first == UInt8(ascii: "_") else { return false }
        return text.utf8.count <= 200 && text.utf8.allSatisfy { isAlphanumeric($0) || extra.utf8.contains($0) }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    /// Drops `-VERSION` and `-VERSION-rN` (PMS 3.2).
    private static func nameWithoutVersion(_ pf: String) -> String? {
        var parts = pf.split(separator: "-", omittingEmptySubsequences: false)
        if let last = parts.last, last.first == "r", last.count > 1, last.dropFirst().allSatisfy(\.isNumber) {
            parts.removeLast()
        }
        guard parts.count > 1, let version = parts.popLast(), isVersion(version) else { return nil }
        return parts.joined(separator: "-")
    }

    /// The shape of a version: `1.2.3b_rc4_p5`.
    private static func isVersion(_ text: Substring) -> Bool {
        let pieces = text.split(separator: "_", omittingEmptySubsequences: false)
        guard var number = pieces.first else { return false }
        if let letter = number.last, ("a"..."z").contains(letter) { number.removeLast() }
        let digits = { (part: Substring) in !part.isEmpty && part.utf8.allSatisfy { (48...57).contains($0) } }
        guard number.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(digits) else { return false }
        return pieces.dropFirst().allSatisfy { piece in
            let kind = piece.prefix { $0.isLetter }
            let rest = piece.dropFirst(kind.count)
            return ["alpha", "beta", "pre", "rc", "p"].contains(kind) && (rest.isEmpty || digits(rest))
        }
    }
}
