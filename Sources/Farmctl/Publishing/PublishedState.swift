import FoundationEssentials
import Shared
import SystemPackage

/// One state of a binhost's directory: an index, and the files that it names.
struct PublishedState: Sendable {
    let directory: FilePath
    /// Seconds since 1970; a later state has a greater one.
    let timestamp: Int64
    let plainIndex: [UInt8]
    let packedIndex: [UInt8]
    /// Of the packages, relative to the directory, in the index's order.
    let paths: [String]
    /// Of the packages.
    let bytes: Int64

    static let plainName = "Packages"
    static let packedName = "Packages.gz"
    /// While it is read the index may be replaced: both its files have the index's time as their own.
    private static let attempts = 100

    /// - Throws: when the directory is not here, or its index is none.
    init(reading directory: FilePath) throws(FarmctlError) {
        guard FileStatus.exists(directory.appending(Self.plainName)) else {
            throw FarmctlError(
                .notFound, "there is no binhost at \(directory) on this host",
                remedy: "publish on the coordinator's host, where the files are")
        }
        for _ in 0..<Self.attempts {
            let packed = try Self.read(directory.appending(Self.packedName))
            let plain = try Self.read(directory.appending(Self.plainName))
            guard packed.time == plain.time, try Self.read(directory.appending(Self.packedName)).time == packed.time
            else { continue }
            (paths, bytes) = try Self.packages(String(decoding: plain.bytes, as: UTF8.self), directory)
            self.directory = directory
            timestamp = plain.time
            plainIndex = plain.bytes
            packedIndex = packed.bytes
            return
        }
        throw FarmctlError(
            .unavailable, "the two files of the index in \(directory) are not of one time",
            remedy: "try again; if that does not help, publish any package, which writes both anew")
    }

    /// - Returns: the time is that of the very file whose content it is.
    static func read(_ path: FilePath) throws(FarmctlError) -> (bytes: [UInt8], time: Int64) {
        do {
            let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            return try file.closeAfter {
                // The name may be another file's the next time that it is looked at.
                let own = FilePath("/proc/self/fd/\(file.rawValue)")
                return (Array(try Data(contentsOf: URL(filePath: own.string))), try FileStatus.modified(own).seconds)
            }
        } catch {
            throw FarmctlError(.failed, "\(path) cannot be read: \(error)")
        }
    }

    /// The `PATH` and `SIZE` of each block behind the header (`binhost.py`, the format of a Packages file).
    static func packages(
        _ index: String, _ directory: FilePath
    ) throws(FarmctlError) -> (paths: [String], bytes: Int64) {
        var paths: [String] = []
        var bytes: Int64 = 0
        for block in index.split(separator: "\n\n").dropFirst() {
            var path: Substring?
            for line in block.split(separator: "\n") {
                if line.hasPrefix("PATH: ") { path = line.dropFirst("PATH: ".count) }
                if line.hasPrefix("SIZE: ") { bytes += Int64(line.dropFirst("SIZE: ".count)) ?? 0 }
            }
            guard let path, isBelow(path) else {
                let first = block.prefix { $0 != "\n" }
                throw FarmctlError(
                    .failed, "the index in \(directory) has an entry without a path below it: \(path ?? first)",
                    remedy: "farmctl binhost repair")
            }
            paths.append(String(path))
        }
        return (paths, bytes)
    }

    private static func isBelow(_ path: Substring) -> Bool {
        path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && !part.hasPrefix(".") && !part.hasPrefix("#") && !part.hasPrefix(";")
        }
    }
}
