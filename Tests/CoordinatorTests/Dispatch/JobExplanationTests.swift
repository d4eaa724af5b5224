import Core
import CoreTesting
import Shared
import Testing

@testable import Coordinator

struct JobExplanationTests {
    /// `openssl` is a new version, `curl` needs it, and `git` needs both.
    private static func farm(
        _ reasons: [String: String] = [:], change: (inout Plan) -> Void = { _ in }
    ) throws -> SchedulerDriver {
        var driver = SchedulerDriver()
        var made = try plan("openssl:", "curl: openssl", "git: curl openssl")
        for index in made.jobs.indices {
            if let reason = reasons[made.jobs[index].cpv.name] { made.jobs[index].reason = reason }
        }
        change(&made)
        driver.run(1, made)
        return driver
    }

    /// What a job could turn out to be, and does not: it is of other dependencies.
    private static let candidate = Candidate(
        record: PublishedRecord(
            cpv: cpv("curl"), buildID: 1, path: "cat/curl/curl-1-1.gpkg.tar", package: blob("curl"),
            buildKey: ContentHasher.digest([])), cutoffKey: ContentHasher.digest([1]))

    private static func lines(_ driver: SchedulerDriver, _ index: Int32) -> [String] {
        JobExplanation(JobID(run: RunID(rawValue: 1), index: index), driver.scheduler)?.lines ?? ["no such job"]
    }

    @Test(arguments: [
        ("new", ["It is built because this farm has published no package of it yet."]),
        (
            "version(1 -> 2), use(+quic -tls)",
            [
                "It is built because its version changed: 1 -> 2.",
                "And because its USE flags changed: quic is on now, tls is off now.",
            ]
        ),
        ("forced", ["It is built because somebody wanted it: farmctl submit --force."]),
        ("moon-phase", ["It is built because the plan says: moon-phase."]),
    ])
    func `The plan's reasons in words`(reason: String, lines: [String]) throws {
        let driver = try Self.farm(["openssl": reason])
        #expect(Self.lines(driver, 0) == lines + ["It does not run now: no worker is connected."])
    }

    @Test func `A dependency that is built again may spare its dependents, until it has been`() throws {
        var driver = try Self.farm([
            "openssl": "version(1 -> 2)", "curl": "dependency-changed(cat/openssl)",
            "git": "dependency-changed(cat/openssl, cat/perl and 2 more)",
        ]) { plan in
            for index in 1...2 { plan.jobs[index].candidates = [Self.candidate] }
        }
        #expect(
            Self.lines(driver, 1) == [
                "It is built because cat/openssl-1 is built again (version 1 -> 2); should nothing that it sees of them"
                    + " change, it will not be built after all."
            ])
        _ = driver.connect("w")
        driver.build("openssl")
        #expect(
            Self.lines(driver, 1) == [
                "It is built because cat/openssl-1 was built again (version 1 -> 2), and what it sees of them differs."
            ])
        #expect(
            Self.lines(driver, 2) == [
                "It is built because cat/openssl-1 was built again (version 1 -> 2).",
                "And because cat/perl is not among its dependencies any more.",
                "And because 2 more of its dependencies changed; should nothing that it sees of them change, it will not"
                    + " be built after all.",
            ])
    }

    @Test func `A skipped job names the culprit and its failure`() throws {
        var driver = try Self.farm()
        _ = driver.connect("w")
        driver.finish("openssl", .failure(Failure(.buildFailed, "emerge ended with status 1")))
        #expect(
            Self.lines(driver, 0) == [
                "It failed: build-failed: emerge ended with status 1.",
                "farmctl log cat/openssl-1 --run 1 shows the log.",
                "It was to be built because this farm has published no package of it yet.",
            ])
        #expect(
            Self.lines(driver, 2).first
                == "It is skipped because cat/openssl-1 failed: build-failed: emerge ended with status 1.")
    }

    @Test func `Attempts that came to nothing are told while it goes on`() throws {
        var driver = try Self.farm()
        _ = driver.connect("w")
        driver.finish("openssl", .failure(Failure(.fetchFailed, "no mirror")))
        let lines = Self.lines(driver, 0)
        #expect(lines.contains("It does not run now: tries again in 1 s, after fetch-failed: no mirror."), "\(lines)")
        #expect(lines.last == "Attempt 1 on w: fetch-failed: no mirror.")
    }

    @Test func `A cached job names its package`() throws {
        let record = PublishedRecord(
            cpv: cpv("openssl"), buildID: 1, path: "cat/openssl/openssl-1-1.gpkg.tar", package: blob("openssl"),
            buildKey: ContentHasher.digest([]))
        let driver = try Self.farm {
            $0.jobs[0].cached = record
            $0.jobs[0].reason = "cached: \(record.path)"
        }
        #expect(
            Self.lines(driver, 0) == [
                "It is not built: nothing that determines it has changed since cat/openssl/openssl-1-1.gpkg.tar was built."
            ])
    }

    @Test func `Both passes name each other, and what is packed says so`() throws {
        let driver = try Self.farm {
            $0.jobs[1].replaces = 0
            $0.jobs[2].packs = true
        }
        #expect(
            Self.lines(driver, 0).contains("The second pass builds it again as job 1, and that one stays."))
        #expect(
            Self.lines(driver, 1).contains(
                "It is the second pass: job 0 was built against the base image, and this one replaces it."))
        #expect(
            Self.lines(driver, 2).contains("Nothing is compiled: the base image's own copy is packed as it is."))
    }

    @Test func `A copy in the base image is named`() throws {
        let driver = try Self.farm { $0.jobs[0].baseEdges = [cpv("glibc")] }
        #expect(
            Self.lines(driver, 0).contains(
                "It is built against the base image's cat/glibc-1: the new one can only be built later."))
        #expect(
            Self.lines(driver, 0).contains("farmctl submit --second-pass would build it again afterwards."))
    }
}
