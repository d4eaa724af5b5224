import Core
import Logging
import Shared
import SwiftProtobuf
import SystemPackage
import ZeroMQ

/// Releases of the farms' binhosts: viewers look, operators change.
extension Dispatcher {
    /// Those under way at once; each reads whole indexes.
    private static let mostBinhostRequests = 16

    /// Answers when it is done, off the event loop.
    func release(_ request: WireReleaseRequest, _ client: Client, _ number: UInt64) throws {
        let work = try work(for: request, client)
        try answerLater(client, number) { $0.release = try await work() }
    }

    /// Answers when the work is done.
    func answerLater(
        _ client: Client, _ number: UInt64,
        _ work: @escaping @Sendable (inout WireCoordinatorMessage) async throws -> Void
    ) throws {
        guard binhostRequests < Self.mostBinhostRequests else {
            throw Refusal(.unavailable, "too many ask for binhosts and releases now", "try again in a minute")
        }
        binhostRequests += 1
        Task {
            await answer(client, number, work)
            binhostRequests -= 1
        }
    }

    /// Answers with what the work makes of it, or why it failed.
    func answer(
        _ client: Client, _ number: UInt64,
        _ work: @escaping @Sendable (inout WireCoordinatorMessage) async throws -> Void
    ) async {
        var answer = WireCoordinatorMessage()
        answer.request = number
        do {
            try await work(&answer)
        } catch let error as BinhostError {
            answer.error = error.answer
        } catch let refusal as Refusal {
            answer.error = .make(refusal.code, refusal.message, refusal.remedy)
        } catch {
            answer.error = .make(.unavailable, "\(error)", "look at the coordinator's disk")
        }
        send(answer, to: client.peer)
    }

    private typealias Work = @Sendable () async throws -> WireReleaseAnswer

    /// What is asked for, checked.
    private func work(for request: WireReleaseRequest, _ client: Client) throws -> Work {
        let name = client.name
        switch request.act {
        case .list:
            let farms = request.farm.isEmpty ? Array(self.farms.values) : [try farm(request.farm)]
            return { try await Self.list(farms) }
        case .diff(let diff):
            let farm = try farm(request.farm)
            for name in [diff.from, diff.to] where ![ReleaseShelf.live, ReleaseShelf.held].contains(name) {
                try Self.check(name)
            }
            return { try await Self.difference(in: farm, from: diff.from, to: diff.to) }
        case .tag(let tag):
            try demandOperator(client, to: "tag releases")
            let farm = try farm(request.farm)
            try Self.check(tag.name)
            return { try await self.tag(farm, tag.name, by: name) }
        case .rollback(let rollback):
            try demandOperator(client, to: "set a binhost back to a release")
            let farm = try farm(request.farm)
            try Self.check(rollback.name)
            try demandQuiet(request.farm, to: "set back")
            return { try await self.rollBack(farm, to: rollback.name, by: name) }
        case .prune(let prune):
            try demandOperator(client, to: "remove releases")
            let farm = try farm(request.farm)
            guard prune.keep >= 0 else {
                throw Refusal(.invalid, "\(prune.keep) releases cannot be kept", "keep none or more")
            }
            return { try await self.prune(farm, prune, by: name) }
        case .unhold:
            try demandOperator(client, to: "show clients what is held back")
            let farm = try farm(request.farm)
            return { try await self.unhold(farm, by: name) }
        case nil:
            throw Refusal(
                .invalid, "the coordinator does not understand this request about releases",
                "install the same version of binfarm on both sides")
        }
    }

    private static func check(_ name: String) throws {
        guard ReleaseShelf.isValid(name) else {
            throw Refusal(
                .invalid, "'\(name.oneLine(atMost: 64))' is no name for a release",
                "letters, digits, '.', '_' and '-', at most 64; not '\(ReleaseShelf.live)' or '\(ReleaseShelf.held)'")
        }
    }

    /// No run of the farm may count on what is there, or be about to add to it.
    func demandQuiet(_ name: String, to act: String) throws {
        let open = scheduler.durable.runs.filter { _, run in
            run.record.request.farm == name && !run.record.state.isEnd
        }
        guard open.isEmpty else {
            let runs = open.keys.sorted().map { "\($0)" }.joined(separator: ", ")
            throw Refusal(
                .unavailable, "\(name) cannot be \(act) while runs of it are open: \(runs)",
                "wait for their end, or: farmctl cancel RUN")
        }
        guard !publishingFarms.contains(name), waitingPublications[name] == nil, farmsClosed[name] == nil,
            holdsBeginning[name] == nil,
            !plannings.keys.contains(where: { scheduler.durable.runs[$0]?.record.request.farm == name })
        else {
            throw Refusal(.unavailable, "the binhost of \(name) is at work", "try again when that is done")
        }
    }

    // MARK: The acts

    private nonisolated static func list(_ farms: [Farm]) async throws -> WireReleaseAnswer {
        var releases: [WireRelease] = []
        for farm in farms {
            releases += try await farm.binhost.releases(on: farm.releases).map { $0.wire(of: farm) }
        }
        return .with { answer in
            answer.releases = releases.sorted { ($0.createdMs, $0.farm, $0.name) > ($1.createdMs, $1.farm, $1.name) }
        }
    }

