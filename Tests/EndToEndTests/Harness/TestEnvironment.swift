import Foundation
import Glibc
import SystemPackage

/// What end-to-end tests take from their surroundings.
enum TestEnvironment {
    /// The image archive that the farms build in: `build-image --mini --overlay examples/faults`, perhaps with more.
    static let image = value("BINFARM_TEST_IMAGE").map { FilePath($0) }
    /// What the mini image is made of, as archives: `build-image --parts`.
    static var parts: FilePath? { image?.removingLastComponent().appending("parts") }
    /// The engine with its global options, and the options of its `run`, as `deploy/images/probe-engine` prints them.
    static let engine = words("BINFARM_TEST_ENGINE") ?? ["podman"]
    static let engineOptions = words("BINFARM_TEST_ENGINE_OPTIONS") ?? []
    /// Where farms and the engine's storage are. The storage is kept, so that an image is loaded once.
    static let directory = FilePath(value("BINFARM_TEST_DIRECTORY") ?? "\(NSTemporaryDirectory())/binfarm-tests")
    /// Leaves a farm's directory behind, to look at.
    static let keepsDirectories = value("BINFARM_TEST_KEEP") != nil

    /// Why the tests cannot run here; nil when they can.
    static let obstacle: String? =
        if image == nil {
            "BINFARM_TEST_IMAGE names no image; `make test` builds one and sets it"
        } else if geteuid() != 0 {
            "end-to-end tests need root: they make network namespaces and mounts"
        } else {
            nil
        }

    /// The test's own build directory: the programs lie beside it.
    static func program(_ name: String) -> FilePath {
        let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return FilePath(path).removingLastComponent().appending(name)
    }

    /// podman on a storage of the tests' own; docker has one for each daemon.
    static var engineCommand: [String] {
        isDocker ? engine : engine + ["--root", "\(directory)/storage", "--runroot", "\(directory)/run"]
    }

    static var isDocker: Bool { engine.first.map { $0.hasSuffix("docker") } ?? false }

    private static func value(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func words(_ name: String) -> [String]? {
        value(name)?.split(separator: " ").map(String.init)
    }
}
