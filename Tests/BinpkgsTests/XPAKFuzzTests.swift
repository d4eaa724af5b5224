import FaultSimulation
import Foundation
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Binpkgs
@testable import Shared

/// Whatever is in the file, reading it ends with a package or a refusal.
struct XPAKFuzzTests {
    private static func read(_ bytes: [UInt8]) throws -> (metadata: BinpkgMetadata, output: ContentDigest?) {
        let file = try UnnamedFile.holding(bytes)
        return try file.closeAfter { try XPAKReader.readWhole(file, file: "fuzz", imageLimit: 64 << 20) }
    }

    private static func damage(_ bytes: inout [UInt8], by dice: inout SeededGenerator) {
        for _ in 0..<Int.random(in: 1...6, using: &dice) where !bytes.isEmpty {
            let place = Int.random(in: bytes.indices, using: &dice)
            switch Int.random(in: 0..<6, using: &dice) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &dice)
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(contentsOf: repeatElement(0, count: Int.random(in: 1...600, using: &dice)), at: place)
            case 3:
                let end = min(place + Int.random(in: 1...64, using: &dice), bytes.count)
                bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: bytes.indices, using: &dice))
            case 4:
                // A length.
                let number = XPAKFixture.number(Int.random(in: 0...300, using: &dice) &- 20)
                bytes.replaceSubrange(place..<min(place + 4, bytes.count), with: number)
            default: bytes.removeSubrange(place...)
            }
        }
    }

    private static let members = [GPKGFixture.Member(name: "./usr/a", content: [1, 2, 3])]

    @Test(arguments: 1...Fuzzing.seeds) func `Damage ends in a package or a refusal`(_ seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        let whole = try XPAKFixture(members: Self.members).bytes()
        for _ in 0..<100 {
            var bytes = whole
            Self.damage(&bytes, by: &dice)
            guard let found = try? Self.read(bytes) else { continue }
            #expect(found.metadata.buildID >= 0, "seed \(seed)")
        }
    }

    @Test(arguments: 1...Fuzzing.seeds)
    func `Where the compression has checksums a damaged image is refused, or is the one it was`(_ seed: UInt64)
        async throws
    {
        var dice = SeededGenerator(seed: seed)
        let directory = try TemporaryDirectory()
        let path = directory.path.appending("image.tar")
        try Data(GPKGFixture.tar(Self.members)).write(to: URL(fileURLWithPath: path.string))
        let image = Array(try await run("/usr/bin/env", ["bzip2", "-c", path.string]))
        let original = try Self.read(XPAKFixture(image: image).bytes())
        for _ in 0..<100 {
            var fixture = XPAKFixture(image: image)
            var damaged = image
            Self.damage(&damaged, by: &dice)
            fixture.image = damaged
            guard let found = try? Self.read(fixture.bytes()) else { continue }
            #expect(found.output == original.output, "seed \(seed)")
        }
    }

    @Test(arguments: 1...Fuzzing.seeds)
    func `A segment that only looks like one ends in a refusal or in metadata`(_ seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            var fixture = XPAKFixture(members: Self.members)
            var state = dice
            fixture.change = { segment in
                for _ in 0..<Int.random(in: 1...3, using: &state) {
                    let record = Int.random(in: segment.records.indices, using: &state)
                    let number = Int.random(in: 0...(segment.data.count + 10), using: &state)
                    switch Int.random(in: 0..<7, using: &state) {
                    case 0: segment.records[record].offset = number
                    case 1: segment.records[record].size = number
                    case 2: segment.records[record].name = Array("SLOT".utf8)
                    case 3: segment.indexSize = number
                    case 4: segment.dataSize = number
                    case 5: segment.size = number
                    default: segment.records.remove(at: record)
                    }
                    if segment.records.isEmpty { return }
                }
            }
            let bytes = try fixture.bytes()
            dice = SeededGenerator(seed: dice.next())
            if let found = try? Self.read(bytes) { #expect(found.metadata.buildID >= 0, "seed \(seed)") }
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
