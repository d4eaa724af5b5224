import Testing

@testable import Farmctl

struct ErrorLinesTests {
    private static let log = """
        one
        two
        three
        x.c:3:5: error: no such thing
        five
        six
        seven
        eight
        make: *** [Makefile:3: all] Error 2
        """

    private static let shown = """
               2  two
               3  three
        >      4  x.c:3:5: error: no such thing
               5  five
               6  six
               7  seven
               8  eight
        >      9  make: *** [Makefile:3: all] Error 2

        """

    @Test(arguments: [1, 2, 7, 1000])
    func `Errors are shown with what stands around them, however the log comes`(size: Int) {
        var lines = ErrorLines()
        var shown = ""
        var rest = Self.log[...]
        while !rest.isEmpty {
            shown += lines.take(String(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        shown += lines.finish()
        #expect(shown == Self.shown)
    }

    @Test func `What lies between two errors is a break`() {
        var lines = ErrorLines()
        let filler = (1...9).map { "\($0)\n" }.joined()
        let shown = lines.take("a: error: b\n\(filler)a: error: c\n")
        #expect(shown.contains("\n--\n"))
        #expect(shown.components(separatedBy: ">").count == 3)
    }

    @Test func `A log without errors shows nothing`() {
        var lines = ErrorLines()
        #expect(lines.take("gcc -Werror -c error.c\n0 errors\n") + lines.finish() == "")
    }
}

extension String {
    fileprivate func components(separatedBy mark: Character) -> [Substring] {
        split(separator: mark, omittingEmptySubsequences: false)
    }

    fileprivate func contains(_ text: String) -> Bool { firstRange(of: text) != nil }
}
