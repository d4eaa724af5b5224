enum WorkerVersion {
    /// Told to the coordinator and by `--version`.
    static let text = "0.1.0"
}
