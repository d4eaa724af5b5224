import Coordinator
import Shared
import SystemPackage

/// What it costs to check packages before they are published, and how much of that is the digest of what dependents can
/// see. Its arguments are the packages' files.
@main
struct BinhostBenchmark {
    private static let rounds = 5

    static func main() throws {
        for argument in CommandLine.arguments.dropFirst() {
            let path = FilePath(argument)
            let size = try FileStatus.size(of: path)
            // The first round brings the file into memory.
            let costs = try (0...rounds).map { _ in try CheckingCost(of: path) }.dropFirst()
            guard let digests = costs.map(\.digests).min(), let container = costs.map(\.container).min(),
                let whole = costs.map(\.whole).min()
            else { continue }
            let all = digests + whole
            let output = max(.zero, whole - container)
            print(
                "output-digest: \(Int(100 * (output / all))) % of checking \(path.lastComponent?.string ?? argument)"
                    + " (\(Int(output / .milliseconds(1))) of \(Int(all / .milliseconds(1))) ms, \(size >> 20) MiB,"
                    + " \(Int(Double(size) / 1e6 / (all / .seconds(1)))) MB/s; the least of \(rounds) rounds)")
        }
    }
}
