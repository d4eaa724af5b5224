import FoundationEssentials
import Logging
import Core
import Shared
import SystemPackage

/// From a resolve document to a plan, off the event loop.
extension Dispatcher {
    /// Largest resolve document read, bytes: some hundred thousand packages.
    private static let largestDocument: Int64 = 128 << 20

    func plan(_ run: RunID, from document: Blob) {
        guard let record = scheduler.durable.runs[run]?.record, let farm = farms[record.request.farm] else {
            return feed(
                .planningFailed(
                    run, Failure(.resolveFailed, "its farm is not in the coordinator's configuration any more")))
        }
        if let recipe = record.request.recipe { return keepImage(document, of: run, record.request, recipe) }
        plannings[run] = Task {
            defer { plannings[run] = nil }
            var farm = farm
            while let outcome = await plan(run, from: document, for: record.request, of: farm) {
                // Which packages it may use depends on that.
                if let now = farms[record.request.farm], now.settings != farm.settings {
                    farm = now
                    continue
                }
                return await conclude(run, with: outcome, of: farm)
            }
        }
    }

    /// - Returns: nil when nobody wants its plan any more: somebody may be about to set the binhost back.
    private func plan(_ run: RunID, from document: Blob, for request: RunRequest, of farm: Farm) async -> PlanOutcome? {
        let path = services.staging.path(of: document.digest)
        let upstreams = upstreams(of: farm, for: run)
        let buildIDs = upstreams.isEmpty ? [:] : self.buildIDs(of: farm)
        var outcome = await Self.makePlan(path, document, of: run, for: farm, upstreams, buildIDs, request, services)
        var imports: Takeovers.Packages = [:]
        if case .planned(_, _, _, let offers) = outcome, !offers.isEmpty {
            imports = await takeOver(offers, for: run, into: farm)
            if Task.isCancelled { return nil }
            outcome = await Self.makePlan(
                path, document, of: run, for: farm, upstreams, buildIDs, request, services, imports)
        }
        if Task.isCancelled { return nil }
        if case .planned(let plan, _, let layers, _) = outcome,
            let problem = await adopt(plan, from: layers, into: farm, buildIDs)
        {
            logger.warning(
                "nothing is taken over from other farms", metadata: ["run": "\(run)", "reason": "\(problem)"])
            outcome = await Self.makePlan(path, document, of: run, for: farm, [], [:], request, services, imports)
        }
        return outcome
    }

    private func conclude(_ run: RunID, with outcome: PlanOutcome, of farm: Farm) async {
        switch outcome {
        case .planned(let plan, let header, _, _):
            await setHeader(header, of: farm)
            if plan.jobs.contains(where: { $0.adoptedFrom != nil }) { await count(farm) }
            feed(.planned(run, plan))
        case .unresolved(let failure):
            do {
                try await services.store.save(failure, of: run)
                resolveFailures[run] = failure
            } catch {
                logger.error("a resolve failure was not stored", metadata: ["error": "\(error)"])
            }
            feed(.planningFailed(run, Failure(.resolveFailed, failure.summary)))
        case .failed(let failure): feed(.planningFailed(run, failure))
        }
    }

    /// The farms whose packages may be taken over. Farm files change one by one: meanwhile one farm may sign and the other not
    /// yet.
    func upstreams(of farm: Farm, for run: RunID) -> [Farm] {
        farm.settings.upstreams.farms.compactMap { name in
            guard let upstream = farms[name], name != farm.configuration.name else { return nil }
            let problem = UpstreamCheck.problem(between: farm.inLayers, and: upstream.inLayers)
            guard let problem else { return upstream }
            logger.warning(
                "nothing is taken over from an upstream", metadata: ["run": "\(run)", "reason": "\(problem)"])
            return nil
        }
    }

