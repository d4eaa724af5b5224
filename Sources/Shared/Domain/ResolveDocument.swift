/// What the resolve probe in the image says: a graph, or why there is none. See `deploy/images/binfarm`.
package enum ResolveDocument: Sendable, Equatable {
    case resolved(ResolvedGraph)
    case failed(ResolveFailure)

    /// The document format this program reads.
    package static let schema = 2
}

/// A merge list with its edges, as Portage resolved it. Nodes stand in Portage's merge order.
package struct ResolvedGraph: Sendable, Equatable, Codable {
    package var portage: String
    package var settings: Settings
    package var targets: [String]
    package var nodes: [Node]
    package var edges: [Edge]
    /// What decides a build's result and is no file of a repository: variables after `package.env`, the USE flags that
    /// profiles add to each ebuild, digests of the bashrc files. Many nodes share one.
    package var environments: [[String: String]]
    /// Every package that is installed in the image.
    package var base: [BasePackage]
    /// What lies below all builds: the system set and the toolchain, and what of the image belongs to no package.
    package var foundation: ContentDigest

    package init(
        portage: String, settings: Settings, targets: [String], nodes: [Node], edges: [Edge],
        environments: [[String: String]] = [[:]], base: [BasePackage] = [],
        foundation: ContentDigest = ContentHasher.digest([])
    ) {
        self.portage = portage
        self.settings = settings
        self.targets = targets
        self.nodes = nodes
        self.edges = edges
        self.environments = environments
        self.base = base
        self.foundation = foundation
    }

    package struct Settings: Sendable, Equatable, Codable {
        /// The header of a `Packages` index, as Portage's bintree fills it.
        package var indexHeader: [String: String]

        package init(indexHeader: [String: String]) { self.indexHeader = indexHeader }

        enum CodingKeys: String, CodingKey { case indexHeader = "index_header" }
    }

    package struct Node: Sendable, Equatable, Codable {
        package var index: Int
        package var cpv: CPV
        package var slot: String
        package var subSlot: String
        package var repository: String
        /// Flags that are on, implicit ones too.
        package var use: [String]
        /// All flags that the ebuild knows, with or without a `+`/`-` default in front.
        package var iuse: [String]
        package var restrict: [String]
        package var properties: [String]
        /// Its `pkg_preinst` may call what it needs to run.
        package var preinstCalls: Bool?
        /// Sum of its distfiles, bytes.
        package var distfilesSize: Int64?
        /// What its USE flags fetch.
        package var sources: [Source]?
        package var requestedBy: [String]?
        /// Digest of the ebuild, the eclasses that it inherits, its `files/`, the user's patches for it and the digests of
        /// the distfiles that its USE flags fetch.
        package var recipe: ContentDigest
        /// Index into the graph's `environments`.
        package var environment: Int
        /// Indexes into the graph's `base`: the installed packages that its build sees; those of the system are left out,
        /// `foundation` stands for them.
        package var base: [Int]
        /// What binhosts of others have in this form, the first to be preferred; nil when nobody asked.
        package var binaries: [Binary]?

        package init(
            index: Int, cpv: CPV, slot: String = "0", subSlot: String = "0", repository: String, use: [String] = [],
            iuse: [String] = [], restrict: [String] = [], properties: [String] = [], preinstCalls: Bool? = nil,
            distfilesSize: Int64? = nil, sources: [Source]? = nil, requestedBy: [String]? = nil,
            recipe: ContentDigest = ContentHasher.digest([]),
            environment: Int = 0,
            base: [Int] = [], binaries: [Binary]? = nil
        ) {
            self.index = index
            self.cpv = cpv
            self.slot = slot
            self.subSlot = subSlot
            self.repository = repository
            self.use = use
            self.iuse = iuse
            self.restrict = restrict
            self.properties = properties
            self.preinstCalls = preinstCalls
            self.distfilesSize = distfilesSize
            self.sources = sources
            self.requestedBy = requestedBy
            self.recipe = recipe
            self.environment = environment
            self.base = base
            self.binaries = binaries
        }

        enum CodingKeys: String, CodingKey {
            case index, cpv, slot, use, iuse, restrict, properties, recipe, environment, base, binaries
            case subSlot = "sub_slot"
            case repository = "repo"
            case preinstCalls = "preinst_calls"
            case distfilesSize = "size_distfiles"
            case sources = "distfiles"
            case requestedBy = "requested_by"
        }

        /// Its distfiles; nil when not all are known: the Manifest says nothing of one, or what is fetched is no file (PMS:
        /// PROPERTIES=live).
        package var distfiles: [Distfile]? {
            guard let sources, !properties.contains("live") else { return nil }
            let known = sources.compactMap(\.distfile)
            return known.count == sources.count ? known : nil
        }
    }

    /// A package of somebody else's binhost that Portage would install in place of what the build gives.
    package struct Binary: Sendable, Equatable, Codable {
        /// Name of the index that has it, as the probe was given it.
        package var index: String
        /// Below the binhost.
        package var path: String
        package var size: Int64
        package var buildID: Int64
        /// Of its file, hexadecimal.
        package var sha1: String
        /// What Portage judged it by, beside what the plan says: the index's values by their names.
        package var values: [String: String]

        package init(
            index: String, path: String, size: Int64, buildID: Int64, sha1: String, values: [String: String] = [:]
        ) {
            self.index = index
            self.path = path
            self.size = size
            self.buildID = buildID
            self.sha1 = sha1
            self.values = values
        }

        enum CodingKeys: String, CodingKey {
            case index, path, size, sha1, values
            case buildID = "build_id"
        }
    }

    /// A file that an ebuild fetches; without size and digest where no Manifest names it.
    package struct Source: Sendable, Equatable, Codable {
        package var name: String
        package var size: Int64?
        /// Lower-case hex.
        package var blake2b: String?

        package init(name: String, size: Int64? = nil, blake2b: String? = nil) {
            self.name = name
            self.size = size
            self.blake2b = blake2b
        }

        fileprivate var distfile: Distfile? {
            guard let size, let digest = blake2b.flatMap({ BLAKE2bDigest(hex: $0) }) else { return nil }
            return Distfile(name: name, size: size, digest: digest)
        }
    }

    package struct Edge: Sendable, Equatable, Codable {
        package var dependent: Int
        package var dependency: Int
        package var kinds: [Kind]
        /// `+flag` and `-flag` of the dependent: each a change that would remove the edge. Only on build edges to a later
        /// node, which a cycle made Portage's order contradict.
        package var use: [String]?

        package init(dependent: Int, dependency: Int, kinds: [Kind], use: [String]? = nil) {
            self.dependent = dependent
            self.dependency = dependency
            self.kinds = kinds
            self.use = use
        }
    }

    /// A package that is installed in the image.
    package struct BasePackage: Sendable, Equatable, Codable {
        package var cpv: CPV
        package var slot: String
        package var subSlot: String
        package var repository: String
        /// Flags of `iuse` that are on.
        package var use: [String]
        package var iuse: [String]
        /// Of slot, USE and the installed files without their times.
        package var digest: ContentDigest
        /// It belongs to the system set, closed over run-time dependencies, or to the toolchain: every build sees it.
        package var isSystem: Bool

        package init(
            cpv: CPV, slot: String = "0", subSlot: String = "0", repository: String, use: [String] = [],
            iuse: [String] = [], digest: ContentDigest = ContentHasher.digest([]), isSystem: Bool = false
        ) {
            self.cpv = cpv
            self.slot = slot
            self.subSlot = subSlot
            self.repository = repository
            self.use = use
            self.iuse = iuse
            self.digest = digest
            self.isSystem = isSystem
        }

        enum CodingKeys: String, CodingKey {
            case cpv, slot, use, iuse, digest
            case subSlot = "sub_slot"
            case repository = "repo"
            case isSystem = "system"
        }
    }

    /// One priority of an edge: Portage's `DepPriority`.
    package struct Kind: Sendable, Equatable, Codable {
        package var kind: DependencyKind
        /// A package installed in the base image already meets it.
        package var satisfied: Bool
        package var optional: Bool

        package init(_ kind: DependencyKind, satisfied: Bool = false, optional: Bool = false) {
            self.kind = kind
            self.satisfied = satisfied
            self.optional = optional
        }
    }

    package enum DependencyKind: String, Sendable, Codable {
        case buildtime
        case buildtimeSlotOperator = "buildtime_slot_op"
        /// IDEPEND
        case installtime
        case runtime
        case runtimeSlotOperator = "runtime_slot_op"
        /// PDEPEND
        case runtimePost = "runtime_post"
    }
}

