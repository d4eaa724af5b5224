import Foundation
import Testing

/// The binhost as a client sees it.
extension TestFarm {
    nonisolated var site: String { "http://127.0.0.1:\(ports.http)" }
    nonisolated var url: String { "\(site)/\(Self.name)" }

    /// A file of the binhost over HTTP.
    func download(_ path: String) async throws -> String {
        try await Program.demand(["curl", "--silent", "--show-error", "--fail", "\(url)/\(path)"])
    }

    /// The entries of `Packages`, by their keys.
    func index() async throws -> [[String: String]] {
        let blocks = try await download("Packages").components(separatedBy: "\n\n").dropFirst()
        return blocks.map { block in
            Dictionary(
                block.split(separator: "\n").compactMap { line in
                    let halves = line.split(separator: ":", maxSplits: 1)
                    return halves.count == 2
                        ? (String(halves[0]), halves[1].trimmingCharacters(in: .whitespaces)) : nil
                }, uniquingKeysWith: { $1 })
        }.filter { !$0.isEmpty }
    }

    /// The packages in the index, each as often as it is there.
    func published() async throws -> [String] { try await index().compactMap { $0["CPV"] }.sorted() }

    /// What a package installs: kinds, modes and owners, and the content's digest of each file; no times.
    func contents(of path: String) async throws -> String {
        try await inside(
            path, "find . ! -type f -printf '%p %y %m %u %g %l\\n' -o -printf '%p %y %m %u %g ' -exec sha256sum {} ';'"
        )
        .split(separator: "\n").sorted().joined(separator: "\n")
    }

    /// The text of a file that a package installs.
    func file(_ file: String, of path: String) async throws -> String { try await inside(path, "cat '\(file)'") }

    /// Runs a shell command where the package's image is unpacked.
    private func inside(_ path: String, _ command: String) async throws -> String {
        let script = """
            set -euo pipefail
            directory=$(mktemp -d)
            trap 'rm -rf "$directory"' EXIT
            cd "$directory"
            curl --silent --show-error --fail '\(url)/\(path)' | tar -x --strip-components=1
            mkdir image
            tar -xf image.tar.* -C image --strip-components=1
            cd image
            \(command)
            """
        return try await Program.demand(["bash", "-c", script])
    }

    /// Checks that index, its compressed form, and files say the same.
    func checkBinhost() async throws {
        let plain = try await download("Packages")
        let unpacked = try await Program.demand(
            ["sh", "-c", "curl --silent --show-error --fail '\(url)/Packages.gz' | gzip -dc"])
        #expect(plain == unpacked, "Packages and Packages.gz differ")
        for entry in try await index() {
            let path = try #require(entry["PATH"], "an entry without PATH: \(entry)")
            let copy = file("download")
            try await Program.demand(["curl", "--silent", "--show-error", "--fail", "--output", copy, "\(url)/\(path)"])
            let sum = try await Program.demand(["sha1sum", copy]) + Program.demand(["wc", "-c", copy])
            let words = sum.split(whereSeparator: \.isWhitespace).map(String.init)
            #expect(words.contains(entry["SIZE"] ?? "no size"), "\(path): \(sum)")
            #expect(words.contains(entry["SHA1"] ?? "no digest"), "\(path): \(sum)")
        }
    }
}
