import Foundation
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator
@testable import Shared

/// Several packages published together.
@Suite struct BinhostBatchTests {
    let directory: TemporaryDirectory
    var root: FilePath { directory.path.appending("binhost") }

    init() throws { directory = try TemporaryDirectory() }

    private func open() throws -> Binhost {
        try Binhost(directory: root, header: [:], reserve: 0, now: { 1_800_000_000 })
    }

    private func offer(_ buildID: Int, file: String? = nil) throws -> Binhost.Offer {
        let staged = directory.path.appending(file ?? "staged-\(buildID)")
        return Binhost.Offer(staged: staged, expected: try GPKGFixture.write(buildID: buildID, to: staged))
    }

    private func exists(_ path: FilePath) -> Bool { FileManager.default.fileExists(atPath: path.string) }

    @Test func allAreInOneNewIndex() async throws {
        let binhost = try open()
        let before = await binhost.timestamp
        let offers = try (1...3).map { try offer($0) }
        let results = await binhost.publish(offers)
        #expect(try results.map { try $0.get().buildID } == [1, 2, 3])
        #expect(await binhost.timestamp == before + 1)
        #expect(try await binhost.packages.map(\.sha256) == results.map { try $0.get().sha256 })
        #expect(offers.allSatisfy { !exists($0.staged) })
        let size = offers.reduce(0) { $0 + $1.expected.size }
        #expect(await binhost.holdings == (3, size))
        let again = try open()
        #expect(again.warnings == [])
        #expect(await again.packages.map(\.buildID) == [1, 2, 3])
        #expect(await again.holdings == (3, size))
    }

    @Test func oneThatIsRefusedDoesNotHoldTheOthersBack() async throws {
        let binhost = try open()
        var offers = try (1...3).map { try offer($0) }
        var wrong = offers[1].expected
        wrong.slot = "9"
        offers[1] = Binhost.Offer(staged: offers[1].staged, expected: wrong)
        let results = await binhost.publish(offers)
        guard case .failure(.identityMismatch) = results[1] else {
            Issue.record("\(results[1])")
            return
        }
        #expect(await binhost.packages.map(\.buildID) == [1, 3])
        #expect(offers.map { exists($0.staged) } == [false, true, false])
    }

    @Test func whatIsThereAlreadyAndWhatComesTwiceIsPublishedOnce() async throws {
        let binhost = try open()
        let first = try offer(1)
        let known = try await binhost.publish(staged: first.staged, expected: first.expected)
        let offers = try [offer(1), offer(2), offer(2, file: "copy"), offer(2)]
        let results = await binhost.publish(offers)
        #expect(try results.map { try $0.get().buildID } == [1, 2, 2, 2])
        #expect(try results[0].get() == known)
        #expect(await binhost.packages.map(\.buildID) == [1, 2])
        #expect(!exists(offers[2].staged))
    }

    @Test func anotherFileUnderTheSameNameInOneBatchIsRefused() async throws {
        let binhost = try open()
        let first = try offer(1)
        var fixture = GPKGFixture()
        fixture.metadata["BUILD_ID"] = "1"
        fixture.image.append(1)
        let staged = directory.path.appending("other")
        var expected = try fixture.write(to: staged)
        expected.buildID = 1
        let results = await binhost.publish([first, Binhost.Offer(staged: staged, expected: expected)])
        #expect(try results[0].get().sha256 == first.expected.sha256)
        guard case .failure(.pathTaken) = results[1] else {
            Issue.record("\(results[1])")
            return
        }
    }

    /// Its directory cannot be made: only when the index is written is it seen that one of them cannot be moved.
    @Test func oneThatCannotBeMovedDoesNotHoldTheOthersBack() async throws {
        let binhost = try open()
        let staged = directory.path.appending("zlib")
        var fixture = GPKGFixture()
        fixture.metadata["PF"] = "zlib-1"
        var expected = try fixture.write(to: staged)
        expected.cpv = try CPV("dev-libs/zlib-1")
        try Directory.create(root.appending("dev-libs"))
        try Data().write(to: URL(fileURLWithPath: root.appending("dev-libs/zlib").string))
        let offers = try [offer(1), Binhost.Offer(staged: staged, expected: expected), offer(2)]
        let results = await binhost.publish(offers)
        guard case .failure(.system) = results[1] else {
            Issue.record("\(results[1])")
            return
        }
        #expect(exists(staged))
        #expect(await binhost.packages.map(\.buildID) == [1, 2])
        #expect(try Directory.names(in: root.appending(Binhost.temporaryName)).isEmpty)
        let again = try open()
        #expect(again.warnings == [])
        #expect(await again.packages.map(\.buildID) == [1, 2])
    }

    @Test func nothingToPublishChangesNothing() async throws {
        let binhost = try open()
        let before = await binhost.timestamp
        #expect(await binhost.publish([]).isEmpty)
        #expect(await binhost.timestamp == before)
    }
}
