/// What a publication elsewhere has done.
struct PublicationView: Report, Equatable {
    let farm: String
    let destination: String
    /// That the index names.
    let packages: Int
    let bytes: Int64
    /// Packages that were not there before.
    let added: Int
    let removed: Int
    /// Packages that the index does not name, and that were left.
    let superfluous: Int

    func lines(width: Int?) -> [Line] {
        let changes = [added > 0 ? "\(added) new" : nil, removed > 0 ? "\(removed) removed" : nil].compactMap(\.self)
        let summary = "\(packages == 1 ? "1 package" : "\(packages) packages"), \(Quantity.size(bytes))"
        var lines: [Line] = [
            "\(destination, .strong): \(summary) (\(changes.isEmpty ? "nothing new" : changes.joined(separator: ", ")))"
        ]
        if superfluous > 0 {
            lines.append("\(superfluous) there that the index does not name; --prune removes them")
        }
        return lines
    }
}
