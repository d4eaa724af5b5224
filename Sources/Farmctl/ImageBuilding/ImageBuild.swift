import FoundationEssentials
import Shared
import SwiftProtobuf
import SystemPackage

/// Has a farm make an image: asks whether there is one of the same, and sends what is missing.
struct ImageBuild {
    let description: ImageDescription
    let policies: PoliciesMessage
    /// Even of the same.
    let isForced: Bool
    /// Nothing is changed.
    let onlyAsks: Bool

    /// How the image stands.
    enum Standing {
        /// There is one of the same, with this digest.
        case upToDate(String)
        /// There is none, or it is made of something else: names of what is not the same.
        case outdated(changed: [String], total: Int, isNew: Bool)
        /// It is being made.
        case underWay(run: Int64)
    }

    /// Files that can be had again by their digests are looked at a second time, when they have been sent.
    private static let rounds = 4

    init(_ description: ImageDescription, isForced: Bool, onlyAsks: Bool) throws {
        self.description = description
        self.isForced = isForced
        self.onlyAsks = onlyAsks
        policies = try PoliciesMessage(
            description.farm, of: description.farmName, directory: description.directory)
    }

    func standing(_ inputs: [String: String], _ connection: inout CoordinatorConnection) async throws -> Standing {
        let answer = try await ask(request(inputs), sending: policies.files, &connection)
        for note in answer.notes { Output.write("\(note)\n") }
        if answer.run > 0 { return .underWay(run: answer.run) }
        if answer.upToDate { return .upToDate(answer.digest) }
        return .outdated(
            changed: answer.changed, total: Int(answer.changedTotal), isNew: answer.digest.isEmpty)
    }

    /// - Returns: the number of the run that makes it.
    func begin(_ inputs: [String: String], _ connection: inout CoordinatorConnection) async throws -> Int64 {
        try await Scratch.with { scratch in try await begin(inputs, scratch, &connection) }
    }

    private func begin(
        _ inputs: [String: String], _ scratch: Scratch, _ connection: inout CoordinatorConnection
    ) async throws -> Int64 {
        var files = policies.files
        func add(_ file: FilePath) throws -> WireBlob {
            do {
                let blob = try ContentHasher.blob(of: file)
                files[blob] = file
                return blob.wire
            } catch {
                throw FarmctlError(.failed, "\(file) cannot be read: \(error)")
            }
        }
        var request = request(inputs)
        request.context = try add(try await ImageContext(description: description, scratch: scratch).pack())
        for source in try description.sources() {
            let archive = try await source.archive(
                inputs[source.role.rawValue] ?? "", in: .images)
            switch source.role {
            case .base: request.base = try add(archive)
            case .snapshot: request.snapshot = try add(archive)
            }
        }
        let answer = try await ask(request, sending: files, &connection)
        guard answer.run > 0 else {
            throw FarmctlError(
                .failed, "the coordinator has begun nothing", remedy: "somebody has made the image meanwhile: try again"
            )
        }
        for note in answer.notes { Output.write("\(note)\n") }
        return answer.run
    }

    /// Asks until the coordinator has the files that it needs for its answer.
    private func ask(
        _ request: WireImageRequest, sending files: [Blob: FilePath], _ connection: inout CoordinatorConnection
    ) async throws -> WireImageAnswer {
        for _ in 1...Self.rounds {
            let answer = try await connection.image(request)
            guard !answer.wanted.isEmpty, !onlyAsks else { return answer }
            for blob in try answer.wanted.map({ try $0.domain() }) {
                guard let file = files[blob] else { continue }
                Output.note("sending \(file.lastComponent?.string ?? ""), \(Quantity.size(blob.size))")
                try await connection.upload(file, blob)
            }
        }
        throw FarmctlError(.failed, "the coordinator does not keep what it is sent", remedy: "look at its disk and log")
    }

    private func request(_ inputs: [String: String]) -> WireImageRequest {
        var request = WireImageRequest()
        request.farm = description.farmName
        request.below = description.below ?? ""
        request.inputs = inputs.sorted { $0.key < $1.key }.map { name, value in
            .with {
                $0.name = name
                $0.value = value
            }
        }
        request.force = isForced
        request.onlyAsk = onlyAsks
        request.policies = policies.wire
        return request
    }
}
