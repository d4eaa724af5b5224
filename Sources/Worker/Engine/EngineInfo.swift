internal import FoundationEssentials

/// What `podman info` or `docker info` say in JSON, as far as it matters here.
struct EngineInfo: Sendable, Equatable {
    var isRootless = false
    /// 1 or 2; nil: not said.
    var cgroupVersion: Int?
    /// Storage driver, such as `overlay`.
    var driver = ""
    /// Where the images are.
    var root = ""
    /// The file that configures the store; empty for docker.
    var storageConfiguration = ""
    /// Of the file system below, such as `extfs`.
    var backing = ""
    /// Whether that tells the kinds of files in directories (`d_type`), which overlays need; nil: not said.
    var hasFileTypes: Bool?
    /// The driver mounts by this program instead of the kernel.
    var mountProgram: String?

    init() {}

    /// - Throws: `DecodingError` when it is neither's answer.
    init(json: String) throws {
        let decoder = JSONDecoder()
        let bytes = Data(json.utf8)
        if let podman = try? decoder.decode(Podman.self, from: bytes) {
            self.init(podman)
        } else {
            self.init(try decoder.decode(Docker.self, from: bytes))
        }
    }

    private init(_ podman: Podman) {
        isRootless = podman.host.security?.rootless ?? false
        cgroupVersion = podman.host.cgroupVersion == "v1" ? 1 : podman.host.cgroupVersion == "v2" ? 2 : nil
        driver = podman.store.graphDriverName
        root = podman.store.graphRoot
        storageConfiguration = podman.store.configFile ?? ""
        backing = podman.store.graphStatus?["Backing Filesystem"] ?? ""
        hasFileTypes = podman.store.graphStatus?["Supports d_type"].map { $0 == "true" }
        if case .program(let program)? = podman.store.graphOptions?["overlay.mount_program"] { mountProgram = program }
    }

    private init(_ docker: Docker) {
        isRootless = docker.SecurityOptions?.contains("name=rootless") ?? false
        cgroupVersion = docker.CgroupVersion.flatMap { Int($0) }
        driver = docker.Driver
        root = docker.DockerRootDir ?? ""
        let status = Dictionary(
            (docker.DriverStatus ?? []).filter { $0.count == 2 }.map { ($0[0], $0[1]) }, uniquingKeysWith: { $1 })
        backing = status["Backing Filesystem"] ?? ""
        hasFileTypes = status["Supports d_type"].map { $0 == "true" }
    }

    private struct Podman: Decodable {
        struct Host: Decodable {
            struct Security: Decodable { var rootless: Bool? }
            var cgroupVersion: String?
            var security: Security?
        }
        struct Store: Decodable {
            var graphDriverName: String
            var graphRoot: String
            var configFile: String?
            var graphStatus: [String: String]?
            var graphOptions: [String: Option]?
        }
        /// Most are texts; the mount program is described with its version.
        enum Option: Decodable {
            case program(String), other

            private enum CodingKeys: String, CodingKey { case executable = "Executable" }

            init(from decoder: any Decoder) throws {
                let described = try? decoder.container(keyedBy: CodingKeys.self)
                let program = try? described?.decode(String.self, forKey: .executable)
                self = program.map { .program($0) } ?? .other
            }
        }
        var host: Host
        var store: Store
    }

    private struct Docker: Decodable {
        var Driver: String
        var DriverStatus: [[String]]?
        var DockerRootDir: String?
        var CgroupVersion: String?
        var SecurityOptions: [String]?
    }
}
