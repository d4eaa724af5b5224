import Glibc
import Shared
import SystemPackage

/// Public keys of those who sign the packages of binhosts of others, as farm files bring them: each file's in a home directory
/// of gpg's, by the file's digest.
struct UpstreamKeys: Sendable {
    let directory: FilePath
    /// What came so lately may be named by a farm any moment.
    private let grace: Duration

    private static let temporaryPrefix = ".incomplete-"
    /// Bytes of what gpg tells of keys: Gentoo's are a few kilobytes.
    private static let listLimit = 4 << 20

    init(directory: FilePath, grace: Duration = .seconds(3600)) throws {
        self.directory = directory
        self.grace = grace
        try Directory.create(directory)
        for name in FileOperations.names(in: directory) where name.hasPrefix(Self.temporaryPrefix) {
            try FileOperations.removeTree(directory.appending(name))
        }
    }

    /// Where the keys of a file are, or would be.
    func home(of file: ContentDigest) -> FilePath { directory.appending(file.hex) }

    func has(_ file: ContentDigest) -> Bool { FileStatus.isDirectory(home(of: file)) }

    /// Takes the keys out of a file; those that are here already may come again.
    /// - Throws: `Refusal` for a file without public keys.
    @concurrent
    func keep(_ file: Blob, from path: FilePath) async throws {
        guard !has(file.digest) else {
            // As if it had come now: somebody names it.
            guard utimes(home(of: file.digest).string, nil) == 0 else { throw Errno(rawValue: errno) }
            return
        }
        guard file.size <= ArmoredKeys.largest else {
            throw refusal("is larger than \(ArmoredKeys.largest >> 20) MiB")
        }
        let text = try FileOperations.contents(of: path)
        if let problem = ArmoredKeys.problem(String(decoding: text, as: UTF8.self)) { throw refusal(problem) }
        let number = String(UInt64.random(in: 0...UInt64.max), radix: 16)
        let home = directory.appending(Self.temporaryPrefix + number)
        try Directory.create(home, permissions: .ownerReadWriteExecute)
        do {
            try await fill(home, with: text)
            try FileOperations.rename(home, to: self.home(of: file.digest))
        } catch {
            try? FileOperations.removeTree(home)
            // Somebody else has brought the same.
            guard !has(file.digest) else { return }
            throw error
        }
        try FileOperations.synchronise(directory: directory)
    }

    private func fill(_ home: FilePath, with text: [UInt8]) async throws {
        // No agent is started: it would be there for secret keys alone.
        let options = ["--homedir", home.string, "--batch", "--no-tty", "--no-autostart"]
        let result = try await GPG.run(options + ["--import"], input: text, limit: Self.listLimit)
        let list = try await GPG.run(options + ["--with-colons", "--list-keys"], input: [], limit: Self.listLimit)
        guard
            String(decoding: list.output, as: UTF8.self).split(separator: "\n").contains(where: { $0.hasPrefix("pub:") }
            )
        else { throw refusal("has no key that gpg takes: \(result.errors)") }
        for name in FileOperations.names(in: home) {
            let file = try FileOperations.open(home.appending(name))
            defer { try? file.close() }
            try FileOperations.synchronise(file, path: home.appending(name))
        }
        try FileOperations.synchronise(directory: home)
    }

    /// Removes all others.
    func removeAll(except files: Set<ContentDigest>) throws {
        for name in FileOperations.names(in: directory) where !(ContentDigest(hex: name).map(files.contains) ?? false) {
            let path = directory.appending(name)
            let age = Int64(time(nil)) - (try FileStatus.modified(path).seconds)
            if age >= grace.components.seconds { try FileOperations.removeTree(path) }
        }
    }

    private func refusal(_ problem: String) -> Refusal {
        Refusal(.invalid, "a file of keys of an upstream \(problem)", ArmoredKeys.remedy)
    }
}
