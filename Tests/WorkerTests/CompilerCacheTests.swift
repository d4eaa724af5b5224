import Glibc
import Logging
import Shared
import SystemPackage
import Testing

@testable import Worker

struct CompilerCacheTests {
    @Test func `The cache of a toolchain that is not used any more is removed, and no other`() async throws {
        let directory = try TemporaryDirectory()
        for name in ["old", "new"] { try Directory.create(directory.path.appending(name)) }
        let now = try FileStatus.modified(directory.path.appending("new")).seconds
        let day: Int64 = 24 * 3600
        let times = [timeval](repeating: timeval(tv_sec: Int(now - 31 * day), tv_usec: 0), count: 2)
        #expect(utimes(directory.path.appending("old").string, times) == 0)
        let engine = FakeEngine()
        let caches = CompilerCaches(directory: directory.path, engine: engine, logger: Logger(label: "test"))
        await caches.tidy(now: now)
        #expect(try Directory.names(in: directory.path) == ["new"])
    }

    @Test func `Without caches there is nothing to do`() async throws {
        let directory = try TemporaryDirectory()
        await CompilerCaches(
            directory: directory.path.appending("none"), engine: FakeEngine(), logger: Logger(label: "test")
        ).tidy()
    }
}
