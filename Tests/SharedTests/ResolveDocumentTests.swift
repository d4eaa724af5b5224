import Foundation
import Shared
import Testing

@Suite("The resolve document")
struct ResolveDocumentTests {
    private static let digest = ContentHasher.digest([1])

    private static let graph = """
        {
          "schema": 2, "ok": true, "portage": "3.0.83", "targets": ["dev-libs/a"],
          "settings": {"index_header": {"ARCH": "amd64"}, "CHOST": "x"},
          "environments": [{"CFLAGS": "-O2"}], "foundation": "\(digest)",
          "base": [{"cpv": "dev-libs/z-1", "slot": "0", "sub_slot": "2", "repo": "gentoo", "use": ["x"],
                    "iuse": ["x", "y"], "digest": "\(digest)", "system": true}],
          "nodes": [{"index": 0, "cpv": "dev-libs/a-1", "slot": "0", "sub_slot": "0", "repo": "gentoo", "use": [],
                     "iuse": [], "restrict": [], "properties": [], "recipe": "\(digest)", "environment": 0,
                     "base": [0]}],
          "edges": [{"dependent": 0, "dependency": 0, "use": ["-x"],
                     "kinds": [{"kind": "buildtime", "satisfied": true, "optional": false}]}]
        }
        """

    private static func decode(_ text: String) throws -> ResolveDocument {
        try JSONDecoder().decode(ResolveDocument.self, from: Data(text.utf8))
    }

    @Test("a graph is read with what determines its builds")
    func reads() throws {
        guard case .resolved(let graph) = try Self.decode(Self.graph) else {
            Issue.record("no graph")
            return
        }
        #expect(graph.foundation == Self.digest)
        #expect(graph.environments == [["CFLAGS": "-O2"]])
        #expect(
            graph.base == [
                .init(
                    cpv: try CPV("dev-libs/z-1"), slot: "0", subSlot: "2", repository: "gentoo", use: ["x"],
                    iuse: ["x", "y"], digest: Self.digest, isSystem: true)
            ])
        #expect(graph.nodes[0].recipe == Self.digest)
        #expect(graph.nodes[0].environment == 0)
        #expect(graph.nodes[0].base == [0])
        #expect(graph.edges[0].use == ["-x"])
    }

    @Test("a failure is read")
    func failure() throws {
        let text = """
            {"schema": 2, "ok": false, "error": {"kind": "masked", "atom": "a/b", "packages": [], "chain": [], "reasons": [],
             "suggestions": [], "message": "m"}}
            """
        #expect(try Self.decode(text) == .failed(ResolveFailure(kind: "masked", atom: "a/b", message: "m")))
    }

    @Test(
        "a document without a part that keys need is refused, and the part is named",
        arguments: ["environments", "foundation", "base", "recipe", "environment"])
    func missing(part: String) throws {
        let text = Self.graph.replacing("\"\(part)\":", with: "\"other\":")
        #expect {
            try Self.decode(text)
        } throws: {
            guard case DecodingError.keyNotFound(let key, _)? = $0 as? DecodingError else { return false }
            return key.stringValue == part
        }
    }

    @Test("another schema is refused")
    func schema() throws {
        let text = Self.graph.replacing("\"schema\": 2", with: "\"schema\": 1")
        #expect { try Self.decode(text) } throws: { "\($0)".contains("speaks schema 1, this program 2") }
    }
}
