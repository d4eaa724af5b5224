/// The order in which a plan's jobs stand: Portage's merge order. With a second pass, a package that is built against the
/// base image's copy of a later one has a second job, right behind the last package that it should have had.
struct BuildOrder: Sendable {
    /// The package of each job.
    private(set) var nodes: [Int32] = []
    /// The place of each package's only or first job.
    private var first: [Int32]
    /// The place of its second job, -1 without one; empty when no package has one.
    private var second: [Int32] = []

    init(_ edges: EdgeLists, secondPass: Bool) {
        let count = Int32(edges.nodeCount)
        first = Array(0..<count)
        let behind = secondPass ? Self.secondJobs(edges) : [:]
        guard !behind.isEmpty else {
            nodes = first
            return
        }
        nodes.reserveCapacity(Int(count) + behind.count)
        second = [Int32](repeating: -1, count: Int(count))
        for node in 0..<count {
            first[Int(node)] = Int32(nodes.count)
            nodes.append(node)
            for again in behind[node] ?? [] {
                second[Int(again)] = Int32(nodes.count)
                nodes.append(again)
            }
        }
    }

    /// The packages that are built again, by the one behind which they are; of these the later one first, as it is what an
    /// earlier one may have lacked.
    private static func secondJobs(_ edges: EdgeLists) -> [Int32: [Int32]] {
        let count = Int32(edges.nodeCount)
        var lacked = [Int32](repeating: -1, count: Int(count))
        var behind: [Int32: [Int32]] = [:]
        for node in (0..<count).reversed() {
            var last: Int32 = -1
            for edge in edges[node] where edge.dependency >= node && edge.marks.contains(.build) {
                last = max(last, edge.dependency, lacked[Int(edge.dependency)])
            }
            guard last >= 0 else { continue }
            lacked[Int(node)] = last
            behind[last, default: []].append(node)
        }
        return behind
    }

    /// The package's job that a job at this place finds done: the second one if it stands before.
    func job(of node: Int32, before place: Int32) -> Int32? {
        if !second.isEmpty {
            let again = second[Int(node)]
            if again >= 0, again < place { return again }
        }
        let only = first[Int(node)]
        return only < place ? only : nil
    }

    /// The package's last job: what stays published.
    func lastJob(of node: Int32) -> Int32 {
        if !second.isEmpty, second[Int(node)] >= 0 { return second[Int(node)] }
        return first[Int(node)]
    }

    /// The job whose package a second job replaces.
    func replaced(by place: Int32) -> Int32? {
        let only = first[Int(nodes[Int(place)])]
        return only == place ? nil : only
    }
}
