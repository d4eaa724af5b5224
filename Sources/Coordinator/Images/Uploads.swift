import Shared
import SystemPackage

/// Takes files that operators send piece by piece over the control socket, off its event loop.
actor Uploads {
    private let staging: Staging
    private let catalogue: BlobCatalogue
    private var open: [ContentDigest: GrowingFile] = [:]

    /// Files that are under way at once.
    private static let most = 8
    /// A sender that is silent for so long has gone; who comes again goes on where the file was.
    private static let patience = Duration.seconds(60)

    init(into staging: Staging, catalogue: BlobCatalogue) {
        self.staging = staging
        self.catalogue = catalogue
    }

    /// - Returns: how many bytes are there. A piece that does not go on from there changes nothing.
    /// - Throws: `Refusal`, `Errno`.
    func append(_ data: [UInt8], at offset: Int64, of blob: Blob) throws -> (size: Int64, isComplete: Bool) {
        if staging.isComplete(blob) { return (blob.size, true) }
        let upload = try upload(of: blob)
        if offset == upload.size, Int64(data.count) <= upload.promised {
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

    private func upload(of blob: Blob) throws -> GrowingFile {
        if let upload = open[blob.digest] { return upload }
        let limit = ContinuousClock.now - Self.patience
        open = open.filter { $0.value.lastMove > limit }
        let promised = open.values.reduce(0) { $0 + $1.promised }
        guard staging.room() - promised >= blob.size else {
            throw Refusal(
                .unavailable, "there is no room for a file of \(blob.size) bytes",
                "make room on the coordinator's disk: it keeps `reserve` bytes free")
        }
        guard open.count < Self.most else {
            throw Refusal(.unavailable, "\(open.count) files are being sent already", "try again when they are there")
        }
        let upload = GrowingFile(try staging.receive(blob))
        open[blob.digest] = upload
        return upload
    }
}
