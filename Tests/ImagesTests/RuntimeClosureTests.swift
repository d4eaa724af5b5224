import Testing

@testable import Binpkgs
@testable import Images
@testable import Shared

struct RuntimeClosureTests {
    @Test func `What a package needs to run comes with it, and what it needed to be built does not`() throws {
        var packages = Packages()
        try packages.add(
            "app/a-1", ["RDEPEND": "lib/b !lib/old", "PDEPEND": "lib/c", "DEPEND": "dev/d", "BDEPEND": "dev/e"])
        try packages.add("lib/b-1", ["RDEPEND": "lib/c"])
        try packages.add("lib/c-1", ["RDEPEND": "app/a"])
        for cpv in ["dev/d-1", "dev/e-1", "lib/old-1"] { try packages.add(cpv) }
        #expect(try packages.closure(of: "app/a") == ["app/a-1", "lib/b-1", "lib/c-1"])
    }

    @Test func `Of several the newest is taken that the dependency means`() throws {
        var packages = Packages()
        for version in ["1.9", "1.10", "2"] {
            try packages.add("lib/b-\(version)", ["SLOT": String(version.prefix(1))])
        }
        try packages.add("app/any-1", ["RDEPEND": "lib/b"])
        try packages.add("app/slot-1", ["RDEPEND": "lib/b:1="])
        try packages.add("app/less-1", ["RDEPEND": "<lib/b-1.10"])
        #expect(try packages.closure(of: "app/any") == ["app/any-1", "lib/b-2"])
        #expect(try packages.closure(of: "app/slot") == ["app/slot-1", "lib/b-1.10"])
        #expect(try packages.closure(of: "app/less") == ["app/less-1", "lib/b-1.9"])
        let both = ["app/any-1", "app/slot-1", "lib/b-1.10"]
        #expect(try packages.closure(of: "app/any", "app/slot") == both, "what is there anyway does")
        #expect(try packages.closure(of: "app/slot", "app/any") == both, "in whatever order")
    }

    @Test(arguments: [
        ("lib/b[ssl]", "lib/b-1"), ("lib/b[-ssl]", "lib/b-2"), ("lib/b[zip(+)]", "lib/b-2"), ("lib/b[x?]", "lib/b-1"),
        ("lib/b[!y=]", "lib/b-1"),
    ])
    func `A dependency's flags choose between packages`(_ dependency: String, _ expected: String) throws {
        var packages = Packages()
        try packages.add("lib/b-1", ["IUSE": "+ssl x y", "USE": "ssl x y"])
        try packages.add("lib/b-2", ["IUSE": "ssl x y", "USE": "amd64"])
        try packages.add("app/a-1", ["IUSE": "x y", "USE": "x", "RDEPEND": dependency])
        #expect(try packages.closure(of: "app/a") == ["app/a-1", expected])
    }

    @Test func `Of alternatives that is taken which is there anyway, else the first that there is`() throws {
        var packages = Packages()
        try packages.add("app/first-1", ["RDEPEND": "|| ( lib/none lib/b ( lib/c lib/d ) )"])
        try packages.add("app/there-1", ["RDEPEND": "|| ( lib/b ( lib/c lib/d ) ) app/needs-c"])
        try packages.add("app/needs-c-1", ["RDEPEND": "lib/c lib/d"])
        try packages.add("app/flag-1", ["IUSE": "x", "USE": "", "RDEPEND": "|| ( x? ( lib/b ) lib/c ) x? ( lib/d )"])
        for cpv in ["lib/b-1", "lib/c-1", "lib/d-1"] { try packages.add(cpv) }
        #expect(try packages.closure(of: "app/first") == ["app/first-1", "lib/b-1"])
        #expect(try packages.closure(of: "app/there") == ["app/needs-c-1", "app/there-1", "lib/c-1", "lib/d-1"])
        #expect(try packages.closure(of: "app/flag") == ["app/flag-1", "lib/c-1"])
    }

    @Test func `A library that is linked to comes, also where no ebuild names its package`() throws {
        var packages = Packages()
        try packages.add(
            "app/a-1", ["REQUIRES": "x86_64: libc.so.6 libm.so.6 libown.so.1", "PROVIDES": "x86_64: libown.so.1"])
        try packages.add(
            "sys-libs/glibc-2.40", ["PROVIDES": "x86_64: libc.so.6 libm.so.6", "RDEPEND": "sys-libs/data"])
        try packages.add("sys-libs/data-1")
        let closure = try RuntimeClosure(
            of: [try PackageAtom("app/a")], in: packages.catalogue, over: BaseContents())
        #expect(closure.packages.map(\.cpv.description) == ["app/a-1", "sys-libs/data-1", "sys-libs/glibc-2.40"])
        #expect(closure.forLibraries == [try CPV("sys-libs/glibc-2.40"): "libc.so.6 of app/a-1"])
        #expect(
            try packages.closure(of: "app/a", over: BaseContents(libraries: ["libc.so.6", "libm.so.6"])) == ["app/a-1"])
    }

    @Test func `What the base has need not come`() throws {
        var packages = Packages()
        try packages.add("app/a-1", ["RDEPEND": ">=lib/b-2 lib/c", "REQUIRES": "x86_64: libz.so.1"])
        let base = BaseContents(packages: [try CPV("lib/b-2.1")], claimed: ["lib/c", "libz.so.1"])
        #expect(try packages.closure(of: "app/a", over: base) == ["app/a-1"])
    }

    @Test func `All that is nowhere is named, with who needs it`() throws {
        var packages = Packages()
        try packages.add("app/a-1", ["RDEPEND": "lib/none || ( lib/x lib/y )", "REQUIRES": "x86_64: libgone.so.3"])
        let error = #expect(throws: ClosureError.self) { try packages.closure(of: "app/a", "app/nothing") }
        #expect(
            error?.description == """
                app/nothing, needed by the request
                lib/none, needed by app/a-1
                one of lib/x, lib/y, needed by app/a-1
                the library libgone.so.3, needed by app/a-1
                """)
    }

    @Test func `What the slot of another keeps out is named as such`() throws {
        var packages = Packages()
        for version in ["1", "2"] { try packages.add("lib/b-\(version)") }
        try packages.add("app/a-1", ["RDEPEND": "lib/b <lib/b-2"])
        try packages.add("app/z-1", ["RDEPEND": ">=lib/b-2"])
        #expect(try packages.closure(of: "app/a") == ["app/a-1", "lib/b-1"])
        let error = #expect(throws: ClosureError.self) { try packages.closure(of: "=lib/b-1", "=lib/b-2", "app/z") }
        #expect(
            error?.description == """
                =lib/b-2, beside lib/b-1 of the same slot, needed by the request
                >=lib/b-2, beside lib/b-1 of the same slot, needed by app/z-1
                """)
    }

    @Test func `An entry whose dependencies are none is left out, and said to be`() throws {
        var packages = Packages()
        for (cpv, text) in [("a/b-1", "("), ("a/c-1", "|| lib/x"), ("a/d-1", "lib/x )"), ("a/e-1", "nonsense")] {
            try packages.add(cpv, ["RDEPEND": text])
        }
        try packages.add("a/deep-1", ["RDEPEND": String(repeating: "( ", count: 100_000)])
        let catalogue = packages.catalogue
        #expect(catalogue.refused.count == 5)
        #expect(catalogue.newest.isEmpty)
    }
}
