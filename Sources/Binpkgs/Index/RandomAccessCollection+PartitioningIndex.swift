extension RandomAccessCollection {
    /// The first index whose element meets the condition, the end when none does. All elements behind one that meets it
    /// must meet it too.
    package func partitioningIndex(_ belongsToSecond: (Element) -> Bool) -> Index {
        var low = startIndex
        var length = count
        while length > 0 {
            let half = length / 2
            let middle = index(low, offsetBy: half)
            if belongsToSecond(self[middle]) {
                length = half
            } else {
                low = index(after: middle)
                length -= half + 1
            }
        }
        return low
    }
}
