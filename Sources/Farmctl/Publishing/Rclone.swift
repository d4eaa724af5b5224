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

    func fetch(_ name: String, _ scratch: Scratch) async throws(FarmctlError) -> [UInt8] {
        let copy = scratch.directory.appending("there")
        try await demand(["copyto", place(of: name), copy.string])
        return try PublishedState.read(copy).bytes
    }

    private func place(of name: String) -> String {
        destination.hasSuffix(":") ? destination + name : "\(destination)/\(name)"
    }

    func send(_ paths: [String], from directory: FilePath, _ scratch: Scratch) async throws(FarmctlError) {
        let list = try scratch.write("packages", paths)
        try await demand(["copy", "--files-from-raw", list.string, directory.string, destination])
    }

    func replace(_ name: String, from directory: FilePath) async throws(FarmctlError) {
        // By size and time alone, and not every remote has times, a new index can look like the one before.
        try await demand(["copyto", "--ignore-times", directory.appending(name).string, place(of: name)])
    }

    func remove(_ paths: [String], _ scratch: Scratch) async throws(FarmctlError) {
        let list = try scratch.write("stale", paths)
        try await demand(["delete", "--files-from-raw", list.string, destination])
    }

    private func demand(_ words: [String]) async throws(FarmctlError) {
        try await Tool.run("rclone", words).demandSuccess()
    }
}
