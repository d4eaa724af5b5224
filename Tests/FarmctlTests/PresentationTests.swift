import Documents
import Testing

@testable import Farmctl

struct PresentationTests {
    @Test(
        arguments: [
            (-5, "0 ms"), (0, "0 ms"), (999, "999 ms"), (1000, "1 s"), (59_999, "59 s"), (60_000, "1 min 00 s"),
            (185_000, "3 min 05 s"), (3_600_000, "1 h 00 min"), (7_620_000, "2 h 07 min"), (273_600_000, "3 d 04 h"),
        ] as [(Int64, String)])
    func `A duration is written in its two largest units`(milliseconds: Int64, text: String) {
        #expect(Quantity.duration(milliseconds: milliseconds) == text)
    }

    @Test(
        arguments: [
            (-1, "0 B"), (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"), (100 << 10, "100 KiB"),
            ((1 << 20) - 1, "1023 KiB"), (1 << 20, "1.0 MiB"), (16 << 30, "16.0 GiB"), (Int64.max, "7.9 EiB"),
        ] as [(Int64, String)])
    func `A size is written with a binary unit`(bytes: Int64, text: String) {
        #expect(Quantity.size(bytes) == text)
    }

    @Test func `A time is RFC 3339 in UTC`() {
        #expect(Times.universal(Fixture.now) == "2026-11-20T19:55:56Z")
    }

    @Test(
        arguments: [
            (0.0, "[....]"), (0.5, "[##..]"), (0.99, "[###.]"), (1, "[####]"), (7, "[####]"), (-1, "[....]"),
            (.nan, "[....]"),
        ] as [(Double, String)])
    func `A bar is full only at the end and never longer than its place`(fraction: Double, bar: String) {
        #expect(Quantity.bar(fraction, width: 4) == bar)
    }

    @Test func `A table is as wide as its cells and leaves out columns in which nothing stands`() {
        var table = Table([.init("A"), .init("NUMBER", .right), .init("NOTHING"), .init("C")])
        table.add(["long cell", "1", .empty, "x"])
        table.add(["b", "234567890", .empty])
        #expect(
            table.lines().text == """
                A             NUMBER  C
                long cell          1  x
                b          234567890

                """)
        #expect(table.lines(width: 10).map(\.text) == ["A        …", "long cell…", "b        …"])
        #expect(Table([.init("A")]).lines().isEmpty)
    }

    @Test func `Where the width does not do, a table leaves out what can be spared, in its order, and then clips`() {
        var table = Table([.init("A"), .init("B", spare: 1), .init("C", .right, spare: 2), .init("D", least: 4)])
        table.add(["one", "two", "3", "a long reason"])
        let widths = [
            26: "one  two  3  a long reason", 17: "one  two  3  a l…", 16: "one  two  a lon…", 14: "one  two  a l…",
            13: "one  a long …", 7: "one  a…",
        ]
        for (width, text) in widths { #expect(table.lines(width: width)[1].text == text) }
    }

    @Test func `Nothing from outside reaches the terminal as a control character`() {
        let hostile = "x\u{1B}[2J\r\n\u{7}\u{9B}1m\u{202E}\u{0}y\tz"
        let line: Line = "name \(hostile, .bad) \(hostile)"
        #expect(line.text.unicodeScalars.allSatisfy { !SafeText.isUnsafe($0) })
        #expect(SafeText.escaped(hostile) == #"x\x1b[2J\r\n\x07\x9b1m\u{202e}\x00y\tz"#)
        #expect(SafeText.escaped("naïve 日本 🧪") == "naïve 日本 🧪")
        // All escapes of the rendered line are its own.
        #expect(line.rendered(.plain).contains("\u{1B}") == false)
        #expect(line.rendered(.coloured).split(separator: "\u{1B}").count == 3)
    }

    @Test func `Colours are for terminals that want them`() {
        func palette(_ isTerminal: Bool, _ environment: [String: String]) -> Palette {
            Terminal(isTerminal: isTerminal, size: (80, 24), environment: environment).palette
        }
        #expect(palette(true, ["TERM": "xterm"]) == .coloured)
        #expect(palette(true, ["TERM": "xterm", "NO_COLOR": ""]) == .coloured)
        #expect(palette(true, ["TERM": "xterm", "NO_COLOR": "1"]) == .plain)
        #expect(palette(true, ["TERM": "dumb"]) == .plain)
        #expect(palette(false, ["TERM": "xterm"]) == .plain)
        #expect(!Terminal(isTerminal: true, size: (80, 24), environment: ["TERM": "dumb"]).isTerminal)
    }

    @Test func `A picture overwrites the one before and fits the terminal`() {
        let terminal = Terminal(isTerminal: true, width: 20, height: 4, palette: .plain)
        var screen = Screen()
        #expect(screen.picture(["one", "two"], terminal) == "\u{1B}[?25l\rone\u{1B}[K\ntwo\u{1B}[K\n\u{1B}[J")
        #expect(
            screen.picture(["1", "2", "3", "4", "5"], terminal)
                == "\r\u{1B}[2A1\u{1B}[K\n2\u{1B}[K\n… 3 more lines\u{1B}[K\n\u{1B}[J")
        #expect(
            screen.last(["all", "of", "it", "at", "last"], terminal)
                == "\r\u{1B}[3A\u{1B}[Jall\nof\nit\nat\nlast\n\u{1B}[?25h")
        #expect(screen.close() == "")
    }
}
