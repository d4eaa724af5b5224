import Foundation
import SystemPackage
import Testing

@testable import Coordinator
@testable import Shared

struct RollBackTests {
    let farm: ReleasedBinhost

    init() throws { farm = try ReleasedBinhost() }

    @Test func `The binhost becomes what it was, with files that had gone, under a later TIMESTAMP`() async throws {
        let expat = try await farm.publish("expat-1")
        try await farm.publish("zlib-1")
        try await farm.tag("first")
        _ = try await farm.binhost.withdraw([expat.path])
        try await farm.publish("expat-1", build: 2)
        try await farm.publish("gsl-1")
        let before = await farm.binhost.timestamp

        let earlier = try await farm.binhost.rollBack(to: "first", on: farm.shelf)
        #expect(await farm.packages() == ["expat-1-1", "zlib-1-1"])
        #expect(await farm.binhost.timestamp > before)
        #expect(try ContentHasher.blob(of: farm.root.appending(expat.path)).digest == expat.sha256)
        let difference = ReleaseDifference(from: earlier, to: await farm.binhost.packages)
        #expect(difference.removed.map(\.cpv.pf) == ["gsl-1"])
        #expect(difference.rebuilt.map { [$0.from.buildID, $0.to.buildID] } == [[2, 1]])
        // So it is after a restart.
        let again = try farm.reopened()
        #expect(again.warnings.isEmpty)
        #expect(await farm.packages(of: again) == ["expat-1-1", "zlib-1-1"])
    }

    @Test func `A client in the middle of an install still gets what the index named before`() async throws {
        try await farm.tag("empty")
        let expat = try await farm.publish("expat-1")
        try await farm.binhost.rollBack(to: "empty", on: farm.shelf)
        #expect(await farm.packages() == [])
        #expect(farm.exists(farm.root.appending(expat.path)))
    }

    @Test func `One can go back and forth, and build on from there`() async throws {
        try await farm.publish("expat-1")
        try await farm.tag("first")
        try await farm.publish("expat-1", build: 2)
        try await farm.tag("second", at: 2_000)
        try await farm.binhost.rollBack(to: "first", on: farm.shelf)
        try await farm.binhost.rollBack(to: "second", on: farm.shelf)
        #expect(await farm.packages() == ["expat-1-1", "expat-1-2"])
        try await farm.binhost.rollBack(to: "first", on: farm.shelf)
        try await farm.publish("expat-1", build: 3)
        #expect(await farm.packages() == ["expat-1-1", "expat-1-3"])
        #expect(try farm.installable("second") == ["expat-1-1", "expat-1-2"])
    }

    @Test func `A release that has lost a file changes nothing`() async throws {
        let expat = try await farm.publish("expat-1")
        try await farm.tag("first")
        try await farm.publish("zlib-1")
        try FileOperations.remove(farm.shelf.path(of: "first").appending(expat.path))
        let before = try FileOperations.contents(of: farm.root.appending("Packages"))
        await #expect(throws: BinhostError.releaseDamaged(name: "first", path: expat.path)) {
            try await farm.binhost.rollBack(to: "first", on: farm.shelf)
        }
        await #expect(throws: BinhostError.releaseMissing(name: "third", farm: "x")) {
            try await farm.binhost.rollBack(to: "third", on: farm.shelf)
        }
        #expect(try FileOperations.contents(of: farm.root.appending("Packages")) == before)
    }

    @Test func `What a second pass replaced stays where its replacement is not`() async throws {
        let first = try await farm.publish("expat-1")
        try await farm.tag("first")
        try await farm.publish("expat-1", build: 2)
        #expect(try await farm.binhost.withdrawReplaced([first.path]) == [first.path])
        try await farm.binhost.rollBack(to: "first", on: farm.shelf)
        #expect(try await farm.binhost.withdrawReplaced([first.path]) == [])
        #expect(await farm.packages() == ["expat-1-1"])
    }

    @Test func `What a second pass replaced goes for an earlier build too, when that is what it found`() async throws {
        try await farm.publish("expat-1")
        let second = try await farm.publish("expat-1", build: 2)
        #expect(try await farm.binhost.withdrawReplaced([second.path]) == [second.path])
        #expect(await farm.packages() == ["expat-1-1"])
    }
}
