import Testing

@testable import Shared

@Suite("Atoms as PMS 8.3 and Portage's configuration files have them")
struct PackageAtomTests {
    @Test(
        "what is one, with its parts",
        arguments: [
            "dev-libs/expat", "=dev-libs/expat-2.5.0-r1", "~dev-libs/expat-2.5.0", "=dev-libs/expat-2.5*",
            "dev-lang/swig:0", "dev-lang/python:3.11/3.11", "dev-libs/boost:=", "dev-libs/boost:*",
            "dev-libs/boost:0=", "dev-libs/boost:0/1.82=", ">=x11-libs/libxcb-1.13.1:0/1.12::gentoo[xkb,-doc]",
            "a/b[x(+)]", "a/b[-x(-)]", "a/b[x?]", "a/b[!x?]", "a/b[x=]", "a/b[!x=]", "a/b[x(+)?,y]", "!a/b", "!!<a/b-3",
            "*/*", "dev-qt/*", "*/*::hep", "x11-libs/gtk+", "dev-db/mysql++", "media-fonts/font-adobe-100dpi",
            "a/b:3.1_x-+", "_a/_b", "=sci-physics/geant-4.10.6_p2", "<sci-physics/root-9999",
        ])
    func atom(text: String) throws { #expect(Self.written(try PackageAtom(text)) == text) }

    /// Out of its parts.
    private static func written(_ atom: PackageAtom) -> String {
        let pattern = atom.pattern
        let sign = pattern.version.map { $0.comparison == .begins ? "=" : $0.comparison.rawValue } ?? ""
        var text = atom.blocker + sign + "\(pattern.category ?? "")/\(pattern.name)"
        if let version = pattern.version {
            text += "-\(version.version)" + (version.comparison == .begins ? "*" : "")
        }
        if pattern.slot != nil || pattern.slotOperator != nil {
            text += ":" + (pattern.slot ?? "") + (pattern.subslot.map { "/\($0)" } ?? "")
            text += pattern.slotOperator.map { String($0.rawValue) } ?? ""
        }
        text += pattern.repository.map { "::\($0)" } ?? ""
        let flags = pattern.flags.map { flag in
            let sign = flag.isOn ? "" : flag.condition == nil ? "-" : "!"
            let otherwise = flag.otherwise.map { $0 ? "(+)" : "(-)" } ?? ""
            return sign + flag.name + otherwise + (flag.condition.map { String($0.rawValue) } ?? "")
        }
        return text + (flags.isEmpty ? "" : "[\(flags.joined(separator: ","))]")
    }

    @Test("the parts stand where they belong")
    func parts() throws {
        let atom = try PackageAtom("!!>=x11-libs/libxcb-1.13.1-r2:0/1.12=::gentoo[xkb(+),-doc,x?,!y=]")
        #expect(atom.blocker == "!!" && atom.cp == "x11-libs/libxcb")
        let pattern = atom.pattern
        #expect(pattern.version?.comparison == .greaterOrEqual)
        #expect(pattern.version?.version.description == "1.13.1-r2")
        #expect((pattern.slot, pattern.subslot, pattern.slotOperator) == ("0", "1.12", .rebuilds))
        #expect(pattern.repository == "gentoo")
        #expect(
            pattern.flags == [
                .init(name: "xkb", isOn: true, otherwise: true), .init(name: "doc", isOn: false),
                .init(name: "x", isOn: true, condition: .implies), .init(name: "y", isOn: false, condition: .equals),
            ])
        #expect(try PackageAtom("a/b:*").pattern.slotOperator == .any)
    }

    @Test(
        "what is none says where it goes wrong",
        arguments: [
            ("", 1, "a package's name is missing"), ("expat", 1, "the category is missing, as in dev-libs/expat"),
            ("dev-libs/expat-2.5", 1, "a version wants an operator before the name, such as '='"),
            (">=dev-libs/expat", 17, "'>=' wants a version behind the name"),
            ("=*/expat-1", 2, "'*' in a name goes without a version"),
            ("dev-libs/ex.pat", 12, "a package's name has no '.' (PMS 3.1.2)"),
            ("~a/b-1-r1", 10, "'~' stands for every revision: leave the revision out"),
            (">=a/b-1*", 8, "'*' behind a version goes with '=' alone"), ("a/b:", 5, "a slot is missing"),
            ("a/b:0/", 7, "a sub-slot is missing"), ("a/b:-1", 5, "no slot begins with '-'"),
            ("a/b:0*", 6, "'*' is not expected"), ("a/b::", 6, "a repository's name is missing"),
            ("a/b[-x?]", 7, "'-' does not go with '?': write '!'"),
            ("a/b[!x]", 7, "'!' before a flag wants '?' or '=' behind it"), ("a/b[x", 6, "']' is missing"),
            ("!!!a/b", 3, "a blocker chooses nothing"), ("a/b c", 4, "' ' is not expected"),
            ("=a/b-1-1-r1", 4, "there are two versions"), ("=a/b-1-2", 4, "there are two versions"),
            ("=a/+b-1", 4, "no package's name begins with '+'"), ("a/b**", 1, "one '*' is enough"),
            ("*/b[x]", 4, "'*' goes without USE flags"), ("a/b::x.y", 6, "this is no name of a repository"),
            ("a/b::-x", 6, "this is no name of a repository"), ("a/b[x.y]", 5, "this is no USE flag"),
            ("a/b[_x]", 5, "this is no USE flag"), ("a/b[--x]", 6, "this is no USE flag"),
            ("a/b[x(+)(-)]", 9, "'(' is not expected"),
            ("-a/b", 1, "this is no category"), ("a/-b", 3, "this is no package's name"),
        ])
    func faults(text: String, column: Int, reason: String) {
        let error = #expect(throws: AtomError.self) { try PackageAtom(text) }
        #expect(error == AtomError(column: column, reason: reason))
    }
}
