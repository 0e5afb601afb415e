package dev.isobar.memory;

/// A [PageSlab] in numbers. Each number is right by itself; while threads acquire and release, they
/// are not of one moment.
///
/// *Immutable.*
///
/// @param slab the slab's name
/// @param pageBytes the size of a page
/// @param segments segments that the slab has from its space
/// @param pages pages in these segments
/// @param usedPages pages that somebody holds
/// @param highWaterPages the most different pages that were in somebody's hands since their segments
///     were taken. Pages are used again before fresh ones, so with one thread this is the most pages
///     held at once; with several it may be some pages more for each thread, never fewer
/// @param failedAcquisitions how often somebody asked for pages and there were not enough
/// @param committedBytes bytes that the slab occupies in its space, also those of segments that the
///     space failed to take back
public record SlabStats(
        String slab,
        long pageBytes,
        int segments,
        int pages,
        int usedPages,
        int highWaterPages,
        long failedAcquisitions,
        long committedBytes) {

    /// Pages that nobody holds.
    public int freePages() {
        return pages - usedPages;
    }

    /// The bytes of the pages that somebody holds.
    public long usedBytes() {
        return usedPages * pageBytes;
    }
}
