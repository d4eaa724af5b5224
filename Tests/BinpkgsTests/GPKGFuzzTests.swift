import FaultSimulation
import Foundation
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Binpkgs
@testable import Shared

/// Whatever is in the file, reading it ends with a package or a refusal; and a package is what its Manifest says.
struct GPKGFuzzTests {
    private static func read(_ bytes: [UInt8]) throws -> (metadata: BinpkgMetadata, output: ContentDigest?) {
        let file = try UnnamedFile.holding(bytes)
        return try file.closeAfter { try GPKGReader.readWhole(file, file: "fuzz", imageLimit: 64 << 20) }
    }

    private static func damage(_ bytes: inout [UInt8], by dice: inout SeededGenerator) {
        for _ in 0..<Int.random(in: 1...6, using: &dice) where !bytes.isEmpty {
            let place = Int.random(in: bytes.indices, using: &dice)
            switch Int.random(in: 0..<5, using: &dice) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &dice)
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(contentsOf: repeatElement(0, count: Int.random(in: 1...600, using: &dice)), at: place)
            case 3:
                // Blocks of a tar: a header elsewhere, or twice.
                let block = min(place / 512 * 512, bytes.count)
                bytes.insert(contentsOf: bytes[block..<min(block + 512, bytes.count)], at: place / 512 * 512)
            default: bytes.removeSubrange(place...)
            }
        }
    }

    private static var small: GPKGFixture { GPKGFixture(image: [1, 2, 3]) }

    @Test(arguments: 1...Fuzzing.seeds) func `A damaged package is refused, or is the one it was`(_ seed: UInt64) throws
    {
        var dice = SeededGenerator(seed: seed)
        let whole = try Self.small.bytes()
        let original = try Self.read(whole)
        for _ in 0..<100 {
            var bytes = whole
            Self.damage(&bytes, by: &dice)
            guard let found = try? Self.read(bytes) else { continue }
            // Padding, times and the like are nobody's digest.
            #expect(found.metadata.cpv == original.metadata.cpv, "seed \(seed)")
            #expect(found.output == original.output, "seed \(seed)")
        }
    }

    @Test(arguments: 1...Fuzzing.seeds)
    func `Damage that the Manifest covers for ends in the readers of metadata and image`(_ seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            var fixture = Self.small
            let member = Int.random(in: 1...2, using: &dice)
            let isPacked = Bool.random(using: &dice)
            var state = dice
            fixture.change = { members in
                guard isPacked || member == 2 else {
                    // Inside the compression.
                    var tar = GPKGFixture.tar(
                        Self.small.metadata.map { .init(name: "metadata/\($0.key)", content: Array($0.value.utf8)) })
                    Self.damage(&tar, by: &state)
                    members[member].content = (try? Gzip.compress(tar)) ?? []
                    return
                }
                Self.damage(&members[member].content, by: &state)
            }
            let bytes = try fixture.bytes()
            dice = SeededGenerator(seed: dice.next())
            if let found = try? Self.read(bytes) { #expect(found.metadata.cpv.pf == "expat-2.5.0-r1", "seed \(seed)") }
        }
    }

    @Test(arguments: 1...Fuzzing.seeds) func `Anything else is refused`(_ seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let bytes = (0..<Int.random(in: 0...2000, using: &dice)).map { _ in UInt8.random(in: 0...255, using: &dice)
            }
            #expect(throws: BinpkgError.self) { try Self.read(bytes) }
        }
    }
}
