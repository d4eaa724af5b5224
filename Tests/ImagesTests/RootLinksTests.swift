import Testing

@testable import Images

struct RootLinksTests {
    private let links = RootLinks([
        "lib64": "usr/lib64", "bin": "usr/bin", "usr/lib64": "usr/lib", "loop/a": "loop/a/b",
    ])

    @Test(arguments: [
        ("lib64/libz.so", "usr/lib/libz.so"), ("lib64", "usr/lib"), ("usr/lib64/x/y", "usr/lib/x/y"),
        ("library/x", "library/x"),
        ("usr/bin/a", "usr/bin/a"), ("etc/bin/a", "etc/bin/a"),
    ])
    func `A path goes through the links of the base`(_ path: String, _ expected: String) {
        #expect(String(decoding: links.resolved(Array(path.utf8)), as: UTF8.self) == expected)
    }

    @Test func `Links in a circle come to an end`() {
        #expect(links.resolved(Array("loop/a/x".utf8)).count < 1000)
    }
}
