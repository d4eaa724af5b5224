import Core
import Shared
import Testing
import ZeroMQ

@testable import Coordinator

@Suite("Shells that are open")
struct ShellRegistryTests {
    let one = WorkerName(rawValue: "one")
    let two = WorkerName(rawValue: "two")
    let ann = Client(peer: .connection(Frame([1])), name: "ann", role: .operator)
    let bob = Client(peer: .connection(Frame([2])), name: "bob", role: .operator)

    @Test("a shell hears the person who opened it, and tells what its own worker says")
    func own() throws {
        var registry = ShellRegistry()
        let opened = registry.open(for: ann, 7, on: one)
        let shell = try #require(opened)
        #expect(registry.shell(of: ann, 7)?.session == shell.session)
        #expect(registry.shell(of: bob, 7) == nil)
        #expect(registry.shell(of: ann, 8) == nil)
        #expect(registry.shell(shell.session, on: one)?.request == 7)
        #expect(registry.shell(shell.session, on: two) == nil)
        registry.close(shell)
        #expect(registry.shell(of: ann, 7) == nil)
    }

    @Test("the end of a worker's connection ends its shells and no others")
    func gone() throws {
        var registry = ShellRegistry()
        let opened = registry.open(for: ann, 1, on: one)
        let first = try #require(opened)
        _ = registry.open(for: ann, 2, on: two)
        #expect(registry.closeAll(on: one).map(\.session) == [first.session])
        #expect(registry.shell(of: ann, 1) == nil)
        #expect(registry.shell(of: ann, 2) != nil)
    }

    @Test("who has said nothing for a while is known")
    func silent() throws {
        var registry = ShellRegistry()
        let opened = registry.open(for: ann, 1, on: one)
        let shell = try #require(opened)
        let now = ContinuousClock.now
        #expect(registry.silent(since: now + .seconds(1)).map(\.session) == [shell.session])
        registry.heard(shell, at: now + .seconds(2))
        #expect(registry.silent(since: now + .seconds(1)).isEmpty)
    }

    @Test("there is an end to them")
    func bound() {
        var registry = ShellRegistry()
        let open = (0..<1000).count { registry.open(for: ann, UInt64($0), on: one) != nil }
        #expect(open == 64)
    }
}
