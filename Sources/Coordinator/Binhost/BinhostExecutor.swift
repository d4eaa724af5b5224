import Dispatch

/// Runs an actor's work on a serial queue of its own, so that hashing and fsync do not hold threads of the cooperative
/// pool.
final class BinhostExecutor: SerialExecutor {
    private let queue = DispatchQueue(label: "binhost", qos: .utility)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedSerialExecutor()
        queue.async { job.runSynchronously(on: executor) }
    }
}
