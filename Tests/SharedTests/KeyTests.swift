import Foundation
import Shared
import SystemPackage
import Testing
import ZeroMQ

@Suite("Key files")
struct KeyTests {
    @Test("a new key is for its owner alone, is read back, and replaces nothing")
    func creation() throws {
        try Scratch.with { directory in
            let files = try SecretKeyFile.create(name: "node1", role: .worker, in: directory)
            #expect(try FileStatus.permissions(of: files.secret) == .ownerReadWrite)
            let secret = try SecretKeyFile(contentsOf: files.secret)
            let publicFile = try PublicKeyFile(contentsOf: files.public)
            #expect(secret.name == "node1")
            #expect(secret.pair.publicKey == publicFile.key)
            #expect(publicFile.role == .worker)
            #expect(throws: KeyError.self) { try SecretKeyFile.create(name: "node1", role: .viewer, in: directory) }
            #expect(try PublicKeyFile(contentsOf: files.public).role == .worker)
        }
    }

    @Test("a secret that others can read is refused, one that is missing is named")
    func permissions() throws {
        try Scratch.with { directory in
            let files = try SecretKeyFile.create(name: "node1", role: .worker, in: directory)
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: files.secret.string)
            let error = #expect(throws: KeyError.self) { try SecretKeyFile(contentsOf: files.secret) }
            #expect(error?.description.contains("chmod 600") == true)
            let missing = #expect(throws: KeyError.self) {
                try SecretKeyFile(contentsOf: directory.appending("nobody.secret"))
            }
            #expect(missing?.description.contains("nobody.secret") == true)
        }
    }

    @Test(
        "names that are none make no files",
        arguments: ["", ".x", "-x", "a/b", "a b", "../a", String(repeating: "a", count: 65)])
    func names(name: String) throws {
        try Scratch.with { directory in
            #expect(throws: KeyError.self) { try SecretKeyFile.create(name: name, role: .worker, in: directory) }
            let files = try Directory.names(in: directory)
            #expect(files.isEmpty)
        }
    }

    @Test("keys come and go while the coordinator runs; a bad file harms none of the others")
    func directory() throws {
        try Scratch.with { directory in
            let first = try SecretKeyFile.create(name: "one", role: .worker, in: directory)
            let keys = try KeyDirectory(directory)
            let one = try PublicKeyFile(contentsOf: first.public)
            #expect(keys.holder(of: one.key)?.name == "one")

            let second = try SecretKeyFile.create(name: "two", role: .operator, in: directory)
            let two = try PublicKeyFile(contentsOf: second.public)
            #expect(keys.holder(of: two.key)?.role == .operator)

            try AtomicFile.write(Array("name: three\nrole: king\n".utf8), to: directory.appending("three.pub"))
            try AtomicFile.write(
                Array(PublicKeyFile(name: "four", role: .operator, key: one.key).text.utf8),
                to: directory.appending("zfour.pub"))
            keys.refresh()
            #expect(keys.faults.count == 2, "\(keys.faults)")
            #expect(keys.holder(of: one.key)?.name == "one", "one key has one holder")

            try FileManager.default.removeItem(atPath: first.public.string)
            keys.refresh()
            #expect(keys.role(of: "one") == nil)
            #expect(keys.role(of: "two") == .operator)
        }
        #expect(throws: KeyError.self) { try KeyDirectory("/nowhere/keys") }
    }
}

/// A directory that is gone after the test.
enum Scratch {
    static func with(_ body: (FilePath) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("shared-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(FilePath(path))
    }
}
