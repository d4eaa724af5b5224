package import Shared

/// What a binary package says about itself.
package struct BinpkgMetadata: Equatable, Sendable {
    /// The values as Portage's index has them: runs of white space are one space.
    package let values: [String: String]
    package let cpv: CPV
    package let slot: String
    /// Equal to `slot` where the package has no sub-slot of its own.
    package let subSlot: String
    package let repository: String
    /// All enabled flags, the implicit ones (`amd64`, `elibc_glibc`, …) too.
    package let use: Set<String>
    /// The flags the ebuild itself has, without their default's sign.
    package let iuse: Set<String>
    /// 0 where the package was built without FEATURES=binpkg-multi-instance.
    package let buildID: Int

    /// Whether a file of the metadata is a value for an index; build logs, the environment and lists of files are none.
    package static func isIndexKey(_ name: String) -> Bool {
        if name == "repository" { return true }
        return !name.hasPrefix("NEEDED") && name != "CONTENTS"
            && name.utf8.allSatisfy { (65...90).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }
    }

    /// The value of a key, empty when there is none.
    package subscript(key: String) -> String { values[key] ?? "" }

    /// - Parameter file: only for errors.
    package init(values raw: [String: String], file: String) throws(BinpkgError) {
        let values = raw.mapValues { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
        func value(_ key: String) -> String { values[key] ?? "" }
        guard let cpv = try? CPV("\(value("CATEGORY"))/\(value("PF"))") else {
            throw .metadataInvalid(file: file, key: "CATEGORY/PF", value: "\(value("CATEGORY"))/\(value("PF"))")
        }
        let slots = value("SLOT").split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(slots.count), slots.allSatisfy({ !$0.isEmpty }) else {
            throw .metadataInvalid(file: file, key: "SLOT", value: value("SLOT"))
        }
        let buildID = value("BUILD_ID").isEmpty ? 0 : Int(value("BUILD_ID")) ?? -1
        guard buildID >= 0 else { throw .metadataInvalid(file: file, key: "BUILD_ID", value: value("BUILD_ID")) }
        self.values = values
        self.cpv = cpv
        self.buildID = buildID
        slot = slots[0]
        subSlot = slots[slots.count - 1]
        repository = value("repository")
        use = Set(value("USE").split(separator: " ").map(String.init))
        iuse = Self.flags(ofIUSE: value("IUSE"))
    }

    /// The names in an IUSE value, without `+` and `-`.
    package static func flags(ofIUSE iuse: String) -> Set<String> {
        Set(iuse.split(separator: " ").map { String($0.first == "+" || $0.first == "-" ? $0.dropFirst() : $0) })
    }
}
