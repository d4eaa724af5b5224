import Shared
import SystemPackage

/// rsync writes a file beside and renames it; what came of one that was interrupted is kept in a directory of its own, which
/// no client asks for.
struct Rsync: Carrier {
    let destination: String

    private static let partial = ".rsync-partial"
    /// A partial transfer, with its reasons on standard error.
    private static let partialTransfer: Int32 = 23
    private static let modes = ["--times", "--perms", "--chmod=D755,F644"]

    func list() async throws(FarmctlError) -> [String] {
        let result = try await Tool.run(
            "rsync", ["--recursive", "--list-only", "--8-bit-output", "--exclude=\(Self.partial)", destination + "/"])
        if result.status == Self.partialTransfer, result.errors.contains("No such file or directory") { return [] }
        try result.demandSuccess()
        return result.output.split(separator: "\n").compactMap { line in
            // -rw-r--r--     11,264 2026/11/28 10:00:00 app/a/a-1-1.gpkg.tar
            let words = line.split(separator: " ", maxSplits: 4, omittingEmptySubsequences: true)
            return words.count == 5 && words[0].hasPrefix("-") ? String(words[4]) : nil
        }
    }

    func fetch(_ name: String, _ scratch: Scratch) async throws(FarmctlError) -> [UInt8] {
        let place = try scratch.makeTree("there", [])
        try await demand([destination + "/" + name, place.string + "/"])
        return try PublishedState.read(place.appending(name)).bytes
    }

    func send(_ paths: [String], from directory: FilePath, _ scratch: Scratch) async throws(FarmctlError) {
        let list = try scratch.write("packages", paths)
        try await demand(
            Self.modes + [
                "--mkpath", "--partial-dir=\(Self.partial)", "--files-from=\(list)", directory.string + "/",
                destination + "/",
            ])
    }

    func replace(_ name: String, from directory: FilePath) async throws(FarmctlError) {
        try await demand(
            Self.modes + ["--mkpath", "--ignore-times", directory.appending(name).string, destination + "/"])
    }

    /// An empty tree is sent, and at the destination all but these files is protected from it.
    func remove(_ paths: [String], _ scratch: Scratch) async throws(FarmctlError) {
        let tree = try scratch.makeTree("empty", paths.map { FilePath($0).removingLastComponent() })
        let rules = try scratch.write("rules", paths.map { "R /\($0)" } + ["P *"])
        try await demand(["--recursive", "--delete", "--filter=merge \(rules)", tree.string + "/", destination + "/"])
    }

    private func demand(_ words: [String]) async throws(FarmctlError) {
        try await Tool.run("rsync", words).demandSuccess()
    }
}
