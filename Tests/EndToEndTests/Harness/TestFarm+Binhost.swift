import Foundation
import Testing

/// The binhost as a client sees it.
extension TestFarm {
    nonisolated var url: String { "http://127.0.0.1:\(ports.http)/\(Self.name)" }

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
