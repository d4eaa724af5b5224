import Shared
import SwiftProtobuf

/// Requests about published files.
extension CoordinatorConnection {
    /// Pauses between questions how far it has come: short at first, as most binhosts are small.
    private static let firstPause = Duration.milliseconds(50)
    private static let longestPause = Duration.seconds(2)

    /// Comes back when all files have been read.
    mutating func verify(_ farm: String, repairs: Bool) async throws -> VerificationView {
        var verification = try await verification(of: farm, begins: true, repairs: repairs)
        var pause = Self.firstPause
        while !verification.ended {
            try await Task.sleep(for: pause)
            pause = min(pause * 2, Self.longestPause)
            verification = try await self.verification(of: farm, begins: false, repairs: repairs)
        }
        if !verification.failure.isEmpty {
            throw FarmctlError(
                .unavailable,
                "after \(verification.checked) of \(verification.total) files it could not go on: \(verification.failure)",
                remedy: "look at the coordinator's disk")
        }
        return VerificationView(verification, farm: farm)
    }

    mutating func collectGarbage(of farm: String, removes: Bool) async throws -> GarbageView {
        let answer = try await binhost(of: farm, .collect(.with { $0.remove = removes }))
        return GarbageView(answer, farm: farm, isTrial: !removes)
    }

    /// The directory of a state's files, on the coordinator's host.
    /// - Parameter release: nil for what clients see of the farm now.
    mutating func directory(of farm: String, release: String?) async throws -> String {
        let answer = try await binhost(of: farm, .locate(.with { $0.release = release ?? "" }))
        guard answer.directory.hasPrefix("/") else { throw unexpected("binhost") }
        return answer.directory
    }

    private mutating func verification(
        of farm: String, begins: Bool, repairs: Bool
    ) async throws -> WireVerification {
        try await binhost(
            of: farm,
            .verify(
                .with {
                    $0.begin = begins
                    $0.repair = repairs
                })
        ).verification
    }

    private mutating func binhost(
        of farm: String, _ act: WireBinhostRequest.OneOf_Act
    ) async throws -> WireBinhostAnswer {
        var request = WireBinhostRequest()
        request.farm = farm
        request.act = act
        guard case .binhost(let answer) = try await self.request(.binhost(request)) else {
            throw unexpected("binhost")
        }
        return answer
    }
}
