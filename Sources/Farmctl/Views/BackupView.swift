struct BackupView: Report, Equatable {
    /// On the coordinator's host.
    let path: String
    let bytes: Int64

    func lines(width: Int?) -> [Line] { ["\(path, .strong) (\(Quantity.size(bytes))) on the coordinator's host"] }
}
