import Core
import Foundation
import Logging
import Shared
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator

/// Which farms there are when a coordinator starts.
struct FarmOpenerTests {
    private let directory: TemporaryDirectory
    private var state: FilePath { directory.path }

    init() throws { directory = try TemporaryDirectory() }

    private func opener() throws -> FarmOpener {
        FarmOpener(
            state: state,
            homes: KeyHomes(
                signing: state.appending("gnupg"),
                upstreams: try UpstreamKeys(directory: state.appending("upstream-keys"))),
            images: try ImageShelf(directory: state.appending("images"), reserve: 0), catalogue: BlobCatalogue(),
            logger: Logger(label: "test"), reserve: 5)
    }

    private func request(_ farm: String) -> RunRequest {
        var request = RunRequest(
            farm: farm, targets: [ImageRecipe.target], emptytree: false, image: blob(1), resolveLimits: Limits(),
            buildLimits: Limits(), submittedBy: "me")
        request.recipe = ImageRecipe(context: blob(2), snapshot: nil, inputs: ["a": "b"], policies: FarmPolicies())
        return request
    }

    private func blob(_ byte: UInt8) -> Blob { Blob(digest: ContentHasher.digest([byte]), size: 1) }

    private func described(_ text: String) throws -> FarmConfiguration {
        try StrictYAML.decode(FarmConfiguration.self, from: text, file: "coordinator.yaml")
    }

    @Test func `Farms that farmctl has had made are there beside those of coordinator.yaml`() async throws {
        let store = try Store(path: state.appending("test.sqlite"))
        defer { try? store.close() }
        let now = Instant(milliseconds: 1)
        for name in ["made", "building", "packages", "nothing", "both"] {
            try await store.add(farm: name, by: "me", at: now)
        }
        try await store.commit([
            .run(
                RunID(rawValue: 1), RunRecord(request: request("made"), submitted: now, state: .succeeded, ended: now)),
            .run(RunID(rawValue: 2), RunRecord(request: request("building"), submitted: now, state: .resolving)),
            .run(
                RunID(rawValue: 3), RunRecord(request: request("nothing"), submitted: now, state: .failed, ended: now)),
        ])
        let recipe = try #require(request("made").recipe)
        try await store.save(
            FarmImage(run: RunID(rawValue: 1), archive: blob(3), recipe: recipe, below: blob(1)), of: "made")
        let binhost = try Binhost(directory: state.appending("binhosts/packages"), reserve: 0)
        let expected = try GPKGFixture().write(to: state.appending("staged"))
        try await binhost.publish(staged: state.appending("staged"), expected: expected)

        let described = try [described("{name: both, coverage: complete, reserve: 7}"), described("{name: x}")]
        let farms = try await opener().openAll(described, store)
        #expect(farms.keys.sorted() == ["both", "building", "made", "packages", "x"])
        #expect(farms["both"]?.settings.coverage == .complete && farms["both"]?.configuration.reserve == 7)
        #expect(farms["made"]?.made?.archive == blob(3) && farms["made"]?.configuration.reserve == 5)
        #expect(try store.farms() == ["both", "building", "made", "packages"], "nothing has come of the other")

        // What coordinator.yaml names no more is not there any more, but for what farmctl has had made.
        #expect(try await opener().openAll([], store).keys.sorted() == ["building", "made", "packages"])
    }

    @Test func `A farm whose directory cannot be read does not keep the others from work, and comes back with it`()
        async throws
    {
        let store = try Store(path: state.appending("test.sqlite"))
        defer { try? store.close() }
        let recipe = try #require(request("made").recipe)
        for (number, name) in ["broken", "made"].enumerated() {
            try await store.add(farm: name, by: "me", at: Instant(milliseconds: 1))
            let run = RunID(rawValue: Int64(number) + 1)
            try await store.commit([
                .run(run, RunRecord(request: request(name), submitted: Instant(milliseconds: 1), state: .succeeded))
            ])
            try await store.save(FarmImage(run: run, archive: blob(3), recipe: recipe, below: blob(1)), of: name)
        }
        try Directory.create(state.appending("binhosts"))
        let file = state.appending("binhosts/broken")
        try AtomicFile.write([1], to: file)
        #expect(try await opener().openAll([], store).keys.sorted() == ["made"])
        try FileManager.default.removeItem(atPath: file.string)
        #expect(try await opener().openAll([], store).keys.sorted() == ["broken", "made"])
    }

    @Test func `A coordinator needs no farm to begin with`() throws {
        let file = state.appending("coordinator.yaml")
        try AtomicFile.write(Array("key: a\nkeys: b\nstate: c\n".utf8), to: file)
        #expect(try CoordinatorConfiguration.load(file).farms.isEmpty)
    }
}
