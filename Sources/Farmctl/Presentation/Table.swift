/// Rows below a heading, as wide as they need to be.
struct Table: Sendable {
    enum Alignment: Sendable { case left, right }

    struct Column: Sendable {
        let title: String
        let alignment: Alignment
        init(_ title: String, _ alignment: Alignment = .left) {
            self.title = title
            self.alignment = alignment
        }
    }

    let columns: [Column]
    private(set) var rows: [[Line]] = []

    init(_ columns: [Column]) { self.columns = columns }

    /// Missing cells at the end are empty.
    mutating func add(_ cells: [Line]) {
        precondition(cells.count <= columns.count, "a row has more cells than the table has columns")
        rows.append(cells)
    }

    /// - Parameter width: clips what is longer; nil for output that no terminal breaks into lines.
    func lines(width: Int? = nil) -> [Line] {
        guard !rows.isEmpty else { return [] }
        // A column in which nothing stands says nothing.
        let shown = columns.indices.filter { column in
            rows.contains { column < $0.count && $0[column].width > 0 }
        }
        let widths = shown.map { column in
            rows.reduce(columns[column].title.count) { max($0, column < $1.count ? $1[column].width : 0) }
        }
        let heading = columns.map { Line($0.title, .faint) }
        return ([heading] + rows).map { row in
            var line = Line()
            // No blanks at the end of a line.
            let last = shown.lastIndex { $0 < row.count && row[$0].width > 0 } ?? -1
            for (place, column) in shown.enumerated() where place <= last {
                if place > 0 { line.append("  ") }
                let isPadded = place < last || columns[column].alignment == .right
                let cell = column < row.count ? row[column] : .empty
                line.append(isPadded ? cell.padded(to: widths[place], columns[column].alignment) : cell)
            }
            return width.map { line.clipped(to: $0) } ?? line
        }
    }
}
