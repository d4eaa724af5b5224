import Documents
import Shared
import SwiftProtobuf
import Testing

@testable import Farmctl

/// What a person reads when Portage could not resolve, one specification for each kind.
struct ResolveErrorTests {
    static func text(verbose: Bool = false, _ fill: (inout WireResolveError) -> Void) throws -> String {
        let view = try #require(ResolveErrorDocument(WireResolveError.with(fill), isPresent: true))
        return ResolveErrorText(view, isVerbose: verbose).lines.text
    }

    @Test func `An unknown atom: the overlay or the spelling`() throws {
        let text = try Self.text {
            $0.kind = "unknown-atom"
            $0.atom = "dev-libs/no-such"
            $0.chain = ["required by sci-physics/hepmc-3.1.2::hep", "required by @hep (target)"]
            $0.reasons = ["no ebuild satisfies dev-libs/no-such"]
        }
        #expect(
            text == """
                There is no ebuild of dev-libs/no-such.
                Is the overlay that has it in the farm's image? Is it spelled right, with its category?
                It is wanted by:
                  sci-physics/hepmc-3.1.2::hep
                  @hep (target)

                """)
    }

    @Test func `A set that is not there, and a name that is not unique`() throws {
        let set = try Self.text {
            $0.kind = "unknown-atom"
            $0.atom = "@hpe"
            $0.reasons = ["there is no set named hpe"]
        }
        #expect(set.hasPrefix("The farm's image has no set @hpe.\n"))
        let name = try Self.text {
            $0.kind = "unknown-atom"
            $0.atom = "expat"
            $0.packages = ["dev-libs/expat", "dev-perl/expat"]
            $0.reasons = ["expat is ambiguous: write its category too"]
        }
        #expect(
            name == """
                expat is the name of several packages; write the category too:
                  dev-libs/expat
                  dev-perl/expat

                """)
    }

    @Test func `A mask: by what, and the line that lifts it`() throws {
        let text = try Self.text {
            $0.kind = "masked"
            $0.atom = "dev-libs/expat"
            $0.packages = ["dev-libs/expat-2.5.0::hep", "dev-libs/expat-3::hep"]
            $0.reasons = ["dev-libs/expat-2.5.0::hep is masked by: ~amd64 keyword"]
            $0.suggestions = [
                .with { ($0.file, $0.line) = ("package.accept_keywords", "=dev-libs/expat-2.5.0 ~amd64") }
            ]
        }
        #expect(
            text == """
                Every ebuild of dev-libs/expat that fits is masked:
                  dev-libs/expat-3::hep
                  dev-libs/expat-2.5.0::hep is masked by: ~amd64 keyword
                To allow it, put this line into /etc/portage/package.accept_keywords of the farm's image:
                  =dev-libs/expat-2.5.0 ~amd64
                Then build the image again, and submit again.

                """)
    }

    @Test func `USE flags that are required: the line for package use`() throws {
        let text = try Self.text {
            $0.kind = "use-required"
            $0.packages = ["dev-libs/libxml2-2.9.14"]
            $0.reasons = ["needs USE=python"]
            $0.chain = ["sci-libs/root-6.30"]
            $0.suggestions = [.with { ($0.file, $0.line) = ("package.use", ">=dev-libs/libxml2-2.9.14 python") }]
        }
        #expect(
            text == """
                dev-libs/libxml2-2.9.14 is needed with other USE flags than the farm gives it:
                  needs USE=python
                It is wanted by:
                  sci-libs/root-6.30
                To give it what is needed, put this line into /etc/portage/package.use of the farm's image:
                  >=dev-libs/libxml2-2.9.14 python
                Then build the image again, and submit again.

                """)
    }

    @Test func `A slot conflict: the two, and who pulled each of them in`() throws {
        let text = try Self.text {
            $0.kind = "slot-conflict"
            $0.atom = "dev-libs/a:0"
            $0.packages = ["dev-libs/a-1", "dev-libs/a-2"]
            $0.reasons = [
                "dev-libs/a-1 is wanted as <dev-libs/a-2 by dev-libs/b-1",
                "dev-libs/a-2 is wanted as dev-libs/a by @hep",
            ]
        }
        #expect(
            text == """
                Two versions want the same slot, dev-libs/a:0:
                  dev-libs/a-1 is wanted as <dev-libs/a-2 by dev-libs/b-1
                  dev-libs/a-2 is wanted as dev-libs/a by @hep
                Ask for versions that agree: mask one of the two in /etc/portage/package.mask of the farm's image, or \
                change the target that pulls it in.

                """)
    }

    @Test func `A circle of build dependencies: the circle, and which flag breaks it`() throws {
        let text = try Self.text {
            $0.kind = "circular-dependency"
            $0.packages = ["dev-libs/a-1", "dev-libs/b-1"]
            $0.reasons = ["dev-libs/a-1 needs dev-libs/b-1 (buildtime)"]
            $0.chain = ["required by @hep (target)"]
            $0.suggestions = [
                .with { ($0.file, $0.line) = ("package.use", "dev-libs/a -docs") },
                .with { ($0.file, $0.line) = ("package.use", "dev-libs/b -test") },
            ]
        }
        #expect(
            text == """
                These packages need each other to be built, and none of them is there yet:
                  dev-libs/a-1 -> dev-libs/b-1 -> dev-libs/a-1
                  dev-libs/a-1 needs dev-libs/b-1 (buildtime)
                It is wanted by:
                  @hep (target)
                To break the circle, put one of these lines into /etc/portage/package.use of the farm's image:
                  dev-libs/a -docs
                  dev-libs/b -test
                Then build the image again, and submit again.

                """)
    }

    @Test func `A licence: its name and the line that accepts it`() throws {
        let text = try Self.text {
            $0.kind = "licence-not-accepted"
            $0.atom = "app-arch/unrar"
            $0.reasons = ["unRAR license(s)"]
            $0.suggestions = [.with { ($0.file, $0.line) = ("package.license", "app-arch/unrar unRAR") }]
        }
        #expect(
            text == """
                app-arch/unrar is under a licence that the farm does not accept:
                  unRAR license(s)
                To accept it, put this line into /etc/portage/package.license of the farm's image:
                  app-arch/unrar unRAR
                Then build the image again, and submit again.

                """)
    }

    @Test(arguments: ["masked", "use-required", "slot-conflict", "circular-dependency", "licence-not-accepted"])
    func `Without a suggestion of Portage there is still something to do`(kind: String) throws {
        let text = try Self.text {
            $0.kind = kind
            $0.packages = ["dev-libs/a-1"]
        }
        #expect(text.contains("/etc/portage/package."))
    }

    @Test func `A kind of a later version is shown with what came along`() throws {
        let text = try Self.text {
            $0.kind = "moon-phase"
            $0.atom = "dev-libs/a"
            $0.reasons = ["the moon"]
        }
        #expect(text == "Portage could not resolve dev-libs/a (moon-phase).\n  the moon\n")
    }

    @Test func `Portage's own text is shown when it is short or asked for`() throws {
        func text(lines: Int, verbose: Bool) throws -> String {
            try Self.text(verbose: verbose) {
                $0.kind = "unknown-atom"
                $0.atom = "a/b"
                $0.message = "\n\n" + (1...lines).map { "line \($0)\u{1B}[31m\n" }.joined() + "\n"
            }
        }
        #expect(try text(lines: 2, verbose: false).hasSuffix("Portage says:\n  line 1\\x1b[31m\n  line 2\\x1b[31m\n"))
        #expect(
            try text(lines: 40, verbose: false).hasSuffix("Portage's own text has 40 lines; --verbose shows them.\n"))
        #expect(try text(lines: 40, verbose: true).contains("line 40"))
    }
}
