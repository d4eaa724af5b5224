import Shared
import SystemPackage

/// Somebody else's binhost: `{binhost: ADDRESS, keys: DIRECTORY}`.
struct ForeignBinhost: Decodable, Hashable, Sendable {
    /// Where its index is, without a slash at the end.
    let address: String
    /// gpg's home directory with the public keys of those who may have signed its packages; nil: nobody asks.
    var keys: FilePath?

    private enum CodingKeys: String, CodingKey, CaseIterable { case binhost, keys }

    /// Of an address; more is no address.
    private static let longest = 1024

    init(address: String, keys: FilePath? = nil) {
        self.address = address
        self.keys = keys
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(strictlyKeyedBy: CodingKeys.self)
        let text = try container.decode(String.self, forKey: .binhost)
        guard let address = Self.address(text) else {
            throw DecodingError.dataCorruptedError(
                forKey: .binhost, in: container,
                debugDescription:
                    "'\(text)' is no address of a binhost, such as https://example.org/binpackages/x86-64; "
                    + "a name and password go into the coordinator's ~/.netrc")
        }
        self.address = address
        let keys = try container.decode(String.self, forKey: .keys)
        self.keys = keys == "none" ? nil : FilePath(keys)
    }

    /// Schemes that Portage takes from `binrepos.conf` and that need no program of their own.
    private static func address(_ text: String) -> String? {
        guard let scheme = ["https://", "http://", "file:///"].first(where: text.hasPrefix),
            text.utf8.count <= longest, text.utf8.allSatisfy({ (33...126).contains($0) }),
            !text.contains(where: { "?#\"<>\\^`{|}".contains($0) })
        else { return nil }
        let rest = text.dropFirst(scheme.utf8.count)
        guard let first = rest.first, first != "/", !rest.prefix(while: { $0 != "/" }).contains("@") else { return nil }
        var address = text[...]
        while address.hasSuffix("/") { address = address.dropLast() }
        return String(address)
    }

    /// The scheme, the only one that may be used on the way to a file.
    var scheme: String { String(address.prefix { $0 != ":" }) }

    /// The address of a file below it; nil for a path that leaves it.
    func address(of path: String) -> String? {
        let names = path.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...Self.longest).contains(path.utf8.count),
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
