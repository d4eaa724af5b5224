internal import Shared

/// What the trial install of a package told of shared libraries: who has which, and what the package links to.
struct SonameFacts: Equatable, Sendable {
    var requires: [Soname] = []
    /// What the image had before anything was installed; nil when it does not say.
    var base: Set<Soname>?
    /// By the directory of the installed package's record: `dev-libs/expat-2.5.0`.
    var providers: [Soname: Set<String>] = [:]

    /// Bytes; beyond it the rest is not read. A thousand packages have some 200 KiB.
    static let limit = 2 << 20

    private static let records = "/var/db/pkg/"

    /// Lines: `requires LINE`, `base LINE` and `/var/db/pkg/CATEGORY/PF/PROVIDES:LINE`. Others say nothing.
    init(_ text: String) {
        for line in text.split(separator: "\n") {
            if line.hasPrefix("requires ") {
                requires += Soname.list(line.dropFirst("requires ".count))
            } else if line.hasPrefix("base ") {
                base = (base ?? []).union(Soname.list(line.dropFirst("base ".count)))
            } else if line.hasPrefix(Self.records), let end = line.firstRange(of: "/PROVIDES:") {
                let package = String(line[..<end.lowerBound].dropFirst(Self.records.count))
                for soname in Soname.list(line[end.upperBound...]) { providers[soname, default: []].insert(package) }
            }
        }
    }
}
