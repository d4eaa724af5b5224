import Shared
import SystemPackage

/// Takes files that operators send piece by piece over the control socket, off its event loop.
actor Uploads {
    private let staging: Staging
    private let catalogue: BlobCatalogue
    private var open: [ContentDigest: Upload] = [:]

    /// Files that are under way at once; of more the one that was longest silent is closed, and goes on where it was.
    private static let most = 8

    private final class Upload {
        private var file: IncomingFile?
        var lastMove = ContinuousClock.now

        init(_ file: consuming IncomingFile) { self.file = consume file }

        var size: Int64 { file?.size ?? 0 }
        var isComplete: Bool { file?.isComplete ?? false }
        func append(_ bytes: UnsafeRawBufferPointer) throws {
            try file?.append(bytes)
            lastMove = .now
        }
        func finish() throws -> Bool {
            guard var file = file.take() else { return false }
            return try file.finish()
        }
    }

    init(into staging: Staging, catalogue: BlobCatalogue) {
        self.staging = staging
        self.catalogue = catalogue
    }

    /// - Returns: how many bytes are there. A piece that does not go on from there changes nothing.
    /// - Throws: `Refusal`, `Errno`.
    func append(_ data: [UInt8], at offset: Int64, of blob: Blob) throws -> (size: Int64, isComplete: Bool) {
        if staging.isComplete(blob) { return (blob.size, true) }
        let upload = try upload(of: blob)
        if offset == upload.size, Int64(data.count) <= blob.size - upload.size {
            try data.withUnsafeBytes { try upload.append($0) }
        }
        guard upload.isComplete else { return (upload.size, false) }
        open[blob.digest] = nil
        guard try upload.finish() else {
            throw Refusal(
                .invalid, "what was sent has not the digest \(blob.digest.short)",
                "the file has changed meanwhile: begin again")
        }
        catalogue.register(blob.digest, at: staging.path(of: blob.digest))
        return (blob.size, true)
    }

    private func upload(of blob: Blob) throws -> Upload {
        if let upload = open[blob.digest] { return upload }
        guard staging.room() >= blob.size else {
            throw Refusal(
                .unavailable, "there is no room for a file of \(blob.size) bytes",
                "make room on the coordinator's disk: it keeps `reserve` bytes free")
        }
        if open.count >= Self.most, let oldest = open.min(by: { $0.value.lastMove < $1.value.lastMove }) {
            open[oldest.key] = nil
        }
        let upload = Upload(try staging.receive(blob))
        open[blob.digest] = upload
        return upload
    }
}
