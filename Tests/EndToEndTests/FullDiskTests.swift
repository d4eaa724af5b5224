import Glibc
import SystemPackage
import Testing

extension EndToEnd {
    struct FullDiskTests {
        @Test func `A run pauses while the disk is full, says so, outlives a kill, and goes on when there is room`()
            async throws
        {
            let disk = try await SmallDisk.mount(megabytes: 64)
            defer { disk.unmount() }
            var settings = TestFarm.Settings()
            settings.state = disk.path.appending("state")
            settings.reserve = "16MiB"
            try await TestFarm.with(settings) { farm in
                try await farm.endCoordinator()
                try await farm.startCoordinator(fault: "before-probe:1")
                try await farm.waitForWorkers()
                let run = try await farm.submit("faults-ok/slow", "faults-ok/chain-c")
                try await farm.log(of: "faults-ok/slow", in: run, says: "second 2 of")
                try disk.fill(leaving: 8 << 20)
                let paused = try await until("pause") { try await farm.status().paused }
                #expect(paused.contains("room"), "\(paused)")
                // When it looks for room.
                try await farm.waitForCoordinatorsDeath()
                try await farm.endCoordinator()
                try await farm.startCoordinator()
                let again = try await until("pause again") { try await farm.status().paused }
                #expect(try await farm.farmctl("status").output.contains(again))
                #expect(try await !farm.run(run).hasEnded)

                try disk.makeRoom()
                #expect(try await farm.end(of: run).state == "succeeded")
                #expect(try await farm.status().paused == nil)
                #expect(try await farm.published() == MainPathTests.chain + ["faults-ok/slow-1"])
                try await farm.checkBinhost()
            }
        }
    }
}

/// A disk that is soon full: a tmpfs.
private struct SmallDisk {
    let path: FilePath
    private var filler: FilePath { path.appending("filler") }

    static func mount(megabytes: Int) async throws -> SmallDisk {
        let path = TestEnvironment.directory.appending("disk-\(UInt32.random(in: 0...UInt32.max))")
        try await Program.demand(["mkdir", "-p", path.string])
        try await Program.demand(["mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path.string])
        return SmallDisk(path: path)
    }

    func fill(leaving free: Int) throws {
        var status = statvfs()
        guard statvfs(path.string, &status) == 0 else { throw Errno(rawValue: errno) }
        let size = Int(status.f_bavail) * Int(status.f_frsize) - free
        let file = try FileDescriptor.open(filler, .writeOnly, options: .create, permissions: .ownerReadWrite)
        try file.closeAfter {
            guard posix_fallocate(file.rawValue, 0, size) == 0 else { throw HarnessError("the disk cannot be filled") }
        }
    }

    func makeRoom() throws { guard unlink(filler.string) == 0 else { throw Errno(rawValue: errno) } }

    func unmount() {
        umount2(path.string, Int32(MNT_DETACH))
        rmdir(path.string)
    }
}
