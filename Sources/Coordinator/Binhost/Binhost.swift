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
    private var index: PackagesIndex
    private var positions: [String: Int]
    /// The files of the index on disk are older than `index`.
    private var indexIsStale: Bool

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
        index.header = header
        if stale {
            index.timestamp = max(now(), index.timestamp + 1)
            do {
                try IndexWriter(directory: directory).write(index)
            } catch .noSpace(let path, let detail) {
                warnings.append("the index could not be written at \(path) (\(detail)); the next publication writes it")
            }
        }
        indexIsStale = try IndexWriter(directory: directory).isStale(index)
        self.index = index
        self.warnings = warnings
        positions = Self.positions(of: index)
    }

    /// All packages, in the order they were published.
    var packages: [PublishedPackage] { index.entries.compactMap(\.published) }

    /// The package at a path relative to the directory.
    func package(at path: String) -> PublishedPackage? {
        positions[path].flatMap { index.entries[$0].published }
    }

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
        next.header = header
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
        let path = expected.cpv.binpkgPath(buildID: expected.buildID)
        if let position = positions[path] {
            return try republish(index.entries[position], staged: staged, expected: expected)
        }
        let target = directory.appending(path)
        // A file without an entry is what an interrupted publication left.
        let isThere = try FileOperations.status(of: target)?.isPlainFile == true
        let isStaged = try FileOperations.status(of: staged) != nil
        let source = signed?.path ?? (isThere && !isStaged ? target : staged)
        let (entry, output) =
            if let signed { signed.checked } else { try verify(source, expected: expected, path: path) }

        var next = index
        next.entries.append(entry)
        next.timestamp = nextTimestamp()
        let writer = IndexWriter(directory: directory)
        // The index is written out before the package moves: whatever needs space comes first.
        let prepared = try writer.prepare(next, reserve: reserve)
        do {
            if source != target {
                try move(source, to: target)
            } else {
                // Whoever moved it may have come to no more than that.
                try FileOperations.synchronise(directory: target.removingLastComponent())
            }
            FaultPoint.pass("package-moved")
        } catch {
            prepared.discard()
            throw error
        }
        do {
            try prepared.commitFirst()
        } catch {
            prepared.discard()
            // Best effort: a file without an entry harms nobody, and publishing again finds it.
            if source != target, (try? FileOperations.status(of: source)) == nil {
                try? FileOperations.rename(target, to: source)
            }
            throw error
        }
        index = next
        positions[path] = next.entries.count - 1
        indexIsStale = true
        FaultPoint.pass("package-indexed")
        try prepared.commitSecond()
        indexIsStale = false
        FaultPoint.pass("package-published")
        // Still there when it had to be copied.
        if staged != target { try? FileOperations.remove(staged) }
        guard var published = entry.published else {
            throw .indexUnreadable(path: path, detail: "the new entry is incomplete")
        }
        published.output = output
        return published
    }

    /// Takes packages out of the index, then their files away. Paths that are not in the index are ignored.
    ///
    /// A client in the middle of an install that still has the older index meets a missing file and reads the index again.
    /// - Returns: the paths that were in the index.
    func withdraw(_ paths: Set<String>) throws(BinhostError) -> [String] {
        let withdrawn = paths.filter { positions[$0] != nil }.sorted()
        guard !withdrawn.isEmpty else { return [] }
        var next = index
        next.entries.removeAll { paths.contains($0.path) }
        try commit(next)
        for path in withdrawn { try FileOperations.remove(directory.appending(path)) }
        return withdrawn
    }

    /// The path has an entry: right when it is the same file.
    private func republish(
        _ entry: PackagesIndex.Entry, staged: FilePath, expected: ExpectedPackage
    ) throws(BinhostError) -> PublishedPackage {
        guard var published = entry.published, entry.source == expected.sha256.hex else {
            throw .pathTaken(path: entry.path, published: entry.source, offered: expected.sha256)
        }
        if indexIsStale { try commit(index) }
        (_, published.output) = try verify(
            directory.appending(entry.path), expected: expected.file(published), path: entry.path, signatures: .any)
        if staged != directory.appending(entry.path) { try FileOperations.remove(staged) }
        return published
    }

    func verify(
        _ source: FilePath, expected: ExpectedPackage, path: String, signatures: GPKGReader.Signatures = .none
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
        do throws(GPKGError) {
            (metadata, output) = try GPKGReader.readWhole(
                descriptor, file: source.lastComponent?.string ?? source.string, signatures: signatures)
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
        try FileOperations.makeDirectories(parent)
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
        try FileOperations.synchronise(directory: parent)
    }

    private func commit(_ changed: PackagesIndex) throws(BinhostError) {
        var next = changed
        next.timestamp = nextTimestamp()
        let prepared = try IndexWriter(directory: directory).prepare(next, reserve: reserve)
        do {
            try prepared.commitFirst()
        } catch {
            prepared.discard()
            throw error
        }
        index = next
        positions = Self.positions(of: next)
        indexIsStale = true
        try prepared.commitSecond()
        indexIsStale = false
    }

    private static func positions(of index: PackagesIndex) -> [String: Int] {
        Dictionary(index.entries.enumerated().map { ($0.element.path, $0.offset) }, uniquingKeysWith: { $1 })
    }

    /// A client rereads the index only when TIMESTAMP is greater than the one it has.
    private func nextTimestamp() -> Int64 { max(now(), index.timestamp + 1) }

    private static func cleaned(_ header: [String: String]) -> [String: String] {
        header.filter { !$0.value.isEmpty && !["TIMESTAMP", "PACKAGES", "VERSION"].contains($0.key) }
    }
}
