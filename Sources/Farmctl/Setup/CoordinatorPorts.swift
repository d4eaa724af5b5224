/// Where the coordinator listens on its host.
struct CoordinatorPorts: Sendable, Equatable {
    var control: String
    var bulk: String

    static let standard = CoordinatorPorts(control: "5550", bulk: "5551")
}
