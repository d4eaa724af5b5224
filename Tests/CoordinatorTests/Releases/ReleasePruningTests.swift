import SystemPackage
import Testing

@testable import Coordinator
@testable import Shared

struct ReleasePruningTests {
    private func release(_ name: String) -> Release {
        Release(name: name, created: 0, createdBy: "", packages: 0, bytes: 0)
    }

    @Test func `All but the newest go, the oldest first`() {
        let releases = ["d", "c", "b", "a"].map(release)
        #expect(ReleasePruning.chosen(from: releases, keeping: 2).map(\.name) == ["a", "b"])
        #expect(ReleasePruning.chosen(from: releases, keeping: 0).map(\.name) == ["a", "b", "c", "d"])
        #expect(ReleasePruning.chosen(from: releases, keeping: 4).isEmpty)
        #expect(ReleasePruning.chosen(from: releases, keeping: 9).isEmpty)
    }

    @Test func `A file becomes free with the last of its names`() {
        var tally = LinkTally()
        #expect(tally.count(inode: 1, links: 2, size: 10) == 0)
        #expect(tally.count(inode: 2, links: 1, size: 5) == 5)
        #expect(tally.count(inode: 1, links: 2, size: 10) == 10)
        #expect(tally.count(inode: 3, links: 4, size: 7) == 0)
    }

    @Test func `What prune says it frees is what it frees, and a trial removes nothing`() async throws {
        let farm = try ReleasedBinhost()
        let first = try await farm.publish("expat-1")
        let zlib = try await farm.publish("zlib-1")
        try await farm.tag("a", at: 1_000)
        try await farm.tag("b", at: 2_000)
        _ = try await farm.binhost.withdraw([first.path])
        try await farm.tag("c", at: 3_000)

        let trial = try await farm.binhost.prune(keeping: 1, on: farm.shelf, isTrial: true)
        #expect(trial.map(\.release.name) == ["a", "b"])
        #expect(trial.map(\.freed) == [0, first.size], "zlib is in the binhost and in c")
        #expect(try await farm.binhost.releases(on: farm.shelf).count == 3)

        let pruned = try await farm.binhost.prune(keeping: 1, on: farm.shelf, isTrial: false)
        #expect(pruned.map(\.freed) == trial.map(\.freed))
        #expect(try await farm.binhost.releases(on: farm.shelf).map(\.name) == ["c"])
        #expect(try farm.installable("c") == ["zlib-1-1"])
        try farm.shelf.sweep()
        #expect(try FileOperations.status(of: farm.root.appending(zlib.path))?.links == 2)
        #expect(FileOperations.names(in: farm.shelf.directory) == ["c"])
    }
}
