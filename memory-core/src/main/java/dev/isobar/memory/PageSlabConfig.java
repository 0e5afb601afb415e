package dev.isobar.memory;

import java.util.Objects;

/// How a [PageSlab] is set up.
///
/// *Immutable.*
///
/// @param name what people call the slab; not blank
/// @param pageBytes the size of every page; a multiple of 8, from 8 to [#MAX_PAGE_BYTES]. Pages begin
///     at multiples of the largest power of two in it, up to 4096
/// @param pagesPerSegment how many pages are taken from the space, and given back, at a time; a power
///     of two from 1 to [#MAX_PAGES]
/// @param maxSegments how many segments there may be at once; at least 1, and [#maxPages()] at most
///     [#MAX_PAGES]. The slab keeps 8 bytes of heap for each page that there may be
/// @param scrubOnRelease whether a page is overwritten with zeroes when it is released
public record PageSlabConfig(
        String name, long pageBytes, int pagesPerSegment, int maxSegments, boolean scrubOnRelease) {

    /// The largest page: {@value} bytes.
    public static final long MAX_PAGE_BYTES = 1L << 30;

    /// The most pages of one slab: {@value}.
    public static final int MAX_PAGES = 1 << 26;

    private static final long DEFAULT_SEGMENT_BYTES = 32L << 20;
    private static final int DEFAULT_SEGMENTS_AT_LEAST = 8;
    private static final long MAX_ALIGNMENT = 4096;

    /// @throws IllegalArgumentException if the name is blank or a number out of range
    public PageSlabConfig {
        Objects.requireNonNull(name, "name");
        if (name.isBlank()) {
            throw new IllegalArgumentException("slab name must not be blank");
        }
        if (pageBytes < 8 || pageBytes > MAX_PAGE_BYTES || pageBytes % 8 != 0) {
            throw new IllegalArgumentException(
                    "pageBytes must be a multiple of 8 up to %d: %d"
                            .formatted(MAX_PAGE_BYTES, pageBytes));
        }
        if (pagesPerSegment < 1
                || pagesPerSegment > MAX_PAGES
                || Integer.bitCount(pagesPerSegment) != 1) {
            throw new IllegalArgumentException(
                    "pagesPerSegment must be a power of two up to %d: %d"
                            .formatted(MAX_PAGES, pagesPerSegment));
        }
        if (maxSegments < 1 || (long) maxSegments * pagesPerSegment > MAX_PAGES) {
            throw new IllegalArgumentException(
                    "maxSegments must be at least 1, and the pages at most %d: %d segments of %d"
                            .formatted(MAX_PAGES, maxSegments, pagesPerSegment));
        }
    }

    /// A slab that grows up to `maxBytes`, in at least eight segments of up to about 32 MiB. What is
    /// left over of `maxBytes` after whole segments is not used. Pages are not scrubbed.
    ///
    /// @throws IllegalArgumentException if not even one page fits, or a number is out of range
    public static PageSlabConfig of(String name, long pageBytes, long maxBytes) {
        if (pageBytes < 8 || maxBytes < pageBytes) {
            throw new IllegalArgumentException(
                    "maxBytes must hold a page: pageBytes=%d, maxBytes=%d"
                            .formatted(pageBytes, maxBytes));
        }
        long maxPages = maxBytes / pageBytes;
        long wanted =
                Math.min(DEFAULT_SEGMENT_BYTES / pageBytes, maxPages / DEFAULT_SEGMENTS_AT_LEAST);
        int perSegment = (int) Long.highestOneBit(Math.max(1, wanted));
        return new PageSlabConfig(
                name,
                pageBytes,
                perSegment,
                Math.toIntExact(Math.min(maxPages / perSegment, MAX_PAGES + 1L)),
                false);
    }

    /// The same, with pages overwritten on release.
    public PageSlabConfig scrubbed() {
        return new PageSlabConfig(name, pageBytes, pagesPerSegment, maxSegments, true);
    }

    /// The size of a segment, in bytes.
    public long segmentBytes() {
        return pageBytes * pagesPerSegment;
    }

    /// How many pages there may be at once.
    public int maxPages() {
        return pagesPerSegment * maxSegments;
    }

    long alignment() {
        return Math.max(
                MemorySpace.DEFAULT_ALIGNMENT,
                Math.min(MAX_ALIGNMENT, Long.lowestOneBit(pageBytes)));
    }
}
