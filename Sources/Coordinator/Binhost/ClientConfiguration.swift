/// A file for a client's `/etc/portage/binrepos.conf/`: where the binhost is, and whether its packages are signed.
struct ClientConfiguration: Equatable, Sendable {
    /// With the port where it has one, as the client said it.
    let host: String
    let site: ServedSite
    let isSigned: Bool

    /// The last part of its path.
    static let fileName = "binrepos.conf"

    var text: String {
        let address = "http://\(host)/\(site.name)"
        // A release takes the place of its farm: the section's name is the farm's in both.
        return """
            # \(address)/\(Self.fileName)
            [\(site.farm)]
            sync-uri = \(address)
            verify-signature = \(isSigned)

            """
    }

    /// What a request's Host field says, when that is a host's name or address and perhaps a port: it becomes a line of
    /// somebody's configuration.
    static func host(_ field: String?) -> String? {
        guard let field, (1...255).contains(field.utf8.count) else { return nil }
        var name = field[...]
        if let colon = field.lastIndex(of: ":"), !field.hasSuffix("]") {
            let digits = field[field.index(after: colon)...]
            guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let port = UInt16(digits), port > 0 else {
                return nil
            }
            name = field[..<colon]
        }
        if name.hasPrefix("["), name.hasSuffix("]") {
            let address = name.dropFirst().dropLast().utf8
            return !address.isEmpty && address.allSatisfy(isOfAddress) ? field : nil
        }
        guard let first = name.utf8.first, isLetterOrDigit(first) else { return nil }
        return name.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
            ? field : nil
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }

    /// Of IPv6, with the IPv4 form at its end.
    private static func isOfAddress(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte) || byte == UInt8(ascii: ":")
            || byte == UInt8(ascii: ".")
    }
}
