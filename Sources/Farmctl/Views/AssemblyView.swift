import Images
import Shared

/// What was made of chosen packages.
struct AssemblyView: Report, Equatable {
    let image: ImageView
    /// Layers of packages that were not there before.
    let made: Int
    /// Packages that are there for a library alone, and for which and whose.
    let forLibraries: [String: String]
    /// Packages that would have run something once they were installed; nothing has.
    let postinst: [String]
    /// Where it was written beside the store.
    var output: String?

    private static let named = 5

    init(_ image: StoredImage, made: Int, closure: RuntimeClosure) {
        self.image = ImageView(image)
        self.made = made
        forLibraries = Dictionary(
            closure.forLibraries.map { ($0.key.description, $0.value) }, uniquingKeysWith: { $1 })
        postinst = closure.packages.filter(\.hasPostinst).map(\.cpv.description)
    }

    func lines(width: Int?) -> [Line] {
        var lines = [image.summary, "layers made anew: \(made)"]
        for (package, library) in forLibraries.sorted(by: { $0.key < $1.key }) {
            lines.append("\(package) is there for \(library)")
        }
        if !postinst.isEmpty {
            let more = postinst.count > Self.named ? " and \(postinst.count - Self.named) more" : ""
            lines.append(
                "nothing has run what these do once they are installed: \(postinst.prefix(Self.named).joined(separator: ", "))\(more)"
            )
        }
        if let output { lines.append("written to \(output)") }
        return lines
    }
}
