import ArgumentParser
import Shared
import SwiftProtobuf
import Testing

@testable import Farmctl

struct CommandLineTests {
    /// How the program ends for arguments that it should refuse; nil when it takes them.
    static func ending(_ arguments: String...) -> (status: ProgramExit, text: String)? {
        do {
            _ = try Farmctl.parseAsRoot(arguments)
            return nil
        } catch {
            return Farmctl.ending(error)
        }
    }

    @Test(arguments: [
        ["submit"], ["submit", "hep"], ["submit", "hep", ""], ["status", "--run", "0"],
        ["status", "--json", "--watch"],
        ["status", "--json", "--until-done"], ["jobs", "--state", "asleep"], ["plan", "--dot", "--json"], ["cancel"],
        ["plan", "--dot", "--diff", "1"],
        ["plan", "3", "--run", "4"], ["plan", "--diff", "0"],
        ["cancel", "-1"], ["cancel", "all"], ["logs"], ["logs", ""], ["key", "new", "me"],
        ["key", "new", "me", "--role", "king"], ["key", "new", "../me", "--role", "viewer"], ["no-such-verb"],
        ["status", "--timeout", "0"], ["status", "surplus"], ["submit", "hep", "@hep", "--priority", "1001"],
        ["submit", "hep", "@hep", "--force", "a b"], ["submit", "hep", "@hep", "--force", ">=dev-libs/expat"],
        ["diff"], ["diff", "a", "--run", "3", "--since", "3"], ["graph", "--dependents"], ["graph", "--format", "png"],
        ["jobs", "a/b/c"], ["why"], ["why", "~a-1-r1"], ["retry", ""], ["history", "a:0="],
        ["submit", "hep", "@hep", "--force", "*"], ["submit", "hep", "@hep", "--force", "a/b", "--force-all"],
        ["release", "tag", "hep"], ["release", "tag", "hep", "live"], ["release", "tag", "hep", "held"],
        ["release", "tag", "hep", "../x"],
        ["release", "rollback", "hep", "live"], ["release", "diff", "hep"],
        ["release", "prune", "hep", "--keep", "-1"],
    ])
    func `What makes no sense is refused with 2`(arguments: [String]) throws {
        let error = #expect(throws: (any Error).self) { try Farmctl.parseAsRoot(arguments) }
        let ending = Farmctl.ending(try #require(error))
        #expect(ending.status == .usage)
        #expect(ending.text.contains("Error: "))
    }

    @Test(arguments: [
        (["stauts", "--config", "x"], "did you mean farmctl status?"), (["lgo", "expat"], "did you mean farmctl log?"),
        (["something-else"], "farmctl --help lists the verbs."),
        (["--config", "x", "status"], "options go behind it: farmctl status --config …"),
    ])
    func `What is no verb gets the nearest one`(arguments: [String], remedy: String) throws {
        let error = #expect(throws: FarmctlError.self) { try Farmctl.demandVerb(arguments) }
        #expect(error?.status == .usage)
        #expect(error?.remedy == remedy)
    }

    @Test(arguments: [
        [], ["status"], ["logs", "x"], ["help", "diff"], ["--version"], ["--generate-completion-script", "zsh"],
    ])
    func `Verbs, help and completion need no help`(arguments: [String]) {
        #expect(throws: Never.self) { try Farmctl.demandVerb(arguments) }
    }

    @Test(arguments: [["--help"], ["help", "submit"], ["--generate-completion-script", "zsh"]])
    func `Help and completion end well`(arguments: [String]) throws {
        let error = #expect(throws: (any Error).self) {
            var command = try Farmctl.parseAsRoot(arguments)
            try command.run()
        }
        #expect(Farmctl.ending(try #require(error)).status == .ok)
    }

    @Test func `Arguments mean what they say`() throws {
        let submit = try #require(
            try Farmctl.parseAsRoot(["submit", "hep", "@hep", "dev-libs/expat", "--wait"]) as? SubmitCommand)
        #expect(submit.farm == "hep")
        #expect(submit.targets == ["@hep", "dev-libs/expat"])
        #expect(submit.wait)
        let forcing = try #require(
            try Farmctl.parseAsRoot([
                "submit", "hep", "@hep", "--priority", "-5", "--force", "dev-libs/expat", "--force", "a/b-1.0-r1",
                "--second-pass",
            ]) as? SubmitCommand)
        #expect(
            forcing.request
                == .with {
                    $0.farm = "hep"
                    $0.targets = ["@hep"]
                    $0.priority = -5
                    $0.forced = ["dev-libs/expat", "a/b-1.0-r1"]
                    $0.secondPass = true
                })
        let all = try #require(
            try Farmctl.parseAsRoot(["submit", "hep", "@hep", "--force-all"]) as? SubmitCommand)
        #expect(all.request.forced == ["*"])
        #expect(!all.request.atomic)
        let atomic = try #require(
            try Farmctl.parseAsRoot(["submit", "hep", "@hep", "--atomic"]) as? SubmitCommand)
        #expect(atomic.request.atomic)
        let jobs = try #require(
            try Farmctl.parseAsRoot(["jobs", "--run", "3", "--state", "failed", "--state", "skipped"]) as? JobsCommand)
        #expect(jobs.run == 3)
        #expect(jobs.selection.states == [.jobFailed, .jobSkipped])
        let logs = try #require(try Farmctl.parseAsRoot(["log", "-f", "resolve"]) as? LogCommand)
        #expect(logs.follow)
        let key = try #require(
            try Farmctl.parseAsRoot(["key", "new", "node1", "--role", "worker", "--directory", "keys"])
                as? KeyNewCommand)
        #expect(key.role == .worker)
        #expect(key.directory == "keys")
    }

    @Test func `The numbers that scripts rely on`() {
        let numbers: [(ProgramExit, Int32)] = [
            (.ok, 0), (.failed, 1), (.usage, 2), (.unreachable, 3), (.refused, 4), (.notFound, 5), (.unavailable, 6),
            (.interrupted, 130),
        ]
        for (status, number) in numbers { #expect(status.rawValue == number) }
    }

    @Test func `An error is told in safe text, with what to do`() {
        let ending = Farmctl.ending(FarmctlError(.refused, "no\u{1B}[2J", remedy: "ask\nsomebody"))
        #expect(ending.status == .refused)
        #expect(ending.text == "farmctl: no\\x1b[2J\n  ask\n  somebody\n")
        #expect(Farmctl.ending(CancellationError()) == (.interrupted, ""))
        #expect(Farmctl.ending(ExitCode(1)) == (.failed, ""))
        #expect(Farmctl.ending(KeyError("a.secret", "is malformed")) == (.failed, "farmctl: a.secret: is malformed\n"))
    }
}
