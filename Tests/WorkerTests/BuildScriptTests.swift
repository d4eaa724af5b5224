import Shared
import SystemPackage
import Testing

@testable import Worker

struct BuildScriptTests {
    private func task(
        use: [String] = [], iuse: [String] = [], repository: String = "farm", buildID: Int32 = 1,
        dependencies: [DependencyPackage] = [], ccache: Int64? = nil, workInMemory: Int64? = nil,
        format: BinpkgFormat = .gpkg
    ) throws -> BuildTask {
        BuildTask(
            cpv: try CPV("dev-libs/expat-2.5.0-r1"), slot: "0", repository: repository, buildID: buildID, use: use,
            iuse: iuse, jobs: 3, dependencies: dependencies, limits: Limits(), ccache: ccache,
            workInMemory: workInMemory, format: format)
    }

    @Test func `Every flag of IUSE is pinned on or off`() throws {
        let script = try BuildScript(task(use: ["unicode"], iuse: ["test", "unicode", "abi_x86_64"]))
        #expect(script.usePin == "=dev-libs/expat-2.5.0-r1 -abi_x86_64 -test unicode")
    }

    @Test func `Names that are none never reach a shell`() throws {
        for flag in ["a b", "$(reboot)", "-x", "", "a'b", "x\ny"] {
            #expect(throws: Failure.self) { try BuildScript(task(iuse: [flag])) }
            #expect(throws: Failure.self) { try BuildScript(task(repository: flag)) }
        }
        #expect(throws: Failure.self) {
            try ResolveScript(ResolveTask(targets: ["--sync"], emptytree: false, limits: Limits()))
        }
    }

    @Test func `Dependencies install exactly and in the given order, before the build`() throws {
        let digest = try #require(ContentDigest(hex: String(repeating: "0", count: 64)))
        let dependencies = try ["dev-libs/b-2", "dev-libs/a-1"].map {
            DependencyPackage(cpv: try CPV($0), buildID: 1, path: "x", package: Blob(digest: digest, size: 1))
        }
        let text = try BuildScript(task(dependencies: dependencies)).building(installing: dependencies)
        let install = try #require(text.firstRange(of: "--usepkgonly --nodeps --oneshot"))
        let order = try #require(text.firstRange(of: "=dev-libs/b-2 =dev-libs/a-1 || exit 91"))
        let build = try #require(text.firstRange(of: "--buildpkgonly --usepkg=n --getbinpkg=n"))
        #expect(install.lowerBound < order.lowerBound && order.lowerBound < build.lowerBound)
        #expect(text.contains("=dev-libs/expat-2.5.0-r1::farm"))
        #expect(text.contains("MAKEOPTS=-j3"))
    }

    @Test func `A compiler cache is used where the farm asks for one alone`() throws {
        #expect(!(try BuildScript(task()).building(installing: []).contains("CCACHE_DIR=")))
        #expect(try BuildScript(task(ccache: 5 << 30)).building(installing: []).contains("CCACHE_MAXSIZE=5242880Ki"))
    }

    @Test func `Placeholders take all build ids before the planned one`() throws {
        #expect(try !BuildScript(task(buildID: 1)).building(installing: []).contains("id < "))
        let script = try BuildScript(task(buildID: 4))
        #expect(script.building(installing: []).contains("for ((id = 1; id < 4; id++))"))
        #expect(script.result == "dev-libs/expat/expat-2.5.0-r1-4.gpkg.tar")
    }

    @Test(arguments: BinpkgFormat.allCases)
    func `The format is the task's, whatever the image sets, and so are the names`(_ format: BinpkgFormat) throws {
        let script = try BuildScript(task(buildID: 2, format: format))
        for text in [script.preparing([]), script.building(installing: []), script.packing] {
            #expect(text.contains("export BINPKG_FORMAT=\(format.rawValue)\n"))
        }
        let name = "expat-2.5.0-r1-2\(format.ending)"
        #expect(script.result == "dev-libs/expat/\(name)")
        let building = script.building(installing: [])
        #expect(building.contains("taken=$PKGDIR/dev-libs/expat/expat-2.5.0-r1-$id\(format.ending)\n"))
        #expect(building.contains("-name '*\(format.ending)' -empty -delete\n"))
    }

    @Test func `No script signs, asks for signatures or verifies them, whatever the image sets`() throws {
        let script = try BuildScript(task())
        for text in [
            script.fetching, script.preparing([]), script.building(installing: []), script.packing,
        ] {
            #expect(text.contains(" -binpkg-signing -binpkg-request-signature binpkg-ignore-signature\""))
        }
    }

    @Test func `A signed Manifest gives Portage its lines without gpg or a key`() async throws {
        let script = try BuildScript(task()).building(installing: [])
        let line = try #require(script.split(separator: "\n").first { $0.contains("BINPKG_GPG_VERIFY_BASE_COMMAND") })
        let manifest =
            "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nDATA a 1\nDATA b 2\n"
            + "-----BEGIN PGP SIGNATURE-----"
        // As Portage runs it: split into words, then without a shell.
        let output = try await Command.run(
            [
                "/bin/bash", "-euc",
                "\(line)\nprintf '%s\\n' \(ShellScript.quote(manifest)) | eval \"$BINPKG_GPG_VERIFY_BASE_COMMAND\"",
            ], timeout: .seconds(20))
        #expect(output.text == "DATA a 1\nDATA b 2\n")
        #expect(output.errors.contains("[GNUPG:] GOODSIG\n[GNUPG:] TRUST_FULLY\n"))
    }

    @Test func `An installed package is packed with the planned build id, and nothing is fetched or built`() throws {
        let script = try BuildScript(task(buildID: 4))
        #expect(script.packing.contains("echo 4 >\"$record\"/BUILD_ID"))
        #expect(script.packing.contains("--umask=0022 =dev-libs/expat-2.5.0-r1\n"))
        #expect(!script.packing.contains("emerge "))
    }

    @Test(arguments: ["plain", "with space", "it's", "$HOME", "", "a\nb", "-x", "*"])
    func `Quoting gives the shell one word`(_ word: String) async throws {
        let output = try await Command.run(
            ["/bin/sh", "-c", "printf '<%s>' \(ShellScript.quote(word))"], timeout: .seconds(20))
        #expect(output.text == "<\(word)>")
    }

    @Test(.enabled(if: Self.isAMD64, "the kernel is of another machine"), arguments: ["i686", "x86_64"])
    func `What asks for the machine is told the image's`(_ machine: String) async throws {
        let directory = try TemporaryDirectory()
        let script = directory.path.appending("script")
        try AtomicFile.write(Array("\(ShellScript.machine)\nuname -m\nprintf '%s\\n' \"$@\"\n".utf8), to: script)
        // As bash has it of itself.
        let words = ["/usr/bin/env", "HOSTTYPE=\(machine)", "/bin/bash", script.string, "a b", "c"]
        #expect(try await Command.run(words, timeout: .seconds(20)).text == "\(machine)\na b\nc\n")
    }

    private static var isAMD64: Bool {
        #if arch(x86_64)
            true
        #else
            false
        #endif
    }

    @Test func `The scripts are bash`() async throws {
        for text in [
            try BuildScript(task(buildID: 3, format: .xpak)).building(installing: []), try BuildScript(task()).fetching,
            try BuildScript(task(ccache: 5 << 30, workInMemory: 1 << 30)).building(installing: []),
            try BuildScript(task()).collectingAfterwards,
            try BuildScript(task(buildID: 3)).packing,
            try ResolveScript(ResolveTask(targets: ["@world"], emptytree: true, limits: Limits())).text,
            try ResolveScript(
                ResolveTask(
                    targets: ["@world"], emptytree: true, limits: Limits(),
                    binhosts: [Blob(digest: ContentHasher.digest([1]), size: 1)])
            ).text,
        ] {
            let output = try await Command.run(["/bin/bash", "-n", "-c", text], timeout: .seconds(20))
            #expect(output.status == 0, "\(output.errors)")
        }
    }
}
