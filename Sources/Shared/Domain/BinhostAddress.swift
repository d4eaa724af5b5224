/// Addresses of binhosts, as Portage takes them.
package enum BinhostAddress {
    /// What to write instead of something that is none.
    package static let remedy =
        "write one such as https://example.org/binpackages/x86-64; a name and password go into the coordinator's ~/.netrc"

    /// Why another host's person names none such, and what to do.
    package static let localProblem = "is a directory of the coordinator's host"
    package static let localRemedy = "name it as an upstream of the farm in coordinator.yaml"

    /// It is read with the coordinator's own rights.
    package static func isLocal(_ address: String) -> Bool { address.hasPrefix("file:") }

    /// Of an address; more is no address.
    package static let longest = 1024

    /// Without a slash at the end; nil for what is no address.
    ///
    /// The schemes are those that Portage takes from `binrepos.conf` and that need no program of their own.
    package static func normalised(_ text: String) -> String? {
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
}
