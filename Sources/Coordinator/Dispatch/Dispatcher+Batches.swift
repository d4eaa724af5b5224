import Core
import Logging
import Shared
import ZeroMQ

/// From what was decided to what is carried out: committed in between, many decisions at once.
extension Dispatcher {
    func commit() {
        guard !isCommitting, !steps.isEmpty, !isStopped else { return }
        isCommitting = true
        Task { await drain() }
    }

    /// What is decided while one batch is committed makes up the next, whose commit begins before the first is carried out.
    private func drain() async {
        var batch = nextBatch()
        encodeMessages(of: &batch)
        while let current = batch, !isStopped {
            await persist(current)
            batch = nextBatch()
            hasMoreToCommit = batch != nil
            carryOut(current)
            batch = batch ?? nextBatch()
            // While the disk is busy with the commit.
            encodeMessages(of: &batch)
        }
        isCommitting = false
    }

    /// Steps whose changes are being committed.
    private struct Batch {
        var steps: [Step]
        var changes: [Change]
        var commit: Commit?
        /// What workers are told of it.
        var outbox = Outbox()
    }

    private func encodeMessages(of batch: inout Batch?) {
        for case .effect(let effect, let since) in batch?.steps ?? [] {
            guard
                let (worker, body) = effect.message(lease: lease, binhosts: indexes, registryImage: registryImage(of:))
            else { continue }
            var assigned: (AttemptID, ContinuousClock.Instant)?
            if case .assign(_, let assignment) = effect { assigned = (assignment.attempt, since) }
            do {
                try batch?.outbox.add(body, for: worker, name: effect.name, assigned: assigned)
            } catch {
                logger.error("a message could not be encoded", metadata: ["worker": "\(worker)", "error": "\(error)"])
            }
        }
    }

    private func indexes(of farm: String) -> [Blob] {
        services.foreign.current(farms[farm]?.settings.upstreams.binhosts ?? [])
    }

    private func registryImage(of archive: Blob) -> RegistryImage? { services.registry?.image(archive.digest) }

    /// nil when there is nothing to do.
    private func nextBatch() -> Batch? {
        guard !isStopped else { return nil }
        // Also when what came in asks for nothing.
        backlog = 0
        listen(true)
        guard !steps.isEmpty else { return nil }
        var batch = Batch(steps: steps, changes: [])
        for case .effect(.persist(let change), _) in steps { batch.changes.append(change) }
        steps = []
        guard !batch.changes.isEmpty else { return batch }
        FaultPoint.pass("before-commit")
        batch.commit = services.store.begin(batch.changes)
        return batch
    }

    /// Comes back when the changes are committed. A database that takes nothing (its disk is full) holds everything up,
    /// and says so on the status screen, until it takes them.
    private func persist(_ batch: Batch) async {
        var commit = batch.commit
        while let begun = commit, !isStopped {
            do {
                try await begun.end()
                FaultPoint.pass("after-commit")
                storeFault = nil
                return
            } catch let error where !Store.isPassing(error) {
                logger.critical("the database is unusable; stopping", metadata: ["error": "\(error)"])
                services.faults.finish(throwing: error)
                return stop()
            } catch {
                if storeFault == nil {
                    logger.error("the database takes no changes; trying again", metadata: ["error": "\(error)"])
                }
                storeFault = "the coordinator's database cannot be written: \(error)"
                listen(true)
                try? await Task.sleep(for: .seconds(2))
                guard !isStopped else { return }
                commit = services.store.begin(batch.changes)
            }
        }
    }

    private func carryOut(_ batch: Batch) {
        for step in batch.steps where !isStopped {
            switch step {
            case .effect(let effect, _):
                FaultPoint.pass("before-\(effect.name)")
                carryOut(effect)
                FaultPoint.pass("after-\(effect.name)")
            case .answer(let peer, let message):
                FaultPoint.pass("before-answer")
                transmit(message, to: peer)
                FaultPoint.pass("after-answer")
            }
        }
        send(batch.outbox)
        publishAll()
    }
}
