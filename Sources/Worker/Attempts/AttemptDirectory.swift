internal import Glibc
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
        try Directory.create(path, durably: true)
        for directory in [scripts, output, packages, distfiles, work] { try Directory.create(directory) }
    }

    /// What the trial install told of shared libraries.
    var sonames: FilePath { output.appending("sonames") }

    /// What the last script that counts left behind.
    var usage: CgroupUsage {
        let file = try? ForeignFile(output.appending("usage"), below: path)
        return CgroupUsage((try? file?.text(limit: 4096)) ?? "")
    }

    /// Takes over what a container wrote: it becomes the result, durably, before a record names it.
    ///
    /// - Throws: as `ForeignFile`; `.fileTooLarge` beyond the limit. Blocks.
    func take(_ file: FilePath, limit: Int64 = .max) throws -> Blob {
        let opened = try ForeignFile(file, below: path)
        guard opened.size <= limit else { throw Errno.fileTooLarge }
        try opened.sync()
        guard rename(file.string, result.string) == 0 else { throw Errno(rawValue: errno) }
        try AtomicFile.syncDirectory(of: result)
        return try ContentHasher.blob(of: result)
    }

    var temporary: [FilePath] { [work, packages, distfiles, scripts, output] }
}
