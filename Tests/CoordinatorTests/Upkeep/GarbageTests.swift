@testable import Binpkgs
import Core
import SystemPackage
import Testing

@testable import Coordinator
@testable import Shared

struct GarbageTests {
    private func build(
        _ buildID: Int, _ cpv: String = "a/b-1", slot: String = "0", use: String = "x y", repository: String = "r",
        isSigned: Bool = false, format: BinpkgFormat = .gpkg
    ) -> BuildFacts {
        var values = [
            "CPV": cpv, "SLOT": slot, "USE": use, "repository": repository, "BUILD_ID": String(buildID),
            "PATH": "\(cpv)-\(buildID)-\(use)\(format.ending)",
        ]
        if isSigned { values["SIGNED_FROM"] = "digest" }
        return BuildFacts(PackagesIndex.Entry(values: values))
    }

    private func superseded(_ builds: BuildFacts..., needed: Set<String> = [], in format: BinpkgFormat = .gpkg) -> [Int]
    {
        let paths = Garbage.superseded(among: builds, needed: needed, format: format)
        return builds.filter { paths.contains($0.path) }.map(\.buildID)
    }

    @Test func `Older builds of the same go, whatever the order of their flags`() {
        #expect(superseded(build(1), build(3), build(2, use: "y x")) == [1, 2])
    }

    @Test func `What differs in version, slot, flags or repository is another package`() {
        #expect(superseded(build(1), build(2, "a/b-2")) == [])
        #expect(superseded(build(1), build(2, slot: "1")) == [])
        #expect(superseded(build(1), build(2, use: "x")) == [])
        #expect(superseded(build(1), build(2, repository: "s")) == [])
    }

    @Test func `What is needed stays`() {
        let first = build(1)
        #expect(superseded(first, build(2), build(3), needed: [first.path]) == [2])
    }

    @Test func `A signed build stays where only an unsigned one is newer`() {
        #expect(superseded(build(1, isSigned: true), build(2)) == [])
        #expect(superseded(build(1), build(2, isSigned: true)) == [1])
        #expect(superseded(build(1, isSigned: true), build(2), build(3, isSigned: true)) == [1, 2])
    }

    @Test func `A build in the farm's format stays where only one in the other is newer`() {
        #expect(superseded(build(1), build(2, format: .xpak), in: .gpkg) == [])
        #expect(superseded(build(1), build(2, format: .xpak), in: .xpak) == [1])
        #expect(superseded(build(1, format: .xpak), build(2), build(3, format: .xpak), in: .xpak) == [1, 2])
    }

    @Test func `Files without a name in the index go, and nothing else that lies there`() async throws {
        let farm = try ReleasedBinhost()
        try await farm.tag("empty")
        let expat = try await farm.publish("expat-1")
        let zlib = try await farm.publish("zlib-1")
        try await farm.binhost.rollBack(to: "empty", on: farm.shelf)
        try await farm.publish("gsl-1")
        for name in ["key.asc", "dev-libs/notes.gpkg.tar", "dev-libs/expat/readme"] {
            try FileOperations.write([1], to: farm.root.appending(name), modificationTime: 1)
        }
        let xpak = "dev-libs/expat/expat-1-9.xpak"
        try FileOperations.write([1, 2], to: farm.root.appending(xpak), modificationTime: 1)
        let trial = try await farm.binhost.garbage(needed: [zlib.path], shelf: farm.shelf, format: .gpkg)
        #expect(trial.files.map(\.path) == [expat.path, xpak])
        #expect(trial.files.map(\.reason) == [.unnamed, .unnamed])
        #expect(trial.freed == expat.size + 2)
        #expect(farm.exists(farm.root.appending(expat.path)))

        #expect(try await farm.binhost.collect(needed: [zlib.path], shelf: farm.shelf, format: .gpkg) == trial)
        for path in [expat.path, xpak] { #expect(!farm.exists(farm.root.appending(path))) }
        for name in [zlib.path, "key.asc", "dev-libs/notes.gpkg.tar", "dev-libs/expat/readme"] {
            #expect(farm.exists(farm.root.appending(name)), "\(name)")
        }
        #expect(await farm.packages() == ["gsl-1-1"])
        #expect(try await farm.binhost.collect(needed: [zlib.path], shelf: farm.shelf, format: .gpkg) == Garbage())
    }

    @Test func `Superseded builds leave the index, but for those that a release has`() async throws {
        let farm = try ReleasedBinhost()
        try await farm.publish("expat-1", build: 1)
        try await farm.tag("first")
        try await farm.publish("expat-1", build: 2)
        let last = try await farm.publish("expat-1", build: 3)
        let collected = try await farm.binhost.collect(needed: [], shelf: farm.shelf, format: .gpkg)
        #expect(collected.files.map(\.reason) == [.superseded])
        #expect(await farm.packages() == ["expat-1-1", "expat-1-3"])
        #expect(try farm.installable("first") == ["expat-1-1"])

        _ = try await farm.binhost.prune(keeping: 0, on: farm.shelf, isTrial: false)
        _ = try await farm.binhost.hold(Hold(run: RunID(rawValue: 1)), on: farm.shelf)
        #expect(
            try await farm.binhost.collect(needed: [], shelf: farm.shelf, format: .gpkg) == Garbage(), "clients see it")
        try await farm.binhost.endHold(on: farm.shelf)
        #expect(try await farm.binhost.collect(needed: [], shelf: farm.shelf, format: .gpkg).files.count == 1)
        #expect(await farm.packages(of: try farm.reopened()) == ["expat-1-3"])
        #expect(farm.exists(farm.root.appending(last.path)))
    }
}
