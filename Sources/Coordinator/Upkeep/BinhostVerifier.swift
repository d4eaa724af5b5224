import Binpkgs
import Shared
import SystemPackage

/// What an index says of one file.
struct IndexedFile: Equatable, Sendable {
    let path: String
    let size: Int64
    let md5: String
    let sha1: String
    let sha256: String
    let isSigned: Bool

    init(_ entry: PackagesIndex.Entry) {
        path = entry.path
        size = entry.size
        md5 = entry["MD5"]
        sha1 = entry["SHA1"]
        sha256 = entry.sha256
        isSigned = !entry.signedFrom.isEmpty
    }
}

/// Something about a published file that is not as the index, or the farm's key, has it.
struct Finding: Equatable, Sendable {
    enum Kind: String, Sendable {
        case missing, damaged, unreadable, signature
    }

    let path: String
    let kind: Kind
    /// One line.
    let problem: String

    /// The entry is of no use to any client.
    var isFatal: Bool { kind == .missing || kind == .damaged }
}

/// Reads published files whole, on a queue of its own: nothing else waits for it.
actor BinhostVerifier {
    private nonisolated let executor = BinhostExecutor()

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// What is wrong with a file, nil when nothing is.
    /// - Parameter key: of a farm that signs.
    func finding(of file: IndexedFile, in directory: FilePath, key: SigningKey?) async -> Finding? {
        let path = directory.appending(file.path)
        do throws(BinhostError) {
            if let (kind, problem) = try Self.difference(of: file, at: path) {
                return Finding(path: file.path, kind: kind, problem: problem)
            }
        } catch {
            return Finding(path: file.path, kind: .unreadable, problem: error.description)
        }
        guard let key, let problem = await signatureProblem(of: file, at: path, key) else { return nil }
        return Finding(path: file.path, kind: .signature, problem: problem)
    }

    private static func difference(
        of file: IndexedFile, at path: FilePath
    ) throws(BinhostError) -> (Finding.Kind, String)? {
        guard let status = try FileOperations.status(of: path) else { return (.missing, "the file is gone") }
        guard status.isPlainFile else { return (.damaged, "this is no plain file") }
        guard status.size == file.size else {
            return (.damaged, "the file has \(status.size) bytes, the index says \(file.size)")
        }
        let descriptor = try FileOperations.open(path)
        defer { try? descriptor.close() }
        let digests = try FileDigests(of: descriptor, path: path)
        let pairs = [
            ("SHA-256", digests.sha256.hex, file.sha256), ("SHA-1", digests.sha1, file.sha1),
            ("MD5", digests.md5, file.md5),
        ]
        for (name, found, said) in pairs where found != said {
            return (.damaged, "the file has the \(name) \(found), the index says \(said)")
        }
        return nil
    }

    private func signatureProblem(of file: IndexedFile, at path: FilePath, _ key: SigningKey) async -> String? {
        guard BinpkgFormat(ofPath: file.path)?.canBeSigned == true else {
            return "it is of a format that cannot be signed: runs do not use it, verifying clients refuse it"
        }
        guard file.isSigned else { return "it is not signed: runs do not use it, verifying clients refuse it" }
        do {
            let descriptor = try FileOperations.open(path)
            defer { try? descriptor.close() }
            let manifest = try GPKGReader(descriptor, file: file.path, signatures: .all).manifest
            return try await key.verifies(manifest)
                ? nil : "its signature is not a good one of the key \(key.fingerprint)"
        } catch {
            return "its signature cannot be checked: \(error)"
        }
    }
}
