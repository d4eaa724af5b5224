/// Rows below a heading, as wide as they need to be.
struct Table: Sendable {
    enum Alignment: Sendable { case left, right }

    struct Column: Sendable {
        let title: String
        let alignment: Alignment
        /// Where the width does not do, the columns with the highest number are left out first, those with 0 never.
        let spare: Int
        /// Characters that say enough: rather than leave out others, the last column is clipped to these.
        let least: Int

        init(_ title: String, _ alignment: Alignment = .left, spare: Int = 0, least: Int = .max) {
            self.title = title
            self.alignment = alignment
            self.spare = spare
            self.least = least
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

    /// - Parameter width: leaves out or clips what is longer; nil for output that no terminal breaks into lines.
    func lines(width: Int? = nil) -> [Line] {
        guard !rows.isEmpty else { return [] }
        // A column in which nothing stands says nothing.
        let filled = columns.indices.filter { column in
            rows.contains { column < $0.count && $0[column].width > 0 }
        }
        let shown = width.map { fitting(filled, into: $0) } ?? filled
        let widths = shown.map(self.width)
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

    private func width(of column: Int) -> Int {
        rows.reduce(columns[column].title.count) { max($0, column < $1.count ? $1[column].width : 0) }
    }

    private func fitting(_ filled: [Int], into width: Int) -> [Int] {
        var shown = filled
        while shown.reduce(-2, { $0 + 2 + min(self.width(of: $1), columns[$1].least) }) > width,
            let spare = shown.filter({ columns[$0].spare > 0 }).max(by: { columns[$0].spare < columns[$1].spare })
        {
            shown.removeAll { $0 == spare }
        }
        return shown
    }
}
