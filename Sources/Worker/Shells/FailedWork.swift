internal import Glibc
internal import Logging
internal import Shared
internal import SystemPackage

/// The work directories of builds that failed, kept for people who want to look: as many as a budget has room for, the oldest
/// go first.
actor FailedWork {
    private let directory: FilePath
    /// Bytes on disk; 0: nothing is kept.
    private let budget: Int64
    private let engine: any ContainerEngine
    private let logger: Logger
    /// Shells that are open in them.
    private var users: [Fence: Int] = [:]

    /// One of them, by its name on disk: the attempt's fence, and the bytes that it takes.
    private struct Kept {
        var fence: Fence
        var size: Int64

        var name: String { "\(fence)-\(size)" }

        init(fence: Fence, size: Int64) {
            self.fence = fence
            self.size = size
        }

        init?(name: String) {
            let numbers = name.split(separator: "-", omittingEmptySubsequences: false)
            guard numbers.count == 2, let fence = UInt64(numbers[0]), let size = Int64(numbers[1]) else { return nil }
            self.init(fence: Fence(rawValue: fence), size: size)
        }
    }

    init(directory: FilePath, budget: Int64, engine: any ContainerEngine, logger: Logger) throws {
        self.directory = directory
        self.budget = budget
        self.engine = engine
        self.logger = logger
        try Directory.create(directory, permissions: .ownerReadWriteExecute)
    }

    /// What an earlier life kept may be more than there is room for now, or half removed.
    func reload() async {
        for name in (try? Directory.names(in: directory)) ?? [] where Kept(name: name) == nil { await remove(name) }
        await shrink()
    }

    /// Takes the directory over, when there is something in it and room for it.
    /// - Parameter work: no container has it any more.
    func keep(_ work: FilePath, of attempt: AttemptID) async {
        guard budget > 0, (try? Directory.names(in: work).isEmpty) == false, let size = await Self.size(work),
            size <= budget
        else { return }
        let place = directory.appending(Kept(fence: attempt.fence, size: size).name)
        do {
            try await engine.move(work, to: place)
        } catch {
            return logger.warning("a failed build's directory is not kept", metadata: ["error": "\(error)"])
        }
        await shrink()
    }

    /// Bytes on disk.
    private static func size(_ path: FilePath) async -> Int64? {
        try? await Blocking.run { try FileTree.size(of: path) }
    }

    /// Calls `body` with the work directory that the attempt left, which stays until it returns; nil when there is none.
    nonisolated func withWork<Result: Sendable>(
        of attempt: AttemptID?, _ body: (FilePath?) async throws -> Result
    ) async throws -> Result {
        guard let fence = attempt?.fence, let path = await hold(fence) else { return try await body(nil) }
        do {
            let result = try await body(path)
            await release(fence)
            return result
        } catch {
            await release(fence)
            throw error
        }
    }

    private func hold(_ fence: Fence) -> FilePath? {
        guard let kept = kept.first(where: { $0.fence == fence }) else { return nil }
        users[fence, default: 0] += 1
        return directory.appending(kept.name)
    }

    private func release(_ fence: Fence) async {
        users[fence] = users[fence].flatMap { $0 > 1 ? $0 - 1 : nil }
        if users[fence] == nil { await measure(fence) }
        await shrink()
    }

    /// People may have gone on building there.
    private func measure(_ fence: Fence) async {
        guard let old = kept.first(where: { $0.fence == fence }),
            let size = await Self.size(directory.appending(old.name)), size != old.size, users[fence] == nil
        else { return }
        let new = Kept(fence: fence, size: size)
        guard rename(directory.appending(old.name).string, directory.appending(new.name).string) == 0 else { return }
    }

    /// The oldest first.
    private var kept: [Kept] {
        let names = (try? Directory.names(in: directory)) ?? []
        return names.compactMap { Kept(name: $0) }.sorted { $0.fence < $1.fence }
    }

    private func shrink() async {
        let all = kept
        var total = all.reduce(0) { $0 + $1.size }
        // One that a person holds does not cost the newest its place, which has room alone.
        let newest = all.last.flatMap { $0.size <= budget ? $0.fence : nil }
        for old in all where total > budget && old.fence != newest && users[old.fence] == nil {
            // Nobody finds it any more.
            let name = Self.removing + old.name
            guard rename(directory.appending(old.name).string, directory.appending(name).string) == 0 else { continue }
            total -= old.size
            await remove(name)
        }
    }

    private static let removing = "removing-"

    private func remove(_ name: String) async {
        do {
            try await engine.removeTree(directory.appending(name))
        } catch {
            logger.warning("a failed build's directory is not removed", metadata: ["error": "\(error)"])
        }
    }
}
