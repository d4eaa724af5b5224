/// A shared library as REQUIRES and PROVIDES of a package name it (`soname_deps_pack.py` of Portage).
package struct Soname: Hashable, Sendable {
    /// Architecture and ABI, `x86_64`; `any` where only a name is known.
    package var category: String
    /// `libz.so.1`
    package var name: String

    /// Of a file, bytes.
    private static let longestName = 255

    package init(category: String, name: String) {
        self.category = category
        self.name = name
    }

    /// `x86_64: libc.so.6 libz.so.1 x86_32: libc.so.6`
    package static func list(_ line: some StringProtocol) -> [Soname] {
        var category: String?
        var found: [Soname] = []
        for word in line.split(whereSeparator: \.isWhitespace) {
            if word.hasSuffix(":") {
                category = String(word.dropLast())
            } else if let category, word.utf8.count <= longestName {
                found.append(Soname(category: category, name: String(word)))
            }
        }
        return found
    }
}
