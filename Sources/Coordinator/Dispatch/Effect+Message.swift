import Core
import Shared

extension Effect {
    /// What a worker is told; nil for what is done here.
    /// - Parameters:
    ///   - lease: how long a worker may be silent.
    ///   - binhosts: indexes that a resolve of this farm is to look into.
    ///   - registryImage: where an image archive's image is in a registry.
    func message(lease: Duration, binhosts: (String) -> [Blob], registryImage: (Blob) -> RegistryImage?) -> (
        worker: WorkerName, body: WireCoordinatorMessage.OneOf_Body
    )? {
        switch self {
        case .assign(let worker, let assignment):
            var assign = assignment.wire(binhosts)
            assign.registryImage = registryImage(assignment.image)?.description ?? ""
            return (worker, .assign(assign))
        case .settle(let worker, let attempt, let accepted, let reason):
            var settled = WireSettled()
            settled.attempt = attempt.wire
            settled.accepted = accepted
            settled.reason = reason
            return (worker, .settled(settled))
        case .revoke(let worker, let attempt, let reason):
            var revoke = WireRevoke()
            revoke.attempt = attempt.wire
            revoke.reason = reason
            return (worker, .revoke(revoke))
        case .welcome(let worker, let adopted):
            var welcome = WireWelcome()
            welcome.protocol = Dispatcher.protocolVersions.upperBound
            welcome.name = worker.rawValue
            welcome.leaseMs = lease.milliseconds
            welcome.adopted = adopted.map(\.wire)
            return (worker, .welcome(welcome))
        case .persist, .plan, .publish, .withdraw, .probeStorage, .wake, .note: return nil
        }
    }
}

extension Assignment {
    fileprivate func wire(_ binhosts: (String) -> [Blob]) -> WireAssign {
        var assign = WireAssign()
        assign.attempt = attempt.wire
        assign.farm = farm
        assign.image = image.wire
        switch work {
        case .resolve(var task):
            task.binhosts = binhosts(farm)
            assign.resolve = task.wire
        case .build(let task): assign.build = task.wire
        case .image(let task): assign.makeImage = task.wire
        }
        return assign
    }
}
