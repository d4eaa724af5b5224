/// A plan's graph without the edges that follow from others (Aho, Garey and Ullman 1972).
package enum TransitiveReduction {
    /// - Parameter waitsFor: of each job, jobs that stand before it. Anything else is left out.
    /// - Returns: of each job what it waits for directly, in the same order.
    package static func of(_ waitsFor: [[Int32]]) -> [[Int32]] {
        let words = (waitsFor.count + 63) / 64
        // Of each job all that stand behind an edge from it, and itself: one bit each.
        var reached = [UInt64](repeating: 0, count: words * waitsFor.count)
        var result: [[Int32]] = []
        result.reserveCapacity(waitsFor.count)
        for (job, needed) in waitsFor.enumerated() {
            let own = job * words
            var direct: [Int32] = []
            // The nearest first: what it reaches need not be told.
            for other in needed.filter({ $0 >= 0 && $0 < job }).sorted(by: >) {
                guard reached[own + Int(other) / 64] & (1 << UInt64(other % 64)) == 0 else { continue }
                direct.append(other)
                let theirs = Int(other) * words
                for word in 0..<words { reached[own + word] |= reached[theirs + word] }
            }
            reached[own + job / 64] |= 1 << UInt64(job % 64)
            let kept = Set(direct)
            result.append(needed.filter { kept.contains($0) })
        }
        return result
    }
}
