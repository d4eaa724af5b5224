import FaultSimulation
import Testing

@testable import BinpkgTesting
@testable import Binpkgs

/// Whatever is in the file, reading it ends with an index or a refusal; and an index that was read is read again as it was.
@Suite struct PackagesIndexFuzzTests {
    private static let pieces: [[UInt8]] =
        [
            "\n", "\r", "\r\n", "\n\n", ":", ": ", " ", "VERSION: 0\n", "TIMESTAMP: 1\n",
            "TIMESTAMP: 9223372036854775807\n",
            "TIMESTAMP: -1\n", "PACKAGES: 1\n", "PACKAGES: x\n", "CPV: a/b-1\n", "CPV:\n", "CPV: \n", "\nCPV: a/b-2\n",
            "SIZE: 1\n",
            "SIZE: 9223372036854775807\n", "SIZE: -9223372036854775808\n", "PATH: a/b/b-1-1.gpkg.tar\n", "PATH: /\n",
            "PATH: -\n",
            "MTIME: 5\n", "_mtime_: 6\n", "DESC: x\n", "DESCRIPTION: y\n", "REPO: r\n", "repository: s\n", "CHOST: c\n",
            "BUILD_ID: 99999999999999999999\n", "SLOT: 0\n", "EAPI: 0\n", "\u{2028}", "\u{0}", "é: é\n",
        ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0x85]]

    private static func check(_ bytes: [UInt8]) throws {
        let index: PackagesIndex
        do { index = try PackagesIndex(parsing: bytes, path: "Packages") } catch { return }
        let text = index.serialised()
        let again = try PackagesIndex(parsing: text, path: "Packages")
        #expect(again == index, "\(bytes)")
        #expect(again.entries == index.entries, "\(bytes)")
    }

    @Test(arguments: 1...Fuzzing.seeds) func anyBytes(_ seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let bytes = (0..<Int.random(in: 0...300, using: &dice)).map { _ in UInt8.random(in: 0...255, using: &dice) }
            try Self.check(bytes)
            try Self.check(Array("VERSION: 0\nTIMESTAMP: 1\n".utf8) + bytes)
        }
    }

    @Test(arguments: 1...Fuzzing.seeds) func whatLooksLikeAnIndex(_ seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        for _ in 0..<1000 {
            let count = Int.random(in: 0...40, using: &dice)
            let bytes = (0..<count).flatMap { _ in Self.pieces.randomElement(using: &dice) ?? [] }
            try Self.check(bytes)
            try Self.check(Array("VERSION: 0\nTIMESTAMP: 1\n\n".utf8) + bytes)
        }
    }

    @Test(arguments: 1...Fuzzing.seeds) func aDamagedIndex(_ seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        let whole = Array(PackagesIndexTests.text.utf8)
        for _ in 0..<500 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &dice) where !bytes.isEmpty {
                let place = Int.random(in: bytes.indices, using: &dice)
                switch Int.random(in: 0..<4, using: &dice) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &dice)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(contentsOf: Self.pieces.randomElement(using: &dice) ?? [], at: place)
                default: bytes.removeSubrange(place...)
                }
            }
            try Self.check(bytes)
        }
    }
}
