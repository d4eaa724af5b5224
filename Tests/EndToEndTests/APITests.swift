import Foundation
import SystemPackage
import Testing

extension EndToEnd {
    /// The HTTP API, tried by a generic client against its own description.
    struct APITests {
        @Test func `What is asked at random is answered as the description says`() async throws {
            try await TestFarm.with(TestFarm.Settings(workers: []), starts: false) { farm in
                try FileManager.default.createDirectory(
                    atPath: farm.state.string, withIntermediateDirectories: true)
                try await Program.demand(
                    [farm.program("prepare-run"), "200", "\(farm.state)/coordinator.sqlite", TestFarm.name])
                try await farm.startCoordinator()
                let tests = FilePath(#filePath).removingLastComponent().removingLastComponent()
                let tried = try await Program.run(["\(tests)/API/run", farm.site])
                #expect(tried.isSuccess && tried.output.contains("api: all is as described"), "\(tried)")
            }
        }
    }
}
