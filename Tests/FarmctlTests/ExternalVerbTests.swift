import Glibc
import Shared
import SystemPackage
import Testing

@testable import Farmctl

struct ExternalVerbTests {
    private static func place(_ programs: String...) throws -> FilePath {
        let path = FilePath("/tmp/farmctl-verbs-\(UInt32.random(in: 0 ... .max))")
        try Directory.create(path)
        for program in programs {
            try AtomicFile.write(
                Array("#!/bin/sh\n".utf8), to: path.appending(program),
                permissions: [.ownerReadWriteExecute, .groupRead, .otherRead])
        }
        return path
    }

    @Test func `A program farmctl-foo on PATH is the verb foo`() throws {
        let path = try Self.place("farmctl-hello", "farmctl-status")
        defer { for name in ["farmctl-hello", "farmctl-status"] { unlink(path.appending(name).string) } }
        let search = "/nowhere:\(path)"
        let verb = ExternalVerb(["hello", "--loud", "x"], own: ["status"], path: search)
        #expect(verb?.path == path.appending("farmctl-hello").string)
        #expect(verb?.arguments == ["--loud", "x"])
        #expect(ExternalVerb(["status"], own: ["status"], path: search) == nil, "its own verbs come first")
        #expect(ExternalVerb(["goodbye"], own: [], path: search) == nil)
        #expect(ExternalVerb(["--help"], own: [], path: search) == nil)
        #expect(ExternalVerb(["../farmctl-hello"], own: [], path: search) == nil)
        #expect(ExternalVerb([], own: [], path: search) == nil)
        #expect(ExternalVerb(["hello"], own: [], path: nil) == nil)
    }
}
