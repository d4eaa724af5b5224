import Testing

@testable import Shared

@Suite("The window of a person's shell")
struct ShellWindowTests {
    @Test("no more is on its way than the limit, in pieces, and what has arrived makes room again")
    func limit() {
        var window = ShellWindow()
        var sent = 0
        while window.room > 0 {
            #expect(window.room <= ShellWindow.piece)
            sent += window.room
            window.send(window.room)
        }
        #expect(sent == ShellWindow.limit)
        window.take(1000)
        #expect(window.room == 1000)
    }

    @Test("many small words cost more than their bytes: there is a bound to their number")
    func smallWords() {
        var window = ShellWindow()
        var words = 0
        while window.room > 0 {
            window.send(1)
            words += 1
        }
        #expect(words == 256)
        for _ in 0..<words { window.take(UInt32(ShellWindow.cost(1))) }
        #expect(window.room == ShellWindow.piece)
    }

    @Test("who says that more has arrived than was sent gets no larger window for it")
    func lies() {
        var window = ShellWindow()
        window.send(10)
        window.take(.max)
        var sent = 0
        while window.room > 0 {
            sent += window.room
            window.send(window.room)
        }
        #expect(sent == ShellWindow.limit)
    }

    @Test(
        "a name of a terminal is one word",
        arguments: [
            ("xterm-256color", true), ("screen.xterm", true), ("", false), ("a;rm -rf /", false), ("x\n", false),
        ])
    func names(name: String, isOne: Bool) {
        #expect(name.isTerminalName == isOne)
    }

    @Test("a size of a terminal is two small numbers")
    func sizes() {
        #expect(ShellSize(columns: 80, rows: 24).wire.domain == ShellSize(columns: 80, rows: 24))
        var wire = ShellSize(columns: 80, rows: 24).wire
        wire.rows = 1 << 16
        #expect(wire.domain == nil)
        #expect(WireShellSize().domain == nil)
    }
}
