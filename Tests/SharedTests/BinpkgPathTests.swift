import Shared
import Testing

struct BinpkgPathTests {
    @Test(arguments: [
        ("dev-libs/expat-2.5.0-r1", 4, BinpkgFormat.gpkg, "dev-libs/expat/expat-2.5.0-r1-4.gpkg.tar"),
        ("dev-libs/expat-2.5.0-r1", 4, .xpak, "dev-libs/expat/expat-2.5.0-r1-4.xpak"),
        ("a-b/c++-1_rc2", 12, .xpak, "a-b/c++/c++-1_rc2-12.xpak"),
    ])
    func `A package has one path, and the path says which package it is`(
        _ cpv: String, _ buildID: Int, _ format: BinpkgFormat, _ text: String
    ) throws {
        let path = BinpkgPath(try CPV(cpv), buildID: buildID, format: format)
        #expect(path.description == text)
        #expect(BinpkgPath(text) == path)
        #expect(BinpkgFormat(ofPath: text) == format)
    }

    @Test(arguments: [
        "", "expat-1-1.xpak", "dev-libs/expat-1-1.xpak", "dev-libs/expat/expat-1-1.tbz2", "dev-libs/expat/expat-1.xpak",
        "dev-libs/zlib/expat-1-1.xpak", "dev-libs/expat/expat-1-01.xpak", "dev-libs/expat/expat-1-+1.xpak",
        "dev-libs/expat/expat-1-x.xpak", "dev-libs/expat/expat-1-1.tar", "a/dev-libs/expat/expat-1-1.xpak",
        "../expat/expat-1-1.xpak", "dev-libs/expat/expat-1-1.gpkg.tar.sig", "dev-libs/expat/.xpak",
        "dev-libs/expat/expat-1-99999999999999999999.xpak",
    ])
    func `What is no path of a package is none`(_ text: String) {
        #expect(BinpkgPath(text) == nil)
    }
}
