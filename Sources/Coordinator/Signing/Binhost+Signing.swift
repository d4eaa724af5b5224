import Binpkgs
import Shared
import Synchronization
import SystemPackage

extension Binhost {
    private static let copies = Atomic(0)

    /// Publishes each as `publish(_:)` does or, with a signer, a signed copy of it. Signing takes longer than an index: no
    /// dependent waits until others are signed too.
    /// - Returns: what became of each, in the same order.
    nonisolated func publish(
        _ offers: [Offer], signer: PackageSigner?
    ) async -> [Result<PublishedPackage, BinhostError>] {
        guard let signer else { return await publish(offers) }
        var results: [Result<PublishedPackage, BinhostError>] = []
        for offer in offers {
            do throws(BinhostError) {
                let package = try await publish(staged: offer.staged, expected: offer.expected, signer: signer)
                results.append(.success(package))
            } catch {
                results.append(.failure(error))
            }
        }
        return results
    }

    /// Publishes the staged file as `publish` does or, with a signer, a signed copy of it.
    ///
    /// The check comes first: nothing is signed that is not what was asked for. The staged file stays until the copy is in the
    /// index, so that an interrupted publication can be repeated; a copy that is in its place already is taken as it is. The
    /// binhost itself waits for nothing meanwhile.
    @discardableResult
    nonisolated func publish(
        staged: FilePath, expected: ExpectedPackage, signer: PackageSigner?
    ) async throws(BinhostError) -> PublishedPackage {
        let path = expected.path
        guard let signer, await package(at: path) == nil else {
            return try await publish(staged: staged, expected: expected)
        }
        // Its run was submitted before the farm began to sign.
        guard expected.format.canBeSigned else { throw .invalidPackage(.cannotBeSigned(file: path)) }
        let target = directory.appending(path)
        let (source, output) = try await checked(staged, or: target, expected)
        let isThere = try await signer.hasSigned(source, as: target)
        let copy = isThere ? target : newCopy()
        // It has gone to its place, unless something went wrong.
        defer { if !isThere { try? FileOperations.remove(copy) } }
        if !isThere {
            try makeRoom(expected.size)
            try await signer.sign(source, to: copy)
            FaultPoint.pass("package-signed")
        }
        let signed = try await signedCopy(copy, of: expected, output, path: path)
        return try await publish(staged: staged, expected: expected, signed: signed)
    }

    /// The file to sign: the staged one, or one that was moved before this farm began to sign.
    private func checked(
        _ staged: FilePath, or target: FilePath, _ expected: ExpectedPackage
    ) throws(BinhostError) -> (source: FilePath, output: ContentDigest?) {
        if try FileOperations.status(of: staged) == nil, try FileOperations.status(of: target) != nil {
            // A signed one does not tell what it was made of: then the staged file is what is missing.
            if let checked = try? verify(target, expected: expected, path: target.string) {
                return (target, checked.output)
            }
        }
        return (staged, try verify(staged, expected: expected, path: staged.string).output)
    }

    private nonisolated func makeRoom(_ size: Int64) throws(BinhostError) {
        guard try freeBytes() >= size else {
            throw .noSpace(
                path: directory.string,
                detail: "\(size) bytes needed for the signed copy beside the reserve of \(reserve)")
        }
        try FileOperations.makeDirectories(directory.appending(Self.temporaryName))
    }

    private nonisolated func newCopy() -> FilePath {
        let number = Self.copies.add(1, ordering: .relaxed).newValue
        return directory.appending(Self.temporaryName).appending("signed-\(number)")
    }

    /// Reads again what was written: its members have the digests that its Manifest says.
    private func signedCopy(
        _ copy: FilePath, of expected: ExpectedPackage, _ output: ContentDigest?, path: String
    ) throws(BinhostError) -> SignedCopy {
        let descriptor = try FileOperations.open(copy)
        defer { try? descriptor.close() }
        let digests = try FileDigests(of: descriptor, path: copy)
        let metadata: BinpkgMetadata
        do throws(BinpkgError) {
            metadata = try BinpkgReader.read(descriptor, file: path, as: expected.format, signatures: .all)
        } catch {
            throw .invalidPackage(error)
        }
        try expected.check(metadata)
        let entry = PackagesIndex.Entry(metadata: metadata, path: path, digests: digests)
        return SignedCopy(path: copy, checked: (entry.signed(from: expected.sha256), output))
    }
}
