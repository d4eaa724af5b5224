package import SystemPackage

/// Commands that let the holder of a key in, for people to paste.
///
/// Written beside and renamed: the coordinator notices files that come, not those that change. One that is there already stays: it
/// may say another role.
package enum KeyAdmission {
    package static let keys = FilePath("/etc/binfarm/keys")

    /// - Parameter take: what takes the file from standard input, of which it gets the path without `.pub`.
    package static func command(
        _ key: PublicKeyFile, keys: FilePath = keys, take: (FilePath) -> String
    ) -> String {
        let lines = key.text.split(separator: "\n").map { ShellWord.quoted(String($0)) }.joined(separator: " ")
        return "printf '%s\\n' \(lines) | \(take(keys.appending(key.name)))"
    }
}
