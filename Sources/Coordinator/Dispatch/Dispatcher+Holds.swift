import Core
import Logging
import Shared
import ZeroMQ

/// What clients see while a run is atomic: the state of before, kept under second names until it has succeeded.
///
/// The hold is on the disk before the run is committed, and goes after the run's end is: a coordinator that dies in between
/// finds it when it starts, and looks at what became of the run.
extension Dispatcher {
    /// Submits an atomic run, once the state that clients see is held.
    @discardableResult
    func submitAtomically(
        _ request: WireSubmitRequest, _ client: Client, _ number: UInt64
    ) throws -> Task<Void, Never> {
        let asked = try self.request(of: request, client)
        let farm = try farm(request.farm)
        // The hold names it.
        let id = takeRunNumber()
        let earlier = holdsEnding[request.farm]
        holdsBeginning[request.farm, default: 0] += 1
        let wish = Wish(request)
        wishesBeginning.append(wish)
        return Task {
            defer { wishHasBegun(wish) }
            var answer = WireCoordinatorMessage()
            answer.request = number
            await refreshIndexes(of: farm)
            await earlier?.value
            do {
                let hold = try await farm.binhost.hold(Hold(run: id), on: farm.releases)
                if let storeFault { throw Refusal(.unavailable, storeFault, "make room on the coordinator's disk") }
                holds[request.farm] = hold
                feed(.runSubmitted(id, asked))
                answer.submit.run = id.rawValue
                answer.submit.atomic = true
            } catch let refusal as Refusal {
                answer.error = .make(refusal.code, refusal.message, refusal.remedy)
            } catch {
                answer.error = .make(
                    .unavailable, "what clients see of \(request.farm) cannot be held: \(error)",
                    "look at the coordinator's disk, or submit the run without --atomic")
            }
            let others = (holdsBeginning[request.farm] ?? 1) - 1
            holdsBeginning[request.farm] = others > 0 ? others : nil
            send(answer, to: client.peer)
            // Nothing was submitted, or it ended at once.
            reviewHold(of: request.farm, wasSubmitted: answer.submit.atomic)
        }
    }

    /// Its run is there, or will never be.
    func wishHasBegun(_ wish: Wish) {
        if let place = wishesBeginning.firstIndex(of: wish) { wishesBeginning.remove(at: place) }
    }

    /// Holds of before the start. Those of runs that were never committed, or have succeeded since, end.
    func restoreHolds() async {
        for farm in farms.values { await restoreHold(of: farm) }
    }

    func restoreHold(of farm: Farm) async {
        let name = farm.configuration.name
        do {
            guard let hold = try await farm.binhost.currentHold(on: farm.releases) else { return }
            holds[name] = hold
            let isKnown = try scheduler.durable.runs[hold.run] != nil || services.store.run(hold.run) != nil
            reviewHold(of: name, wasSubmitted: isKnown)
            await holdsEnding[name]?.value
        } catch {
            logger.error(
                "clients may see an earlier state", metadata: ["farm": "\(name)", "error": "\(error)"])
        }
    }

    /// How the farm's hold stands; nil when there is none.
    func holdState(of name: String, wasSubmitted: Bool = true) -> Hold.State? {
        holds[name]?.state(
            among: scheduler.durable.runs.filter { $0.value.record.request.farm == name }.mapValues(\.record),
            wasSubmitted: wasSubmitted)
    }

    /// Ends the farm's hold when it is over.
    func reviewHold(of name: String, wasSubmitted: Bool = true) {
        // A run that is about to be submitted counts on it.
        guard holdsBeginning[name] == nil, holdState(of: name, wasSubmitted: wasSubmitted) == .over else { return }
        guard let farm = farms[name], let hold = holds.removeValue(forKey: name) else { return }
        holdsEnding[name] = Task {
            do {
                try await farm.binhost.endHold(on: farm.releases)
                sweep(farm)
                logger.info("clients see the present state again", metadata: ["farm": "\(name)"])
            } catch {
                // Said on the status screen too, and tried again after the next run.
                if holds[name] == nil { holds[name] = hold }
                logger.error(
                    "clients still see an earlier state", metadata: ["farm": "\(name)", "error": "\(error)"])
            }
            holdsEnding[name] = nil
        }
    }

    /// Ends the farm's hold whatever became of its runs.
    func unhold(_ farm: Farm, by user: String) async throws -> WireReleaseAnswer {
        let name = farm.configuration.name
        await holdsEnding[name]?.value
        guard holds[name] != nil, holdsBeginning[name] == nil else {
            throw Refusal(.invalid, "clients see the present state of \(name) already", "nothing is left to do")
        }
        if case .open(let run) = holdState(of: name) {
            throw Refusal(
                .unavailable, "run \(run) of \(name) is atomic and goes on",
                "wait for its end, or: farmctl cancel \(run)")
        }
        try await farm.binhost.endHold(on: farm.releases)
        sweep(farm)
        holds[name] = nil
        logger.notice("hold ended", metadata: ["farm": "\(name)", "by": "\(user)"])
        return WireReleaseAnswer()
    }
}
