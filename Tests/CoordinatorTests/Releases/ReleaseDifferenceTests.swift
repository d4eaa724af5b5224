import Testing

@testable import Coordinator
@testable import Shared

struct ReleaseDifferenceTests {
    /// `a-1#2`: build 2 of version 1 of a.
    private func state(_ packages: String...) throws -> [PublishedPackage] {
        try packages.map { text in
            let parts = text.split(separator: "#")
            let cpv = try CPV("dev-libs/\(parts[0])")
            let buildID = try #require(Int(parts[1]))
            return PublishedPackage(
                cpv: cpv, slot: "0", repository: "farm", buildID: buildID, buildTime: 0,
                path: "\(BinpkgPath(cpv, buildID: buildID, format: .gpkg))", size: 1,
                sha256: ContentHasher.digest(Array(text.utf8)),
                isSigned: false, isRestricted: false)
        }
    }

    @Test func `Versions that came and went, and those that were built again`() throws {
        let difference = ReleaseDifference(
            from: try state("c-1#1", "a-1#1", "b-1#2"), to: try state("b-1#3", "c-2#1", "a-1#1"))
        #expect(difference.added.map(\.cpv.pf) == ["c-2"])
        #expect(difference.removed.map(\.cpv.pf) == ["c-1"])
        #expect(difference.rebuilt.map { [$0.from.buildID, $0.to.buildID] } == [[2, 3]])
    }

    @Test func `Older builds of the same version that lie beside the newest are no difference`() throws {
        let difference = ReleaseDifference(from: try state("a-1#1", "a-1#2"), to: try state("a-1#2"))
        #expect(difference == ReleaseDifference(from: [], to: []))
        let back = ReleaseDifference(from: try state("a-1#1", "a-1#2"), to: try state("a-1#1"))
        #expect(back.rebuilt.map { [$0.from.buildID, $0.to.buildID] } == [[2, 1]])
    }

    @Test func `The same state is no difference`() throws {
        let same = try state("a-1#1", "b-1#4")
        #expect(ReleaseDifference(from: same, to: same) == ReleaseDifference(from: [], to: []))
    }
}
