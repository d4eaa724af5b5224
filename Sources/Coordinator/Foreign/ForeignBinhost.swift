import Shared
import SystemPackage

/// Somebody else's binhost: `{binhost: ADDRESS, keys: DIRECTORY}`.
struct ForeignBinhost: Decodable, Hashable, Sendable {
    /// Where its index is, without a slash at the end.
    let address: String
    /// gpg's home directory with the public keys of those who may have signed its packages; nil: nobody asks.
    var keys: FilePath?

    private enum CodingKeys: String, CodingKey, CaseIterable { case binhost, keys }

    init(address: String, keys: FilePath? = nil) {
        self.address = address
        self.keys = keys
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(strictlyKeyedBy: CodingKeys.self)
        let text = try container.decode(String.self, forKey: .binhost)
        guard let address = BinhostAddress.normalised(text) else {
            throw DecodingError.dataCorruptedError(
                forKey: .binhost, in: container,
                debugDescription: "'\(text)' is no address of a binhost: \(BinhostAddress.remedy)")
        }
        self.address = address
        let keys = try container.decode(String.self, forKey: .keys)
        self.keys = keys == "none" ? nil : FilePath(keys)
    }

    /// The scheme, the only one that may be used on the way to a file.
    var scheme: String { String(address.prefix { $0 != ":" }) }

    /// The address of a file below it; nil for a path that leaves it.
    func address(of path: String) -> String? {
        let names = path.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...BinhostAddress.longest).contains(path.utf8.count),
            names.allSatisfy({ !["", ".", ".."].contains($0) && !$0.utf8.contains(0) })
        else { return nil }
        return names.reduce(address) { "\($0)/\(Self.escaped($1))" }
    }

    /// RFC 3986, 2.1 to 2.3.
    private static func escaped(_ name: Substring) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in name.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
