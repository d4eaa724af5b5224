import Logging
import Shared
import SystemPackage
import Testing

@testable import Worker

struct AttemptShelfTests {
    private func attempt(_ fence: UInt64) -> AttemptID {
        AttemptID(job: JobID(run: RunID(rawValue: 1), index: 7), fence: Fence(rawValue: fence))
    }

    private func put(_ record: AttemptRecord, in attempts: FilePath, result: [UInt8]? = nil) throws {
        let directory = AttemptDirectory(record.attempt, in: attempts)
        try directory.create()
        try record.write(to: directory.record)
        if let result { try AtomicFile.write(result, to: directory.result) }
    }

    @Test func `After a restart only finished attempts whose result is whole are told again`() async throws {
        let temporary = try TemporaryDirectory()
        let attempts = temporary.path
        let blob = Blob(digest: ContentHasher.digest([1, 2, 3]), size: 3)
        let package = AttemptRecord(attempt: attempt(1), outcome: .package(blob), resources: Resources(wall: 5, cpu: 3))
        let failure = AttemptRecord(attempt: attempt(2), outcome: .failure(Failure(.timedOut, "too long")))
        try put(package, in: attempts, result: [1, 2, 3])
        try put(failure, in: attempts)
        try put(AttemptRecord(attempt: attempt(3)), in: attempts)
        try put(AttemptRecord(attempt: attempt(4), outcome: .package(blob)), in: attempts, result: [1])
        try Directory.create(attempts.appending("5"))
        try Directory.create(attempts.appending("6"))
        try AtomicFile.write(Array("{".utf8), to: attempts.appending("6/attempt.json"))

        let left = try await AttemptShelf.reload(attempts, engine: FakeEngine(), logger: Logger(label: "test"))
        #expect(left == [package, failure])
        #expect(try Directory.names(in: attempts) == ["1", "2"])
        #expect(try Directory.names(in: attempts.appending("1")) == ["attempt.json", "result"])
    }
}