/// Why Portage could not resolve, with its own reasons and suggestions.
package struct ResolveFailure: Error, Sendable, Equatable, Codable {
    /// `unknown-atom`, `masked`, `use-required`, `slot-conflict`, `circular-dependency`, `licence-not-accepted`, …
    package var kind: String
    package var atom: String?
    package var packages: [String]
    package var chain: [String]
    package var reasons: [String]
    package var suggestions: [Suggestion]
    /// Portage's own text.
    package var message: String

    package init(
        kind: String, atom: String? = nil, packages: [String] = [], chain: [String] = [], reasons: [String] = [],
        suggestions: [Suggestion] = [], message: String = ""
    ) {
        self.kind = kind
        self.atom = atom
        self.packages = packages
        self.chain = chain
        self.reasons = reasons
        self.suggestions = suggestions
        self.message = message
    }

    package struct Suggestion: Sendable, Equatable, Codable {
        /// Below `/etc/portage`, such as `package.use`.
        package var file: String
        package var line: String

        package init(file: String, line: String) {
            self.file = file
            self.line = line
        }
    }
}

extension ResolveDocument: Decodable {
    private enum CodingKeys: String, CodingKey { case schema, ok, error }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let schema = try container.decode(Int.self, forKey: .schema)
        guard schema == Self.schema else {
            throw DecodingError.dataCorruptedError(
                forKey: .schema, in: container,
                debugDescription: "the image's resolve probe speaks schema \(schema), this program \(Self.schema)")
        }
        if try container.decode(Bool.self, forKey: .ok) {
            self = .resolved(try ResolvedGraph(from: decoder))
        } else {
            self = .failed(try container.decode(ResolveFailure.self, forKey: .error))
        }
    }
}
