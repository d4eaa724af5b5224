/// A file that an ebuild fetches, as its Manifest names it (GLEP 74).
package struct Distfile: Hashable, Sendable, Codable {
    /// In DISTDIR.
    package let name: String
    /// Bytes.
    package let size: Int64
    /// What it is known by in a farm: two ebuilds may mean the same, and two files may bear one name.
    package let digest: BLAKE2bDigest

    /// nil when the name is none of a file, or the size none.
    package init?(name: String, size: Int64, digest: BLAKE2bDigest) {
        guard (0...Self.largest).contains(size), !name.isEmpty, name.utf8.count <= Self.longestName, name != ".",
            name != "..",
            !name.utf8.contains(where: { $0 == 0 || $0 == UInt8(ascii: "/") })
        else { return nil }
        self.name = name
        self.size = size
        self.digest = digest
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let name = try container.decode(String.self, forKey: .name)
        guard
            let distfile = Distfile(
                name: name, size: try container.decode(Int64.self, forKey: .size),
                digest: try container.decode(BLAKE2bDigest.self, forKey: .digest))
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .name, in: container, debugDescription: "'\(name)' is no distfile")
        }
        self = distfile
    }

    private enum CodingKeys: String, CodingKey { case name, size, digest }

    /// A PiB.
    private static let largest: Int64 = 1 << 50
    /// NAME_MAX of Linux.
    private static let longestName = 255
}
