import Core
import Logging
import Shared
import SwiftProtobuf
import SystemPackage
import ZeroMQ

/// Looking after the binhosts' files, for operators.
extension Dispatcher {
    /// Answers when it is done, or says how far it has come; the work is off the event loop.
    func binhost(_ request: WireBinhostRequest, _ client: Client, _ number: UInt64) throws {
        let farm = try farm(request.farm)
        switch request.act {
        case .verify(let verify):
            var answer = WireCoordinatorMessage()
            answer.request = number
            answer.binhost.verification = try self.verify(farm, verify, client).wire
            send(answer, to: client.peer)
        case .collect(let collect):
            if collect.remove {
                try demandOperator(client, to: "remove packages")
                try demandPlanned(request.farm)
            }
            try answerLater(client, number) { answer in
                answer.binhost = try await self.collect(farm, removes: collect.remove, by: client.name)
            }
        case .locate(let locate):
            guard locate.release.isEmpty || ReleaseShelf.isValid(locate.release) else {
                throw Refusal(.invalid, "this is no name for a release", "farmctl release list \(request.farm)")
            }
            try answerLater(client, number) { answer in
                let directory = try await farm.binhost.seen(locate.release, on: farm.releases)
                answer.binhost = .with { $0.directory = directory.string }
            }
        case nil:
            throw Refusal(
                .invalid, "the coordinator does not understand this request about binhosts",
                "install the same version of binfarm on both sides")
        }
    }

    // MARK: Verifying

    /// How the farm's verification stands; begins one when that is asked for and none is under way.
    private func verify(_ farm: Farm, _ request: WireBinhostVerify, _ client: Client) throws -> Verification {
        let name = farm.configuration.name
        let known = verifications[name]
        guard request.begin else {
            guard let known else {
                throw Refusal(
                    .unavailable, "the verification of \(name) was cut off: the coordinator was started again",
                    "begin it again")
            }
            return known
        }
        try demandOperator(client, to: request.repair ? "repair binhosts" : "verify binhosts")
        if let known, !known.hasEnded {
            guard known.repairs == request.repair else {
                throw Refusal(
                    .unavailable, "another verification of \(name) is under way", "try again when that is done")
            }
            return known
        }
        let begun = Verification(repairs: request.repair)
        verifications[name] = begun
        logger.notice(
            request.repair ? "repairing a binhost" : "verifying a binhost",
            metadata: ["farm": "\(name)", "by": "\(client.name)"])
        Task { await verify(farm) }
        return begun
    }

    private func verify(_ farm: Farm) async {
        let name = farm.configuration.name
        let verifier = BinhostVerifier()
        do {
            for place in farm.places {
                let files = await place.binhost.indexedFiles
                verifications[name]?.total += files.count
                var fatal: [IndexedFile] = []
                for file in files {
                    guard !isStopped else { return }
                    var finding = await verifier.finding(
                        of: file, in: place.binhost.directory, key: place.signer?.key)
                    // It may have been withdrawn meanwhile.
                    if finding != nil, await !place.binhost.says(file) { finding = nil }
                    if finding?.isFatal == true { fatal.append(file) }
                    verifications[name]?.count(finding)
                }
                guard verifications[name]?.repairs == true, !fatal.isEmpty else { continue }
                let dropped = try await place.binhost.drop(fatal)
                verifications[name]?.dropped.formUnion(dropped)
                logger.notice("dropped from the index", metadata: ["farm": "\(name)", "packages": "\(dropped)"])
            }
            verifications[name]?.end()
        } catch {
            verifications[name]?.end("\(error)")
        }
        await count(farm)
    }

    // MARK: Collecting

    /// While a run is being planned, any package that is there may be what it counts on.
    private func demandPlanned(_ name: String) throws {
        let resolving = scheduler.durable.runs.filter { _, run in
            run.record.request.farm == name && run.record.state == .resolving
        }
        guard resolving.isEmpty else {
            let runs = resolving.keys.sorted().map { "\($0)" }.joined(separator: ", ")
            throw Refusal(
                .unavailable, "nothing of \(name) can go while runs of it are being planned: \(runs)",
                "try again when they build")
        }
        if let closed = farmsClosed[name] ?? (holdsBeginning[name] == nil ? nil : "given a run") {
            throw Refusal(.unavailable, "\(name) is being \(closed)", "try again when that is done")
        }
    }

    private func collect(_ farm: Farm, removes: Bool, by user: String) async throws -> WireBinhostAnswer {
        let name = farm.configuration.name
        if removes {
            // Something may have begun since it was asked for.
            try demandPlanned(name)
            farmsClosed[name] = "cleaned"
        }
        defer { if removes { farmsClosed[name] = nil } }
        let needed = neededPaths(of: name)
        let format = farm.configuration.format
        var garbage = Garbage()
        for binhost in farm.binhosts {
            let shelf = binhost === farm.binhost ? farm.releases : nil
            garbage.files +=
                removes
                ? try await binhost.collect(needed: needed, shelf: shelf, format: format).files
                : try await binhost.garbage(needed: needed, shelf: shelf, format: format).files
        }
        if removes, !garbage.files.isEmpty {
            logger.notice(
                "removed what nobody needs",
                metadata: ["farm": "\(name)", "files": "\(garbage.files.count)", "by": "\(user)"])
            await count(farm)
        }
        return garbage.wire
    }

    /// Paths of packages that the farm's open runs have, may reuse, or are about to publish.
    private func neededPaths(of name: String) -> Set<String> {
        var paths: Set<String> = []
        for run in scheduler.durable.runs.values where run.record.request.farm == name && !run.record.state.isEnd {
            for job in run.plan?.jobs ?? [] {
                if let cached = job.cached { paths.insert(cached.path) }
                paths.formUnion(job.candidates.map(\.record.path))
                guard run.jobs.indices.contains(Int(job.index)) else { continue }
                let state = run.jobs[Int(job.index)]
                if let result = state.record.result { paths.insert(result.path) }
                for attempt in state.attempts where attempt.record.buildID > 0 {
                    let buildID = Int(attempt.record.buildID)
                    paths.insert("\(BinpkgPath(job.cpv, buildID: buildID, format: run.record.request.format))")
                }
            }
        }
        return paths
    }
}

extension Verification {
    fileprivate var wire: WireVerification {
        .with { wire in
            wire.ended = hasEnded
            wire.checked = Int64(checked)
            wire.total = Int64(total)
            wire.failure = failure ?? ""
            wire.findingsTotal = Int32(clamping: findingsTotal)
            // While it goes on only the numbers are of use.
            guard hasEnded else { return }
            wire.findings = findings.map { finding in
                .with {
                    $0.path = finding.path
                    $0.kind = finding.kind.rawValue
                    $0.problem = finding.problem
                    $0.dropped = dropped.contains(finding.path)
                }
            }
        }
    }
}

extension Garbage {
    /// Files named.
    private static let mostNamed = 10_000

    fileprivate var wire: WireBinhostAnswer {
        .with { wire in
            wire.files = files.prefix(Self.mostNamed).map { file in
                .with {
                    $0.path = file.path
                    $0.reason = file.reason.rawValue
                    $0.size = file.size
                }
            }
            wire.filesTotal = Int32(clamping: files.count)
            wire.freedBytes = freed
        }
    }
}
