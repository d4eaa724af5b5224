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

    /// Beside the result, until it is settled.
    func evidence(_ part: EvidencePart) -> FilePath { path.appending(part.rawValue) }

    /// What the last script that counts left behind.
    var usage: CgroupUsage { usage("usage") }

    /// What the script that runs counted last.
    var using: CgroupUsage { usage("using") }

    private func usage(_ name: String) -> CgroupUsage {
        let texts = [name, "work"].map { name in
            let file = try? ForeignFile(output.appending(name), below: path)
            return (try? file?.text(limit: 4096)) ?? ""
        }
        return CgroupUsage(texts.joined(separator: "\n"))
    }

    /// Takes over what a container wrote, durably, before a record names it.
    ///
    /// - Parameter place: the result's, unless another is said.
    /// - Throws: as `ForeignFile`; `.fileTooLarge` beyond the limit. Blocks.
    func take(_ file: FilePath, limit: Int64 = .max, as place: FilePath? = nil) throws -> Blob {
        let opened = try ForeignFile(file, below: path)
        guard opened.size <= limit else { throw Errno.fileTooLarge }
        try opened.sync()
        let place = place ?? result
        guard rename(file.string, place.string) == 0 else { throw Errno(rawValue: errno) }
        try AtomicFile.syncDirectory(of: place)
        return try ContentHasher.blob(of: place)
    }

    var temporary: [FilePath] { [work, packages, distfiles, scripts, output] }
}
