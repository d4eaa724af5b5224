import Shared
import SwiftProtobuf
import Testing

@testable import Farmctl

struct ReleaseTests {
    private static let release = WireRelease.with {
        $0.farm = "hep"
        $0.name = "2026.11"
        $0.createdMs = Fixture.now
        $0.createdBy = "ana"
        $0.packages = 446
        $0.bytes = 3 << 30
        $0.url = "/hep@2026.11"
    }

    private static let difference = WireReleaseDifference.with {
        $0.added = [.with { ($0.cpv, $0.slot, $0.toBuild) = ("dev-libs/gsl-2.8", "0/27", 1) }]
        $0.removed = [.with { ($0.cpv, $0.slot, $0.fromBuild) = ("dev-libs/gsl-2.7", "0/25", 3) }]
        $0.rebuilt = [.with { ($0.cpv, $0.slot, $0.fromBuild, $0.toBuild) = ("sci-physics/root-6.32", "0", 1, 2) }]
        $0.addedTotal = 1
        $0.removedTotal = 1
        $0.rebuiltTotal = 12
    }

    @Test func `The list, for people and for scripts`() throws {
        let view = ReleasesView(.with { $0.releases = [Self.release] })
        let lines = view.lines(width: nil).map(\.text)
        #expect(lines[0] == "RELEASE  FARM  MADE                 BY   PACKAGES     SIZE  BINHOST")
        #expect(lines[1].hasPrefix("2026.11  hep   "))
        #expect(lines[1].hasSuffix("  ana       446  3.0 GiB  /hep@2026.11"))
        #expect(
            try view.json() == """
                {
                  "releases" : [
                    {
                      "bytes" : 3221225472,
                      "created_at" : "2026-11-20T19:55:56Z",
                      "created_by" : "ana",
                      "farm" : "hep",
                      "name" : "2026.11",
                      "packages" : 446,
                      "url" : "/hep@2026.11"
                    }
                  ]
                }

                """)
        #expect(
            ReleasesView(WireReleaseAnswer()).lines(width: nil).text
                == "there are no releases: farmctl release tag FARM NAME makes one\n")
        #expect(
            ReleaseView(Self.release).lines(width: nil).text
                == "2026.11: 446 packages (3.0 GiB) of hep, served as /hep@2026.11\n")
    }

    @Test func `A difference, for people and for scripts`() throws {
        let view = ReleaseDiffView(Self.difference, farm: "hep", from: "2026.10", to: "live")
        #expect(
            view.lines(width: nil).text == """
                hep: live against 2026.10: 1 added, 1 removed, 12 rebuilt
                  + dev-libs/gsl-2.8:0/27 (build 1)
                  - dev-libs/gsl-2.7:0/25 (build 3)
                  ~ sci-physics/root-6.32:0 (build 1 -> 2)
                  and 11 more rebuilt

                """)
        #expect(
            try view.json() == """
                {
                  "added" : [
                    {
                      "build_id" : 1,
                      "cpv" : "dev-libs/gsl-2.8",
                      "slot" : "0/27"
                    }
                  ],
                  "counts" : {
                    "added" : 1,
                    "rebuilt" : 12,
                    "removed" : 1
                  },
                  "farm" : "hep",
                  "from" : "2026.10",
                  "rebuilt" : [
                    {
                      "cpv" : "sci-physics/root-6.32",
                      "from" : 1,
                      "slot" : "0",
                      "to" : 2
                    }
                  ],
                  "removed" : [
                    {
                      "build_id" : 3,
                      "cpv" : "dev-libs/gsl-2.7",
                      "slot" : "0/25"
                    }
                  ],
                  "to" : "live"
                }

                """)
    }

    @Test func `What is pruned says what it frees, and whether it was only tried`() throws {
        let answer = WireReleaseAnswer.with {
            $0.releases = [
                .with { ($0.name, $0.freedBytes) = ("a", 0) }, .with { ($0.name, $0.freedBytes) = ("b", 3 << 20) },
            ]
        }
        #expect(
            ReleasePruneView(answer, isTrial: true).lines(width: nil).text == """
                would go: a, frees 0 B
                would go: b, frees 3.0 MiB
                3.0 MiB in all; nothing was done

                """)
        #expect(ReleasePruneView(answer, isTrial: false).lines(width: nil).text.hasPrefix("gone: a, frees 0 B\n"))
        #expect(
            try ReleasePruneView(.with { $0.releases = [answer.releases[1]] }, isTrial: true).json() == """
                {
                  "dry_run" : true,
                  "freed_bytes" : 3145728,
                  "removed" : [
                    {
                      "freed_bytes" : 3145728,
                      "name" : "b"
                    }
                  ]
                }

                """)
        #expect(
            ReleasePruneView(WireReleaseAnswer(), isTrial: false).lines(width: nil).text
                == "nothing goes: there are no more releases than are kept\n")
    }

    @Test(arguments: [
        (["release", "list"], ProgramExit.ok), (["release", "list", "hep", "--json"], .ok),
        (["release", "tag", "hep", "2026.11"], .ok), (["release", "tag", "hep", "taken"], .usage),
        (["release", "diff", "hep", "2026.10"], .ok), (["release", "diff", "hep", "none", "live"], .notFound),
        (["release", "rollback", "hep", "2026.10"], .ok), (["release", "rollback", "hep", "busy"], .unavailable),
        (["release", "prune", "hep", "--keep", "2", "--dry-run"], .ok), (["release", "prune", "other"], .refused),
        (["release", "unhold", "hep"], .ok), (["release", "unhold", "other"], .usage),
    ])
    func `Every end has its code`(arguments: [String], expected: ProgramExit) async throws {
        let status = try await ProgramTests.run(arguments) { body in
            guard case .release(let request) = body else { return nil }
            return switch request.act {
            case .list: .release(.with { $0.releases = [Self.release] })
            case .tag(let tag) where tag.name == "taken": .error(.with { $0.code = .invalid })
            case .tag: .release(.with { $0.releases = [Self.release] })
            case .diff(let diff) where diff.from == "none": .error(.with { $0.code = .notFound })
            case .rollback(let rollback) where rollback.name == "busy": .error(.with { $0.code = .unavailable })
            case .diff(let diff): diff.to == "live" ? .release(.with { $0.difference = Self.difference }) : nil
            case .rollback: .release(.with { $0.difference = Self.difference })
            case .prune(let prune) where request.farm == "hep":
                prune.keep == 2 && prune.dryRun ? .release(WireReleaseAnswer()) : nil
            case .unhold:
                request.farm == "hep" ? .release(WireReleaseAnswer()) : .error(.with { $0.code = .invalid })
            default: .error(.with { $0.code = .notAllowed })
            }
        }
        #expect(status == expected)
    }
}
