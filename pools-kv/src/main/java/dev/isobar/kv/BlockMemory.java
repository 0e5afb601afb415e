package dev.isobar.kv;

import dev.isobar.memory.MemorySpace;
import dev.isobar.memory.PageSlab;
import dev.isobar.memory.PageSlabConfig;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// The bytes of the blocks: pages of a slab, each the size of so many blocks, which come and go as
/// whole segments. Block `b` is always in page `(b - 1) / blocksPerPage`, so a block needs no handle
/// of its own.
///
/// *Guarded by caller* where pages come and go; bytes of blocks in use may be copied by several threads.
final class BlockMemory implements AutoCloseable {

    private final PageSlab slab;
    private final long blockBytes;
    private final int blocksPerPage;
    private final long[] pages;
    private int present;

    BlockMemory(String name, MemorySpace space, long blockBytes, int blocksPerPage, int maxPages) {
        this.blockBytes = blockBytes;
        this.blocksPerPage = blocksPerPage;
        long pageBytes = Math.multiplyExact(blockBytes, (long) blocksPerPage);
        slab = new PageSlab(new PageSlabConfig(name, pageBytes, 1, maxPages, false), space);
        pages = new long[maxPages];
    }

    int blocksPerPage() {
        return blocksPerPage;
    }

    int maxPages() {
        return pages.length;
    }

    int presentPages() {
        return present;
    }

    long pageBytes() {
        return slab.pageBytes();
    }

    /// What the space has given, in bytes: whole pages, also those that it failed to take back.
    long committedBytes() {
        return slab.stats().committedBytes();
    }

    /// Memory for one page more: the lowest that is absent.
    ///
    /// @return its number, or -1 if the space has no room
    int grow() {
        int page = 0;
        while (page < pages.length && pages[page] != PageSlab.NONE) {
            page++;
        }
        if (page == pages.length) {
            return -1;
        }
        pages[page] = slab.tryAcquire();
        if (pages[page] == PageSlab.NONE) {
            return -1;
        }
        present++;
        return page;
    }

    boolean present(int page) {
        return pages[page] != PageSlab.NONE;
    }

    /// Gives a page back to the slab; [#shrink()] gives it back to the space.
    void release(int page) {
        slab.release(pages[page]);
        pages[page] = PageSlab.NONE;
        present--;
    }

    /// Gives the space what no page needs.
    ///
    /// @return the bytes that it took
    long shrink() {
        return slab.shrink(Long.MAX_VALUE).returnedBytes();
    }

    /// The first block of a page.
    int firstBlock(int page) {
        return page * blocksPerPage + 1;
    }

    int pageOf(int block) {
        return (block - 1) / blocksPerPage;
    }

    /// Copies into a block.
    ///
    /// @param offset where in the block to begin, in bytes
    /// @throws IndexOutOfBoundsException if the bytes do not fit in the block
    void write(int block, long offset, MemorySegment source) {
        check(offset, source.byteSize());
        long handle = pages[pageOf(block)];
        slab.space().copyIn(source, slab.block(handle), at(handle, block) + offset);
    }

    /// Copies out of a block.
    ///
    /// @param offset where in the block to begin, in bytes
    /// @throws IndexOutOfBoundsException if the block has fewer bytes there
    void read(int block, long offset, MemorySegment target) {
        check(offset, target.byteSize());
        long handle = pages[pageOf(block)];
        slab.space().copyOut(slab.block(handle), at(handle, block) + offset, target);
    }

    /// Copies a whole block onto another.
    void copy(int from, int to) {
        copy(from, to, BlockCopier.OF_THE_SPACE);
    }

    /// The same by somebody else's means.
    void copy(int from, int to, BlockCopier copier) {
        long source = pages[pageOf(from)];
        long target = pages[pageOf(to)];
        copier.copy(
                slab.space(),
                slab.block(source),
                at(source, from),
                slab.block(target),
                at(target, to),
                blockBytes);
    }

    /// Gives all pages back.
    @Override
    public void close() {
        for (int page = 0; page < pages.length; page++) {
            if (present(page)) {
                release(page);
            }
        }
        Arrays.fill(pages, PageSlab.NONE);
        slab.close();
    }

    private long at(long handle, int block) {
        return slab.offset(handle) + (long) ((block - 1) % blocksPerPage) * blockBytes;
    }

    private void check(long offset, long bytes) {
        if (offset < 0 || bytes > blockBytes - offset) {
            throw new IndexOutOfBoundsException(
                    "bytes %d to %d of a block of %d"
                            .formatted(offset, offset + bytes, blockBytes));
        }
    }
}
