import Testing

extension EndToEnd {
    /// `farmctl shell`.
    struct ShellTests {
        @Test func `A person looks at what a failed build left, in its root, and nothing stays behind`() async throws {
            try await TestFarm.with { farm in
                #expect(try await farm.build("faults/configure-fails").states == ["failed": 1])
                let person = try await Person.sit(at: farm, "shell", "configure-fails")
                try await person.sees("configure-fails-1 /var/tmp/portage")
                try person.types("cat sub/config.log; stty size")
                try await person.sees("conftest.c:1: faults.h is missing")
                try await person.sees("40 100")
                try await Program.demand(["stty", "-F", try await person.terminal(), "columns", "90", "rows", "30"])
                try person.types("sleep 0.5; stty size; cat /proc/net/dev | tail -n +3 | cut -d: -f1")
                try await person.sees("30 90")
                // The ebuild goes on where it was.
                try person.types("rm -r sub; ebuild $EBUILD configure; echo it ended with $?")
                try await person.sees("configure failed")
                try await person.sees("it ended with 1")
                // More than what may be on its way at once.
                try person.types("seq 100000; echo counted to $((99999 + 1))")
                try await person.sees("\n99999\r\n100000\r\n")
                try await person.sees("counted to 100000")
                try person.types("exit")
                #expect(try await person.leaves() == 0)
                try await until("end of all containers") { try await farm.containers().isEmpty ? true : nil }

                let fresh = try await Person.sit(at: farm, "shell", "--fresh", "configure-fails")
                try await fresh.sees("a fresh root")
                try fresh.types("ls -d /var/tmp/portage/faults/* | wc -l")
                try await fresh.sees("\r\n0\r\n")
                try fresh.types("exit")
                #expect(try await fresh.leaves() == 0)
            }
        }

        @Test func `A fresh root has what the package is built with, and dies with its worker`() async throws {
            var settings = TestFarm.Settings()
            settings.workers = ["alpha"]
            try await TestFarm.with(settings) { farm in
                #expect(try await farm.build("faults-ok/chain-c").states["failed"] == nil)
                let person = try await Person.sit(at: farm, "shell", "chain-c")
                try await person.sees("chain-c-1 ")
                try person.types("ls -d /var/db/pkg/faults-ok/*")
                try await person.sees("/var/db/pkg/faults-ok/chain-b-1")
                #expect(try await farm.containers().count == 1)
                try await farm.kill("alpha")
                try await until("end of the container") {
                    try await Program.demand(
                        TestEnvironment.engineCommand + ["ps", "--quiet", "--filter", "label=binfarm.worker"]
                    ).isEmpty ? true : nil
                }
                try await person.sees("the connection to worker alpha is lost")
                #expect(try await person.leaves() == 1)
            }
        }

        @Test func `It ends when its person or the coordinator is gone`() async throws {
            var settings = TestFarm.Settings()
            settings.workers = ["alpha"]
            try await TestFarm.with(settings) { farm in
                #expect(try await farm.build("faults-ok/wide-a").states == ["published": 1])
                let gone = try await Person.sit(at: farm, "shell", "wide-a")
                try await gone.sees("wide-a-1 ")
                try await Program.demand(["pkill", "--full", "farmctl shell wide-a"])
                try await until("end of all containers") { try await farm.containers().isEmpty ? true : nil }
                _ = try await gone.leaves()

                let alone = try await Person.sit(at: farm, "shell", "wide-a")
                try await alone.sees("wide-a-1 ")
                try await farm.kill("coordinator")
                try await until("end of all containers") { try await farm.containers().isEmpty ? true : nil }
                #expect(try await alone.leaves() == 3)
                try await farm.startCoordinator()
            }
        }

        @Test func `What a build left in memory is there too`() async throws {
            var settings = TestFarm.Settings()
            settings.workers = ["alpha"]
            try await TestFarm.with(settings) { farm in
                #expect(try await farm.build("faults-ok/disk-only").states == ["published": 1])
                let again = try await farm.build("--force", "faults-ok/disk-only", "faults-ok/disk-only")
                #expect(again.states == ["failed": 1])
                let person = try await Person.sit(at: farm, "shell", "disk-only")
                try await person.sees("disk-only-1 ")
                try person.types("stat --format 'left: %s' content")
                try await person.sees("left: 4194304")
                try person.types("exit")
                #expect(try await person.leaves() == 0)
            }
        }

        @Test func `Who may not have a shell, or asks for none that can be, is told so`() async throws {
            try await TestFarm.with { farm in
                #expect(try await farm.build("faults-ok/wide-a").states == ["published": 1])
                let noTerminal = try await farm.farmctl("shell", "wide-a")
                #expect(noTerminal.status == 2, "\(noTerminal)")
                let unknown = try await Person.sit(at: farm, "shell", "faults-ok/wide-b")
                try await unknown.sees("no package 'faults-ok/wide-b'")
                #expect(try await unknown.leaves() == 5)
                let viewer = try await Person.sit(at: farm, "shell", "wide-a", by: "viewer")
                try await viewer.sees("may not open a shell")
                #expect(try await viewer.leaves() == 4)
            }
        }
    }
}
