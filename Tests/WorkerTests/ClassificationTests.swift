import Shared
import Testing

@testable import Worker

/// Failures are told apart by how the container ended and what its log says.
struct ClassificationTests {
    private func ending(
        _ step: Ending.Step = .building, status: Int32? = 1, outOfMemory: Bool = false, stop: Ending.Stop? = nil,
        log: String
    ) -> Ending {
        var scanner = LogScanner()
        _ = scanner.scan(Array(log.utf8))
        return Ending(step: step, status: status, outOfMemory: outOfMemory, stop: stop, findings: scanner.finish())
    }

    private static let compileError = """
        x86_64-pc-linux-gnu-gcc -O2 -Werror=format-security -c -o main.o main.c
        main.c: In function 'main':
        main.c:3:12: error: implicit declaration of function 'frobnicate' [-Werror=implicit-function-declaration]
        make: *** [Makefile:12: main.o] Error 1
         * ERROR: dev-libs/a-1.2::farm failed (compile phase):
         *   emake failed
        """

    @Test func `The compiler's error counts more than make's and Portage's`() {
        let failure = ending(log: Self.compileError).failure(of: "dev-libs/a-1.2::farm", limits: Limits())
        #expect(failure?.failureClass == .buildFailed)
        #expect(failure?.reason == "dev-libs/a-1.2::farm failed to build in its compile phase")
        #expect(
            failure?.firstErrorLine
                == "main.c:3:12: error: implicit declaration of function 'frobnicate' [-Werror=implicit-function-declaration]"
        )
    }

    @Test func `A build that ends well is none, whatever its log says`() {
        #expect(ending(status: 0, outOfMemory: true, log: Self.compileError).failure(of: "a", limits: Limits()) == nil)
    }

    @Test(arguments: [
        (
            "emerge: there are no ebuilds built with USE flags to satisfy \"dev-libs/b[x]\".",
            FailureClass.dependencyMissing
        ),
        ("!!! --buildpkgonly requires all dependencies to be merged, but this is not the case", .dependencyMissing),
        ("cp: error writing 'x': No space left on device\n * ERROR: a/b-1::r failed (install phase):", .outOfDisk),
        ("g++: fatal error: Killed signal terminated program cc1plus", .outOfMemory),
        (
            "configure: error: C compiler cannot create executables\n * ERROR: a/b-1::r failed (configure phase):",
            .buildFailed
        ),
        ("", .buildFailed),
    ])
    func `A failed build is classified by its log`(_ log: String, _ expected: FailureClass) {
        #expect(ending(log: log).failure(of: "a/b-1::r", limits: Limits())?.failureClass == expected)
    }

    @Test func `A test suite's word of a full disk does not hide the error`() {
        var ending = ending(log: "ok 1 - write: No space left on device\n" + Self.compileError)
        #expect(ending.failure(of: "a/b-1::r", limits: Limits())?.failureClass == .buildFailed)
        ending.diskIsFull = true
        #expect(ending.failure(of: "a/b-1::r", limits: Limits())?.failureClass == .outOfDisk)
    }

    @Test func `The engine's word on memory counts more than the log`() {
        let failure = ending(outOfMemory: true, log: Self.compileError)
            .failure(of: "a/b-1::r", limits: Limits(memory: 512 << 20))
        #expect(failure?.failureClass == .outOfMemory)
        #expect(
            failure?.reason
                == "a/b-1::r needs more memory than its limit of 512 MiB (at most limits.memory of its farm)")
    }

    @Test func `A missing distfile is told apart from a wrong one`() {
        let missing = ending(
            .fetching,
            log: """
                !!! Couldn't download 'a-1.tar.gz'. Aborting.
                 * Fetch failed for 'a/b-1', Log file:
                """
        ).failure(of: "a/b-1::r", limits: Limits())
        #expect(missing?.failureClass == .fetchFailed)
        #expect(missing?.reason == "a-1.tar.gz of a/b-1::r cannot be downloaded")
        let wrong = ending(
            .fetching,
            log: """
                !!! Fetched file: a-1.tar.gz VERIFY FAILED!
                !!! Reason: Filesize does not match recorded size
                !!! Couldn't download 'a-1.tar.gz'. Aborting.
                """
        ).failure(of: "a/b-1::r", limits: Limits())
        #expect(wrong?.reason == "a distfile of a/b-1::r is not the one that its Manifest names")
    }

    @Test func `Where no tool told of an error, what the ebuild died of is the cause`() {
        let heading = " * ERROR: a/b-1::r failed (configure phase):\n"
        let told = ending(log: heading + " *   this host has no GPU\n * \n * Call stack:\n")
            .failure(of: "a/b-1::r", limits: Limits())
        #expect(told?.firstErrorLine == "*   this host has no GPU")
        #expect(told?.reason == "a/b-1::r failed to build in its configure phase")
        let silent = ending(log: heading + " *   (no error message)\n * \n").failure(of: "a/b-1::r", limits: Limits())
        #expect(silent?.firstErrorLine == "* ERROR: a/b-1::r failed (configure phase):")
        let compiled = ending(log: "make: *** [Makefile:3: all] Error 2\n" + heading + " *   emake failed\n")
            .failure(of: "a/b-1::r", limits: Limits())
        #expect(compiled?.firstErrorLine == "make: *** [Makefile:3: all] Error 2")
        let tested = ending(log: "ERROR: test_a failed\n * a test's own line\n" + heading + " *   emake test failed\n")
            .failure(of: "a/b-1::r", limits: Limits())
        #expect(tested?.firstErrorLine == "*   emake test failed", "only Portage's own heading has words below it")
        let full = ending(log: heading + " *   cp: No space left on device\n").failure(of: "a/b-1::r", limits: Limits())
        #expect(full?.failureClass == .outOfDisk)
    }

    @Test func `What an ebuild died of is found however the log is cut`() {
        let log = Array(" * ERROR: a/b-1::r failed (install phase):\n *   nobody is home\n".utf8)
        for cut in 1..<log.count {
            var scanner = LogScanner()
            _ = scanner.scan(Array(log[..<cut]))
            _ = scanner.scan(Array(log[cut...]))
            #expect(scanner.finish().firstErrorLine == "*   nobody is home", "cut at \(cut)")
        }
    }

    @Test func `Resolving has limits of its own`() {
        let long = ending(.resolving, status: nil, stop: .tooLong(.seconds(3600)), log: "")
            .failure(of: "x", limits: Limits())
        #expect(long?.reason == "x ran longer than 1 h")
    }

    @Test func `What cannot be packed says why`() {
        let missing = ending(.packing, status: 92, log: "").failure(of: "a/b-1::r", limits: Limits())
        #expect(missing == Failure(.dependencyMissing, "a/b-1::r is not installed in the image"))
        let failed = ending(.packing, log: " * Failed to create package: 'a/b-1'\n")
            .failure(of: "a/b-1::r", limits: Limits())
        #expect(
            failed
                == Failure(
                    .buildFailed, "the installed a/b-1::r cannot be packed: * Failed to create package: 'a/b-1'"))
    }

    @Test func `The worker's own reasons to end a build are named`() {
        let silent = ending(status: nil, stop: .silent(.seconds(900)), log: "").failure(of: "x", limits: Limits())
        #expect(silent == Failure(.timedOut, "x printed nothing for 15 min (limits.silence of its farm)"))
        let long = ending(status: nil, stop: .tooLong(.seconds(7200)), log: "").failure(of: "x", limits: Limits())
        #expect(long == Failure(.timedOut, "x ran longer than 2 h (at most limits.timeout of its farm)"))
        let disk = ending(status: nil, stop: .disk(used: 3 << 30, limit: 1 << 30), log: "").failure(
            of: "x", limits: Limits())
        let reason = "x used 3 GiB of disk, more than its limit of 1 GiB (limits.disk of its farm)"
        #expect(disk == Failure(.outOfDisk, reason))
    }

    @Test func `Lines are found however the log is cut into pieces`() {
        for size in [1, 2, 7, 64, 1000] {
            var scanner = LogScanner()
            var rest = Array(("noise\n" + Self.compileError + "\n>>> binfarm: building a/b-1\n").utf8)[...]
            var markers: [String] = []
            while !rest.isEmpty {
                markers += scanner.scan(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            #expect(scanner.finish().toolError?.hasPrefix("main.c:3:12: error:") == true, "pieces of \(size)")
            #expect(markers == [">>> binfarm: building a/b-1"])
        }
    }

    @Test func `Both kinds of cgroup tell what was used`() {
        let first = CgroupUsage(
            "cpuacct/cpuacct.usage 2500000000\nmemory/memory.max_usage_in_bytes 4096\noom_kill 2\nbroken\n")
        #expect((first.cpu, first.peakMemory, first.killed) == (2500, 4096, 2))
        #expect(first.memory == nil)
        let using = CgroupUsage(
            "at 5\nmemory/memory.usage_in_bytes 9000\ninactive_file 1\ntotal_inactive_file 1000\nwork_now 6\nwork 7\n")
        #expect((using.at, using.memory, using.workNow, using.work) == (5, 8000, 6, 7))
        #expect(using.cpu == nil)
        #expect(CgroupUsage("memory.current 9000\ninactive_file 4000\n").memory == 5000)
        let second = CgroupUsage("memory.peak 8192\nusage_usec 1500000\noom_kill 0\n")
        #expect((second.cpu, second.peakMemory, second.killed) == (1500, 8192, 0))
    }
}
