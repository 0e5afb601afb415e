package dev.isobar.benchmarks;

import dev.isobar.memory.HostSpace;
import dev.isobar.memory.PageMagazine;
import dev.isobar.memory.PageSlab;
import dev.isobar.memory.PageSlabConfig;
import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// One buffer freed and one allocated, its first byte written; each thread holds 64. Every peer the
/// way it is meant to be used; all of them share what they can share between threads.
public class AllocFree {

    static final int LIVE = 64;

    @State(Scope.Benchmark)
    public static class Size {
        @Param({"4096", "65536", "2097152"})
        public int bytes;
    }

    @State(Scope.Benchmark)
    public static class SharedSlab {
        HostSpace space;
        PageSlab slab;

        @Setup
        public void open(Size size) {
            long maxBytes = Math.max(16L << 20, 512L * size.bytes);
            space = HostSpace.of("bench", 4L << 30);
            slab = new PageSlab(PageSlabConfig.of("bench", size.bytes, maxBytes), space);
            slab.grow(maxBytes);
        }

        @TearDown
        public void close() {
            slab.close();
            space.close();
        }
    }

    @State(Scope.Thread)
    public static class SlabPages {
        final long[] live = new long[LIVE];
        int at;

        @Setup
        public void fill(SharedSlab shared) {
            shared.slab.acquireBatch(live, LIVE);
        }

        @TearDown
        public void drain(SharedSlab shared) {
            shared.slab.releaseBatch(live, LIVE);
        }
    }

    @Benchmark
    public long slab(SharedSlab shared, SlabPages pages) {
        PageSlab slab = shared.slab;
        int at = pages.at = (pages.at + 1) & (LIVE - 1);
        slab.release(pages.live[at]);
        long page = slab.acquire();
        slab.segment(page).set(ValueLayout.JAVA_BYTE, slab.offset(page), (byte) 1);
        return pages.live[at] = page;
    }

    @State(Scope.Thread)
    public static class MagazinePages {
        final long[] live = new long[LIVE];
        PageMagazine magazine;
        int at;

        @Setup
        public void fill(SharedSlab shared) {
            magazine = shared.slab.magazine(32);
            for (int page = 0; page < LIVE; page++) {
                live[page] = magazine.tryAcquire();
            }
        }

        @TearDown
        public void drain() {
            for (long page : live) {
                magazine.release(page);
            }
            magazine.close();
        }
    }

    /// Through a magazine of the thread's own.
    @Benchmark
    public long slabMagazine(SharedSlab shared, MagazinePages pages) {
        PageSlab slab = shared.slab;
        int at = pages.at = (pages.at + 1) & (LIVE - 1);
        pages.magazine.release(pages.live[at]);
        long page = pages.magazine.tryAcquire();
        slab.segment(page).set(ValueLayout.JAVA_BYTE, slab.offset(page), (byte) 1);
        return pages.live[at] = page;
    }

    /// The same, with the page as a `MemorySegment` of its own.
    @Benchmark
    public MemorySegment slabView(SharedSlab shared, SlabPages pages) {
        PageSlab slab = shared.slab;
        int at = pages.at = (pages.at + 1) & (LIVE - 1);
        slab.release(pages.live[at]);
        long page = slab.acquire();
        pages.live[at] = page;
        MemorySegment view = slab.view(page);
        view.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
        return view;
    }

    @State(Scope.Thread)
    public static class Addresses {
        final long[] live = new long[LIVE];
        int at;

        @Setup
        public void fill(Size size) throws Throwable {
            for (int buffer = 0; buffer < LIVE; buffer++) {
                live[buffer] = (long) Native.MALLOC.invokeExact((long) size.bytes);
            }
        }

        @TearDown
        public void drain() throws Throwable {
            for (long address : live) {
                Native.FREE.invokeExact(address);
            }
        }
    }

    @Benchmark
    public long malloc(Size size, Addresses buffers) throws Throwable {
        int at = buffers.at = (buffers.at + 1) & (LIVE - 1);
        Native.FREE.invokeExact(buffers.live[at]);
        long address = (long) Native.MALLOC.invokeExact((long) size.bytes);
        Native.ALL.set(ValueLayout.JAVA_BYTE, address, (byte) 1);
        return buffers.live[at] = address;
    }

