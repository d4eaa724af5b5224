internal import Shared
internal import SystemPackage

/// Where one attempt keeps its files, below the worker's state directory.
struct AttemptDirectory: Sendable, Hashable {
    let path: FilePath

    /// The fence alone tells attempts apart.
    init(_ attempt: AttemptID, in attempts: FilePath) { path = attempts.appending(attempt.fence.description) }
    init(path: FilePath) { self.path = path }

    var record: FilePath { path.appending("attempt.json") }
    var log: FilePath { path.appending("log") }
    /// The package or document, until it is settled.
    var result: FilePath { path.appending("result") }
    /// The rest is there only while the attempt runs.
    var scripts: FilePath { path.appending("script") }
    var output: FilePath { path.appending("out") }
    var packages: FilePath { path.appending("packages") }
    var distfiles: FilePath { path.appending("distfiles") }
    var work: FilePath { path.appending("work") }

    func create() throws {
        for directory in [path, scripts, output, packages, distfiles, work] { try Directory.create(directory) }
    }

    /// What the last script that counts left behind.
    var usage: CgroupUsage { CgroupUsage((try? SmallFile.read(output.appending("usage"))) ?? "") }

    var temporary: [FilePath] { [work, packages, distfiles, scripts, output] }
}
