import Shared
import Testing

@testable import Worker

@Suite("A package that was built finds its libraries wherever it is installed")
struct SonameCheckTests {
    private func check(_ text: String, needed: [String] = [], buildOnly: [String] = []) throws -> String? {
        let digest = ContentHasher.digest([1])
        func packages(_ names: [String], isBuildOnly: Bool) throws -> [DependencyPackage] {
            try names.map {
                DependencyPackage(
                    cpv: try CPV($0), buildID: 1, path: "x", package: Blob(digest: digest, size: 1),
                    isBuildOnly: isBuildOnly)
            }
        }
        let task = BuildTask(
            cpv: try CPV("a/app-1"), slot: "0", repository: "farm", buildID: 1, use: [], iuse: [], jobs: 1,
            dependencies: try packages(needed, isBuildOnly: false) + packages(buildOnly, isBuildOnly: true),
            limits: Limits())
        let check = SonameCheck(SonameFacts(text), of: task)
        return check.failure(of: "a/app-1")?.reason ?? check.notice
    }

    private static let facts = """
        requires x86_64: libc.so.6 libz.so.1 libown.so.2
        base x86_64: libother.so.1 x86_32: libz.so.1
        base any: libc.so.6
        /var/db/pkg/a/app-1/PROVIDES:x86_64: libown.so.2
        /var/db/pkg/sys-libs/zlib-1.3/PROVIDES:x86_64: libz.so.1
        """

    @Test func `The image, itself and what it needs when it runs give them`() throws {
        #expect(try check(Self.facts, needed: ["sys-libs/zlib-1.3"]) == nil)
    }

    @Test func `A library of the image that is in the root anew is the image's too`() throws {
        let facts = Self.facts + "\nbase x86_64: libz.so.1"
        #expect(try check(facts, buildOnly: ["sys-libs/zlib-1.3"]) == nil)
    }

    @Test func `One that the root had for the build alone is named with its package`() throws {
        let reason = try check(Self.facts, buildOnly: ["sys-libs/zlib-1.3"])
        #expect(reason?.hasPrefix("a/app-1 links to libz.so.1 of sys-libs/zlib-1.3: neither its RDEPEND nor") == true)
    }

    @Test func `One that nothing in the root has is noted, and another architecture's does not count`() throws {
        let facts = "requires x86_64: libz.so.1\nbase x86_32: libz.so.1"
        #expect(try check(facts) == "it links to libz.so.1, which nothing in its root has")
    }

    @Test func `Of many five are named`() throws {
        let names = (1...7).map { "lib\($0).so" }.joined(separator: " ")
        let facts = "requires x86_64: \(names)\nbase x86_64: libc.so.6"
        #expect(try check(facts)?.contains("lib5.so and 2 more, which") == true)
        let provided = facts + "\n/var/db/pkg/a/b-1/PROVIDES:x86_64: \(names)"
        #expect(try check(provided, buildOnly: ["a/b-1"])?.contains("lib5.so of a/b-1 and 2 more: ") == true)
    }

    @Test func `An image that does not say what it has is not held against the package`() throws {
        #expect(try check("requires x86_64: libz.so.1") == nil)
    }

    @Test(arguments: ["", "requires", "requires libz.so.1", "base x86_64:", "/var/db/pkg/PROVIDES:x86_64: a", "\0: x"])
    func `Lines that say nothing are passed over`(_ text: String) throws {
        #expect(SonameFacts(text).requires.isEmpty)
        #expect(try check(text) == nil)
    }
}
