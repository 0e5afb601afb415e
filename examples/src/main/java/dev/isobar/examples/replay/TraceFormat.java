package dev.isobar.examples.replay;

import java.io.IOException;
import java.util.Locale;

/// How a trace file says its requests.
public enum TraceFormat {
    /// One block number a line; empty lines and lines of `*` are marks, not requests.
    LIRS {
        @Override
        void read(TraceInput in, TraceBuilder trace) throws IOException {
            while (in.nextLine()) {
                if (!in.line().isEmpty() && !in.line().equals("*")) {
                    trace.add(in.number(in.line(), "block number"), 1, 1);
                }
            }
        }
    },
    /// Keys of four bytes each, the most significant first, with nothing between them.
    INT32 {
        @Override
        void read(TraceInput in, TraceBuilder trace) throws IOException {
            while (in.nextInt()) {
                trace.add(in.integer(), 1, 1);
            }
        }
    },
    /// `time key bytes` a line.
    ADAPTSIZE {
        @Override
        void read(TraceInput in, TraceBuilder trace) throws IOException {
            while (in.nextLine()) {
                String[] fields = in.fields(3, "time key bytes");
                long bytes = in.atLeastZero(fields[2], "bytes");
                trace.add(in.number(fields[1], "key"), Math.max(1, bytes), 1);
            }
        }
    },
    /// `type address instructions hitPenalty missPenalty` a line. The cost of a miss is its
    /// penalty.
    PENALTIES {
        @Override
        void read(TraceInput in, TraceBuilder trace) throws IOException {
            while (in.nextLine()) {
                String[] f = in.fields(5, "type address instructions hitPenalty missPenalty");
                long hit = in.atLeastZero(f[3], "hitPenalty");
                long miss = in.atLeastZero(f[4], "missPenalty");
                if (miss < hit) {
                    throw in.error("missPenalty is less than hitPenalty");
                }
                trace.add(in.address(f[1]), 1, Math.max(1, miss));
            }
        }
    };

    /// Adds all requests of an input to a trace.
    abstract void read(TraceInput in, TraceBuilder trace) throws IOException;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
