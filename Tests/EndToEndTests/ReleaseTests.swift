import Foundation
import Testing

extension EndToEnd {
    /// Releases with the real programs, and a real Portage that installs from them.
    struct ReleaseTests {
        @Test func `A client installs from a release what the farm has not any more`() async throws {
            try await TestFarm.with { farm in
                #expect(try await farm.build("faults-ok/wide-a").states == ["published": 1])
                try await farm.demand("release", "tag", TestFarm.name, "2026.11")
                #expect(try await farm.build("faults-ok/wide-b").states == ["published": 1])
                let released = try await farm.file(of: "2026.11", "Packages")
                #expect(released.contains("CPV: faults-ok/wide-a-1") && !released.contains("CPV: faults-ok/wide-b-1"))

                let refusal = try await farm.farmctl("release", "tag", TestFarm.name, "other", by: "viewer")
                #expect(refusal.status == 4, "\(refusal.description)")
                let difference = try await farm.farmctl("release", "diff", TestFarm.name, "2026.11", by: "viewer")
                #expect(difference.output.contains("+ faults-ok/wide-b-1:0/1 (build 1)"), "\(difference.description)")

                // Gone from the binhost, as a tidy owner or a coordinator would have it.
                try FileManager.default.removeItem(atPath: "\(farm.state)/binhosts/\(TestFarm.name)/faults-ok/wide-a")
                let client = try await farm.container(
                    ["bash", "-c", "emerge --oneshot --getbinpkgonly faults-ok/wide-a && ls /var/db/pkg/faults-ok"],
                    environment: ["PORTAGE_BINHOST": "\(farm.url)@2026.11"])
                #expect(client.isSuccess, "\(client.description)")
                #expect(client.output.contains("wide-a-1"))
            }
        }

        @Test func `Set back, the farm builds on from there, and its client takes the older state`() async throws {
            try await TestFarm.with { farm in
                #expect(try await farm.build("faults-ok/wide-a").states == ["published": 1])
                try await farm.demand("release", "tag", TestFarm.name, "before")
                let rebuilt = try await farm.farmctl(
                    "submit", TestFarm.name, "faults-ok/wide-a", "--force-all", "--wait")
                #expect(rebuilt.isSuccess, "\(rebuilt.description)")
                #expect(try await farm.builds(of: "faults-ok/wide-a-1") == ["1", "2"])
                let timestamp = try await farm.timestamp()

                let run = try await farm.submit("faults-ok/slow")
                let refusal = try await farm.farmctl("release", "rollback", TestFarm.name, "before")
                #expect(refusal.status == 6, "\(refusal.description)")
                #expect(refusal.errors.contains("open: \(run)"), "\(refusal.description)")
                _ = try await farm.farmctl("cancel", "\(run)")

                try await farm.demand("release", "rollback", TestFarm.name, "before")
                #expect(try await farm.builds(of: "faults-ok/wide-a-1") == ["1"])
                #expect(try await farm.timestamp() > timestamp)
                try await farm.checkBinhost()
                // Reused by its build key; built again it gets the next number, not the one of before.
                #expect(try await farm.build("faults-ok/wide-a").states == ["cached": 1])
                _ = try await farm.farmctl("submit", TestFarm.name, "faults-ok/wide-a", "--force-all", "--wait")
                #expect(try await farm.builds(of: "faults-ok/wide-a-1") == ["1", "3"])
            }
        }

        @Test(arguments: ["release-written", "release-renamed", "release-linked-back", "release-removed"])
        func `A coordinator that is killed leaves a release whole or not at all`(place: String) async throws {
            try await TestFarm.with { farm in
                #expect(try await farm.build("faults-ok/wide-a").states == ["published": 1])
                try await farm.demand("release", "tag", TestFarm.name, "first")
                #expect(try await farm.build("faults-ok/wide-b").states == ["published": 1])
                let released = try await farm.file(of: "first", "Packages")
                let live = try await farm.published()

                try await farm.stop("coordinator")
                try await farm.startCoordinator(fault: "\(place):1")
                let words =
                    switch place {
                    case "release-linked-back": ["rollback", TestFarm.name, "first"]
                    case "release-removed": ["prune", TestFarm.name, "--keep", "0"]
                    default: ["tag", TestFarm.name, "second"]
                    }
                let cut = try await farm.release(words)
                #expect(cut.status == 3, "\(cut.description)")
                try await farm.waitForCoordinatorsDeath()
                try await farm.startCoordinator()

                #expect(try await farm.published() == live)
                try await farm.checkBinhost()
                let names = try FileManager.default.contentsOfDirectory(
                    atPath: "\(farm.state)/releases/\(TestFarm.name)")
                switch place {
                case "release-removed": #expect(names == [])
                case "release-renamed": #expect(names.sorted() == ["first", "second"])
                default: #expect(names == ["first"])
                }
                if place != "release-removed" {
                    #expect(try await farm.file(of: "first", "Packages") == released)
                    // What was cut off is done by asking again.
                    let again = try await farm.release(words)
                    #expect(again.isSuccess == (place != "release-renamed"), "\(again.description)")
                }
            }
        }
    }
}

extension TestFarm {
    fileprivate func demand(_ words: String...) async throws {
        let result = try await run(words)
        guard result.isSuccess else { throw HarnessError(result.description) }
    }

    fileprivate func release(_ words: [String]) async throws -> Program.Result { try await run(["release"] + words) }

    /// A file of a release over HTTP.
    fileprivate func file(of release: String, _ path: String) async throws -> String {
        try await Program.demand(["curl", "--silent", "--show-error", "--fail", "\(url)@\(release)/\(path)"])
    }

    /// The BUILD_IDs of a version in the index.
    fileprivate func builds(of cpv: String) async throws -> [String] {
        try await index().filter { $0["CPV"] == cpv }.compactMap { $0["BUILD_ID"] }.sorted()
    }

    fileprivate func timestamp() async throws -> Int64 {
        let line = try await download("Packages").split(separator: "\n").first { $0.hasPrefix("TIMESTAMP: ") }
        return try #require(line.flatMap { Int64($0.dropFirst("TIMESTAMP: ".count)) })
    }
}
