import Foundation
import Shared
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator

@Suite("Files on their way in")
struct StagingTests {
    let directory: TemporaryDirectory
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var blob: Blob { Blob(digest: ContentHasher.digest(bytes), size: Int64(bytes.count)) }

    init() throws { directory = try TemporaryDirectory() }

    private func staging(reserve: Int64 = 0) throws -> Staging {
        try Staging(directory: directory.path.appending("staging"), reserve: reserve)
    }

    @Test("a transfer that broke off goes on where it was, in another process too")
    func resume() throws {
        do {
            var first = try staging().receive(blob)
            let start = first.size
            #expect(start == 0)
            try bytes[..<40_000].withUnsafeBytes { try first.append($0) }
        }
        var second = try staging().receive(blob)
        let held = second.size
        #expect(held == 40_000)
        try bytes[40_000...].withUnsafeBytes { try second.append($0) }
        let isComplete = second.isComplete
        #expect(isComplete)
        #expect(try !staging().isComplete(blob), "not before its digest was checked")
        let isRight = try second.finish()
        #expect(isRight)
        #expect(try staging().isComplete(blob))
        #expect(try ContentHasher.blob(of: staging().path(of: blob.digest)) == blob)
    }

    @Test("bytes with another digest are thrown away, and the next try begins anew")
    func wrong() throws {
        var file = try staging().receive(blob)
        let others = bytes.map { $0 ^ 1 }
        try others.withUnsafeBytes { try file.append($0) }
        let isRight = try file.finish()
        #expect(!isRight)
        #expect(try !staging().isComplete(blob))
        let again = try staging().receive(blob)
        let start = again.size
        #expect(start == 0)
    }

    @Test("what the disk has not taken is not said to be there")
    func notWrittenOut() throws {
        let staging = try staging()
        // Takes all bytes, and refuses to keep them when it is asked to.
        try FileManager.default.createSymbolicLink(
            atPath: staging.directory.appending("\(blob.digest).part").string, withDestinationPath: "/dev/null")
        var file = try staging.receive(blob)
        try bytes.withUnsafeBytes { try file.append($0) }
        do {
            _ = try file.finish()
            Issue.record("it was said to be there")
        } catch is Errno {}
        #expect(!FileStatus.exists(staging.path(of: blob.digest)))
        let again = try staging.receive(blob)
        let start = again.size
        #expect(start == 0)
    }

    @Test("what stays free is not given away")
    func reserve() throws {
        let all = try staging().room()
        #expect(all > 0)
        #expect(try staging(reserve: .max).room() < 0)
    }
}
