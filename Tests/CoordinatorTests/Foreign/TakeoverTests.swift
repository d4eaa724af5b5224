import Core
import Foundation
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator
@testable import Shared

/// Packages of somebody else's binhost become a farm's own.
struct TakeoverTests {
    private var farm: OneFarm
    private var site: FilePath { farm.directory.path.appending("site") }
    private var staging: FilePath { farm.directory.path.appending("staging") }
    private static let cpv = "dev-libs/expat-2.5.0-r1"

    init() throws {
        farm = try OneFarm()
        try Directory.create(site)
    }

    /// What the binhost has, for the job that would build it.
    private func offer(buildID: Int64 = 3) throws -> ForeignOffer {
        let path = "\(buildID).gpkg.tar"
        let file = site.appending(path)
        _ = try GPKGFixture.write(buildID: Int(buildID), to: file)
        let descriptor = try FileDescriptor.open(file, .readOnly)
        let digests = try descriptor.closeAfter { try FileDigests(of: descriptor, path: file) }
        let binary = ResolvedGraph.Binary(
            index: "x", path: path, size: digests.size, buildID: buildID, sha1: digests.sha1)
        let binhost = ForeignBinhost(address: "file://\(site)")
        let job = PlannedJob(
            index: 0, cpv: try CPV(Self.cpv), slot: "0", repository: "farm", use: ["examples"],
            iuse: ["examples", "static-libs", "test"], waitsFor: [], buildKey: ContentHasher.digest([1]), reason: "new")
        return ForeignOffer(
            job: job, packages: [try #require(ForeignPackage(binhost: binhost, binary: binary, format: .gpkg))])
    }

    /// The BUILD_IDs that were taken over, and the largest that the farm gave out afterwards.
    private func takeOver(_ offers: [ForeignOffer], in dispatcher: Dispatcher) async throws -> (
        taken: [Int32], last: Int32
    ) {
        let farm = try #require(await dispatcher.farms["x"])
        let packages = await dispatcher.takeOver(offers, for: RunID(rawValue: 1), into: farm)
        let last = await dispatcher.scheduler.durable.buildIDs.first { $0.key.cpv.description == Self.cpv }?.value
        #expect(await dispatcher.takeovers.notes.isEmpty)
        #expect(await dispatcher.takeovers.last.isEmpty)
        #expect(try Directory.names(in: staging).isEmpty)
        return (packages.values.flatMap { $0 }.map(\.record.buildID), last ?? 0)
    }

    @Test func `A package is published, its number given to no build, and its record the job's`() async throws {
        try await farm.with { dispatcher in
            let offer = try offer()
            let (taken, last) = try await takeOver([offer], in: dispatcher)
            #expect((taken, last) == ([3], 3))
            let binhost = try #require(await dispatcher.farms["x"]).binhost
            #expect(await binhost.packages.map(\.buildID) == [3])
            // Of a run that was planned when the coordinator died: it is there, and is taken over again.
            let again = try await takeOver([offer], in: dispatcher)
            #expect(again == ([3], 3))
        }
    }

    @Test func `A number that the farm gave out is not taken over`() async throws {
        try await farm.with { dispatcher in
            let newer = try await takeOver([offer(buildID: 7)], in: dispatcher)
            #expect(newer == ([7], 7))
            let older = try await takeOver([offer(buildID: 3)], in: dispatcher)
            #expect(older == ([], 7))
        }
    }

    @Test func `What is refused takes no number`() async throws {
        try await farm.with { dispatcher in
            let offer = try offer()
            try Data("other".utf8).write(to: URL(fileURLWithPath: site.appending("3.gpkg.tar").string))
            let refused = try await takeOver([offer], in: dispatcher)
            #expect(refused == ([], 0))
        }
    }

    @Test func `Without room nothing is fetched, whatever is offered`() async throws {
        var farm = farm
        farm.reserve = .max / 2
        try await farm.with { dispatcher in
            let found = try await takeOver([offer(buildID: 7)], in: dispatcher)
            #expect(found == ([], 0))
            // Nor where nothing is left of an offer.
            let taken = ForeignOffer(job: try offer().job, packages: [])
            let nothing = try await takeOver([taken], in: dispatcher)
            #expect(nothing == ([], 0))
        }
    }

    @Test func `A plan that nobody wants any more takes nothing over`() async throws {
        try await farm.with { dispatcher in
            let offer = try offer()
            let farm = try #require(await dispatcher.farms["x"])
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await dispatcher.takeOver([offer], for: RunID(rawValue: 1), into: farm)
            }
            #expect(await task.value.isEmpty)
            #expect(await farm.binhost.packages.isEmpty)
            #expect(await dispatcher.scheduler.durable.buildIDs.isEmpty)
        }
    }
}
