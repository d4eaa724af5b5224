import Shared
import SystemPackage
import Testing

@testable import Worker

/// Transfers over real sockets with CURVE; the other end loses and forgets as it is told.
@Suite(.timeLimit(.minutes(1)))
struct TransferTests {
    private let attempt = AttemptID(job: JobID(run: RunID(rawValue: 1), index: 2), fence: Fence(rawValue: 3))

    private func withLink(_ body: (FakeCoordinator, BulkLink, FilePath) async throws -> Void) async throws {
        let directory = try TemporaryDirectory()
        try await FakeCoordinator.withBulkLink { try await body($0, $1, directory.path) }
    }

    /// Bytes that are not the same anywhere.
    private func content(_ count: Int) -> [UInt8] {
        var state: UInt64 = 88_172_645_463_325_252
        return (0..<count).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return UInt8(truncatingIfNeeded: state)
        }
    }

    @Test(arguments: [0, 1, 256 << 10, (3 << 20) + 17])
    func `What comes is what was asked for`(_ size: Int) async throws {
        try await withLink { coordinator, link, directory in
            let source = directory.appending("source")
            try AtomicFile.write(content(size), to: source)
            let blob = try await coordinator.serve(source)
            let cache = try BlobCache(directory: directory.appending("cache"), link: link)
            async let first = cache.file(blob)
            async let second = cache.file(blob)
            let files = try await [first, second]
            #expect(try ContentHasher.blob(of: files[0]) == blob)
            #expect(files[0] == files[1])
            #expect(await coordinator.wants.count == (size == 0 ? 0 : 1), "asked for once")
        }
    }

    @Test func `After a crash of the host cached files are read before they are used`() async throws {
        try await withLink { coordinator, link, directory in
            var blobs: [Blob] = []
            for number in 0..<2 {
                let source = directory.appending("source-\(number)")
                try AtomicFile.write(content(600_000 + number), to: source)
                blobs.append(try await coordinator.serve(source))
            }
            let place = directory.appending("cache")
            let before = try BlobCache(directory: place, link: link, boot: "first")
            let files = [try await before.file(blobs[0]), try await before.file(blobs[1])]
            // Of the right size, but its bytes never reached the disk.
            try AtomicFile.write([UInt8](repeating: 0, count: 600_000), to: files[0])
            _ = try await BlobCache(directory: place, link: link, boot: "first").file(blobs[1])
            #expect(await coordinator.wants.count == 2, "nothing crashed")

            let after = try BlobCache(directory: place, link: link, boot: "second")
            #expect(try ContentHasher.blob(of: try await after.file(blobs[1])) == blobs[1])
            #expect(await coordinator.wants.count == 2, "whole files are not fetched again")
            #expect(try ContentHasher.blob(of: try await after.file(blobs[0])) == blobs[0])
            #expect(await coordinator.wants.count == 3, "what was lost is")
        }
    }

    @Test func `Lost chunks are fetched again from where it stopped`() async throws {
        try await withLink { coordinator, link, directory in
            let source = directory.appending("source")
            try AtomicFile.write(content(4 << 20), to: source)
            let blob = try await coordinator.serve(source)
            await coordinator.set(loses: 7)
            let part = directory.appending("part")
            try await Download(link: link, blob: blob, part: part).run()
            #expect(try ContentHasher.blob(of: part) == blob)
            let wants = await coordinator.wants
            #expect(wants.count > 1)
            #expect(wants.dropFirst().allSatisfy { $0.offset > 0 })
        }
    }

    @Test func `Content with another digest is refused and thrown away`() async throws {
        try await withLink { coordinator, link, directory in
            let source = directory.appending("source")
            try AtomicFile.write(content(1000), to: source)
            let blob = try await coordinator.serve(source)
            try AtomicFile.write(content(999) + [0], to: source)
            let part = directory.appending("part")
            await #expect(throws: TransferError.self) { try await Download(link: link, blob: blob, part: part).run() }
            #expect(!FileStatus.exists(part))
        }
    }

    @Test func `What the coordinator does not have no other worker gets, and none is blamed for it`() async throws {
        try await withLink { _, link, directory in
            let blob = Blob(digest: ContentHasher.digest([1]), size: 1)
            let download = Download(link: link, blob: blob, part: directory.appending("part"))
            let error = await #expect(throws: TransferError.self) { try await download.run() }
            #expect(AttemptRun.failure(error ?? TransferError.wrongContent(blob)).failureClass == .dependencyMissing)
        }
    }

    @Test func `An upload survives lost chunks and a restart of the coordinator's sockets`() async throws {
        try await withLink { coordinator, link, directory in
            let file = directory.appending("package")
            let bytes = content((5 << 20) + 1)
            try AtomicFile.write(bytes, to: file)
            let blob = try ContentHasher.blob(of: file)
            await coordinator.set(loses: 9)
            let upload = Task { try await Upload(link: link, blob: blob, attempt: attempt, file: file).run() }
            try await Task.sleep(for: .milliseconds(100))
            await coordinator.stop()
            try await coordinator.start()
            try await upload.value
            #expect(await coordinator.uploads[blob.digest.hex] == bytes)
            // What is there already is not sent again.
            try await Upload(link: link, blob: blob, attempt: attempt, file: file).run()
        }
    }

    @Test func `A log that grows arrives whole`() async throws {
        try await withLink { coordinator, link, directory in
            let spool = try LogSpool(path: directory.appending("log"), limit: nil)
            let upload = Task { try await LogUpload(link: link, attempt: attempt, source: spool).run() }
            var log: [UInt8] = []
            for piece in 0..<50 {
                let bytes = Array("line \(piece) ".utf8) + content(20_000) + [10]
                log += bytes
                _ = try await spool.append(bytes)
            }
            try await spool.finish()
            try await upload.value
            #expect(await coordinator.logs[3] == log)
        }
    }

    @Test func `A file that was damaged on disk is not offered for ever`() async throws {
        try await withLink { coordinator, link, directory in
            let file = directory.appending("package")
            try AtomicFile.write(content(1000), to: file)
            let blob = try ContentHasher.blob(of: file)
            try AtomicFile.write(content(999) + [0], to: file)
            await #expect(throws: TransferError.self) {
                try await Upload(link: link, blob: blob, attempt: attempt, file: file).run()
            }
        }
    }

    @Test func `A log of which no more is kept ends`() async throws {
        try await withLink { coordinator, link, directory in
            await coordinator.set(largestLog: 256 << 10)
            let spool = try LogSpool(path: directory.appending("log"), limit: nil)
            let log = content(600 << 10)
            _ = try await spool.append(log)
            try await LogUpload(link: link, attempt: attempt, source: spool).run()
            #expect(await coordinator.logs[3] == Array(log.prefix(256 << 10)))
        }
    }

    @Test func `A cancelled download is closed at the coordinator too`() async throws {
        try await withLink { coordinator, link, directory in
            let source = directory.appending("source")
            try AtomicFile.write(content(4 << 20), to: source)
            let blob = try await coordinator.serve(source)
            await coordinator.set(loses: 1)
            let part = directory.appending("part")
            let download = Task { try await Download(link: link, blob: blob, part: part).run() }
            try await eventually("it begins") { await !coordinator.wants.isEmpty }
            download.cancel()
            try await eventually("it is given up") { await coordinator.abandoned > 0 }
        }
    }
}
