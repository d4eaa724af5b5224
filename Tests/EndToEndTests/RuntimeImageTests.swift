import Foundation
import SystemPackage
import Testing

extension EndToEnd {
    /// From a published binhost to an image that runs a program: no container builds it.
    struct RuntimeImageTests {
        /// As `farmctl image assemble --json` prints it.
        private struct Assembly: Decodable {
            struct Image: Decodable {
                struct Layer: Decodable {
                    let digest: String
                    let packages: [String]
                }

                let digest: String
                let layers: [Layer]
            }

            let image: Image
            let made: Int
        }

        @Test func `An image of a program and what it needs runs from an archive, a tree and a registry`() async throws
        {
            try await TestFarm.with { farm in
                #expect(try await farm.build("faults-ok/program").states == ["published": 4])
                let base = try await makeBase(farm)

                let first = try await assemble(farm, "tool", from: farm.url, ["--base", base])
                #expect(
                    Set(first.image.layers.flatMap(\.packages))
                        == ["chain-a", "chain-b", "chain-c", "program"].reduce(into: []) {
                            $0.insert("faults-ok/\($1)-1")
                        })
                #expect(first.made == 4, "a layer for each package")
                let again = try await assemble(
                    farm, "tool", from: "\(farm.file("state"))/binhosts/\(TestFarm.name)", ["--base", base],
                    store: "elsewhere")
                #expect(again.image.digest == first.image.digest, "the same packages are the same image, wherever made")
                let third = try await assemble(
                    farm, "tool", from: farm.url,
                    ["--base", base, "--format", "docker-archive", "-o", farm.file("tool.tar")])
                #expect(third.made == 0 && third.image.digest == first.image.digest)

                try await Program.demand(engine + ["load", "--quiet", "--input", farm.file("tool.tar")])
                #expect(try await runProgram(["localhost/tool:latest"]) == "chain-c: 4 /usr/share/program\n")

                _ = try await assemble(
                    farm, "tool", from: farm.url, ["--base", base, "--format", "rootfs", "-o", farm.file("tree")])
                let alone = try await Program.demand([
                    "chroot", farm.file("tree"), "/usr/bin/env", "LD_LIBRARY_PATH=/usr/lib:/usr/lib64",
                    "/usr/bin/program",
                ])
                #expect(alone == "chain-c: 4\n")
                _ = try await assemble(
                    farm, "tool", from: farm.url,
                    ["--base", base, "--format", "squashfs", "-o", farm.file("tool.sqfs")])
                #expect(
                    try await Program.demand(["unsquashfs", "-cat", farm.file("tool.sqfs"), "etc/profile.env"])
                        .contains("export PROGRAM_HOME='/usr/share/program'"))

                try await tryRegistry(farm)

                let smaller = try await assemble(
                    farm, "library", from: farm.url, ["--base", base], atoms: ["faults-ok/chain-b"])
                #expect(smaller.made == 0, "its layers are those of the other image")
                let difference = try await farm.run(
                    ["image", "diff", "library", "tool", "--store", farm.file("images")], connects: false)
                #expect(difference.output.contains("+ faults-ok/chain-c-1\n+ faults-ok/program-1\n"), "\(difference)")
                #expect(!difference.output.contains("chain-a"), "\(difference)")
            }
        }

        @Test func `What is nowhere is named before anything is made`() async throws {
            try await TestFarm.with { farm in
                #expect(try await farm.build("faults-ok/program").states == ["published": 4])
                let result = try await farm.run(
                    [
                        "image", "assemble", "bare", "--from", "faults-ok/program", "--binhost", farm.url, "--store",
                        farm.file("images"),
                    ], connects: false)
                #expect(result.status == 5, "\(result)")
                #expect(result.errors.contains("the library libc.so.6, needed by faults-ok/program-1"), "\(result)")
                let listed = try await farm.run(["image", "list", "--store", farm.file("images")], connects: false)
                #expect(listed.output.hasPrefix("no images"), "\(listed)")
            }
        }

        private var engine: [String] { TestEnvironment.engineCommand }

        private func runProgram(_ image: [String]) async throws -> String {
            try await Program.demand(
                engine + ["run", "--rm", "--pull", "never", "--network", "none"] + TestEnvironment.engineOptions + image
                    + ["sh", "-c", "echo \"$(program) $PROGRAM_HOME\""])
        }

        private func assemble(
            _ farm: TestFarm, _ name: String, from binhost: String, _ more: [String],
            atoms: [String] = ["faults-ok/program"], store: String = "images"
        ) async throws -> Assembly {
            let result = try await farm.run(
                ["image", "assemble", name, "--from"] + atoms
                    + ["--binhost", binhost, "--store", farm.file(store), "--json"] + more, connects: false)
            try #require(result.isSuccess, "\(result)")
            return try JSONDecoder().decode(Assembly.self, from: Data(result.output.utf8))
        }

        /// A C library, a shell and the directories that are links: the least that runs something.
        private func makeBase(_ farm: TestFarm) async throws -> String {
            let script = """
                set -eu
                cd /
                loader=$(readlink -f /lib64/ld-linux-x86-64.so.2)
                tar -c -f /out/base.tar --no-recursion bin lib lib64 usr usr/bin usr/lib usr/lib64 \
                    usr/lib64/ld-linux-x86-64.so.2 ".$loader" ".$(dirname "$loader")/libc.so.6" usr/bin/dash usr/bin/sh \
                    usr/bin/env etc etc/env.d etc/env.d/00base
                """
            let directory = farm.file("base")
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let made = try await farm.container(["bash", "-c", script], mounting: [directory: "/out"])
            try #require(made.isSuccess, "\(made)")
            try await Program.demand(
                engine + ["import", "--quiet", "\(directory)/base.tar", "localhost/runtime-base:latest"])
            try await Program.demand(
                engine + [
                    "save", "--quiet", "--format", "oci-archive", "--output", "\(directory)/base.oci",
                    "localhost/runtime-base:latest",
                ])
            return "oci-archive:\(directory)/base.oci"
        }

        /// Pushes to a registry, and runs what is pulled from there.
        private func tryRegistry(_ farm: TestFarm) async throws {
            try await LocalRegistry.with(farm) { registry in try await pushAndRun(farm, registry.host) }
        }

        private func pushAndRun(_ farm: TestFarm, _ host: String) async throws {
            let place = "\(host)/hep/tool:1"
            for _ in 0..<2 {
                let pushed = try await Program.run(
                    farm.inItsHome + [
                        farm.program("farmctl"), "image", "push", "tool", place, "--insecure", "--store",
                        farm.file("images"),
                    ])
                #expect(pushed.isSuccess, "\(pushed)")
            }
            try await Program.demand(farm.inItsHome + engine + ["pull", "--quiet", "--tls-verify=false", place])
            #expect(try await runProgram([place]) == "chain-c: 4 /usr/share/program\n")
        }
    }
}
