package struct WorkersDocument: Encodable, Sendable, Equatable {
    package let workers: [WorkerDocument]

    package init(workers: [WorkerDocument]) { self.workers = workers }
}
