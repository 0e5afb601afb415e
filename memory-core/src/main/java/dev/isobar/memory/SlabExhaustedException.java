package dev.isobar.memory;

import org.jspecify.annotations.Nullable;

/// A slab had not enough free pages and could not grow. Nothing changed.
public final class SlabExhaustedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String slab;
    private final int askedPages;
    private final int usedPages;
    private final int pages;
    private final int maxPages;

    /// @param slab the slab's name
    /// @param askedPages how many pages were asked for at once
    /// @param usedPages how many somebody held
    /// @param pages how many there were
    /// @param maxPages how many there may be
    /// @param cause why the space gave no further segment; null if the slab was at its limit
    public SlabExhaustedException(
            String slab,
            int askedPages,
            int usedPages,
            int pages,
            int maxPages,
            @Nullable Throwable cause) {
        super(
                "slab %s: no %d free pages (used=%d, pages=%d, max=%d)%s"
                        .formatted(
                                slab,
                                askedPages,
                                usedPages,
                                pages,
                                maxPages,
                                cause == null ? "" : ": " + cause.getMessage()),
                cause);
        this.slab = slab;
        this.askedPages = askedPages;
        this.usedPages = usedPages;
        this.pages = pages;
        this.maxPages = maxPages;
    }

    /// The slab's name.
    public String slab() {
        return slab;
    }

    /// How many pages were asked for at once.
    public int askedPages() {
        return askedPages;
    }

    /// How many pages somebody held at about that moment.
    public int usedPages() {
        return usedPages;
    }

    /// How many pages there were.
    public int pages() {
        return pages;
    }

    /// How many pages there may be.
    public int maxPages() {
        return maxPages;
    }
}
