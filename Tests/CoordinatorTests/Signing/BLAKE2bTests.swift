@testable import BinpkgTesting
import Foundation
import Shared
import SystemPackage
import Testing

@Suite struct BLAKE2bTests {
    @Test func `The example of RFC 7693`() {
        #expect(
            BLAKE2b.digest(Array("abc".utf8)).hex
                == "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                + "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923")
    }

    @Test(arguments: [0, 1, 127, 128, 129, 255, 256, 257, 10_000])
    func `The same as b2sum, in whatever pieces it comes`(length: Int) async throws {
        let directory = try TemporaryDirectory()
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 7 + $0 / 256) }
        let file = directory.path.appending("bytes").string
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        let expected = String(decoding: try await run("/usr/bin/b2sum", [file]).prefix(128), as: UTF8.self)
        #expect(BLAKE2b.digest(bytes).hex == expected)
        for size in [1, 64, 127, 128, 200] {
            var hash = BLAKE2b()
            for start in stride(from: 0, to: length, by: size) {
                hash.update(Array(bytes[start..<min(start + size, length)]))
            }
            #expect(hash.finish().hex == expected, "pieces of \(size)")
        }
    }

    @Test func `Written and read it is the same, and what is none is refused`() {
        let digest = BLAKE2b.digest(Array("abc".utf8))
        #expect(BLAKE2bDigest(hex: digest.hex) == digest)
        #expect(BLAKE2bDigest(bytes: digest.bytes) == digest)
        #expect(BLAKE2bDigest(hex: digest.hex.uppercased()) == nil)
        #expect(BLAKE2bDigest(hex: digest.hex + "0") == nil)
        #expect(BLAKE2bDigest(hex: "../") == nil)
        #expect(BLAKE2bDigest(bytes: digest.bytes.dropLast()) == nil)
    }
}
