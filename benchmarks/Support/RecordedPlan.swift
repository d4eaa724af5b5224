package import Core
import Shared
import Subprocess
package import SystemPackage

/// The packages and edges of a recorded bulk build, as a plan.
extension BuildGraph {
    /// Compressed or not.
    package static func load(_ file: FilePath) async throws -> BuildGraph {
        let words = file.extension == "zst" ? ["zstd", "--decompress", "--stdout"] : ["cat"]
        let result = try await Subprocess.run(
            .name(words[0]), arguments: Arguments(Array(words.dropFirst()) + [file.string]), input: .none,
            output: .bytes(limit: 256 << 20), error: .string(limit: 1 << 16))
        guard result.terminationStatus.isSuccess else {
            throw BenchmarkError("the graph cannot be read: \(result.standardError)")
        }
        return try BuildGraph(contents: result.standardOutput, file: file.string)
    }

    /// As a planner would have made it.
    package func plan() throws -> Plan {
        let iuse = ["debug", "doc", "ipv6", "nls", "static-libs", "test", "threads", "zlib"]
        return Plan(
            jobs: try jobs.enumerated().map { index, job in
                PlannedJob(
                    index: Int32(index), cpv: try CPV("pkgsrc/\(job.name)-1"), slot: "0", repository: "gentoo",
                    use: ["ipv6", "nls", "zlib"], iuse: iuse, waitsFor: job.waitsFor,
                    buildKey: ContentHasher.digest(Array(job.name.utf8)), reason: "new")
            })
    }
}
