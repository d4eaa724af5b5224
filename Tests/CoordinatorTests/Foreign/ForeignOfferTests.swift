import Core
import Shared
import SystemPackage
import Testing

@testable import Coordinator

/// Which jobs of a plan are worth a look at binhosts of others.
struct ForeignOfferTests {
    private static let binhost = ForeignBinhost(address: "https://example.org/x")
    private static let binary = ResolvedGraph.Binary(
        index: "known", path: "a/lib/lib-1-4.gpkg.tar", size: 1, buildID: 4,
        sha1: String(repeating: "0", count: 40))

    private func node(_ index: Int, _ name: String, _ change: (inout ResolvedGraph.Node) -> Void = { _ in }) throws
        -> ResolvedGraph.Node
    {
        var node = ResolvedGraph.Node(index: index, cpv: try CPV("a/\(name)-1"), repository: "r")
        node.binaries = [Self.binary]
        change(&node)
        return node
    }

    private func offers(
        _ nodes: [ResolvedGraph.Node], forced: Set<String> = [], known: [KnownPackage] = [],
        in format: BinpkgFormat = .gpkg
    ) throws -> [ForeignOffer] {
        let graph = ResolvedGraph(
            portage: "3.0.83", settings: .init(indexHeader: [:]), targets: [], nodes: nodes, edges: [])
        let plan = try Planner(known: KnownPackages(known), forced: forced).plan(graph)
        return ForeignOffer.all(
            of: plan, from: graph, in: format, known: Set(known.map(\.record.path))
        ) { $0 == "known" ? Self.binhost : nil }
    }

    @Test func `A job that would be built is offered what binhosts have in its place`() throws {
        let found = try offers([
            node(0, "lib"), node(1, "app") { $0.binaries = [] }, node(2, "old") { $0.binaries = nil },
        ])
        #expect(found.map(\.job.cpv.name) == ["lib"])
        #expect(found.first?.packages.map(\.binary) == [Self.binary])
        #expect(found.first?.packages.map(\.binhost) == [Self.binhost])
    }

    @Test func `What is there already, is to be built, changes by itself or is not to be given on is not asked for`()
        throws
    {
        let job = try #require(try offers([node(0, "lib")]).first?.job)
        let record = PublishedRecord(
            cpv: job.cpv, buildID: 1, path: "a/lib/lib-1-1.gpkg.tar",
            package: Blob(digest: ContentHasher.digest([1]), size: 1), buildKey: job.buildKey)
        #expect(try offers([node(0, "lib")], known: [KnownPackage(record: record, facts: nil)]).isEmpty)
        var other = record
        (other.buildKey, other.path) = (ContentHasher.digest([2]), "a/lib/lib-1-4.gpkg.tar")
        #expect(try offers([node(0, "lib")], known: [KnownPackage(record: other, facts: nil)]).isEmpty)
        #expect(try offers([node(0, "lib")], forced: ["a/lib"]).isEmpty)
        #expect(try offers([node(0, "lib") { $0.properties = ["live"] }]).isEmpty)
        #expect(try offers([node(0, "lib") { $0.restrict = ["bindist"] }]).isEmpty)
    }

    @Test func `A package of the other format is of no use`() throws {
        #expect(try offers([node(0, "lib")], in: .xpak).isEmpty)
        let found = try offers([node(0, "lib") { $0.binaries?[0].path = "a/lib/lib-1-4.xpak" }], in: .xpak)
        #expect(found.first?.packages.first?.format == .xpak)
    }

    @Test func `A package of a binhost that the farm does not name any more is nothing`() throws {
        #expect(try offers([node(0, "lib") { $0.binaries?[0].index = "forgotten" }]).isEmpty)
    }

    @Test func `What was taken over is found by the build key of the job that it was taken over for`() throws {
        let offer = try #require(try offers([node(0, "lib")]).first)
        let blob = Blob(digest: ContentHasher.digest([1]), size: 1)
        let taken = ForeignImport(job: offer.job, source: offer.packages[0], file: "x", blob: blob)
        #expect(taken.record(of: blob).path == "a/lib/lib-1-4.gpkg.tar")
        #expect(taken.expected.buildID == 4)
        let known = [KnownPackage(record: taken.record(of: blob), facts: nil)]
        var planner = Planner()
        planner.known.add(known, of: Self.binhost.address)
        let graph = ResolvedGraph(
            portage: "3.0.83", settings: .init(indexHeader: [:]), targets: [], nodes: [try node(0, "lib")], edges: [])
        let job = try #require(try planner.plan(graph).jobs.first)
        #expect(job.reason == "cached: a/lib/lib-1-4.gpkg.tar (from https://example.org/x)")
        #expect(job.adoptedFrom == Self.binhost.address)
    }
}
