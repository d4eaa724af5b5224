internal import Shared

/// A root with its packages installed, kept as an image of the engine: each builds on an earlier one, or on the farm's.
struct PreparedRoot: Sendable, Equatable {
    let id: ContentDigest
    let set: RootSet
    /// The root that it was made from; nil: the farm's image.
    let parent: ContentDigest?
    /// Bytes of the whole image.
    let total: Int64
    /// Bytes that it adds to what it was made from.
    let size: Int64
    /// Of the whole image.
    let layers: Int
    /// Seconds since 1970.
    var lastUsed: Int64
}

/// The labels by which a root is known again.
extension PreparedRoot {
    enum Label {
        static let set = "binfarm.root"
        static let epoch = "binfarm.root.epoch"
        static let members = "binfarm.root.members"
        static let parent = "binfarm.root.parent"
        /// Bytes of the image that it was made from.
        static let below = "binfarm.root.below"
    }

    /// Linux takes no longer words than 128 KiB in a command; a set with more members is not kept.
    static let mostMembers = 3000

    static func labels(_ set: RootSet, parent: ContentDigest?, below: Int64) -> [String: String] {
        [
            Label.set: set.id.hex, Label.epoch: set.epoch.hex,
            Label.members: set.members.sorted().map(\.description).joined(separator: ","),
            Label.parent: parent?.hex ?? "", Label.below: "\(below)",
        ]
    }

    /// nil when the image is no root, or its labels contradict each other.
    init?(_ image: EngineImage, lastUsed: Int64) {
        guard let epoch = image.labels[Label.epoch].flatMap({ ContentDigest(hex: $0) }),
            let words = image.labels[Label.members]?.split(separator: ","), let parent = image.labels[Label.parent],
            let below = image.labels[Label.below].flatMap({ Int64($0) })
        else { return nil }
        let members = words.compactMap { PackageMark($0) }
        set = RootSet(epoch: epoch, members: Set(members))
        id = set.id
        self.parent = ContentDigest(hex: parent)
        guard members.count == words.count, image.labels[Label.set] == id.hex, parent.isEmpty || self.parent != nil
        else { return nil }
        total = image.size
        size = max(0, image.size - below)
        layers = image.layers
        self.lastUsed = lastUsed
    }

    init(
        set: RootSet, parent: ContentDigest? = nil, total: Int64, size: Int64, layers: Int, lastUsed: Int64
    ) {
        id = set.id
        self.set = set
        self.parent = parent
        self.total = total
        self.size = size
        self.layers = layers
        self.lastUsed = lastUsed
    }
}