    private nonisolated static func difference(
        in farm: Farm, from old: String, to new: String
    ) async throws -> WireReleaseAnswer {
        let before = try await farm.binhost.packages(of: old, on: farm.releases)
        return await difference(from: before, to: try await farm.binhost.packages(of: new, on: farm.releases))
    }

    /// Takes a while for many packages.
    @concurrent
    private nonisolated static func difference(
        from old: [PublishedPackage], to new: [PublishedPackage]
    ) async -> WireReleaseAnswer {
        .with { $0.difference = ReleaseDifference(from: old, to: new).wire }
    }

    private func tag(_ farm: Farm, _ name: String, by user: String) async throws -> WireReleaseAnswer {
        let release = try await farm.binhost.tag(
            name, on: farm.releases, by: user, at: clock.now().milliseconds)
        logger.notice(
            "release tagged",
            metadata: ["farm": "\(farm.configuration.name)", "release": "\(name)", "by": "\(user)"])
        return .with { $0.releases = [release.wire(of: farm)] }
    }

    private func rollBack(_ farm: Farm, to name: String, by user: String) async throws -> WireReleaseAnswer {
        let farmName = farm.configuration.name
        // Something may have begun since it was asked for.
        try demandQuiet(farmName, to: "set back")
        farmsClosed[farmName] = "set back to a release"
        defer { farmsClosed[farmName] = nil }
        let before = try await farm.binhost.rollBack(to: name, on: farm.releases)
        // The release may be of a time when more was published than may be now.
        _ = try await farm.tidy()
        let after = await farm.binhost.packages
        for package in after {
            services.catalogue.register(package.sha256, at: farm.binhost.directory.appending(package.path))
        }
        // Whoever sets it back wants clients to see that.
        try await farm.binhost.endHold(on: farm.releases)
        sweep(farm)
        holds[farmName] = nil
        await count(farm)
        logger.notice(
            "binhost set back to a release",
            metadata: ["farm": "\(farmName)", "release": "\(name)", "by": "\(user)"])
        return await Self.difference(from: before, to: after)
    }

    private func prune(
        _ farm: Farm, _ request: WireReleasePrune, by user: String
    ) async throws -> WireReleaseAnswer {
        let pruned = try await farm.binhost.prune(
            keeping: Int(request.keep), on: farm.releases, isTrial: request.dryRun)
        if !request.dryRun, !pruned.isEmpty {
            sweep(farm)
            logger.notice(
                "releases removed",
                metadata: [
                    "farm": "\(farm.configuration.name)", "releases": "\(pruned.map(\.release.name))",
                    "by": "\(user)",
                ])
        }
        return .with { answer in
            answer.releases = pruned.map { release, freed in
                var wire = release.wire(of: farm)
                wire.freedBytes = freed
                return wire
            }
        }
    }
}

extension Dispatcher {
    /// Removes the files of releases and holds that are gone, beside everything else: many thousands take seconds. What is
    /// left when the coordinator ends goes when it starts.
    func sweep(_ farm: Farm) {
        Task { [logger] in
            do { try await Self.sweep(farm.releases) } catch {
                logger.warning(
                    "files of what was removed are left",
                    metadata: ["farm": "\(farm.configuration.name)", "error": "\(error)"])
            }
        }
    }

    @concurrent
    private nonisolated static func sweep(_ releases: ReleaseShelf) async throws { try releases.sweep() }
}

extension Release {
    fileprivate func wire(of farm: Farm) -> WireRelease {
        .with {
            $0.farm = farm.configuration.name
            $0.name = name
            $0.createdMs = created
            $0.createdBy = createdBy
            $0.packages = packages
            $0.bytes = bytes
            $0.url = ServedSite.path(farm: farm.configuration.name, release: name)
        }
    }
}

extension ReleaseDifference {
    /// Packages named of each kind.
    private static let mostNamed = 10_000

    fileprivate var wire: WireReleaseDifference {
        .with { wire in
            wire.added = added.prefix(Self.mostNamed).map { .make(nil, $0) }
            wire.removed = removed.prefix(Self.mostNamed).map { .make($0, nil) }
            wire.rebuilt = rebuilt.prefix(Self.mostNamed).map { .make($0.from, $0.to) }
            wire.addedTotal = Int32(added.count)
            wire.removedTotal = Int32(removed.count)
            wire.rebuiltTotal = Int32(rebuilt.count)
        }
    }
}

extension WirePackageChange {
    fileprivate static func make(_ from: PublishedPackage?, _ to: PublishedPackage?) -> WirePackageChange {
        .with {
            $0.cpv = (to ?? from)?.cpv.description ?? ""
            $0.slot = (to ?? from)?.slot ?? ""
            $0.fromBuild = Int32(clamping: from?.buildID ?? 0)
            $0.toBuild = Int32(clamping: to?.buildID ?? 0)
        }
    }
}

extension BinhostError {
    /// What farmctl is told.
    fileprivate var answer: WireErrorAnswer {
        switch self {
        case .releaseExists(let name, let farm):
            .make(
                .invalid, "\(farm) has a release '\(name)' already", "releases never change: choose another name")
        case .releaseMissing(let name, let farm):
            .make(
                .notFound, "\(farm) has no release '\(name)'", "farmctl release list \(farm) names those that there are"
            )
        default: .make(.unavailable, description, "look at the coordinator's disk")
        }
    }
}