    @Benchmark
    public long mallocCritical(Size size, Addresses buffers) throws Throwable {
        int at = buffers.at = (buffers.at + 1) & (LIVE - 1);
        Native.FREE_CRITICAL.invokeExact(buffers.live[at]);
        long address = (long) Native.MALLOC_CRITICAL.invokeExact((long) size.bytes);
        Native.ALL.set(ValueLayout.JAVA_BYTE, address, (byte) 1);
        return buffers.live[at] = address;
    }

    @State(Scope.Thread)
    public static class Arenas {
        final Arena[] live = new Arena[LIVE];
        int at;

        @Setup(Level.Trial)
        public void fill() {
            for (int arena = 0; arena < LIVE; arena++) {
                live[arena] = Arena.ofShared();
            }
        }

        @TearDown
        public void drain() {
            for (Arena arena : live) {
                arena.close();
            }
        }
    }

    @Benchmark
    public MemorySegment arenaConfined(Size size, Arenas arenas) {
        return replace(arenas, Arena.ofConfined(), size.bytes);
    }

    @Benchmark
    public MemorySegment arenaShared(Size size, Arenas arenas) {
        return replace(arenas, Arena.ofShared(), size.bytes);
    }

    private static MemorySegment replace(Arenas arenas, Arena next, int bytes) {
        int at = arenas.at = (arenas.at + 1) & (LIVE - 1);
        arenas.live[at].close();
        arenas.live[at] = next;
        MemorySegment segment = next.allocate(bytes, 16);
        segment.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
        return segment;
    }

    @State(Scope.Thread)
    public static class NettyBuffers {
        final ByteBuf[] live = new ByteBuf[LIVE];
        ByteBuf[] keep = {};
        int at;

        /// One buffer more, so that 64 buffers never empty a chunk of the pool and have it returned.
        @Setup
        public void ballast(Size size, Netty netty) {
            keep =
                    new ByteBuf[] {
                        netty.pooled.directBuffer(size.bytes),
                        netty.adaptive.directBuffer(size.bytes)
                    };
        }

        @TearDown
        public void drain() {
            for (ByteBuf buffer : keep) {
                buffer.release();
            }
            for (ByteBuf buffer : live) {
                if (buffer != null) {
                    buffer.release();
                }
            }
        }

        ByteBuf replace(ByteBuf next) {
            at = (at + 1) & (LIVE - 1);
            if (live[at] != null) {
                live[at].release();
            }
            next.setByte(0, 1);
            return live[at] = next;
        }
    }

    @State(Scope.Benchmark)
    public static class Netty {
        final PooledByteBufAllocator pooled = new PooledByteBufAllocator(true);
        final AdaptiveByteBufAllocator adaptive = new AdaptiveByteBufAllocator(true);
    }

    @Benchmark
    public ByteBuf nettyPooled(Size size, Netty netty, NettyBuffers buffers) {
        return buffers.replace(netty.pooled.directBuffer(size.bytes, size.bytes));
    }

    @Benchmark
    public ByteBuf nettyAdaptive(Size size, Netty netty, NettyBuffers buffers) {
        return buffers.replace(netty.adaptive.directBuffer(size.bytes, size.bytes));
    }

    @State(Scope.Benchmark)
    public static class Arrow {
        final BufferAllocator allocator = new RootAllocator();
    }

    @State(Scope.Thread)
    public static class ArrowBuffers {
        final ArrowBuf[] live = new ArrowBuf[LIVE];
        int at;

        @TearDown
        public void drain() {
            for (ArrowBuf buffer : live) {
                if (buffer != null) {
                    buffer.close();
                }
            }
        }
    }

    @Benchmark
    public ArrowBuf arrow(Size size, Arrow arrow, ArrowBuffers buffers) {
        int at = buffers.at = (buffers.at + 1) & (LIVE - 1);
        if (buffers.live[at] != null) {
            buffers.live[at].close();
        }
        ArrowBuf buffer = arrow.allocator.buffer(size.bytes);
        buffer.setByte(0, 1);
        return buffers.live[at] = buffer;
    }
}
