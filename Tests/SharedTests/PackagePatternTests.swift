import Shared
import Testing

@Suite("What people write to choose packages")
struct PackagePatternTests {
    /// Slot 0 of repository gentoo, with USE="unicode -static".
    private func matches(_ text: String, _ name: String) throws -> Bool {
        let atom = try #require(try PackagePattern(text).atom)
        return atom.matches(
            try CPV(name), slot: "0", use: ["unicode"], iuse: ["static", "unicode"], repository: "gentoo")
    }

    @Test(
        "names, versions and atoms",
        arguments: [
            "expat", "dev-libs/expat", "dev-libs/expat-2.5.0", "expat-2.5.0", "=dev-libs/expat-2.5.0",
            ">=dev-libs/expat-2", "<dev-libs/expat-2.5.0-r1", "~dev-libs/expat-2.5.0", "=dev-libs/expat-2.5*",
            "=dev-libs/expat-2*", "=expat-2.5.0-r0", ">expat-2.4", "<=expat-2.5.0", "dev-libs/*", "*/expat", "*/*",
            "ex*t",
            "dev-libs/expat:0", "expat::gentoo", "expat:0::gentoo", "expat[unicode]", "expat[-static]",
            "expat[unicode,-static]", "expat[other(+)]", "expat[-other(-)]", "expat[unicode(-)]",
            ">=dev-libs/expat-2.5:0::gentoo[unicode,-static]",
        ])
    func fits(text: String) throws { #expect(try matches(text, "dev-libs/expat-2.5.0")) }

    @Test(
        "and what they do not choose",
        arguments: [
            "expa", "dev-lang/expat", "dev-libs/expat-2.5", "=dev-libs/expat-2.50*", "~dev-libs/expat-2.5",
            ">dev-libs/expat-2.5.0", "<dev-libs/expat-2.5.0", "dev-lib/*", "e*pa", "x*", "dev-libs/expat:1",
            "expat::hep",
            "expat[static]", "expat[-unicode]", "expat[other]", "expat[-other]", "expat[other(-)]", "EXPAT",
        ])
    func doesNotFit(text: String) throws { #expect(try !matches(text, "dev-libs/expat-2.5.0")) }

    @Test("a set", arguments: ["@hep", "@hep-2.1", "@world"])
    func set(text: String) throws { #expect(try PackagePattern(text).kind == .set(text)) }

    @Test("a package's name may have digits behind a hyphen that are no version")
    func digits() throws {
        #expect(try matches("font-adobe-100dpi", "media-fonts/font-adobe-100dpi-1.0.4"))
        #expect(try matches("font-adobe-100dpi-1.0.4", "media-fonts/font-adobe-100dpi-1.0.4"))
    }

    @Test(
        "what is none says where, and what is wrong there",
        arguments: [
            ("", 1, "a name is missing"), ("@", 2, "a set's name is missing"), ("@a/b", 3, "'/' is not expected"),
            (">=dev-libs/expat", 17, "'>=' wants a version behind the name"),
            ("!dev-libs/x", 1, "a blocker chooses nothing"),
            ("~a/b-1-r1", 10, "'~' stands for every revision: leave the revision out"),
            (">=a/b-1*", 8, "'*' behind a version goes with '=' alone"),
            ("a/b:", 5, "a slot is missing"),
            ("a/b:0=", 6, "only a slot can be named here, without '=' and what follows it"),
            ("a/b:0/1", 6, "only a slot can be named here, without '/' and what follows it"),
            ("a/b::", 6, "a repository's name is missing"), ("a/b[", 5, "a USE flag is missing"),
            ("a/b[x", 6, "']' is missing"),
            ("a/b[x?]", 6, "'?' depends on another package: name the flag as on or off"),
            ("a/b[x]y", 7, "'y' is not expected"),
            ("a b", 2, "' ' is not expected"), ("a/b/c", 4, "'/' is not expected"), ("/b", 1, "this is no category"),
            ("a/", 3, "a package's name is missing"), ("-x", 1, "this is no package's name"),
            ("é", 1, "'é' is not expected"),
        ])
    func faults(text: String, column: Int, reason: String) {
        let error = #expect(throws: PackagePatternError.self) { try PackagePattern(text) }
        #expect(error?.column == column)
        #expect(error?.reason == reason)
    }

    @Test("a text of any length is refused in a few words")
    func long() {
        let error = #expect(throws: PackagePatternError.self) {
            try PackagePattern(String(repeating: "x", count: 10_000))
        }
        #expect(error.map { $0.description.utf8.count < 500 } == true)
    }

    @Test("no text ends the program", arguments: 1...200)
    func anything(_ seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        let words = [
            "=", ">", "~", "a", "/", "-1", "*", ":", "::", "[", "]", ",", "(+)", "@", "-r1", "é", "0", "_p", ".", "!",
        ]
        let text = (0..<12).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return words[Int(state >> 33) % words.count]
        }.joined()
        do {
            #expect(try PackagePattern(text).text == text)
        } catch {
            #expect((1...text.count + 1).contains(error.column), "\(text)")
        }
    }
}
