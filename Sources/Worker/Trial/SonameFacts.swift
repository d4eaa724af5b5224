internal import Shared

/// What the trial install of a package told of shared libraries: who has which, and what the package links to.
struct SonameFacts: Equatable, Sendable {
    /// As a REQUIRES or PROVIDES of Portage names it (`soname_deps_pack.py`).
    struct Soname: Hashable, Sendable {
        /// Architecture and ABI, `x86_64`; `any` where only a name is known.
        var category: String
        /// `libz.so.1`
        var name: String
    }

    var requires: [Soname] = []
    /// What the image had before anything was installed; nil when it does not say.
    var base: Set<Soname>?
    /// By the directory of the installed package's record: `dev-libs/expat-2.5.0`.
    var providers: [Soname: Set<String>] = [:]

    /// Bytes; beyond it the rest is not read. A thousand packages have some 200 KiB.
    static let limit = 2 << 20

    /// Of a file, bytes.
    private static let longestName = 255
    private static let records = "/var/db/pkg/"

    /// Lines: `requires LINE`, `base LINE` and `/var/db/pkg/CATEGORY/PF/PROVIDES:LINE`. Others say nothing.
    init(_ text: String) {
        for line in text.split(separator: "\n") {
            if line.hasPrefix("requires ") {
                requires += Self.sonames(line.dropFirst("requires ".count))
            } else if line.hasPrefix("base ") {
                base = (base ?? []).union(Self.sonames(line.dropFirst("base ".count)))
            } else if line.hasPrefix(Self.records), let end = line.firstRange(of: "/PROVIDES:") {
                let package = String(line[..<end.lowerBound].dropFirst(Self.records.count))
                for soname in Self.sonames(line[end.upperBound...]) { providers[soname, default: []].insert(package) }
            }
        }
    }

    /// `x86_64: libc.so.6 libz.so.1 x86_32: libc.so.6`
    private static func sonames(_ line: Substring) -> [Soname] {
        var category: Substring?
        var found: [Soname] = []
        for word in line.split(whereSeparator: \.isWhitespace) {
            if word.hasSuffix(":") {
                category = word.dropLast()
            } else if let category, word.utf8.count <= Self.longestName {
                found.append(Soname(category: String(category), name: String(word)))
            }
        }
        return found
    }
}
