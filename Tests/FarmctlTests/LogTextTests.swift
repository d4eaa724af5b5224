import Testing

@testable import Farmctl

struct LogTextTests {
    static let log = "plain\r\n\u{1B}[32;1m * \u{1B}[0mgreen ü日🧪\n10%\r20%\r\u{1B}]0;title\u{7}\u{1B}[2Jend\n"
    static let colours = "plain\n\u{1B}[32;1m * \u{1B}[0mgreen ü日🧪\n10%\n20%\n\\x1b]0;title\\x07\\x1b[2Jend\n"
    static let plain = "plain\n * green ü日🧪\n10%\n20%\n\\x1b]0;title\\x07\\x1b[2Jend\n"

    @Test(arguments: 1...12)
    func `Pieces of any size make the same text`(size: Int) {
        for (keepsColours, expected) in [(true, Self.colours + "\u{1B}[0m"), (false, Self.plain)] {
            var text = LogText(keepsColours: keepsColours)
            var result = ""
            var rest = ArraySlice(Self.log.utf8)
            while !rest.isEmpty {
                result += text.take(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            #expect(result + text.finish() == expected)
        }
    }

    @Test func `Bytes that are no text are replaced, an unfinished end is shown at the end`() {
        var text = LogText(keepsColours: true)
        #expect(text.take([0x61, 0xFF, 0x62, 0xE6, 0x97]) == "a\u{FFFD}b")
        #expect(text.take([0x0A]) == "\u{FFFD}\n")
        #expect(text.take([0x1B, 0x5B, 0x33]) == "")
        #expect(text.finish() == "\\x1b[3")
    }

    @Test func `A colour sequence without an end is not waited for`() {
        var text = LogText(keepsColours: true)
        let endless = Array("\u{1B}[".utf8) + [UInt8](repeating: 0x31, count: 200)
        #expect(text.take(endless).count > 100)
    }
}
