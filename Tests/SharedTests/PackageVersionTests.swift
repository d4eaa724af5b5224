import Foundation
import Shared
import SystemPackage
import Testing

@Suite("Versions, by PMS 3.2 and 3.3")
struct PackageVersionTests {
    private func version(_ text: String) throws -> PackageVersion { try #require(PackageVersion(text), "\(text)") }

    /// Among them the cases of Portage's own `testVersionCompare`.
    @Test(
        "a later version is greater",
        arguments: [
            ("5.0", "6.0"), ("4.999", "5"), ("1.0.1", "1.0.2"), ("1.0", "1.0.1"), ("1_rc2", "1"), ("1_alpha", "1_beta"),
            ("1_beta", "1_pre"), ("1_pre", "1_rc"), ("1_rc", "1"), ("1", "1_p1"), ("1_p1", "1_p2"),
            ("1_alpha1", "1_alpha2"),
            ("1.0", "1.0-r1"), ("1.0-r1", "1.0-r2"), ("12.2b", "12.2.5"), ("12.2", "12.2b"), ("1.2a", "1.2b"),
            ("1.001", "1.01"), ("1.09", "1.1"), ("1.10.1", "1.10.2"), ("1.9", "1.10"),
            ("999999999999999999998", "999999999999999999999"),
            ("1_alpha_beta", "1_alpha"), ("1_alpha", "1_alpha_p"), ("1_p_rc", "1_p"), ("000.4", "1"),
            ("6.4_rc3", "6.4_rc3-r1"),
        ])
    func order(lower: String, higher: String) throws {
        let (lower, higher) = (try version(lower), try version(higher))
        #expect(lower < higher)
        #expect(!(higher < lower))
        #expect(lower != higher)
    }

    @Test(
        "versions may be written in several ways",
        arguments: [("1.0", "1.0-r0"), ("01", "1"), ("1.10", "1.10-r00"), ("1_p", "1_p0"), ("1.010", "1.01")])
    func equal(left: String, right: String) throws {
        #expect(try version(left) == version(right))
        #expect(try version(left).hashValue == version(right).hashValue)
    }

    @Test("as Portage 3.0.83 has it: Tests/Data/vercmp.py")
    func asPortage() throws {
        let file = FilePath(#filePath).removingLastComponent().removingLastComponent().appending("Data/vercmp.tsv")
        let lines = try String(contentsOfFile: file.string, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 600)
        for line in lines {
            let words = line.split(separator: "\t").map(String.init)
            let (left, right) = (try version(words[0]), try version(words[1]))
            #expect(Int(words[2]) == (left < right ? -1 : left == right ? 0 : 1), "\(line)")
        }
    }

    @Test("an order is one: of any three versions", arguments: 1...64)
    func isOrder(_ seed: UInt64) throws {
        var dice = SeededVersions(seed)
        let (a, b, c) = (try version(dice.next()), try version(dice.next()), try version(dice.next()))
        for (x, y) in [(a, b), (b, c), (a, c)] {
            #expect([x < y, y < x, x == y].count { $0 } == 1, "\(x) \(y)")
        }
        if a <= b, b <= c { #expect(a <= c, "\(a) \(b) \(c)") }
        if a == b { #expect(a.hashValue == b.hashValue) }
    }

    @Test(
        "=1.2* takes what begins with 1.2 at the edge of a part",
        arguments: [
            ("1.2", "1.2", true), ("1.2", "1.2.3", true), ("1.2", "1.2_rc1", true), ("1.2", "1.2-r1", true),
            ("1.2", "1.20", false), ("1.2", "1.2b", true), ("1", "10", false), ("1.2", "1", false),
        ])
    func beginning(pattern: String, found: String, fits: Bool) throws {
        #expect(try version(found).begins(with: version(pattern)) == fits)
    }

    @Test("~1.2 takes every revision of 1.2 and no other version")
    func revisions() throws {
        #expect(try version("1.2-r7").isRevision(of: version("1.2")))
        #expect(try !version("1.2.1").isRevision(of: version("1.2")))
    }

    @Test("what is no version", arguments: ["", "a", "1.", ".1", "1-1", "1_gamma", "1-r", "1ab", "1 ", "1\n", "١"])
    func none(text: String) { #expect(PackageVersion(text) == nil) }
}

/// Versions of few digits, so that many are nearly or quite alike.
private struct SeededVersions {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

    private mutating func roll(_ sides: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % sides
    }

    mutating func next() -> String {
        var text = (0...roll(3)).map { _ in ["0", "1", "01", "10", "2"][roll(5)] }.joined(separator: ".")
        if roll(4) == 0 { text += ["a", "b"][roll(2)] }
        for _ in 0..<roll(3) { text += ["_alpha", "_rc", "_p"][roll(3)] + ["", "0", "1"][roll(3)] }
        return text + ["", "-r0", "-r1"][roll(3)]
    }
}
