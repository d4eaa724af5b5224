@testable import Binpkgs
import Core
import CoreTesting
import Foundation
import SystemPackage
import Testing

@testable import Coordinator
@testable import Shared

struct HoldTests {
    private static let hold = Hold(run: RunID(rawValue: 5))

    /// A run's number, how it ended and when; nil: it goes on.
    private typealias Sketch = (id: Int64, end: (state: RunState, at: Int64)?, isAtomic: Bool)

    private func state(_ runs: Sketch..., wasSubmitted: Bool = true) -> Hold.State {
        var records: [RunID: RunRecord] = [:]
        for run in runs {
            var request = request()
            request.isAtomic = run.isAtomic
            records[RunID(rawValue: run.id)] = RunRecord(
                request: request, submitted: Instant(milliseconds: 0), state: run.end?.state ?? .building,
                ended: run.end.map { Instant(milliseconds: $0.at) })
        }
        return Self.hold.state(among: records, wasSubmitted: wasSubmitted)
    }

    private func run(_ id: Int64) -> RunID { RunID(rawValue: id) }

    @Test func `It goes on while an atomic run does`() {
        #expect(state((5, nil, true)) == .open(run(5)))
        #expect(state((5, (.succeeded, 10), true), (6, nil, true)) == .open(run(6)))
        #expect(state((5, (.failed, 10), true), (6, nil, true)) == .open(run(6)))
    }

    @Test func `It ends with the atomic run that ends last, when that has succeeded`() {
        #expect(state((5, (.succeeded, 10), true)) == .over)
        #expect(state((5, (.failed, 10), true), (6, (.succeeded, 20), true)) == .over)
        #expect(state((5, (.succeeded, 20), true), (6, (.failed, 10), true)) == .over)
    }

    @Test(arguments: [RunState.failed, .cancelled])
    func `What a run built that did not succeed is not shown by it`(end: RunState) {
        #expect(state((5, (end, 10), true)) == .unfinished(run(5), end))
        #expect(state((5, (.succeeded, 10), true), (6, (end, 20), true)) == .unfinished(run(6), end))
    }

    @Test func `Runs that are not atomic, and those of before it, change nothing`() {
        #expect(state((5, (.failed, 10), true), (6, (.succeeded, 20), false)) == .unfinished(run(5), .failed))
        #expect(state((4, (.succeeded, 20), true), (5, (.failed, 10), true)) == .unfinished(run(5), .failed))
        #expect(state((4, nil, true), (5, (.succeeded, 10), true)) == .over)
    }

    @Test func `A run that was never submitted holds nothing; one that nobody remembers does`() {
        #expect(state(wasSubmitted: false) == .over)
        #expect(state() == .forgotten(run(5)))
        #expect(Hold.State.over.line(farm: "x") == nil)
        #expect(Hold.State.forgotten(run(5)).line(farm: "x")?.contains("farmctl release unhold x") == true)
    }

    @Test func `A request of before there were atomic runs is none, and one that is stays so in the database`() throws {
        let text = try JSONText.encode(request())
        #expect(!text.contains("atomic"))
        #expect(try JSONText.decode(RunRequest.self, from: text).isAtomic == false)
        var atomic = request()
        atomic.isAtomic = true
        #expect(try JSONText.decode(RunRequest.self, from: JSONText.encode(atomic)) == atomic)
    }

    // MARK: On the disk

    private func seen(_ farm: ReleasedBinhost) throws -> [String] {
        let place = try farm.shelf.exists(ReleaseShelf.held) ? farm.shelf.holdPath : farm.root
        let index = try PackagesIndex(
            parsing: try FileOperations.contents(of: place.appending("Packages")), path: "Packages")
        return index.compactMap(\.published).map { "\($0.cpv.pf)-\($0.buildID)" }
    }

    @Test func `Clients see what was there when it began, whatever is published and withdrawn, until it ends`()
        async throws
    {
        let farm = try ReleasedBinhost()
        let expat = try await farm.publish("expat-1")
        #expect(try await farm.binhost.hold(Self.hold, on: farm.shelf) == Self.hold)
        try await farm.publish("zlib-1")
        _ = try await farm.binhost.withdraw([expat.path])
        #expect(try seen(farm) == ["expat-1-1"])
        #expect(farm.exists(farm.shelf.holdPath.appending(expat.path)))
        #expect(await farm.packages() == ["zlib-1-1"])

        // A second atomic run changes nothing of that.
        let second = Hold(run: RunID(rawValue: 9))
        #expect(try await farm.binhost.hold(second, on: farm.shelf) == Self.hold)
        #expect(try seen(farm) == ["expat-1-1"])
        // What is tagged is what clients see.
        #expect(try await farm.tag("first").packages == 1)
        #expect(try farm.installable("first") == ["expat-1-1"])
        #expect(try await farm.binhost.packages(of: "held", on: farm.shelf).map(\.cpv.pf) == ["expat-1"])

        // So it is after a restart.
        #expect(try await farm.reopened().currentHold(on: farm.shelf) == Self.hold)
        try await farm.binhost.endHold(on: farm.shelf)
        #expect(try await farm.binhost.currentHold(on: farm.shelf) == nil)
        #expect(try seen(farm) == ["zlib-1-1"])
        try farm.shelf.sweep()
        #expect(FileOperations.names(in: farm.shelf.directory) == ["first"])
        try await farm.binhost.endHold(on: farm.shelf)
    }

    @Test func `While it goes on a file that only the present state has is served all the same`() async throws {
        let farm = try ReleasedBinhost()
        let expat = try await farm.publish("expat-1")
        _ = try await farm.binhost.hold(Self.hold, on: farm.shelf)
        let zlib = try await farm.publish("zlib-1")
        let served = ServedFarm(directory: farm.root, releases: farm.shelf)
        let site = try #require(ServedSite("x"))
        func size(_ path: String) -> Int64? { served.file(path.split(separator: "/").map(String.init), of: site)?.size }
        #expect(size(expat.path) == expat.size)
        #expect(size(zlib.path) == zlib.size, "somebody may have seen it before the hold began")
        let held = try FileOperations.status(of: farm.shelf.holdPath.appending("Packages"))
        let live = try FileOperations.status(of: farm.root.appending("Packages"))
        #expect(size("Packages") == held?.size)
        #expect(held?.size != live?.size)
        #expect(size(".release") == nil)
    }
}
