@testable import Binpkgs
import Foundation
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator
@testable import Shared

/// Somebody changed `Packages` with an editor.
@Suite struct HandWrittenIndexTests {
    let directory: TemporaryDirectory
    var root: FilePath { directory.path.appending("binhost") }

    init() throws { directory = try TemporaryDirectory() }

    private func open() throws -> Binhost { try Binhost(directory: root, reserve: 0, now: { 1_800_000_000 }) }

    /// A binhost with two packages whose index's lines are changed.
    private func edit(_ change: (inout [String]) throws -> Void) async throws {
        let binhost = try open()
        let staged = directory.path.appending("staged")
        for id in 1...2 {
            try await binhost.publish(staged: staged, expected: try GPKGFixture.write(buildID: id, to: staged))
        }
        var lines = try text().components(separatedBy: "\n")
        try change(&lines)
        let path = root.appending("Packages")
        try FileOperations.write(
            Array(lines.joined(separator: "\n").utf8), to: path, modificationTime: await binhost.timestamp)
    }

    private func text() throws -> String { String(decoding: try directory.contents("binhost/Packages"), as: UTF8.self) }

    @Test func whatIsWrongInItIsDroppedByItsLine() async throws {
        try await edit { lines in
            let first = try #require(lines.firstIndex { $0.hasPrefix("BUILD_ID: 1") })
            let path = try #require(lines.firstIndex { $0.hasPrefix("PATH: ") })
            lines[path] = "PATH: ../../etc/passwd"
            lines.insert("# this one is ours", at: first)
            lines += ["SLOT: 3", "MD5: 0", ""]
        }
        let before = try text()
        let binhost = try open()
        #expect(
            binhost.warnings.map { $0.replacing("\(root)/", with: "") } == [
                "dev-libs/expat-2.5.0-r1 is dropped from Packages, line 5: its PATH “../../etc/passwd” is not where the"
                    + " package belongs",
                "an entry is dropped from Packages, line 49: it has no CPV",
                "line 5 is dropped from Packages: it has no colon",
            ])
        #expect(await binhost.packages.map(\.buildID) == [2])
        // What is in the file is what the binhost takes it for, with a new TIMESTAMP.
        let again = try open()
        #expect(again.warnings == [])
        #expect(try await again.timestamp > PackagesIndex(parsing: before, path: "").timestamp)
    }

    @Test func `A number that no build has is dropped: the next build's would be beyond all numbers`() async throws {
        try await edit { lines in
            lines = lines.map { line in
                line.replacing("BUILD_ID: 1", with: "BUILD_ID: \(Int32.max)").replacing(
                    "-1.gpkg", with: "-\(Int32.max).gpkg")
            }
        }
        let binhost = try open()
        #expect(binhost.warnings.count == 1)
        #expect(binhost.warnings.first?.contains("its BUILD_ID \(Int32.max) is no build's") == true)
        #expect(await binhost.packages.map(\.buildID) == [2])
    }

    @Test func anotherOrderIsPutRight() async throws {
        let wanted = try await { () async throws -> [UInt8] in
            try await edit { lines in lines.swapAt(0, 1) }
            return try directory.contents("binhost/Packages")
        }()
        let binhost = try open()
        #expect(binhost.warnings == [])
        let now = try directory.contents("binhost/Packages")
        #expect(now != wanted)
        #expect(try PackagesIndex(parsing: now, path: "").entries.map(\.buildID) == [1, 2])
    }

    @Test func aCutIndexIsRefusedAndStaysAsItIs() async throws {
        try await edit { $0.removeLast(20) }
        let before = try text()
        let error = #expect(throws: BinhostError.self) { _ = try open() }
        #expect(error?.description.contains("it announces 2 packages and has") == true)
        #expect(try text() == before)
    }
}
