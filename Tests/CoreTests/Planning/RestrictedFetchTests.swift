import Core
import CoreTesting
import Shared
import Testing

@Suite("Packages whose files only a person may download")
struct RestrictedFetchTests {
    private static let source = ResolvedGraph.Source(
        name: "secret-1.tar.gz", size: 12, blake2b: BLAKE2b.digest([1]).hex)

    /// The one package's job.
    private func job(
        restrict: [String] = ["fetch"], sources: [ResolvedGraph.Source]?, properties: [String] = [],
        held: HeldDistfiles = HeldDistfiles(place: "/farm/by-hand")
    ) throws -> PlannedJob {
        let node = ResolvedGraph.Node(
            index: 0, cpv: try CPV("app/secret-1"), repository: "gentoo", restrict: restrict, properties: properties,
            sources: sources)
        let graph = ResolvedGraph(
            portage: "3", settings: .init(indexHeader: [:]), targets: ["app/secret"], nodes: [node], edges: [])
        return try #require(try Planner(held: held).plan(graph).jobs.first)
    }

    @Test func `One whose files are not there is refused with their names, their sizes and where to put them`() throws {
        let refusal = try #require(try job(sources: [Self.source]).refusal)
        #expect(refusal.failureClass == .refused)
        #expect(
            refusal.reason.contains("put secret-1.tar.gz (12 bytes) into /farm/by-hand on the coordinator's host"))
    }

    @Test func `One whose files are there is built of them`() throws {
        let held = HeldDistfiles(digests: [BLAKE2b.digest([1])])
        let job = try job(sources: [Self.source], held: held)
        #expect(job.refusal == nil)
        #expect(job.distfiles?.map(\.name) == ["secret-1.tar.gz"])
    }

    @Test func `A file that does not count is told with the reason`() throws {
        let held = HeldDistfiles(faults: [BLAKE2b.digest([1]): "it has another digest"], place: "/farm/by-hand")
        #expect(
            try job(sources: [Self.source], held: held).refusal?.reason.hasSuffix("; it has another digest") == true)
    }

    @Test func `One that fetches nothing is built, and one whose files no Manifest names is refused`() throws {
        #expect(try job(sources: []).refusal == nil)
        #expect(try job(sources: [.init(name: "x")]).refusal?.reason.contains("no Manifest") == true)
        #expect(try job(sources: nil).refusal?.reason.contains("no Manifest") == true)
    }

    @Test func `What is fetched is known before only when all of it is named by digest`() throws {
        #expect(try job(restrict: [], sources: [Self.source]).distfiles?.count == 1)
        #expect(try job(restrict: [], sources: [Self.source, .init(name: "x", size: 3)]).distfiles == nil)
        #expect(
            try job(restrict: [], sources: [.init(name: "../x", size: 3, blake2b: Self.source.blake2b)]).distfiles
                == nil)
        #expect(try job(restrict: [], sources: [Self.source], properties: ["live"]).distfiles == nil)
    }
}
