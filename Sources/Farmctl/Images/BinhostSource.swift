import Binpkgs
import Images
import Shared
import SystemPackage

/// Where the packages of an image come from: a binhost's directory on this host, or its address.
enum BinhostSource: Equatable, Sendable, CustomStringConvertible {
    case directory(FilePath)
    /// Without a slash at its end.
    case address(String)

    private static let indexName = PublishedState.plainName
    /// Bytes of an index.
    private static let indexLimit: Int64 = 1 << 30

    init(_ text: String) throws(FarmctlError) {
        let isAddress = ["http://", "https://"].contains { text.hasPrefix($0) }
        guard !text.isEmpty, !text.contains("\0"), isAddress || !text.contains("://") else {
            throw FarmctlError(
                .usage, "'\(text)' is no binhost", remedy: "name its directory, or its http or https address")
        }
        if isAddress {
            var text = text
            while text.hasSuffix("/") { text.removeLast() }
            self = .address(text)
        } else {
            self = .directory(FilePath(text))
        }
    }

    var description: String {
        switch self {
        case .directory(let path): path.string
        case .address(let address): address
        }
    }

    /// - Throws: when it cannot be had, or is no index.
    func index(_ scratch: Scratch) async throws -> PackagesIndex {
        let path: FilePath
        switch self {
        case .directory(let directory):
            path = directory.appending(Self.indexName)
            guard FileStatus.exists(path) else {
                throw FarmctlError(.notFound, "there is no binhost at \(directory): it has no \(Self.indexName)")
            }
        case .address:
            path = scratch.directory.appending(Self.indexName)
            try await fetch(Self.indexName, to: path, limit: Self.indexLimit)
        }
        let bytes = try PublishedState.read(path).bytes
        do throws(PackagesIndexError) {
            return try PackagesIndex(parsing: bytes, path: "\(self)/\(Self.indexName)")
        } catch {
            throw FarmctlError(.failed, "\(error)")
        }
    }

    /// A package's file on this host, which is the one that the index means.
    func file(of package: RuntimePackage, _ scratch: Scratch) async throws -> FilePath {
        // What an index says may be anything.
        guard !package.path.hasPrefix("/"), !package.path.split(separator: "/").contains("..") else {
            throw FarmctlError(.failed, "the index of \(self) has \(package.cpv) at \(package.path), outside of it")
        }
        let path: FilePath
        switch self {
        case .directory(let directory): path = directory.pushing(FilePath(package.path))
        case .address:
            path = scratch.directory.appending("\(ContentHasher.digest(Array(package.path.utf8)).hex).package")
            try await fetch(package.path, to: path, limit: package.size)
        }
        let isRight: Bool
        do { isRight = try await Blocking.run { try package.isFile(at: path) } } catch {
            throw FarmctlError(.failed, "\(path) cannot be read: \(error)", remedy: "farmctl binhost verify")
        }
        guard isRight else {
            throw FarmctlError(
                .failed, "\(package.path) of \(self) is not the file that its index means",
                remedy: "farmctl binhost verify")
        }
        return path
    }

    private var isSecure: Bool { "\(self)".hasPrefix("https:") }

    /// curl knows proxies, certificates and what else lies between here and there.
    private func fetch(_ name: String, to path: FilePath, limit: Int64) async throws(FarmctlError) {
        let escaped = name.utf8.map { byte in
            let isPlain =
                byte < 128
                && (Character(UnicodeScalar(byte)).isLetter || (48...57).contains(byte) || "/._-~".utf8.contains(byte))
            return isPlain
                ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
        try await Tool.run(
            "prlimit",
            [
                // What a server sends without end is cut off by the kernel.
                "--fsize=\(limit)", "curl", "--disable", "--fail", "--silent", "--show-error", "--location",
                "--max-redirs", "5", "--proto",
                "=http,https", "--proto-redir", "=https\(isSecure ? "" : ",http")", "--netrc-optional",
                "--connect-timeout", "15", "--speed-limit", "4096", "--speed-time",
                "60",
                "--retry", "2", "--max-time", String(600 + limit >> 16), "--max-filesize", String(limit), "--output",
                path.string, "--", "\(self)/\(escaped)",
            ]
        ).demandSuccess()
    }
}
