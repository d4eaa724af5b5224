import Foundation
import SystemPackage
import Testing

extension EndToEnd {
    /// From a farm file and Gentoo's two images (here their stand-ins) to an image that runs a program.
    struct FarmImageTests {
        private static let subject = "\(TestFarm.name)-analysis"
        /// It was built with USE=manual in the end, though that needs what needs it.
        private static let wholeLoop = "/usr/share/faults-ok/loop-a:a manual"

        @Test func `A farm file becomes a binfarm image, a subject's image, packages, a binhost and a runtime image`()
            async throws
        {
            var settings = TestFarm.Settings()
            settings.makesImage = true
            try await TestFarm.with(settings) { farm in
                let key = try await farm.makeSigningKey()
                try writeFarmFile(farm, signing: key)
                let early = try await farm.run(["submit", TestFarm.name, "faults-ok/wide-a"])
                #expect(early.status == 6 && early.errors.contains("has no image yet"), "\(early)")
                #expect(
                    try await build(farm, "subject", "analysis").errors.contains("no image that another could stand on")
                )
                #expect(try await build(farm, "binfarm", "--dry-run").output == "faults has no image yet\n")

                let binfarm = try await build(farm, "binfarm")
                try #require(binfarm.isSuccess, "\(binfarm)")
                let log = try await farm.farmctl("log", "image", "--run", "1").output
                #expect(log.contains("make: the image is made"), "\(log)")
                let epoch = try await farm.epoch()
                #expect(binfarm.output.hasSuffix("faults has the image \(epoch.prefix(12)) now\n"), "\(binfarm)")
                let inside = try await farm.container([
                    "bash", "-c",
                    "cd /var/db/pkg/faults-ok && echo * && grep -H . /usr/share/faults-ok/loop-a && ls /etc/portage/sets",
                ])
                #expect(inside.output == "loop-a-1 loop-b-1 wide-a-1\n\(Self.wholeLoop)\nbase\n", "\(inside)")

                // A farm that coordinator.yaml does not know.
                let new = "\(Self.subject) would be a new farm; the others are \(TestFarm.name)\n"
                let dry = try await build(farm, "subject", "analysis", "--dry-run")
                #expect(dry.output.contains(new), "\(dry)")
                let subject = try await build(farm, "subject", "analysis")
                try #require(subject.isSuccess, "\(subject)")
                let again = try await build(farm, "binfarm")
                #expect(again.output == "faults has this image already: \(epoch.prefix(12))\n", "\(again)")

                try writeFarmFile(farm, flags: ["extra"], signing: key)
                #expect(try await build(farm, "binfarm", "--dry-run").output.contains("already"))
                #expect(
                    try await build(farm, "subject", "analysis", "--dry-run").output
                        == "the image of \(Self.subject) is made of something else: etc/portage/package.use/physics\n")
                #expect(try await build(farm, "subject", "analysis").isSuccess)

                try await useTheFarm(farm)
            }
        }

        @Test func `An image that cannot be made leaves the farm with the one it has`() async throws {
            var settings = TestFarm.Settings(workers: ["alpha"])
            settings.makesImage = true
            try await TestFarm.with(settings) { farm in
                try writeFarmFile(farm, base: "faults/compile-error")
                let result = try await build(farm, "binfarm")
                #expect(result.status == 1, "\(result)")
                let run = try await farm.run(1)
                #expect(run.failure?.reason.contains("the image cannot be made") == true, "\(run)")
                #expect(try await farm.epoch() == "")
                try writeFarmFile(farm)
                #expect(try await build(farm, "binfarm").isSuccess)
                let epoch = try await farm.epoch()
                try writeFarmFile(farm, base: "faults/compile-error")
                #expect(try await build(farm, "binfarm").status == 1)
                try await farm.stop("coordinator")
                try await farm.startCoordinator()
                #expect(try await farm.epoch() == epoch, "the one of before, after a restart, too")
            }
        }

        private func build(_ farm: TestFarm, _ words: String...) async throws -> Program.Result {
            try await Program.run(
                ["env", "XDG_CACHE_HOME=\(TestEnvironment.directory)/cache", farm.program("farmctl"), "image", "build"]
                    + words + ["--file", farm.file("farm.yaml"), "--config", farm.file("operator.yaml")])
        }

        /// What stands on the images: a package is built, published and assembled.
        private func useTheFarm(_ farm: TestFarm) async throws {
            let run = try await farm.run(["submit", Self.subject, "@physics", "--wait"])
            #expect(run.isSuccess, "\(run)")
            let copy = farm.file("copy")
            let published = try await Program.run(
                [
                    farm.program("farmctl"), "publish", Self.subject, "--file", farm.file("farm.yaml"), "--config",
                    farm.file("operator.yaml"),
                ])
            #expect(published.isSuccess && published.output.contains("4 packages"), "\(published)")
            // As the farm file says, which coordinator.yaml does not.
            let index = try String(contentsOfFile: "\(copy)/Packages", encoding: .utf8)
            #expect(index.split(separator: "\n").count { $0.hasPrefix("SIGNED_FROM: ") } == 4, "\(index)")
            try await ObjectStore.with(farm) { store in
                #expect(try await store.publish(Self.subject, to: "analysis").contains("4 packages"))
                let there = try await Program.demand(["curl", "--silent", "--fail", "\(store.url)/analysis/Packages"])
                #expect(there == index)
            }
            let assembled = try await farm.run(
                [
                    "image", "assemble", "analysis", "--from", "@physics", "--file", farm.file("farm.yaml"),
                    "--binhost",
                    copy, "--provided", "libc.so.6", "--store", farm.file("images"), "--format", "rootfs", "-o",
                    farm.file("tree"),
                ], connects: false)
            try #require(assembled.isSuccess, "\(assembled)")
            // The C library of the mini image belongs to no package.
            let program = try await farm.container(
                ["bash", "-c", "cp -a /tree/. / && ldconfig && program"], mounting: [farm.file("tree"): "/tree:ro"])
            #expect(program.output == "chain-c: 4\n", "\(program)")
        }

        private func writeFarmFile(
            _ farm: TestFarm, flags: [String] = [], base: String = "faults-ok/wide-a", signing: String = "none"
        ) throws {
            let parts = try #require(TestEnvironment.parts)
            let checkout = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
            try farm.write(
                "farm.yaml",
                """
                name: \(TestFarm.name)
                stage3: docker-archive:\(parts)/stage3.tar
                portage: docker-archive:\(parts)/snapshot.tar
                overlays: {faults: {path: \(checkout)/examples/faults}}
                sets: [sets.yaml]
                base: [base]
                bootstrap: {faults-ok/loop-a: [-manual]}
                subjects: {analysis: [physics]}
                publish: \(farm.file("copy"))
                policies: {atomic: yes}
                signing: \(signing)
                limits: {memory: 2GiB, silence: 10m}

                """)
            try farm.write(
                "sets.yaml",
                """
                base: {\(base): {}}
                physics: {faults-ok/program: {use: [\((["-none"] + flags).joined(separator: ", "))]}}

                """)
        }
    }
}
