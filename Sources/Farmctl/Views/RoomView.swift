/// What was removed, or would be, to make room.
struct RoomView: Report, Equatable {
    struct Part: Encodable, Sendable, Equatable {
        let files: Int
        let bytes: Int64
    }

    let isTrial: Bool
    let binhosts: [GarbageView]
    /// Of images of packages, on this host.
    let imageBlobs: Part
    /// What farmctl has fetched on this host.
    let cache: Part

    private enum CodingKeys: String, CodingKey {
        case isTrial = "dryRun"
        case binhosts, imageBlobs, cache
    }

    func lines(width: Int?) -> [Line] {
        var lines = binhosts.flatMap { $0.lines(width: width) }
        lines.append(line("images here", imageBlobs))
        lines.append(line("fetched here", cache))
        return lines
    }

    private func line(_ what: String, _ part: Part) -> Line {
        guard part.files > 0 else { return "\(what): there is nothing that nobody needs" }
        let sum = "\(what): \(part.files == 1 ? "1 file" : "\(part.files) files"), \(Quantity.size(part.bytes))"
        return Line(isTrial ? "\(sum) would go" : "\(sum) gone")
    }
}
