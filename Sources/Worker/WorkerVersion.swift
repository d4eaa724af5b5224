package enum WorkerVersion {
    /// Told to the coordinator and by `--version`.
    package static let text = "0.1.0"
}
