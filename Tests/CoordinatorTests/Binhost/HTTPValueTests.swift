import Testing

@testable import Coordinator

@Suite struct HTTPValueTests {
    @Test(arguments: [
        ("bytes=0-9", ByteRange.part(0..<10)), ("bytes=90-", .part(90..<100)), ("bytes=-10", .part(90..<100)),
        ("bytes=-1000", .part(0..<100)), ("bytes=99-1000", .part(99..<100)), ("bytes=100-", .unsatisfiable),
        ("bytes=-0", .unsatisfiable), ("bytes=5-99999999999999999999", .part(5..<100)), ("bytes=9-5", .whole),
        ("bytes=0-1,5-6", .whole), ("lines=1-2", .whole), ("bytes=-", .whole), ("bytes=a-b", .whole),
        ("bytes=99999999999999999999-", .unsatisfiable), ("bytes=5-9223372036854775807", .part(5..<100)),
    ]) func rangesOfAHundredBytes(field: String, range: ByteRange) {
        #expect(ByteRange(field, size: 100) == range)
    }

    @Test func nothingOfAnEmptyFileCanBeAsked() {
        #expect(ByteRange("bytes=0-", size: 0) == .unsatisfiable)
        #expect(ByteRange(nil, size: 0) == .whole)
    }

    @Test(
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
        ] as [(Int64, String)]) func datesAreWrittenAndRead(seconds: Int64, text: String)
    {
        #expect(HTTPDate.format(seconds) == text)
        #expect(HTTPDate.parse(text) == seconds)
    }

    @Test(arguments: [
        "", "yesterday", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 8 GMT",
    ])
    func whatIsNoDateIsIgnored(_ text: String) {
        #expect(HTTPDate.parse(text) == nil)
    }
}
