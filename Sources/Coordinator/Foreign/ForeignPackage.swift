import Shared
import SystemPackage

/// One package of somebody else's binhost, as its index has it.
struct ForeignPackage: Sendable, Equatable {
    let binhost: ForeignBinhost
    let binary: ResolvedGraph.Binary
    var format: BinpkgFormat = .gpkg

    /// A file of GLEP 78's largest sensible size takes its time.
    private static let time = Duration.seconds(4 * 3600)

    /// Where it comes from, for people.
    var place: String { binhost.address(of: binary.path) ?? "\(binhost.address): \(binary.path)" }

    /// Fetches it and checks that it is what the index says and, where keys are named, that one of them has signed it. What
    /// lies in `directory` in the end is a package without any signature.
    /// - Returns: its file, named by its digest.
    func fetch(into directory: FilePath) async throws(ForeignError) -> (file: FilePath, blob: Blob) {
        guard let address = binhost.address(of: binary.path) else {
            throw ForeignError(place: binhost.address, problem: "its index has a package at '\(binary.path)'")
        }
        let download = directory.appending("foreign-\(UInt64.random(in: 0...UInt64.max))")
        let copy = download.string + ".unsigned"
        defer {
            try? FileOperations.remove(download)
            try? FileOperations.remove(FilePath(copy))
        }
        let curl = Curl(address: address, scheme: binhost.scheme, limit: binary.size, time: Self.time)
        switch try await curl.fetch(to: download) {
        case .fetched: break
        case .late: throw ForeignError(place: address, problem: "it did not come within \(Self.time)")
        case .absent, .unchanged:
            throw ForeignError(place: address, problem: "the binhost's index names it, and it is not there")
        }
        do {
            let manifest = try await check(download, name: address)
            if let keys = binhost.keys { try await KeyRing(home: keys).check(manifest, of: address) }
            return try await settle(download, copy: FilePath(copy), in: directory, name: address)
        } catch let error as ForeignError {
            throw error
        } catch {
            throw ForeignError(place: address, problem: "\(error)")
        }
    }

    /// - Returns: the Manifest; empty where the format has none.
    @concurrent
    private func check(_ path: FilePath, name: String) async throws -> [UInt8] {
        let file = try FileOperations.open(path)
        return try file.closeAfter {
            let digests = try FileDigests(of: file, path: path)
            guard digests.size == binary.size, digests.sha1 == binary.sha1.lowercased() else {
                throw ForeignError(place: name, problem: "size or SHA-1 are not what the binhost's index says")
            }
            switch format {
            case .gpkg: return try GPKGReader(file, file: name, signatures: .any).manifest
            case .xpak:
                _ = try BinpkgReader.read(file, file: name, as: .xpak)
                return []
            }
        }
    }

    @concurrent
    private func settle(
        _ download: FilePath, copy: FilePath, in directory: FilePath, name: String
    ) async throws -> (FilePath, Blob) {
        let result: FilePath
        if format.canBeSigned {
            let file = try FileOperations.open(download)
            try file.closeAfter { try UnsignedCopy.write(file, to: copy, name: name) }
            result = copy
        } else {
            result = download
        }
        let blob = try ContentHasher.blob(of: result)
        let place = directory.appending(blob.digest.hex)
        try FileOperations.rename(result, to: place)
        return (place, blob)
    }
}
