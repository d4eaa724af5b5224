import Testing

@testable import BinpkgTesting
@testable import Binpkgs

@Suite struct PackagesIndexTests {
    /// In the form that Portage 3.0.83 wrote for packages of the mini image.
    static let text = """
        ARCH: amd64
        CHOST: x86_64-pc-linux-gnu
        PACKAGES: 2
        TIMESTAMP: 1700000000
        VERSION: 0
        REPO: farm

        BUILD_ID: 1
        CPV: app-misc/ta-1
        EAPI: 8
        PATH: app-misc/ta/ta-1-1.gpkg.tar
        SIZE: 20480
        MTIME: 1700000001

        CHOST: i686-pc-linux-gnu
        CPV: app-misc/ta-1
        IUSE: +a b
        SLOT: 2
        USE: a amd64
        DESC: x: y
        MTIME: 1700000001
        REPO: other


        """

    @Test func anIndexIsWrittenAsItWasRead() throws {
        // DESCRIPTION sorts by its inner name, before EAPI.
        let text = Self.text.replacing("DESC: x: y\n", with: "").replacing("IUSE: +a b", with: "DESC: x: y\nIUSE: +a b")
        let index = try PackagesIndex(parsing: text, path: "Packages")
        #expect(String(decoding: index.serialised(), as: UTF8.self) == text)
        #expect(index.entries[0]["repository"] == "farm")
        #expect(index.entries[0]["SLOT"] == "0")
        #expect(index.entries[1]["CHOST"] == "i686-pc-linux-gnu")
        #expect(index.entries[1]["DESCRIPTION"] == "x: y")
    }

    @Test func entriesAreSortedByCPVAndEqualOnesStayInOrder() throws {
        let index = PackagesIndex(
            timestamp: 7,
            entries: [("b/b-1", "2"), ("a/a-1", "1"), ("b/b-1", "1"), ("a/B-1", "1")].map { cpv, id in
                PackagesIndex.Entry(values: ["CPV": cpv, "BUILD_ID": id])
            })
        let read = try PackagesIndex(parsing: String(decoding: index.serialised(), as: UTF8.self), path: "")
        #expect(read.entries.map { $0.cpv + "-" + $0["BUILD_ID"] } == ["a/B-1-1", "a/a-1-1", "b/b-1-2", "b/b-1-1"])
    }

    @Test func entriesAreFoundByTheirPathsInBothFormats() {
        let paths = ["a/b/b-1-1.gpkg.tar", "a/b/b-1-1.xpak", "a/b/b-1-2.xpak", "a/b/b-2-1.xpak"]
        var index = PackagesIndex(
            timestamp: 1,
            entries: paths.map { .init(values: ["CPV": "a/b-\($0.dropFirst(6).first ?? "1")", "PATH": $0]) })
        for path in paths { #expect(index.entry(at: path)?.path == path) }
        #expect(index.entry(at: "a/b/b-1-3.xpak") == nil)
        #expect(index.entry(at: "a/b/b-2-1.gpkg.tar") == nil)
        index.remove("a/b/b-1-1.xpak")
        #expect(index.entries.map(\.path) == ["a/b/b-1-1.gpkg.tar", "a/b/b-1-2.xpak", "a/b/b-2-1.xpak"])
    }

    @Test func aValueCannotStartAnotherKey() {
        let index = PackagesIndex(timestamp: 1, entries: [.init(values: ["CPV": "a/b-1", "LICENSE": "x\nPATH: /etc"])])
        #expect(!String(decoding: index.serialised(), as: UTF8.self).contains("\nPATH"))
    }

    @Test(arguments: [
        "", "VERSION: 1\nTIMESTAMP: 1\n", "VERSION: 0\n\n", "VERSION: 0\nTIMESTAMP: 1\nPACKAGES: 2\n\nCPV: a/b-1\n",
    ])
    func anIndexThatCannotBeUnderstoodIsRefused(_ text: String) {
        #expect(throws: PackagesIndexError.self) { try PackagesIndex(parsing: text, path: "Packages") }
    }

    @Test func aRefusalSaysWhereAndWhat() {
        #expect(
            throws: PackagesIndexError(
                path: "Packages",
                detail: "in the header at line 2: TIMESTAMP is “soon”, which is no time in seconds since 1970")
        ) { try PackagesIndex(parsing: "\nVERSION: 0\nTIMESTAMP: soon\n", path: "Packages") }
    }

    /// The next publication adds one.
    @Test func aTimestampAfterAllTimeIsRefused() {
        let text = "VERSION: 0\nTIMESTAMP: \(Int64.max)\n"
        #expect(throws: PackagesIndexError.self) { try PackagesIndex(parsing: text, path: "Packages") }
    }

    /// As Python's text files, in which Portage reads them.
    @Test(arguments: ["\n", "\r\n", "\r"]) func linesMayEndInAnyWay(_ end: String) throws {
        let text = ["VERSION: 0", "TIMESTAMP: 5", "", "CPV: a/b-1", "SLOT: 2", ""].joined(separator: end)
        let index = try PackagesIndex(parsing: text, path: "Packages")
        #expect(index.entries.map(\.values) == [["CPV": "a/b-1", "EAPI": "0", "SLOT": "2"]])
    }
}
