import SystemPackage

/// rclone: S3 and other object stores, WebDAV, SFTP. It reads its own configuration, secrets too.
struct Rclone: Carrier {
    let destination: String

    /// "Directory not found" (https://rclone.org/docs/#exit-code).
    private static let noDirectory: Int32 = 3

    func list() async throws(FarmctlError) -> [String] {
        let result = try await Tool.run("rclone", ["lsf", "--recursive", "--files-only", destination])
        if result.status == Self.noDirectory { return [] }
        try result.demandSuccess()
        return result.output.split(separator: "\n").map(String.init)
    }

    func send(_ paths: [String], from directory: FilePath, _ scratch: Scratch) async throws(FarmctlError) {
        let list = try scratch.write("packages", paths)
        try await demand(["copy", "--files-from-raw", list.string, directory.string, destination])
    }

    func replace(_ name: String, from directory: FilePath) async throws(FarmctlError) {
        let target = destination.hasSuffix(":") ? destination + name : "\(destination)/\(name)"
        try await demand(["copyto", directory.appending(name).string, target])
    }

    func remove(_ paths: [String], _ scratch: Scratch) async throws(FarmctlError) {
        let list = try scratch.write("stale", paths)
        try await demand(["delete", "--files-from-raw", list.string, destination])
    }

    private func demand(_ words: [String]) async throws(FarmctlError) {
        try await Tool.run("rclone", words).demandSuccess()
    }
}
