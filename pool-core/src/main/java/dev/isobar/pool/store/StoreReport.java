package dev.isobar.pool.store;

import java.util.ArrayList;
import java.util.List;

/// What came of looking at everything in a store.
///
/// @param entries how many entries were read
/// @param records how many records of logs were read
/// @param problems what was wrong, one line each, with the file; at most
///     {@value #MOST_PROBLEMS}
/// @param problemCount how many problems there were
public record StoreReport(long entries, long records, List<String> problems, long problemCount) {

    /// The most problems that are told one by one.
    public static final int MOST_PROBLEMS = 100;

    /// The list is copied.
    public StoreReport {
        problems = List.copyOf(problems);
    }

    /// Whether nothing was wrong.
    public boolean good() {
        return problemCount == 0;
    }

    /// Counts while somebody looks. One thread only.
    static final class Tally {

        private final List<String> problems = new ArrayList<>();
        private long entries;
        private long records;
        private long problemCount;

        void entry() {
            entries++;
        }

        void record(boolean whole, String where) {
            records++;
            if (!whole) {
                failed(where + ": the checksum is wrong");
            }
        }

        void failed(String what) {
            problemCount++;
            if (problems.size() < MOST_PROBLEMS) {
                problems.add(what);
            }
        }

        StoreReport report() {
            return new StoreReport(entries, records, problems, problemCount);
        }
    }
}
