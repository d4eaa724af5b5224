import Core
import Foundation
import Shared
import SwiftProtobuf
import SystemPackage
import ZeroMQ

@testable import Coordinator

/// What farmctl and a worker do when an image is made.
extension Dispatcher {
    @discardableResult
    func ask(
        context: [UInt8] = [], base: [UInt8] = [], inputs: [String: String] = ["stage3": "1"],
        policies: WireFarmPolicies = WireFarmPolicies(), role: KeyRole = .operator, onlyAsk: Bool = false,
        farm: String = "x"
    ) async throws -> WireImageAnswer {
        let request = WireImageRequest.with {
            $0.farm = farm
            $0.inputs = inputs.map { name, value in
                .with {
                    $0.name = name
                    $0.value = value
                }
            }
            $0.context = Self.blob(context).wire
            $0.base = Self.blob(base).wire
            $0.policies = policies
            $0.onlyAsk = onlyAsk
        }
        let answer = try await answer(to: request, Client(role: role))
        try await rest()
        return answer
    }

    static func blob(_ bytes: [UInt8]) -> Blob { Blob(digest: ContentHasher.digest(bytes), size: Int64(bytes.count)) }

    func send(_ bytes: [UInt8]) async throws {
        _ = try await services.uploads.append(bytes, at: 0, of: Self.blob(bytes))
    }

    func begin(
        context: [UInt8], base: [UInt8], inputs: [String: String] = ["stage3": "1"],
        policies: WireFarmPolicies = WireFarmPolicies(), farm: String = "x"
    ) async throws -> RunID {
        try await send(context)
        try await send(base)
        let answer = try await ask(context: context, base: base, inputs: inputs, policies: policies, farm: farm)
        return RunID(rawValue: answer.run)
    }

    /// As a worker does it.
    func stage(_ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: services.staging.path(of: Self.blob(bytes).digest).string))
    }

    func bring(_ bytes: [UInt8], for run: RunID) async throws -> Blob {
        try stage(bytes)
        let image = Self.blob(bytes)
        try await take(image, for: run)
        return image
    }

    func take(_ image: Blob, for run: RunID) async throws {
        plan(run, from: image)
        await plannings[run]?.value
        try await rest()
    }
}

extension Client {
    init(role: KeyRole) {
        self.init(peer: .connection(Frame(Array("farmctl".utf8))), name: "me", role: role)
    }
}
