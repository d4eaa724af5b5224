import Binpkgs
import Logging
import Shared
import Synchronization
import SystemPackage

/// The indexes of the binhosts of others, as they were last fetched. Workers get them by digest; Portage reads them there.
actor ForeignIndexes {
    /// What can be asked for without waiting.
    private struct Known {
        /// By the binhost's address.
        var newest: [String: Blob] = [:]
        /// The addresses that had it. Earlier ones too: a graph may have been resolved with them.
        var addresses: [ContentDigest: Set<String>] = [:]

        mutating func add(_ index: Blob, of address: String) {
            newest[address] = index
            addresses[index.digest, default: []].insert(address)
        }
    }

    private nonisolated let directory: FilePath
    private nonisolated let known: Mutex<Known>
    private nonisolated let catalogue: BlobCatalogue
    private nonisolated let logger: Logger
    private var running: [String: (task: Task<Bool, Never>, time: Duration)] = [:]

    /// Largest one that is taken, bytes: Gentoo's own has some megabytes.
    private static let limit: Int64 = 64 << 20
    /// The same, unpacked; the resolve probe's limit too.
    private static let unpackedLimit: Int64 = 256 << 20
    /// Bytes that hold any header.
    private static let headerLimit = 1 << 20
    /// Kept of each binhost.
    private static let kept = 3
    private static let tagName = "tag"
    private static let partEnding = ".part"
    /// For one that nobody waits for.
    private static let patience = Duration.seconds(600)

    /// Finds those of before.
    /// - Parameter directory: made when it is not there.
    init(
        directory: FilePath, of binhosts: some Sequence<ForeignBinhost>, catalogue: BlobCatalogue, logger: Logger
    ) throws {
        self.directory = directory
        self.catalogue = catalogue
        self.logger = logger
        var found = Known()
        for binhost in binhosts {
            let place = Self.place(of: binhost.address, in: directory)
            try Directory.create(place)
            for name in try Directory.names(in: place) where name.hasSuffix(Self.partEnding) {
                try FileOperations.remove(place.appending(name))
            }
            for file in try Self.files(in: place) {
                let blob = try ContentHasher.blob(of: file)
                // One that was cut short by a crash has another name than its content.
                guard file.lastComponent?.string == blob.digest.hex else { continue }
                catalogue.register(blob.digest, at: file)
                found.add(blob, of: binhost.address)
            }
        }
        known = Mutex(found)
    }

    /// Those that a resolve is to look into now; nothing of a binhost that was never reached.
    nonisolated func current(_ binhosts: [ForeignBinhost]) -> [Blob] {
        // Two may have the same; it is looked into once.
        var seen: Set<ContentDigest> = []
        return known.withLock { known in binhosts.compactMap { known.newest[$0.address] } }
            .filter { seen.insert($0.digest).inserted }
    }

    /// The first of the binhosts that has, or had, this index.
    nonisolated func binhost(of index: ContentDigest, among binhosts: [ForeignBinhost]) -> ForeignBinhost? {
        let addresses = known.withLock { $0.addresses[index] ?? [] }
        return binhosts.first { addresses.contains($0.address) }
    }

    /// Asks the binhosts for what is new. What does not come in time goes on coming, for those who ask later.
    func refresh(_ binhosts: [ForeignBinhost], within time: Duration) async {
        await withTaskGroup { group in
            for binhost in binhosts {
                group.addTask {
                    guard await !self.refresh(binhost, within: time) else { return }
                    Task { await self.refreshPatiently(binhost) }
                }
            }
        }
    }

    private func refreshPatiently(_ binhost: ForeignBinhost) async {
        if await !refresh(binhost, within: Self.patience) {
            report(
                ForeignError(place: binhost.address, problem: "its index did not come within \(Self.patience)"), binhost
            )
        }
    }

    /// Who asks at the same time gets the same answer.
    /// - Returns: whether it was answered in time.
    @discardableResult
    private func refresh(_ binhost: ForeignBinhost, within time: Duration) async -> Bool {
        if let (task, limit) = running[binhost.address] {
            // One that may take longer than this one can wait is for those who ask later.
            return limit > time ? true : await task.value
        }
        let task = Task { await fetch(binhost, within: time) }
        running[binhost.address] = (task, time)
        defer { running[binhost.address] = nil }
        return await task.value
    }

    private nonisolated func fetch(_ binhost: ForeignBinhost, within time: Duration) async -> Bool {
        let deadline = ContinuousClock.now + time
        do {
            let place = Self.place(of: binhost.address, in: directory)
            // A farm file may name one at any time.
            try Directory.create(place)
            // Portage's order too.
            for name in [Binhost.indexName + ".gz", Binhost.indexName] {
                let part = place.appending("\(UInt32.random(in: 0...UInt32.max))\(Self.partEnding)")
                let tag = place.appending("\(Self.tagName)-\(name)")
                if !isKnown(binhost) { try FileOperations.remove(tag) }
                let curl = Curl(
                    address: "\(binhost.address)/\(name)", scheme: binhost.scheme, limit: Self.limit,
                    time: deadline - .now)
                switch try await curl.fetch(to: part, tag: tag) {
                case .absent: continue
                case .unchanged: return true
                case .late: return false
                case .fetched:
                    try await take(part, tag: tag, of: binhost.address, in: place)
                    return true
                }
            }
            throw ForeignError(place: binhost.address, problem: "there is no index: is this the address of a binhost?")
        } catch {
            report(error, binhost)
            return true
        }
    }

    private nonisolated func isKnown(_ binhost: ForeignBinhost) -> Bool {
        known.withLock { $0.newest[binhost.address] != nil }
    }

    private nonisolated func report(_ error: any Error, _ binhost: ForeignBinhost) {
        logger.warning(
            "the index of a binhost was not fetched",
            metadata: [
                "reason": "\(error)",
                "instead": isKnown(binhost) ? "the one that was fetched before" : "nothing of it is used",
            ])
    }

    @concurrent
    private nonisolated func take(
        _ part: FilePath, tag: FilePath, of address: String, in place: FilePath
    ) async throws {
        do { try Self.check(part) } catch {
            try FileOperations.remove(part)
            throw ForeignError(place: address, problem: "what it gives is no index: \(error)")
        }
        let blob = try ContentHasher.blob(of: part)
        let file = place.appending(blob.digest.hex)
        try FileOperations.rename(part, to: file)
        let newTag = FilePath(tag.string + ".new")
        let hasTag = FileStatus.exists(newTag)
        if hasTag { try FileOperations.rename(newTag, to: tag) }
        // What a server said of the other one says nothing of this.
        for name in try Directory.names(in: place) where name.hasPrefix(Self.tagName) {
            if !hasTag || place.appending(name) != tag { try FileOperations.remove(place.appending(name)) }
        }
        catalogue.register(blob.digest, at: file)
        known.withLock { $0.add(blob, of: address) }
        // Of those of one second none is known to be older.
        let others = try Self.files(in: place).filter { $0 != file }
        for old in others.dropLast(Self.kept - 1) { try FileOperations.remove(old) }
    }

    /// Whether it is whole, and an index as far as its header tells: anything may answer in a binhost's place.
    private static func check(_ path: FilePath) throws {
        let file = try FileOperations.open(path)
        defer { try? file.close() }
        let space = UnsafeMutableRawBufferPointer.allocate(byteCount: 512 * 1024, alignment: 16)
        defer { space.deallocate() }
        let (first, second) = (space.prefix(space.count / 2), space.suffix(space.count / 2))
        let range = FileRange(
            file, size: try FileOperations.status(of: file, path: path).size,
            buffer: UnsafeMutableRawBufferPointer(rebasing: first))
        let archive = try ArchiveReader(unpacking: range)
        guard try archive.next() != nil else { throw ArchiveReader.Failure(detail: "it is empty") }
        var size: Int64 = 0
        var beginning: [UInt8] = []
        try archive.readContent(into: UnsafeMutableRawBufferPointer(rebasing: second)) { piece in
            size += Int64(piece.count)
            if beginning.count < headerLimit { beginning += piece }
            return size <= unpackedLimit
        }
        guard size <= unpackedLimit else { throw ArchiveReader.Failure.tooLarge(unpackedLimit) }
        var blocks = IndexBlocks(beginning[...])
        _ = try PackagesIndex.begin(&blocks, path: "it")
    }

    private static func place(of address: String, in directory: FilePath) -> FilePath {
        directory.appending(String(ContentHasher.digest(Array(address.utf8)).hex.prefix(32)))
    }

    /// Indexes, the oldest first.
    private static func files(in place: FilePath) throws -> [FilePath] {
        let names = try Directory.names(in: place).filter { ContentDigest(hex: $0) != nil }
        let files = try names.map { name in
            let file = place.appending(name)
            return (file, try FileOperations.status(of: file)?.modificationTime ?? 0)
        }
        return files.sorted { $0.1 < $1.1 }.map(\.0)
    }
}
