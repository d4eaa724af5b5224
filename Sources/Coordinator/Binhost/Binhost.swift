import Binpkgs
import Glibc
import Shared
import SystemPackage

/// The published packages of one farm: a directory that any `emerge --getbinpkg` installs from. This actor is its only
/// writer.
///
/// At every moment the directory is a state a client can install from: a package's file is there before the index names
/// it, and the index is replaced by rename. What `publish` returned is on disk.
actor Binhost {
    nonisolated let directory: FilePath
    /// Bytes of the file system that publishing leaves free.
    nonisolated let reserve: Int64
    /// What was found wrong, and dropped, when the binhost was opened.
    nonisolated let warnings: [String]

    private nonisolated let executor = BinhostExecutor()
    private let now: @Sendable () -> Int64
    private(set) var index: PackagesIndex
    /// The files of the index on disk are older than `index`.
    private(set) var indexIsStale: Bool

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Where half-written files are: a name that clients never ask for and the server never gives.
    static let temporaryName = ".incomplete"
    static let indexName = "Packages"

    /// Opens the binhost in `directory`, which is made when it is not there.
    ///
    /// The index that is there is the truth: files it does not name are ignored, entries without their file are dropped
    /// with a warning. What an interrupted publication left is removed. Reads and writes files before it returns.
    /// - Parameters:
    ///   - header: by Portage's names (ARCH, CHOST, PROFILE, USE, …), replaces that of the existing index; nil
    ///     keeps it.
    ///   - reserve: bytes to leave free on the file system.
    ///   - now: seconds since 1970.
    init(
        directory: FilePath, header: [String: String]? = nil, reserve: Int64 = 64 * 1024 * 1024,
        now: @escaping @Sendable () -> Int64 = { Int64(time(nil)) }
    ) throws(BinhostError) {
        self.directory = directory
        self.reserve = reserve
        self.now = now
        let loaded = try BinhostLoader(directory: directory).load()
        var warnings = loaded.warnings
        var index = loaded.index
        let header = header.map(Self.cleaned) ?? index.header
        let stale = loaded.isStale || index.header != header
        index.setHeader(header)
        if stale {
            index.timestamp = max(now(), index.timestamp + 1)
            do {
                try IndexWriter(directory: directory).write(&index)
            } catch .noSpace(let path, let detail) {
                warnings.append("the index could not be written at \(path) (\(detail)); the next publication writes it")
            }
        }
        indexIsStale = try IndexWriter(directory: directory).isStale(index)
        self.index = index
        self.warnings = warnings
    }

    /// All packages, in the index's order.
    var packages: [PublishedPackage] { index.compactMap(\.published) }

    /// How many packages there are, and their bytes.
    var holdings: (packages: Int64, bytes: Int64) { (Int64(index.count), index.packagesSize) }

    /// The package at a path relative to the directory.
    func package(at path: String) -> PublishedPackage? { index.entry(at: path)?.published }

    /// Seconds since 1970 of the last publication.
    var timestamp: Int64 { index.timestamp }

    /// Bytes of the file system that can be used before the reserve is touched.
    nonisolated func freeBytes() throws(BinhostError) -> Int64 {
        try max(0, FileOperations.freeBytes(at: directory) - reserve)
    }

    /// Replaces the index's header and writes the index when that changes it.
    func setHeader(_ header: [String: String]) throws(BinhostError) {
        let header = Self.cleaned(header)
        guard header != index.header || indexIsStale else { return }
        var next = index
        next.setHeader(header)
        try commit(next)
    }

    /// Checks the staged file, moves it to its place and adds it to the index.
    ///
    /// Publishing the same file again succeeds, also when the staged file is gone already; so a publication that was
    /// interrupted can be repeated. On an error the staged file stays where it is.
    /// - Parameters:
    ///   - staged: a plain file, best on the binhost's file system: else it is copied.
    ///   - signed: the copy of it that is published in its place.
    @discardableResult
    func publish(
        staged: FilePath, expected: ExpectedPackage, signed: SignedCopy? = nil
    ) throws(BinhostError) -> PublishedPackage {
        switch try check(staged: staged, expected: expected, signed: signed) {
        case .published(let package): return package
        case .new(let package):
            try add([package])
            return try package.published
        }
    }

    /// Finds out what the staged file is.
    func check(
        staged: FilePath, expected: ExpectedPackage, signed: SignedCopy? = nil
    ) throws(BinhostError) -> Checked {
        let path = expected.path
        if let entry = index.entry(at: path) {
            return .published(try republish(entry, staged: staged, expected: expected))
        }
        let target = directory.appending(path)
        // A file without an entry is what an interrupted publication left.
        let isThere = try FileOperations.status(of: target)?.isPlainFile == true
        let isStaged = try FileOperations.status(of: staged) != nil
        let source = signed?.path ?? (isThere && !isStaged ? target : staged)
        let (entry, output) =
            if let signed { signed.checked } else { try verify(source, expected: expected, path: path) }
        return .new(CheckedPackage(entry: entry, output: output, staged: staged, source: source, target: target))
    }

    /// Moves the packages to their places and names them all in one new index. When that fails none is published.
    func add(_ packages: [CheckedPackage]) throws(BinhostError) {
        guard !packages.isEmpty else { return }
        var next = index
        for package in packages { next.insert(package.entry) }
        next.timestamp = nextTimestamp()
        let writer = IndexWriter(directory: directory)
        // The index is written out before a package moves: whatever needs space comes first.
        let prepared = try writer.prepare(&next, reserve: reserve)
        do {
            for package in packages {
                if package.source != package.target {
                    try move(package.source, to: package.target)
                } else {
                    // Whoever moved it may have come to no more than that.
                    try FileOperations.synchronise(directory: package.target.removingLastComponent())
                }
                FaultPoint.pass("package-moved")
            }
            try prepared.commitFirst()
        } catch {
            prepared.discard()
            // Best effort: a file without an entry harms nobody, and publishing again finds it.
            for package in packages
            where package.source != package.target && (try? FileOperations.status(of: package.source)) == nil {
                try? FileOperations.rename(package.target, to: package.source)
            }
            throw error
        }
        index = next
        indexIsStale = true
        FaultPoint.pass("package-indexed")
        try prepared.commitSecond()
        indexIsStale = false
        FaultPoint.pass("package-published")
        // Still there when it had to be copied.
        for package in packages where package.staged != package.target { try? FileOperations.remove(package.staged) }
    }

    /// Takes packages out of the index, then their files away. Paths that are not in the index are ignored.
    ///
    /// A client in the middle of an install that still has the older index meets a missing file and reads the index again;
    /// one that works from a release does not, as that has links of its own.
    /// - Returns: the paths that were in the index.
    func withdraw(_ paths: Set<String>) throws(BinhostError) -> [String] {
        let withdrawn = paths.filter { index.entry(at: $0) != nil }.sorted()
        guard !withdrawn.isEmpty else { return [] }
        var next = index
        for path in withdrawn { next.remove(path) }
        try commit(next)
        for path in withdrawn { try FileOperations.remove(directory.appending(path)) }
        return withdrawn
    }

    /// The same for what a second pass has replaced, where the index has another build of it: one that was set back to an
    /// earlier state may not have it.
    func withdrawReplaced(_ paths: Set<String>) throws(BinhostError) -> [String] {
        let replaced = paths.compactMap { index.entry(at: $0) }
        guard !replaced.isEmpty else { return [] }
        let cpvs = Set(replaced.map(\.cpv))
        let others = Set(index.compactMap { cpvs.contains($0.cpv) && !paths.contains($0.path) ? $0.cpv : nil })
        return try withdraw(Set(replaced.filter { others.contains($0.cpv) }.map(\.path)))
    }

    /// The path has an entry: right when it is the same file.
    private func republish(
        _ entry: PackagesIndex.Entry, staged: FilePath, expected: ExpectedPackage
    ) throws(BinhostError) -> PublishedPackage {
        guard var published = entry.published, entry.source == expected.sha256.hex else {
            throw .pathTaken(path: entry.path, published: entry.source, offered: expected.sha256.hex)
        }
        if indexIsStale { try commit(index) }
        (_, published.output) = try verify(
            directory.appending(entry.path), expected: expected.file(published), path: entry.path, signatures: .any)
        if staged != directory.appending(entry.path) { try FileOperations.remove(staged) }
        return published
    }

    func verify(
        _ source: FilePath, expected: ExpectedPackage, path: String, signatures: BinpkgSignatures = .none
    ) throws(BinhostError) -> (entry: PackagesIndex.Entry, output: ContentDigest?) {
        let descriptor = try FileOperations.open(source)
        defer { try? descriptor.close() }
        let status = try FileOperations.status(of: descriptor, path: source)
        guard status.isPlainFile else {
            throw .contentMismatch(cpv: expected.cpv, what: "the kind", wanted: "a plain file", found: "another")
        }
        guard status.size == expected.size else {
            throw .contentMismatch(
                cpv: expected.cpv, what: "the size", wanted: String(expected.size), found: String(status.size))
        }
        let digests = try FileDigests(of: descriptor, path: source)
        guard digests.sha256 == expected.sha256 else {
            throw .contentMismatch(
                cpv: expected.cpv, what: "the SHA-256", wanted: expected.sha256.hex, found: digests.sha256.hex)
        }
        let metadata: BinpkgMetadata
        let output: ContentDigest?
        do throws(BinpkgError) {
            (metadata, output) = try BinpkgReader.readWhole(
                descriptor, file: source.lastComponent?.string ?? source.string, as: expected.format,
                signatures: signatures)
        } catch {
            throw .invalidPackage(error)
        }
        try expected.check(metadata)
        return (PackagesIndex.Entry(metadata: metadata, path: path, digests: digests), output)
    }

    /// Renames, or copies beside and renames when the file is on another file system; durably. A copied file's source
    /// stays until the publication is complete.
    private func move(_ staged: FilePath, to target: FilePath) throws(BinhostError) {
        let parent = target.removingLastComponent()
        let made = try FileOperations.makeUnsettledDirectories(parent)
        do {
            try place(staged, at: target)
        } catch {
            // Trying again finds them, and takes them to be on the disk.
            for directory in made { try FileOperations.synchronise(directory: directory) }
            throw error
        }
        for directory in [parent] + made { try FileOperations.synchronise(directory: directory) }
    }

    private func place(_ staged: FilePath, at target: FilePath) throws(BinhostError) {
        let descriptor = try FileOperations.open(staged)
        defer { try? descriptor.close() }
        try FileOperations.synchronise(descriptor, path: staged)
        let size = try FileOperations.status(of: descriptor, path: staged).size
        do {
            try FileOperations.rename(staged, to: target)
        } catch .system(_, _, .improperLink) {
            guard try freeBytes() >= size else {
                throw .noSpace(path: directory.string, detail: "\(size) bytes needed beside the reserve of \(reserve)")
            }
            let copy = directory.appending(Self.temporaryName).appending("package")
            try FileOperations.copy(staged, to: copy)
            try FileOperations.rename(copy, to: target)
        }
    }

    /// Makes this the index, under a new TIMESTAMP.
    func commit(_ changed: PackagesIndex) throws(BinhostError) {
        var next = changed
        next.timestamp = nextTimestamp()
        let prepared = try IndexWriter(directory: directory).prepare(&next, reserve: reserve)
        do {
            try prepared.commitFirst()
        } catch {
            prepared.discard()
            throw error
        }
        index = next
        indexIsStale = true
        try prepared.commitSecond()
        indexIsStale = false
    }

    /// A client rereads the index only when TIMESTAMP is greater than the one it has.
    private func nextTimestamp() -> Int64 { max(now(), index.timestamp + 1) }

    private static func cleaned(_ header: [String: String]) -> [String: String] {
        header.filter { !$0.value.isEmpty && !["TIMESTAMP", "PACKAGES", "VERSION"].contains($0.key) }
    }
}
