import Shared
import SwiftProtobuf

/// Requests about releases.
extension CoordinatorConnection {
    /// - Parameter farm: empty for all.
    mutating func releases(of farm: String) async throws -> ReleasesView {
        ReleasesView(try await release(of: farm, .list(WireReleaseList())))
    }

    mutating func tagRelease(_ name: String, of farm: String) async throws -> ReleaseView {
        guard let release = try await release(of: farm, .tag(.with { $0.name = name })).releases.first else {
            throw unexpected("release tag")
        }
        return ReleaseView(release)
    }

    mutating func difference(in farm: String, from: String, to: String) async throws -> ReleaseDiffView {
        let answer = try await release(
            of: farm,
            .diff(
                .with {
                    $0.from = from
                    $0.to = to
                }))
        return ReleaseDiffView(answer.difference, farm: farm, from: from, to: to)
    }

    /// What changed with it.
    mutating func rollBack(_ farm: String, to name: String) async throws -> ReleaseDiffView {
        let answer = try await release(of: farm, .rollback(.with { $0.name = name }))
        return ReleaseDiffView(answer.difference, farm: farm, from: "before", to: name)
    }

    mutating func unhold(_ farm: String) async throws {
        _ = try await release(of: farm, .unhold(WireReleaseUnhold()))
    }

    mutating func pruneReleases(of farm: String, keep: Int32, dryRun: Bool) async throws -> ReleasePruneView {
        let answer = try await release(
            of: farm,
            .prune(
                .with {
                    $0.keep = keep
                    $0.dryRun = dryRun
                }))
        return ReleasePruneView(answer, isTrial: dryRun)
    }

    private mutating func release(
        of farm: String, _ act: WireReleaseRequest.OneOf_Act
    ) async throws -> WireReleaseAnswer {
        var request = WireReleaseRequest()
        request.farm = farm
        request.act = act
        do {
            guard case .release(let answer) = try await self.request(.release(request)) else {
                throw unexpected("release")
            }
            return answer
        } catch let error as FarmctlError where error.status == .unreachable {
            throw error.adding(
                "A large binhost takes longer: it may be done all the same; --timeout waits longer, and"
                    + " `farmctl release list` tells.")
        }
    }
}
