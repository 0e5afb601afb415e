package dev.isobar.benchmarks;

import dev.isobar.kv.KvDigests;
import dev.isobar.kv.KvIdentity;
import dev.isobar.kv.KvPolicy;
import dev.isobar.kv.KvPool;
import dev.isobar.kv.KvPoolConfig;
import dev.isobar.kv.KvPrompt;
import dev.isobar.kv.KvSequence;
import dev.isobar.kv.KvShape;
import dev.isobar.kv.KvType;
import dev.isobar.kv.PrefixReplay;
import dev.isobar.memory.HostSpace;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// The block operations of the KV pool: metadata alone, digests alone, and whole sequences.
public class KvBlocks {

    private static final int BATCH = 100;
    private static final int LONG_PROMPT = 250;
    private static final int TOKENS = 16;
    private static final int ANSWER = 32;

    /// What one block's digest covers: parent, tokens, two lengths.
    private static final int DIGESTED_BYTES = 32 + 4 * TOKENS + 8;

    /// Metadata only: a full table, so that every new block evicts one.
    @State(Scope.Thread)
    public static class Table {
        final PrefixReplay replay = PrefixReplay.of(KvPolicy.LRU, 10_000);
        final PrefixReplay known = PrefixReplay.of(KvPolicy.LRU, 10_000);
        final long[] fresh = new long[BATCH];
        final long[] batch = LongStream.range(0, BATCH).toArray();
        final long[] prompt = LongStream.range(0, LONG_PROMPT).toArray();
        long next = 1_000_000;

        @Setup
        public void fill() {
            for (int i = 0; i < 10_000 / BATCH; i++) {
                replay.request(renew(), 0);
            }
            known.request(prompt, 0);
        }

        long[] renew() {
            for (int at = 0; at < BATCH; at++) {
                fresh[at] = next++;
            }
            return fresh;
        }
    }

    /// A pool for all threads.
    @State(Scope.Benchmark)
    public static class Pool {
        HostSpace space;
        KvPool pool;

        @Setup
        public void open() {
            space = HostSpace.of("bench", 1L << 30);
            KvShape shape = new KvShape(1, 1, 8, KvType.INT8, KvType.INT8, TOKENS);
            pool =
                    new KvPool(
                            KvPoolConfig.builder(shape, KvIdentity.of("bench"))
                                    .capacityBlocks(8_192)
                                    .build(),
                            space);
        }

        @TearDown
        public void close() {
            pool.close();
            space.close();
        }
    }

    /// A thread's own prompt.
    @State(Scope.Thread)
    public static class Prompt {
        int[] tokens;
        int[] fresh;

        @Setup
        public void fill(Pool shared) {
            int first = (int) Thread.currentThread().threadId() * 100_000;
            tokens = IntStream.range(first, first + LONG_PROMPT * TOKENS + 1).toArray();
            try (KvSequence sequence = shared.pool.open(KvPrompt.of(tokens))) {
                sequence.prefill(sequence.remainingTokens());
            }
            fresh = tokens.clone();
        }

        /// Other tokens from the first block on; copied by the pool.
        int[] renew() {
            fresh[1]++;
            return fresh;
        }
    }

    /// The adaptive policy with room for 10,000 blocks: each request has a known beginning of 60 blocks, one
    /// of 200, and 40 blocks that were never seen.
    @State(Scope.Thread)
    public static class Adaptive {
        static final int BEGINNINGS = 200;
        static final int KNOWN = 60;
        final PrefixReplay replay = PrefixReplay.of(KvPolicy.ADAPTIVE, 10_000);
        final long[] request = new long[BATCH];
        long next = 1_000_000;
        long nanos;

        @Setup
        public void fill() {
            for (int i = 0; i < 4_000; i++) {
                replay.request(renew(), nanos);
            }
        }

        long[] renew() {
            long beginning = next * 31 % BEGINNINGS * KNOWN;
            for (int at = 0; at < BATCH; at++) {
                request[at] = at < KNOWN ? beginning + at : next++;
            }
            nanos += 250_000_000;
            return request;
        }
    }

    /// The digests of a prompt alone.
    @State(Scope.Thread)
    public static class Digests {
        final KvDigests digests =
                new KvDigests(
                        KvPoolConfig.builder(
                                        new KvShape(1, 1, 8, KvType.INT8, KvType.INT8, TOKENS),
                                        KvIdentity.of("bench"))
                                .build(),
                        "bench");
        final int[] tokens = IntStream.range(0, LONG_PROMPT * TOKENS).toArray();
    }

    /// The digest of the JDK by itself, one object used again.
    @State(Scope.Thread)
    public static class Plain {
        final byte[] input = new byte[DIGESTED_BYTES];
        final byte[] output = new byte[32];
        MessageDigest sha;

        @Setup
        public void create() throws NoSuchAlgorithmException {
            sha = MessageDigest.getInstance("SHA-256");
        }
    }

    /// 100 new blocks found missing, made room for, entered and released.
    @Benchmark
    public int evictEnterRelease100(Table table) {
        return table.replay.request(table.renew(), 0);
    }

    /// 100 blocks found, used and released.
    @Benchmark
    public int findUseRelease100(Table table) {
        return table.known.request(table.batch, 0);
    }

    /// The longest prefix of 250 blocks, used and released.
    @Benchmark
    public int match250(Table table) {
        return table.known.request(table.prompt, 0);
    }

    /// A request of 100 blocks under the adaptive policy, room made for 40.
    @Benchmark
    public int adaptiveRequest100(Adaptive adaptive) {
        return adaptive.replay.request(adaptive.renew(), adaptive.nanos);
    }

    /// The chained digests of 250 blocks.
    @Benchmark
    public int chain250(Digests digests) {
        return digests.digests.digest(digests.tokens);
    }

    /// SHA-256 over the bytes of 250 blocks, each after the other.
    @Benchmark
    public int plainSha250(Plain plain) throws DigestException {
        for (int block = 0; block < LONG_PROMPT; block++) {
            System.arraycopy(plain.output, 0, plain.input, 0, plain.output.length);
            plain.sha.update(plain.input);
            plain.sha.digest(plain.output, 0, plain.output.length);
        }
        return plain.output[0];
    }

    /// A prompt of 250 blocks opened and closed: digests, match, use and release.
    @Benchmark
    public int openClose250(Pool shared, Prompt prompt) {
        try (KvSequence sequence = shared.pool.open(KvPrompt.of(prompt.tokens))) {
            return sequence.cachedTokens();
        }
    }

    /// The same with an answer: what the prompt lacks computed, 32 tokens appended one by one.
    @Benchmark
    public int answer250(Pool shared, Prompt prompt) {
        try (KvSequence sequence = shared.pool.open(KvPrompt.of(prompt.tokens))) {
            sequence.prefill(sequence.remainingTokens());
            for (int token = 0; token < ANSWER; token++) {
                sequence.append(token);
            }
            return sequence.tokens();
        }
    }

    /// A prompt that was never seen: 250 blocks opened, taken from others, kept and closed.
    @Benchmark
    public int newPrompt250(Pool shared, Prompt prompt) {
        int[] tokens = prompt.renew();
        try (KvSequence sequence = shared.pool.open(KvPrompt.of(tokens))) {
            sequence.prefill(sequence.remainingTokens());
            return sequence.tokens();
        }
    }
}
