package dev.isobar.benchmarks;

import java.util.Arrays;
import java.util.List;

/// What [LoraActivation] says of a load, but in turn, and in one virtual machine: an adapter that is not
/// there is activated, and the same bytes of the same file are loaded raw, by the same strategy, into
/// a block that is there. So whatever else the machine does meets both, and the compilers are done.
///
/// `LoraLoading [--quick | --tiny]`: with fewer loads and into pages of one size, or with few bytes, to see
/// that it runs.
final class LoraLoading {

    private static final List<Long> PAGE_BYTES = List.of(1L << 16, 1L << 20);
    private static final int BLOCKS = 5;
    private static final int BLOCK = 60;
    private static final int QUICK_BLOCK = 25;

    private final LoraActivation loads = new LoraActivation();
    private final LoraActivation.Large large = new LoraActivation.Large();

    public static void main(String[] args) throws Exception {
        String size = args.length == 0 ? "" : args[0];
        for (long pageBytes : size.isEmpty() ? PAGE_BYTES : PAGE_BYTES.subList(0, 1)) {
            LoraLoading loading = new LoraLoading();
            loading.large.adapterBytes = size.equals("--tiny") ? 1 << 20 : 64 << 20;
            loading.large.pageBytes = pageBytes;
            loading.large.open();
            try {
                if (size.isEmpty()) {
                    loading.run(1500, BLOCK);
                } else {
                    loading.run(QUICK_BLOCK, QUICK_BLOCK);
                }
            } finally {
                loading.large.close();
            }
        }
    }

    private void run(int warmUp, int loadsOfEach) throws InterruptedException {
        block(warmUp, false);
        for (int i = 0; i < BLOCKS; i++) {
            block(loadsOfEach, true);
        }
    }

    private void block(int loadsOfEach, boolean counts) throws InterruptedException {
        double[] raw = new double[loadsOfEach];
        double[] pool = new double[loadsOfEach];
        for (int i = 0; i < loadsOfEach; i++) {
            if (i % 2 == 0) {
                raw[i] = rawMillis();
                pool[i] = poolMillis();
            } else {
                pool[i] = poolMillis();
                raw[i] = rawMillis();
            }
        }
        if (counts) {
            print("rawStaged", raw);
            print("pool", pool);
        }
    }

    private double rawMillis() {
        long start = System.nanoTime();
        loads.rawStaged(large);
        return (System.nanoTime() - start) / 1e6;
    }

    private double poolMillis() throws InterruptedException {
        long start = System.nanoTime();
        loads.load(large);
        return (System.nanoTime() - start) / 1e6;
    }

    private void print(String peer, double[] millis) {
        String what =
                "%d MiB into pages of %d KiB, ms"
                        .formatted(large.adapterBytes >> 20, large.pageBytes >> 10);
        double median = Spread.of(Arrays.stream(millis).boxed().toList()).median();
        new Measurement(what, peer, median).print();
    }
}
