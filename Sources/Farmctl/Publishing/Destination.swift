/// Where a binhost is published, and by which tool.
enum Destination: Equatable, Sendable, CustomStringConvertible {
    /// `/srv/www/farm`, `host:/srv/www/farm`, `rsync://host/module/farm`
    case rsync(String)
    /// `REMOTE:PATH`, as rclone's configuration names it.
    case rclone(String)

    private static let rclonePrefix = "rclone:"

    /// - Throws: when it is none.
    init(_ text: String) throws(FarmctlError) {
        if text.hasPrefix(Self.rclonePrefix) {
            let remote = String(text.dropFirst(Self.rclonePrefix.count))
            guard remote.contains(":"), !remote.hasPrefix("-"), !remote.hasPrefix(":/") else {
                throw FarmctlError(
                    .usage, "'\(text)' is no destination",
                    remedy: "name it as rclone:REMOTE:PATH; `rclone listremotes` lists them")
            }
            self = .rclone(Self.withoutSlash(remote))
        } else {
            guard !text.isEmpty, !text.hasPrefix("-"), !text.contains("\0") else {
                throw FarmctlError(
                    .usage, "'\(text)' is no destination",
                    remedy: "name a directory, HOST:DIRECTORY, rsync://HOST/MODULE/… or rclone:REMOTE:PATH")
            }
            // The directory that a host's user begins in, not the host's root.
            self = .rsync(Self.withoutSlash(text.hasSuffix(":") ? text + "." : text))
        }
    }

    private static func withoutSlash(_ text: String) -> String {
        var text = text[...]
        while text.hasSuffix("/"), text.count > 1, !text.hasSuffix(":/") { text.removeLast() }
        return String(text)
    }

    var description: String {
        switch self {
        case .rsync(let place): place
        case .rclone(let remote): Self.rclonePrefix + remote
        }
    }

    var carrier: any Carrier {
        switch self {
        case .rsync(let place): Rsync(destination: place)
        case .rclone(let remote): Rclone(destination: remote)
        }
    }
}