    /// Takes over what a plan wants of other farms.
    /// - Parameter buildIDs: those that it was made with.
    /// - Returns: why nothing was taken over; nil when there was nothing, or it is done.
    private func adopt(
        _ plan: Plan, from layers: [UpstreamPackages], into farm: Farm, _ buildIDs: [CPV: Int32]
    ) async -> String? {
        let upstreams = Set(layers.map(\.farm.configuration.name))
        let records = plan.jobs.filter { upstreams.contains($0.adoptedFrom ?? "") }.compactMap(\.cached)
        guard !records.isEmpty else { return nil }
        let name = farm.configuration.name
        guard farms[name]?.settings == farm.settings else { return "the farm signs or takes over otherwise since" }
        for record in records {
            let last = scheduler.durable.buildIDs[Snapshot.FarmPackage(farm: name, cpv: record.cpv)] ?? 0
            guard last == buildIDs[record.cpv] ?? 0 || last < record.buildID else {
                return "build \(record.buildID) of \(record.cpv) was begun here meanwhile"
            }
        }
        // From now on no build gets their numbers.
        feed(.adopting(farm: name, records))
        do {
            try await UpstreamPackages.adopt(plan, from: layers, into: farm, services.catalogue)
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// The largest that the farm gave out, by package.
    private func buildIDs(of farm: Farm) -> [CPV: Int32] {
        let own = scheduler.durable.buildIDs.filter { $0.key.farm == farm.configuration.name }
        return Dictionary(uniqueKeysWithValues: own.map { ($0.key.cpv, $0.value) })
    }

    /// The index says what the image says of itself. A disk too full for that now is met again, and named, at publishing.
    private func setHeader(_ header: [String: String], of farm: Farm) async {
        do { try await farm.binhost.setHeader(header.filter(Self.isHeader)) } catch {
            logger.warning("the index's header was not written", metadata: ["error": "\(error)"])
        }
    }

    /// What a client reads from the header decides where it fetches from: a worker's word is not taken for that.
    private nonisolated static func isHeader(_ name: String, _ value: String) -> Bool {
        !name.isEmpty && !["URI", "TTL", "DOWNLOAD_TIMESTAMP"].contains(name)
            && name.utf8.allSatisfy { (65...90).contains($0) || (48...57).contains($0) || $0 == 95 }
            && !value.contains(where: \.isNewline)
    }

    private enum PlanOutcome: Sendable {
        /// - Parameters:
        ///   - layers: what it takes over of other farms is of these.
        ///   - offers: what binhosts of others have of what it would build.
        case planned(Plan, header: [String: String], layers: [UpstreamPackages], offers: [ForeignOffer])
        case unresolved(ResolveFailure)
        case failed(Failure)
    }

    @concurrent
    private nonisolated static func makePlan(
        _ path: FilePath, _ blob: Blob, of run: RunID, for farm: Farm, _ upstreams: [Farm], _ buildIDs: [CPV: Int32],
        _ request: RunRequest, _ services: DispatcherServices, _ imports: Takeovers.Packages = [:]
    ) async -> PlanOutcome {
        do {
            guard blob.size <= largestDocument else {
                return .failed(Failure(.resolveFailed, "the resolve document has \(blob.size) bytes, too many"))
            }
            let data = try Data(contentsOf: URL(filePath: path.string))
            switch try JSONDecoder().decode(ResolveDocument.self, from: data) {
            case .failed(let failure): return .unresolved(failure)
            case .resolved(let graph):
                // What the database says is published counts only while the binhost has it.
                let present = await farm.usable(in: request.format)
                let stored = try services.store.published(farm: farm.configuration.name)
                let known = KnownPackages(
                    stored.filter { present[$0.record.path]?.sha256 == $0.record.package.digest })
                let own = UpstreamPackages.Own(
                    present: present, known: stored, buildIDs: buildIDs, format: request.format)
                var layers: [UpstreamPackages] = []
                for upstream in upstreams {
                    layers.append(try await UpstreamPackages(upstream, for: own, services.store))
                }
                let expectations = try services.store.expectations()
                let byHand = graph.nodes.lazy.filter { $0.restrict.contains("fetch") }.flatMap { $0.distfiles ?? [] }
                var planner = Planner(
                    known: known, expected: { expectations[$0.cp] }, forced: Set(request.forced),
                    secondPass: request.secondPass, packsBase: request.packsBase, run: run,
                    held: services.distfiles.held(byHand))
                for layer in layers { planner.known.add(layer.packages, of: layer.farm.configuration.name) }
                for (address, packages) in imports { planner.known.add(packages, of: address) }
                let plan = try planner.plan(graph)
                let binhosts = farm.settings.upstreams.binhosts
                let offers = ForeignOffer.all(
                    of: plan, from: graph, in: request.format, known: Set(stored.map(\.record.path))
                ) { index in
                    ContentDigest(hex: index).flatMap { services.foreign.binhost(of: $0, among: binhosts) }
                }
                return .planned(plan, header: graph.settings.indexHeader, layers: layers, offers: offers)
            }
        } catch let error as PlanningError {
            return .failed(error.failure)
        } catch let error as DecodingError {
            return .failed(
                Failure(.resolveFailed, "the image's resolve probe wrote something else: \(error.forPeople)"))
        } catch {
            return .failed(Failure(.resolveFailed, "the resolve document could not be planned: \(error)"))
        }
    }
}

extension ResolveFailure {
    /// One line.
    var summary: String {
        let subject = atom ?? packages.joined(separator: ", ")
        let why = reasons.first ?? String(message.prefix { $0 != "\n" })
        return [kind, subject, why].filter { !$0.isEmpty }.joined(separator: ": ")
    }
}
