import Binpkgs
import Core
import Shared
import SystemPackage

/// One package of somebody else's binhost, as its index has it.
struct ForeignPackage: Sendable, Equatable {
    let binhost: ForeignBinhost
    let binary: ResolvedGraph.Binary
    let format: BinpkgFormat
    let buildID: Int32

    /// What no index says in earnest is kept away from arithmetic and disks.
    private static let sizes = 1...BinpkgLimits.image
    private static let buildIDs = 1...BinpkgPath.largestBuildID

    /// nil for what no package can be, or one of another format.
    init?(binhost: ForeignBinhost, binary: ResolvedGraph.Binary, format: BinpkgFormat) {
        guard Self.sizes.contains(binary.size), Self.buildIDs.contains(Int(binary.buildID)),
            binary.sha1.utf8.count == 40,
            BinpkgFormat(ofPath: binary.path) == format, binhost.address(of: binary.path) != nil
        else { return nil }
        self.binhost = binhost
        self.binary = binary
        self.format = format
        buildID = Int32(clamping: binary.buildID)
    }

    /// Of the names of files that are being fetched.
    private static let prefix = "foreign-"

    /// Removes what a coordinator that died has left.
    static func removeLeftovers(in directory: FilePath) {
        for name in FileOperations.names(in: directory) where name.hasPrefix(prefix) {
            try? FileOperations.remove(directory.appending(name))
        }
    }

    /// Where it comes from.
    var address: String { binhost.address(of: binary.path) ?? binhost.address }

    /// At 64 KiB a second, and ten minutes for all else.
    private var time: Duration { .seconds(600 + binary.size >> 16) }

    /// Fetches it and checks that it is what the index says and what was planned and, where keys are named, that one of them has
    /// signed it.
    /// - Returns: a package without any signature, in a file of its own in `directory`.
    func fetch(for job: PlannedJob, into directory: FilePath) async throws(ForeignError) -> ForeignImport {
        let download = directory.appending("\(Self.prefix)\(UInt64.random(in: 0...UInt64.max))")
        defer { try? FileOperations.remove(download) }
        let curl = Curl(address: address, scheme: binhost.scheme, limit: binary.size, time: time, retries: 1)
        switch try await curl.fetch(to: download) {
        case .fetched: break
        case .late:
            throw ForeignError(place: address, problem: "it did not come within \(time)", isSilence: true)
        case .absent, .unchanged:
            throw ForeignError(place: address, problem: "the binhost's index names it, and it is not there")
        }
        let staged = FilePath(download.string + ".unsigned")
        do {
            let (metadata, manifest) = try await check(download)
            if let keys = binhost.keys { try await KeyRing(home: keys).check(manifest, of: address) }
            let package = ForeignImport(
                job: job, source: self, file: staged, blob: try await settle(download, to: staged))
            try package.expected.check(metadata)
            return package
        } catch {
            try? FileOperations.remove(staged)
            throw error as? ForeignError ?? ForeignError(place: address, problem: "\(error)")
        }
    }

    /// - Returns: beside what it says of itself its Manifest, empty where the format has none.
    @concurrent
    private func check(_ path: FilePath) async throws -> (metadata: BinpkgMetadata, manifest: [UInt8]) {
        let file = try FileOperations.open(path)
        return try file.closeAfter {
            let digests = try FileDigests(of: file, path: path)
            guard digests.size == binary.size, digests.sha1 == binary.sha1.lowercased() else {
                throw ForeignError(place: address, problem: "size or SHA-1 are not what the binhost's index says")
            }
            let (metadata, manifest) =
                switch format {
                case .gpkg: try GPKGReader.readManifest(file, file: address)
                case .xpak: (try BinpkgReader.read(file, file: address, as: .xpak), [])
                }
            // Portage has judged by the index, which nobody has signed.
            for (key, value) in binary.values.sorted(by: { $0.key < $1.key }) {
                let value = value.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                // PMS 7.3.1.
                let own = key == "EAPI" && metadata[key].isEmpty ? "0" : metadata[key]
                guard own != value else { continue }
                throw ForeignError(place: address, problem: "its \(key) is “\(own)”, the index says “\(value)”")
            }
            return (metadata, manifest)
        }
    }

    /// Takes the signatures off.
    @concurrent
    private func settle(_ download: FilePath, to staged: FilePath) async throws -> Blob {
        if format.canBeSigned {
            let file = try FileOperations.open(download)
            try file.closeAfter { try UnsignedCopy.write(file, to: staged, name: address) }
        } else {
            try FileOperations.rename(download, to: staged)
        }
        return try ContentHasher.blob(of: staged)
    }
}
