import Foundation
import Shared
import SystemPackage
import Testing

@Suite("Files written beside and renamed")
struct AtomicFileTests {
    @Test("the old content or the new, and nothing is left beside it")
    func replace() throws {
        try Scratch.with { directory in
            let path = directory.appending("file")
            try AtomicFile.write(Array("old".utf8), to: path)
            // Whoever has it open keeps what they had.
            let reader = try FileDescriptor.open(path, .readOnly)
            try AtomicFile.write(Array("newer".utf8), to: path, permissions: .ownerReadWrite)
            let seen = try reader.closeAfter {
                try [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
                    count = try reader.read(into: UnsafeMutableRawBufferPointer(buffer))
                }
            }
            #expect(String(decoding: seen, as: UTF8.self) == "old")
            #expect(try String(contentsOfFile: path.string, encoding: .utf8) == "newer")
            #expect(try FileStatus.permissions(of: path) == .ownerReadWrite)
            #expect(try Directory.names(in: directory) == ["file"])
        }
    }

    @Test("a failure leaves the old one")
    func failure() throws {
        try Scratch.with { directory in
            let path = directory.appending("taken")
            try Directory.create(path.appending("full"))
            #expect(throws: Errno.self) { try AtomicFile.write([1], to: path) }
            #expect(try Directory.names(in: directory) == ["taken"])
        }
    }

    @Test("a state directory has one owner at a time")
    func lock() throws {
        try Scratch.with { directory in
            do {
                let lock = try StateLock(in: directory)
                #expect(throws: StateLockError.self) { _ = try StateLock(in: directory) }
                _ = consume lock
            }
            _ = try StateLock(in: directory)
        }
    }
}
