import FaultSimulation
import Foundation
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Binpkgs

/// An index that is changed entry by entry is what it would be if it were made at once.
@Suite struct PackagesIndexChangeTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Packages of few names, so that many entries have the same CPV, and of many chunks.
    private static func entry(_ dice: inout SeededGenerator) -> PackagesIndex.Entry {
        let cpv = "dev-\(["a", "B", "c"].randomElement(using: &dice) ?? "")/x-\(Int.random(in: 1...9, using: &dice))"
        let id = Int.random(in: 1...100_000, using: &dice)
        return PackagesIndex.Entry(values: [
            "CPV": cpv, "BUILD_ID": String(id), "SIZE": String(Int.random(in: 1...1000, using: &dice)),
            "PATH": "\(cpv.dropLast(2))/\(cpv.dropFirst("dev-a/".count))-\(id).gpkg.tar",
            "CHOST": ["x86_64-pc-linux-gnu", "i686-pc-linux-gnu"].randomElement(using: &dice) ?? "",
            "RDEPEND": String(repeating: "dev-libs/y ", count: Int.random(in: 0...2000, using: &dice)),
        ])
    }

    /// All entries sorted and written one after the other: what is to come out.
    private static func text(_ entries: [PackagesIndex.Entry], _ index: PackagesIndex) -> [UInt8] {
        let sorted = entries.enumerated().sorted { left, right in
            let (a, b) = (left.element.cpv, right.element.cpv)
            return a == b ? left.offset < right.offset : a.utf8.lexicographicallyPrecedes(b.utf8)
        }
        return sorted.reduce(into: index.serialisedHeader()) { $0 += $1.element.text(header: index.header) }
    }

    @Test(arguments: 1...8) func whateverIsAddedAndRemoved(_ seed: UInt64) async throws {
        var dice = SeededGenerator(seed: seed)
        var index = PackagesIndex(header: ["CHOST": "x86_64-pc-linux-gnu"], timestamp: 1)
        var entries: [PackagesIndex.Entry] = []
        for step in 1...400 {
            let growth = step < 250 ? 5 : 1
            if Int.random(in: 0..<6, using: &dice) < growth || entries.isEmpty {
                let entry = Self.entry(&dice)
                guard index.entry(at: entry.path) == nil else { continue }
                entries.append(entry)
                index.insert(entry)
                #expect(index.entry(at: entry.path) == entry.withDefaults)
            } else {
                let entry = entries.remove(at: Int.random(in: entries.indices, using: &dice))
                index.remove(entry.path)
                #expect(index.entry(at: entry.path) == nil)
            }
            if step % 100 == 0 {
                index.setHeader(["CHOST": step % 200 == 0 ? "x86_64-pc-linux-gnu" : "i686-pc-linux-gnu", "ARCH": "x"])
            }
            guard step % 20 == 0 else { continue }
            #expect(index.serialised() == Self.text(entries, index), "after \(step) steps")
            #expect(index.count == entries.count)
            #expect(index.packagesSize == entries.reduce(0) { $0 + $1.size })
            #expect(index.chunks.allSatisfy { $0.count > 0 })
            try index.pack()
        }
        #expect(index.isSerialised(as: index.serialised()))
        #expect(!index.isSerialised(as: index.serialised() + [10]))
        #expect(!index.isSerialised(as: index.serialised().dropLast()))
        let packed = try index.chunks.flatMap { try #require($0.packed) }
        try Data(packed).write(to: URL(fileURLWithPath: directory.path.appending("x.gz").string))
        let unpacked = try await run("/bin/gzip", ["-dc", directory.path.appending("x.gz").string])
        #expect(Array(unpacked) == index.chunks.flatMap(\.text))
    }

    @Test func oneMorePackageMakesOneChunkAnew() throws {
        var dice = SeededGenerator(seed: 1)
        var index = PackagesIndex(entries: (0..<400).map { _ in Self.entry(&dice) })
        try index.pack()
        #expect(index.chunks.count > 10)
        index.insert(Self.entry(&dice))
        #expect((1...2).contains(index.chunks.count { $0.packed == nil }))
    }
}

extension PackagesIndex.Entry {
    fileprivate var withDefaults: Self { Self(values: values, header: [:]) }
}
