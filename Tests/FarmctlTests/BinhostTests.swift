import Shared
import SwiftProtobuf
import Synchronization
import Testing

@testable import Farmctl

struct BinhostTests {
    private static let verification = WireVerification.with {
        $0.ended = true
        $0.checked = 446
        $0.total = 446
        $0.findingsTotal = 3
        $0.findings = [
            .with {
                ($0.path, $0.kind, $0.problem, $0.dropped) = ("a/b/b-1-1.gpkg.tar", "missing", "it is gone", true)
            },
            .with { ($0.path, $0.kind, $0.problem) = ("a/c/c-1-1.gpkg.tar", "signature", "it is not signed") },
        ]
    }

    @Test func `What is found, for people and for scripts`() throws {
        let view = VerificationView(Self.verification, farm: "hep")
        #expect(
            view.lines(width: nil).text == """
                dropped: a/b/b-1-1.gpkg.tar: it is gone
                signature: a/c/c-1-1.gpkg.tar: it is not signed
                and 1 more
                hep: 446 files read, 3 not as they should be, 1 dropped from the index

                """)
        #expect(!view.isClean && !view.isMended)
        #expect(
            try view.json() == """
                {
                  "checked" : 446,
                  "farm" : "hep",
                  "findings" : [
                    {
                      "dropped" : true,
                      "kind" : "missing",
                      "path" : "a/b/b-1-1.gpkg.tar",
                      "problem" : "it is gone"
                    },
                    {
                      "dropped" : false,
                      "kind" : "signature",
                      "path" : "a/c/c-1-1.gpkg.tar",
                      "problem" : "it is not signed"
                    }
                  ],
                  "findings_total" : 3
                }

                """)
        let clean = VerificationView(
            .with {
                $0.ended = true
                $0.checked = 2
            }, farm: "hep")
        #expect(clean.lines(width: nil).text == "hep: 2 files read, all as the index says\n")
    }

    @Test func `What nobody needs, for people and for scripts`() throws {
        let answer = WireBinhostAnswer.with {
            $0.files = [.with { ($0.path, $0.reason, $0.size) = ("a/b/b-1-1.gpkg.tar", "superseded", 3 << 20) }]
            $0.filesTotal = 2
            $0.freedBytes = 1 << 20
        }
        let view = GarbageView(answer, farm: "hep", isTrial: true)
        #expect(
            view.lines(width: nil).text == """
                would go: a/b/b-1-1.gpkg.tar (superseded, 3.0 MiB)
                and 1 more
                hep: 2 files, 1.0 MiB free with them; nothing was done: --yes does it

                """)
        #expect(
            try view.json() == """
                {
                  "dry_run" : true,
                  "farm" : "hep",
                  "files" : [
                    {
                      "bytes" : 3145728,
                      "path" : "a/b/b-1-1.gpkg.tar",
                      "reason" : "superseded"
                    }
                  ],
                  "files_total" : 2,
                  "freed_bytes" : 1048576
                }

                """)
        let none = GarbageView(WireBinhostAnswer(), farm: "hep", isTrial: false)
        #expect(none.lines(width: nil).text == "hep: there is nothing that nobody needs\n")
    }

    @Test(arguments: [
        (["binhost", "verify", "clean"], ProgramExit.ok), (["binhost", "verify", "bad"], .failed),
        (["binhost", "repair", "bad", "--json"], .failed), (["binhost", "repair", "mended"], .ok),
        (["binhost", "verify", "full"], .unavailable), (["binhost", "gc", "clean"], .ok),
        (["binhost", "gc", "clean", "--yes"], .refused),
    ])
    func `Every end has its code, and it is asked until it has ended`(
        arguments: [String], expected: ProgramExit
    ) async throws {
        let asked = Mutex(0)
        let status = try await ProgramTests.run(arguments) { body in
            guard case .binhost(let request) = body else { return nil }
            switch request.act {
            case .verify(let verify):
                let number = asked.withLock { count in
                    count += 1
                    return count
                }
                guard verify.begin == (number == 1) else { return nil }
                var verification = WireVerification()
                verification.ended = number > 2
                guard verification.ended else { return .binhost(.with { $0.verification = verification }) }
                switch request.farm {
                case "bad": verification = Self.verification
                case "full": verification.failure = "the disk is full"
                case "mended":
                    verification.findings = [Self.verification.findings[0]]
                    verification.findingsTotal = 1
                default: break
                }
                return .binhost(.with { $0.verification = verification })
            case .collect(let collect):
                return collect.remove ? .error(.with { $0.code = .notAllowed }) : .binhost(WireBinhostAnswer())
            case .locate, nil: return nil
            }
        }
        #expect(status == expected)
    }
}
